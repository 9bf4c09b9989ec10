"""For whom a request's transaction acts, in a form that PostgreSQL can check.

Any statement may set a variable. So the variable holds the user's id with a proof, which only who has the key
of this database can make: the service, which reads it as the owner. ``acting_user()`` checks it.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID


def acting_for(user_id: UUID, backend: int, key: bytes) -> str:
    """What ``storytroupe.user_id`` is to be: the id, and the proof for one connection (``backend``, its
    server's process id) in hexadecimal digits. On another connection it proves nothing."""
    # A key, then a text of one form alone: nothing that is accepted could come of appending to it.
    return f"{user_id}{sha256(key + f'{user_id}{backend}'.encode()).hexdigest()}"
