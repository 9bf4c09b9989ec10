"""The user for whom a request's transaction acts, in a form that PostgreSQL can check.

Every statement can set a variable. So the variable holds the user's id with a proof. Only the service can
make the proof, because only the owner can read this database's key. ``acting_user()`` checks the proof.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID


def acting_for(user_id: UUID, backend: int, key: bytes) -> str:
    """The value of ``storytroupe.user_id``: the id, and the proof in hexadecimal digits.

    The proof is valid only for the connection whose server process id is ``backend``.
    """
    # A key, then a text of one fixed form: an attacker cannot append anything and still have a valid text.
    return f"{user_id}{sha256(key + f'{user_id}{backend}'.encode()).hexdigest()}"
