"""The command line. Each group of commands has a module; ``app`` combines them."""

from __future__ import annotations

from service.cli.app import main

__all__ = ["main"]
