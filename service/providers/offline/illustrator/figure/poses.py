"""Poses as angles. 0° points straight down, 90° to the front (right), and 180° up.

Figures are drawn facing right; their ``near`` limbs are then the left limbs. A figure that faces left is
mirrored as a whole.
"""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from service.providers.offline.illustrator.words import first_of, fold

Hand = Literal["rest", "open", "point", "grip", "sign"]
Angles = tuple[float, float]


@dataclass(frozen=True)
class Stance:
    """A pose: two angles for each limb, the lean of the body, and the tilt and turn of the head (−1 to 1)."""

    name: str
    near_arm: Angles = (-14, -4)
    far_arm: Angles = (14, 5)
    near_leg: Angles = (-4, -2)
    far_leg: Angles = (5, 3)
    lean: float = 0
    tilt: float = 0
    turn: float = 0.35
    near_hand: Hand = "rest"
    far_hand: Hand = "rest"
    lift: float = 0
    gaze: float = 0
    seated: bool = False
    free: bool = True


_ALL = (
    Stance("stand", (-16, 6), (16, 6), tilt=2),
    Stance("walk", (-30, -4), (30, 60), (-20, -30), (20, 6), lean=4, turn=0.6),
    Stance("run", (-62, 12), (42, 118), (-34, -88), (50, 8), lean=12, turn=0.75, lift=12, tilt=-4),
    Stance("roll", (-34, 30), (-14, 44), lean=7, turn=0.7),
    Stance("sit", (-24, 30), (10, 62), (122, 30), (112, 24), turn=0.4, seated=True, lean=-4),
    Stance("kneel", (-18, 30), (34, 74), (-6, -100), (78, 2), turn=0.5, lean=4),
    Stance("reach", (-26, -4), (112, 140), (-12, -14), (12, 4), lean=7, tilt=-8, turn=0.6, far_hand="open", gaze=-1),
    Stance("point", (-44, 34), (98, 92), turn=0.7, far_hand="point", lean=2),
    Stance("wave", (-106, -158), (18, 10), tilt=6, turn=0.15, near_hand="open"),
    Stance("hug", (-72, -112), (72, 112), tilt=-4, turn=0.2, near_hand="open", far_hand="open"),
    Stance("carry", (-18, 62), (16, -62), turn=0.3, near_hand="grip", far_hand="grip", free=False),
    Stance("sleep", (-16, 52), (12, -40), (122, 30), (112, 24), tilt=15, turn=0.4, seated=True, lean=-3),
    Stance("look_up", (-20, -2), (8, -100), tilt=-10, turn=0.45, gaze=-1.4, lean=-4),
    Stance("cheer", (-118, -150), (118, 150), (-14, -4), (14, 4), lift=26, turn=0.1, tilt=-5,
           near_hand="open", far_hand="open"),
    Stance("whisper", (-18, 8), (36, 150), lean=8, tilt=6, turn=0.85, far_hand="open"),
    Stance("sign", (-26, 96), (30, 146), turn=0.15, near_hand="sign", far_hand="sign"),
    Stance("clasp", (-20, 66), (20, -66), turn=0.2),
)  # fmt: skip
_BY_NAME = {stance.name: stance for stance in _ALL}
_ALIASES = {
    "jump": "cheer", "leap": "cheer", "dance": "cheer", "celebrate": "cheer", "laugh": "cheer", "fly": "cheer",
    "skip": "run", "race": "run", "hurry": "run", "chase": "run", "stroll": "walk", "wander": "walk",
    "explore": "walk", "step": "walk", "march": "walk", "push": "walk", "ride": "sit", "seated": "sit",
    "sitting": "sit", "read": "carry", "hold": "carry", "give": "carry", "offer": "carry", "share": "carry",
    "bring": "carry", "cradle": "carry", "climb": "reach", "grab": "reach", "touch": "reach", "swim": "reach",
    "crouch": "kneel", "plant": "kneel", "dig": "kneel", "build": "kneel", "show": "point", "lead": "point",
    "greet": "wave", "hello": "wave", "goodbye": "wave", "embrace": "hug", "cuddle": "hug", "rest": "sleep",
    "nap": "sleep", "lie": "sleep", "look up": "look_up", "gaze": "look_up", "listen": "whisper",
    "tell": "whisper", "signing": "sign", "think": "look_up", "waving": "wave", "running": "run",
    "walking": "walk", "standing": "stand", "reaching": "reach", "pointing": "point", "hugging": "hug",
    "sleeping": "sleep", "cheering": "cheer", "kneeling": "kneel", "carrying": "carry", "rolling": "roll",
    "holding": "carry", "look": "look_up", "looked up": "look_up", "ran": "run", "walked": "walk", "pointed": "point",
    "hugged": "hug", "waved": "wave", "reached": "reach", "sat": "sit", "slept": "sleep", "fell asleep": "sleep",
    "stood": "stand", "knelt": "kneel", "carried": "carry", "held": "carry", "cheered": "cheer", "laughed": "cheer",
    "whispered": "whisper", "rolled": "roll", "jumped": "cheer", "danced": "cheer", "climbed": "reach", "raced": "run",
    "hurried": "run", "tiptoed": "walk", "showed": "point", "listened": "whisper",
}  # fmt: skip
_TABLE = {**{name.replace("_", " "): name for name in _BY_NAME}, **_ALIASES}


def stance_of(words: str) -> Stance:
    """The stance that the words of a pose name; standing if no word is known."""
    return _BY_NAME[first_of(fold(words.replace("_", " ")), _TABLE) or "stand"]


def seated(stance: Stance) -> Stance:
    """The same pose in a chair: the legs are bent on the seat, and all other angles stay."""
    lean = max(min(stance.lean, 5.0), -3.0)
    return replace(stance, near_leg=(84, 8), far_leg=(84, 8), lean=lean, lift=0, seated=True)


def pose_words() -> dict[str, str]:
    """The words for poses. Each word is mapped to its pose."""
    return _TABLE
