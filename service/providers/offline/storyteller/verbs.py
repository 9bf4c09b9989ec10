"""What bodies do with the verbs of the prose: said is signed, walked is rolled, looked is turned.

A line says ``{X:walked}``; the first table that fits X's body and has the verb gives the word.
"""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from service.providers.offline.storyteller.people import Person

_SIGNED = {
    "said": "signed", "asked": "signed", "called": "waved and signed", "whispered": "signed, very small",
    "cried": "signed, very big", "answered": "signed back", "say": "sign", "sang": "signed the song",
    "shouted": "signed, as big as a windmill", "counted": "counted on ten fingers",
}  # fmt: skip
_TAPPED = {
    "said": "tapped", "asked": "tapped", "called": "tapped, as loud as it went", "whispered": "tapped, very low",
    "answered": "tapped back", "cried": "tapped", "sang": "played the song", "shouted": "tapped, at full volume",
}  # fmt: skip
_ROLLED = {
    "walked": "rolled", "ran": "raced", "stood": "sat", "tiptoed": "rolled, soft as soft,", "jumped": "bounced",
    "marched": "rolled", "stepped": "rolled", "climbed": "went", "crept": "rolled, inch by inch,", "hopped": "rolled",
    "strode": "rolled", "knelt": "leaned down", "sat down": "put on the brakes", "got up": "let off the brakes",
    "feet": "wheels", "footsteps": "wheels", "step": "turn of the wheels", "walk": "roll", "run": "race",
    "stand": "wait", "knees": "hands", "hopping": "bouncing", "stamped": "thumped", "danced": "spun",
}  # fmt: skip
_LISTENED = {
    "looked": "turned", "saw": "found", "looked up": "turned an ear up", "watched": "listened to", "stared at": "faced",
    "see": "find", "looked at": "turned to", "looked round": "listened all round", "peered": "leaned",
    "peeped": "reached", "spotted": "found", "read": "read, with one finger,",
}  # fmt: skip
_PADDED = {
    "hand": "paw", "hands": "paws", "fingers": "claws", "walked": "padded", "tiptoed": "crept", "feet": "paws",
    "knees": "paws",
}  # fmt: skip


def of_body(person: Person, verb: str) -> str:
    """The verb, or the word for what this body does instead."""
    tables = (
        (_SIGNED, person.has("signing_deaf")),
        (_TAPPED, person.has("communication_device")),
        (_ROLLED, person.rolls),
        (_LISTENED, "eyes" not in person.can),
        (_PADDED, person.kind == "animal"),
    )
    return next((table[verb] for table, applies in tables if applies and verb in table), verb)
