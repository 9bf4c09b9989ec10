"""The command line. Each group of commands has its own module. ``app`` combines the groups."""

from __future__ import annotations

from service.cli.app import main

__all__ = ["main"]
