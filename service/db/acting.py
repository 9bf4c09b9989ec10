"""Tells PostgreSQL which user a request's transaction acts for, with a proof that PostgreSQL checks.

Any SQL statement can set the variable ``storytroupe.user_id``. So its value is the user's id with a proof.
Only the service can make this proof, because only the database's owner can read the key in the table
``acting_key``. ``acting_user()`` checks the proof.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID


def acting_for(user_id: UUID, backend: int, key: bytes) -> str:
    """Return the value of ``storytroupe.user_id``: the user's id, followed by the proof in hexadecimal
    digits.

    The proof is valid only for the connection whose server process id is ``backend``.
    """
    # The hashed text is the key and then a text of fixed length. So an attacker cannot extend it to another
    # valid text.
    return f"{user_id}{sha256(key + f'{user_id}{backend}'.encode()).hexdigest()}"
