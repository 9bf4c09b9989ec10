"""Draws indoor places: a wall with a window, a floor, and the typical furniture of a room."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.places.furniture import (
    bed,
    bookcase,
    bowls,
    desk,
    globe,
    lamp,
    pans,
    picture,
    plant_pot,
    rug,
    shelf,
    sofa,
    stack,
    stove,
)
from service.providers.offline.illustrator.places.sky import moon
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.svg import (
    circle,
    fade,
    halo,
    path,
    rect,
    stroke,
)


@dataclass(frozen=True)
class _Room:
    """The colours of a room without light."""

    wall: str
    floor: str
    rug: str
    pattern: str
    cloth: str = "#e0a05a"


def _shell(stage: Stage, room: _Room) -> str:
    """Wall, skirting and floor."""
    wall, floor, y = stage.room(room.wall), stage.room(room.floor), stage.floor
    define, paint = fade([(0, darker(wall, 0.03)), (1, lighter(wall, 0.02))])
    drawn = (
        define
        + rect(-10, -10, stage.width + 20, y + 10, paint)
        + _PATTERNS[room.pattern](stage, lighter(wall, 0.035), y)
    )
    boards = "".join(
        f"M{stage.width / 2 + (x - stage.width / 2) * 0.72:.0f} {y:.0f}L{stage.width / 2 + (x - stage.width / 2) * 1.6:.0f} 1010"
        for x in range(-300, int(stage.width) + 301, 110)
    )
    drawn += rect(-10, y, stage.width + 20, 1010 - y, floor) + stroke(boards, darker(floor, 0.045), 3.4)
    return (
        drawn
        + rect(-10, y - 24, stage.width + 20, 28, lighter(wall, 0.08))
        + stroke(f"M-10 {y + 5:.0f}H{stage.width + 10:.0f}", darker(floor, 0.1), 5, opacity=0.5)
    )


def _stripes(stage: Stage, colour: str, y: float) -> str:
    return "".join(rect(x, -10, 34, y, colour) for x in range(10, int(stage.width), 92))


def _dots(stage: Stage, colour: str, y: float) -> str:
    return "".join(
        circle(x + (36 if row % 2 else 0), 40 + row * 66, 8, colour)
        for row in range(int(y / 66))
        for x in range(20, int(stage.width) + 40, 72)
    )


def _tiles(stage: Stage, colour: str, y: float) -> str:
    lines = "".join(f"M-10 {v}H{stage.width + 10:.0f}" for v in range(int(y) - 250, int(y), 50)) + "".join(
        f"M{x} {y - 250:.0f}V{y:.0f}" for x in range(0, int(stage.width), 60)
    )
    return rect(-10, y - 250, stage.width + 20, 250, colour) + stroke(lines, darker(colour, 0.05), 2.4)


def _leaves(stage: Stage, colour: str, y: float) -> str:
    stems = "".join(
        f"M{x + (46 if row % 2 else 0)} {30 + row * 74}q14 -22 0 -44M{x + (46 if row % 2 else 0)} {18 + row * 74}q-16 -4 -20 -16m20 16q16 -4 20 -16"
        for row in range(1, int(y / 74) + 1)
        for x in range(10, int(stage.width) + 40, 92)
    )
    return stroke(stems, colour, 7)


def _stars(stage: Stage, colour: str, y: float) -> str:
    d = "".join(
        f"M{x + (40 if row % 2 else 0)} {26 + row * 72}l5 11 12 1 -9 8 3 12 -11 -6 -11 6 3 -12 -9 -8 12 -1Z"
        for row in range(int(y / 72))
        for x in range(20, int(stage.width) + 40, 84)
    )
    return path(d, colour)


def _plain(_stage: Stage, _colour: str, _y: float) -> str:
    return ""


_PATTERNS: dict[str, Callable[[Stage, str, float], str]] = {
    "stripes": _stripes,
    "dots": _dots,
    "tiles": _tiles,
    "leaves": _leaves,
    "stars": _stars,
    "plain": _plain,
}


def _window(stage: Stage, share: float, top: float, wide: float, tall: float, curtains: str | None) -> str:
    """A window that shows the sky of the current time of day, and its light on the wall."""
    x = stage.x(share)
    upper, middle, low = stage.light.sky
    define, paint = fade([(0, upper), (0.6, middle), (1, low)])
    glass = define + rect(x - wide / 2, top, wide, tall, paint)
    hill = path(
        f"M{x - wide / 2:.0f} {top + tall:.0f}v-{tall * 0.2:.0f}Q{x - wide * 0.2:.0f} {top + tall * 0.64:.0f} {x + wide * 0.1:.0f} {top + tall * 0.8:.0f}T{x + wide / 2:.0f} {top + tall * 0.76:.0f}V{top + tall:.0f}Z",
        stage.tint("#8fb56c", 0.2),
    )
    disc = ""
    if stage.light.dark:
        disc = moon(x + wide * 0.18, top + tall * 0.28, 20, "#fdf3cf") + "".join(
            circle(x + dx * wide, top + dy * tall, 2.6, "#fff8e0")
            for dx, dy in ((-0.36, 0.14), (-0.2, 0.4), (-0.08, 0.18), (0.36, 0.5), (-0.38, 0.56))
        )
    frame = stage.room("#f7efe0")
    bars = rect(x - wide / 2, top, wide, tall, "none", stroke=frame, stroke_width=15) + stroke(
        f"M{x:.0f} {top:.0f}v{tall:.0f}M{x - wide / 2:.0f} {top + tall * 0.46:.0f}h{wide:.0f}", frame, 9
    )
    sill = rect(x - wide * 0.58, top + tall + 4, wide * 1.16, 18, frame, rx=4)
    shine = (
        halo(x, top + tall * 0.5, wide * 1.3, tall * 1.1, stage.light.glow, 0.3)
        if not stage.light.dark
        else ""
    )
    return (
        shine
        + glass
        + hill
        + disc
        + bars
        + sill
        + (_curtains(stage, x, top, wide, tall, curtains) if curtains else "")
    )


def _curtains(stage: Stage, x: float, top: float, wide: float, tall: float, colour: str) -> str:
    cloth, drawn = stage.room(colour), ""
    for s in (-1, 1):
        edge = x + s * wide * 0.68
        drawn += path(
            f"M{edge:.0f} {top - 20:.0f}L{x + s * wide * 0.14:.0f} {top - 20:.0f}Q{x + s * wide * 0.3:.0f} {top + tall * 0.4:.0f} {x + s * wide * 0.5:.0f} {top + tall * 0.62:.0f}Q{x + s * wide * 0.46:.0f} {top + tall * 0.9:.0f} {x + s * wide * 0.42:.0f} {top + tall * 1.16:.0f}H{edge:.0f}Z",
            cloth,
        )
        drawn += stroke(
            f"M{x + s * wide * 0.5:.0f} {top:.0f}Q{x + s * wide * 0.56:.0f} {top + tall * 0.4:.0f} {x + s * wide * 0.58:.0f} {top + tall * 1.1:.0f}",
            darker(cloth, 0.06),
            4,
        )
    return drawn + stroke(
        f"M{x - wide * 0.74:.0f} {top - 22:.0f}H{x + wide * 0.74:.0f}", stage.room("#a8764a"), 11
    )


def _frame(stage: Stage) -> str:
    """The foreground of a room: a plant on one side."""
    return plant_pot(stage, 0.02 if stage.flip else 0.98, 1030, 190)


#: The rooms of different books.
_BEDROOMS = (
    _Room("#b9c6dd", "#c9a27a", "#c98aa0", "dots", "#e6b1b8"),
    _Room("#c4d3b8", "#b98a63", "#d9a04e", "leaves", "#e3bd6a"),
    _Room("#d9bfd0", "#c9a27a", "#7f9fc9", "plain", "#8fa8d0"),
    _Room("#e6d2a8", "#a5764e", "#5f9a94", "stars", "#79aaa0"),
)
_HOMES = (
    _Room("#ecd2a8", "#b98a63", "#7f9f9a", "stripes", "#c9765f"),
    _Room("#c9d8cc", "#c9a27a", "#cf7f5f", "leaves", "#dd9a6a"),
    _Room("#e8bfa6", "#a5764e", "#5f86a5", "plain", "#5f8fa8"),
    _Room("#c3d3e0", "#b98a63", "#d9a04e", "dots", "#d9a04e"),
    _Room("#e3d0dc", "#c9a27a", "#7f9a63", "stripes", "#8fae74"),
)


def bedroom(stage: Stage) -> Setting:
    """Draws a bedroom: another one for another book."""
    y, room = stage.floor, _BEDROOMS[stage.book % len(_BEDROOMS)]
    drawn = _shell(stage, room)
    if stage.book % 3:
        drawn += _window(stage, 0.5, 120, 220, 240, room.cloth) + picture(stage, 0.2, 150, 130, "hills")
        drawn += bed(stage, 0.8, y + 90) + shelf(stage, 0.2, y - 160)
    else:
        drawn += _window(stage, 0.74, 110, 250, 270, room.cloth) + picture(stage, 0.44, 170, 120, "flower")
        drawn += bookcase(stage, 0.13, 210, y - 190, y + 20) + bed(stage, 0.84, y + 90)
    return Setting(
        drawn + rug(stage, room.rug) + lamp(stage, 0.08 if stage.book % 3 else 0.3), "", indoors=True
    )


def home(stage: Stage) -> Setting:
    """Draws a living room: another one for another book."""
    y, room = stage.floor, _HOMES[stage.book % len(_HOMES)]
    drawn = _shell(stage, room)
    if stage.book % 2:
        drawn += _window(stage, 0.28, 130, 230, 240, room.cloth) + picture(stage, 0.62, 150, 130, "flower")
        drawn += sofa(stage, 0.82, y + 70) + rug(stage, room.rug) + plant_pot(stage, 0.05, y + 70, 130)
        return Setting(drawn + lamp(stage, 0.52), edges=_frame(stage), indoors=True)
    drawn += _window(stage, 0.64, 100, 280, 270, room.cloth) + picture(stage, 0.38, 140, 110, "hills")
    drawn += bookcase(stage, 0.12, 220, y - 170, y + 20) + shelf(stage, 0.9, y - 190)
    drawn += sofa(stage, 0.4, y + 52) + rug(stage, room.rug) + plant_pot(stage, 0.93, y + 60, 150)
    return Setting(drawn + lamp(stage, 0.25), edges=_frame(stage), indoors=True)


def kitchen(stage: Stage) -> Setting:
    """Draws a kitchen."""
    y = stage.floor
    wood, top = stage.room("#8fae9c"), stage.room("#e9d3ae")
    drawn = _shell(stage, _Room("#f3e2c0", "#d6c3a4", "#d98a6a", "tiles")) + _window(
        stage, 0.55, 90, 240, 210, "#e0a05a"
    )
    counter = rect(-10, y - 150, stage.width + 20, 200, wood) + rect(
        -10, y - 168, stage.width + 20, 26, top, rx=5
    )
    doors = "".join(
        rect(x, y - 126, 116, 156, lighter(wood, 0.05), rx=8)
        + circle(x + 100, y - 56, 6, stage.room("#c9a24a"))
        for x in range(14, int(stage.width), 132)
    )
    drawn += (
        counter
        + doors
        + stove(stage, 0.14, y)
        + pans(stage, 0.86, 150)
        + bowls(stage, 0.78, y - 168)
        + plant_pot(stage, 0.42, y - 166, 66)
    )
    return Setting(drawn + rug(stage, "#d98a6a"), "", indoors=True)


def school(stage: Stage) -> Setting:
    """Draws a classroom."""
    y, rng = stage.floor, stage.rng
    drawn = _shell(stage, _Room("#e9dfc0", "#c9a27a", "#8fae9c", "plain")) + _window(
        stage, 0.84, 120, 200, 230, None
    )
    x, wood = stage.x(0.4), stage.room("#a5754c")
    board = rect(x - 250, 100, 500, 270, stage.room("#4f7a68"), stroke=wood, stroke_width=16, rx=6)
    chalk = (
        circle(x - 150, 210, 46, "none", stroke="#f3f0e4", stroke_width=6)
        + stroke(f"M{x - 40:.0f} 280l46 -96l46 96ZM{x + 90:.0f} 190h90v80h-90Z", "#f3f0e4", 6)
        + stroke(f"M{x - 200:.0f} 330q60 -16 120 0t120 0", "#f2c14e", 6, opacity=0.8)
    )
    drawn += board + chalk + rect(x - 250, 372, 500, 14, wood)
    for i in range(5):
        drawn += rect(
            stage.x(0.73) - 30 + rng.uniform(-8, 8),
            130 + i * 62,
            52,
            46,
            stage.room(("#f2c14e", "#e8897a", "#8fc4dd", "#a8cf8e", "#c9a3e0")[i]),
            rx=3,
            transform=f"rotate({rng.uniform(-6, 6):.1f} {stage.x(0.73):.0f} {150 + i * 62})",
        )
    drawn += desk(stage, 0.1, y + 110) + desk(stage, 0.92, y + 120) + globe(stage, stage.x(0.1), y - 8)
    return Setting(drawn, edges=_frame(stage), indoors=True)


def library(stage: Stage) -> Setting:
    """Draws a library."""
    y = stage.floor
    drawn = _shell(stage, _Room("#d9b48a", "#a5764e", "#a5604c", "plain")) + _window(
        stage, 0.5, 90, 200, 280, None
    )
    drawn += bookcase(stage, 0.14, 290, y - 40, y + 26) + bookcase(stage, 0.86, 290, y - 40, y + 26)
    ladder_x = stage.x(0.34)
    rungs = "".join(f"M{ladder_x - 34 + i * 5:.0f} {y - 40 - i * 74:.0f}h{60}" for i in range(6))
    drawn += stroke(
        f"M{ladder_x - 40:.0f} {y + 40:.0f}L{ladder_x:.0f} 60M{ladder_x + 26:.0f} {y + 40:.0f}L{ladder_x + 60:.0f} 60{rungs}",
        stage.room("#c08a56"),
        10,
    ) + rug(stage, "#a5604c")
    return Setting(drawn + lamp(stage, 0.66), edges=stack(stage), indoors=True)
