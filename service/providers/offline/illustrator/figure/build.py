"""The proportions of a figure. Lengths are in units of the figure: a child of six years is about 400 units
high."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.providers.offline.illustrator.look import Look

_AGES = (1.0, 4.0, 7.0, 11.0, 15.0, 19.0)


@dataclass(frozen=True)
class Build:
    """Sizes of a body. Widths of shoulders and hips are half-widths."""

    head: float
    shoulder: float
    hip: float
    torso: float
    upper_arm: float
    forearm: float
    thigh: float
    shin: float
    arm: float
    leg: float
    neck: float = 8.0
    face_width: float = 1.0

    @property
    def height(self) -> float:
        """The height from the ground to the top of the head when standing."""
        return self.thigh + self.shin + 12 + self.torso + self.neck + self.head * 1.95


def _at(age: float, values: Sequence[float]) -> float:
    for i in range(1, len(_AGES)):
        if age <= _AGES[i]:
            share = (max(age, _AGES[0]) - _AGES[i - 1]) / (_AGES[i] - _AGES[i - 1])
            return values[i - 1] + (values[i] - values[i - 1]) * max(share, 0)
    return values[-1]


def _human(age: float) -> Build:
    return Build(
        head=_at(age, (60, 64, 65, 65, 65, 66)),
        shoulder=_at(age, (33, 37, 41, 48, 57, 63)),
        hip=_at(age, (31, 32, 34, 38, 43, 47)),
        torso=_at(age, (84, 98, 112, 132, 152, 164)),
        upper_arm=_at(age, (40, 50, 58, 68, 79, 86)),
        forearm=_at(age, (36, 46, 53, 62, 71, 77)),
        thigh=_at(age, (38, 56, 70, 88, 103, 112)),
        shin=_at(age, (36, 52, 64, 80, 93, 102)),
        arm=_at(age, (25, 25, 26, 28, 31, 33)),
        leg=_at(age, (31, 31, 33, 36, 39, 42)),
        neck=_at(age, (2, 4, 6, 9, 12, 14)),
    )


def build_of(look: Look) -> Build:
    """The build of a hero, from age, species and the description of the body."""
    build = _human(look.age)
    if look.species is not None:
        build = replace(build, neck=0, head=build.head * 1.06, leg=build.leg * 1.06, arm=build.arm * 1.04)
    if look.has("short_stature"):
        build = _shorter(build)
    if look.has("larger_body"):
        build = _larger(build)
    if look.has("down_syndrome"):
        build = replace(
            build, face_width=1.06, thigh=build.thigh * 0.93, shin=build.shin * 0.93, neck=build.neck * 0.6,
            upper_arm=build.upper_arm * 0.94, forearm=build.forearm * 0.94,
        )  # fmt: skip
    return build


def _shorter(build: Build) -> Build:
    return replace(
        build, thigh=build.thigh * 0.6, shin=build.shin * 0.6, upper_arm=build.upper_arm * 0.68,
        forearm=build.forearm * 0.72, torso=build.torso * 0.9, arm=build.arm * 1.08, leg=build.leg * 1.1,
    )  # fmt: skip


def _larger(build: Build) -> Build:
    return replace(
        build, shoulder=build.shoulder * 1.22, hip=build.hip * 1.42, arm=build.arm * 1.22, leg=build.leg * 1.28,
        face_width=1.1,
    )  # fmt: skip
