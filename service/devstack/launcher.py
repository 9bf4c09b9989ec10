"""Starts a server: drops root privileges, requests a signal at the death of the parent process, and replaces
this process with the server's program.

``children.spawn`` runs this module as a script without site packages, so that it starts in 15 ms. A
``preexec_fn`` could do the same work. But its code runs between fork and exec, which is not safe in a process
with threads.

Arguments: uid and gid (-1 keeps the current ones), the signal to get at the parent's death, the parent's pid,
and the command.
"""

from __future__ import annotations

import ctypes  # at the top: without root, the files of Python may not be readable
import os
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int, death_signal: int, parent: int, command: list[str]) -> None:
    """Replace this process with ``command``. If that fails, the process prints the reason and ends."""
    os.umask(0o077)  # no other user may read the files of a server
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        _end_with_parent(death_signal, parent)
    try:
        # The command has the absolute path of the server's program.
        os.execv(command[0], command)  # nosec B606
    except OSError as problem:
        sys.exit(f"FATAL: cannot run {command[0]}: {problem.strerror}")


def _end_with_parent(death_signal: int, parent: int) -> None:
    """Request a signal at the death of the parent process. This must follow the change of user, which clears
    the request."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("FATAL: the parent ended first")


if __name__ == "__main__":
    uid, gid, death_signal, parent = map(int, sys.argv[1:5])
    become(uid, gid, death_signal, parent, sys.argv[5:])
