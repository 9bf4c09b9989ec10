"""The command line. One small module a group of commands; ``app`` puts them together."""

from __future__ import annotations

from service.cli.app import main

__all__ = ["main"]
