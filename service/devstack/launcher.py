"""Replaces itself by a server: drops root, asks to end with the parent, and executes the program.

``children.spawn`` runs it as a script without site packages, so that it costs 15 ms. The work is done here,
after exec, and not in a ``preexec_fn``, because code between fork and exec is not safe in a process with
threads.

Arguments: uid and gid (-1 to stay), the signal at the parent's death, the parent's pid, the command.
"""

from __future__ import annotations

import ctypes  # at the top: without root, the files of Python may not be readable
import os
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int, death_signal: int, parent: int, command: list[str]) -> None:
    """Replace this process by ``command``. If that fails, the process ends and prints the reason."""
    os.umask(0o077)  # no other user may read the files of a server
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        _end_with_parent(death_signal, parent)
    try:
        # The program of the server, by its whole path.
        os.execv(command[0], command)  # nosec B606
    except OSError as problem:
        sys.exit(f"FATAL: cannot run {command[0]}: {problem.strerror}")


def _end_with_parent(death_signal: int, parent: int) -> None:
    """Ask for a signal at the death of the parent. A change of user clears this, so it comes after."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("FATAL: the parent ended first")


if __name__ == "__main__":
    uid, gid, death_signal, parent = map(int, sys.argv[1:5])
    become(uid, gid, death_signal, parent, sys.argv[5:])
