"""Become a server: give up root, ask to be ended with the parent, and exec.

Run as a script by ``children.spawn``, with no site packages, so that it costs 15 ms. The work
is done here, after exec, and not in a ``preexec_fn``, because code between fork and exec is not
safe beside threads.

Arguments: uid and gid (-1 to stay), the signal at the parent's death, the parent's pid, the command.
"""

from __future__ import annotations

import ctypes  # at the top: once root is given up, Python's own files may be out of reach
import os
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int, death_signal: int, parent: int, command: list[str]) -> None:
    """Replace this process by ``command``. Ends the process, with its reason, if that cannot be done."""
    os.umask(0o077)  # what a server writes is for nobody else
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        _end_with_parent(death_signal, parent)
    try:
        # The server's own program, by its whole path.
        os.execv(command[0], command)  # nosec B606
    except OSError as problem:
        sys.exit(f"FATAL: cannot run {command[0]}: {problem.strerror}")


def _end_with_parent(death_signal: int, parent: int) -> None:
    """After the change of user, which would clear it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("FATAL: the parent ended first")


if __name__ == "__main__":
    uid, gid, death_signal, parent = map(int, sys.argv[1:5])
    become(uid, gid, death_signal, parent, sys.argv[5:])
