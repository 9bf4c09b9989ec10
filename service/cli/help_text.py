"""The end of the help of each command: examples and exit codes."""

from __future__ import annotations

_FAILED = "it failed; a line on standard error says why and what to do."
_INTERRUPTED = "130: it was interrupted."


def examples(
    *lines: str, done: str = "it is done.", failed: str = _FAILED, interrupted: str = _INTERRUPTED
) -> str:
    """An epilog of paragraphs. ``done`` and ``failed`` say what the exit codes 0 and 1 mean."""
    codes = (f"0: {done}", f"1: {failed}", "2: the arguments are wrong.", interrupted)
    return "\n\n".join(filter(None, ("Examples:", *lines, "Exit codes:", *codes)))


#: For commands that run until a signal ends them.
UNTIL_ENDED = {"done": "a signal ended it.", "interrupted": ""}
