"""The last part of each command's help: examples and exit codes."""

from __future__ import annotations

_FAILED = "it failed; a line on standard error says why and what to do."
_INTERRUPTED = "130: it was interrupted."


def examples(
    *lines: str, done: str = "it is done.", failed: str = _FAILED, interrupted: str = _INTERRUPTED
) -> str:
    """Return the last part of a command's help. ``done`` and ``failed`` say what the exit codes 0 and 1
    mean."""
    codes = (f"0: {done}", f"1: {failed}", "2: the arguments are wrong.", interrupted)
    return "\n\n".join(filter(None, ("Examples:", *lines, "Exit codes:", *codes)))


#: The meaning of exit code 0 for commands that run until a signal ends them.
UNTIL_ENDED = {"done": "a signal ended it.", "interrupted": ""}
