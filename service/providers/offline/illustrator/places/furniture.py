"""Draws the furniture of rooms."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.places import plants
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import (
    circle,
    ellipse,
    group,
    halo,
    path,
    rect,
    smooth,
    stroke,
)


def rug(stage: Stage, colour: str) -> str:
    """Draws a rug."""
    rug = stage.room(colour)
    y = (stage.floor + 1000) / 2 + 30
    wide, tall = stage.width * 0.44, (1000 - stage.floor) * 0.42
    return (
        ellipse(stage.width / 2, y, wide, tall, rug)
        + ellipse(
            stage.width / 2, y, wide * 0.86, tall * 0.84, "none", stroke=lighter(rug, 0.1), stroke_width=9
        )
        + ellipse(stage.width / 2, y, wide * 0.66, tall * 0.62, lighter(rug, 0.045))
    )


def lamp(stage: Stage, share: float) -> str:
    """A standing lamp, lit after dark."""
    x, y, on = stage.x(share), stage.floor + 70, stage.light.dark or stage.light.time == "dusk"
    shade = "#ffdf9a" if on else stage.room("#f0d8a8")
    pole = stroke(f"M{x:.0f} {y:.0f}V{y - 330:.0f}", stage.room("#8a6a4a"), 9) + ellipse(
        x, y, 44, 10, stage.room("#8a6a4a")
    )
    cone = path(f"M{x - 34:.0f} {y - 420:.0f}h68L{x + 62:.0f} {y - 316:.0f}h-124Z", shade)
    return (halo(x, y - 360, 330, 330, "#ffe2a0", 0.6) if on else "") + pole + cone


def picture(stage: Stage, share: float, y: float, size: float, motif: str) -> str:
    """Draws a picture on the wall with a motif."""
    x = stage.x(share)
    frame = rect(
        x - size / 2,
        y,
        size,
        size * 0.8,
        stage.room("#fbf4e4"),
        stroke=stage.room("#b0834f"),
        stroke_width=11,
    )
    art = {
        "hills": path(
            f"M{x - size * 0.42:.0f} {y + size * 0.72:.0f}v-{size * 0.2:.0f}q{size * 0.3:.0f} -{size * 0.3:.0f} {size * 0.84:.0f} 0v{size * 0.2:.0f}Z",
            stage.room("#8fb56c"),
        )
        + circle(x + size * 0.2, y + size * 0.24, size * 0.09, "#f2c14e"),
        "flower": plants.flower(x, y + size * 0.72, size * 0.6, stage.room("#e8697a")),
    }
    return frame + art[motif]


def books(stage: Stage, x: float, y: float, wide: float, tall: float) -> str:
    """Draws a row of books."""
    rng, drawn, at = stage.rng, "", x
    dyes = ("#b8573f", "#3f6d8c", "#d6a233", "#5a7a52", "#7d5f8f", "#c98a5c", "#e0c9a0")
    while at < x + wide - 16:
        thick, high = rng.uniform(12, 24), tall * rng.uniform(0.68, 0.95)
        colour = stage.room(rng.choice(dyes))
        drawn += rect(at, y - high, thick, high, colour, rx=2) + rect(
            at, y - high * 0.8, thick, 4, lighter(colour, 0.16)
        )
        at += thick + 2
    return drawn


def bookcase(stage: Stage, share: float, wide: float, tall: float, foot: float) -> str:
    """Draws a bookcase."""
    wood, x = stage.room("#9a6b45"), stage.x(share) - wide / 2
    drawn = rect(x, foot - tall, wide, tall, darker(wood, 0.1))
    rows = max(int(tall / 96), 2)
    for row in range(rows):
        y = foot - tall + (row + 1) * tall / rows
        drawn += books(stage, x + 14, y - 9, wide - 28, tall / rows - 18) + rect(x, y - 10, wide, 12, wood)
    return drawn + rect(x, foot - tall, wide, tall, "none", stroke=wood, stroke_width=14)


def plant_pot(stage: Stage, share: float, y: float, size: float) -> str:
    """Draws a plant pot."""
    x, leaf = stage.x(share), stage.room("#6a9f5e")
    leaves = "".join(
        path(
            f"M{x:.0f} {y - size * 0.4:.0f}Q{x + dx * 0.2:.0f} {y - size * 0.9:.0f} {x + dx:.0f} {y - size * tall:.0f}Q{x + dx * 0.9:.0f} {y - size * 0.7:.0f} {x:.0f} {y - size * 0.4:.0f}Z",
            leaf if i % 2 else lighter(leaf, 0.04),
        )
        for i, (dx, tall) in enumerate(
            ((-size * 0.5, 0.95), (size * 0.5, 1.0), (-size * 0.22, 1.25), (size * 0.24, 1.3), (0, 1.4))
        )
    )
    pot = path(
        f"M{x - size * 0.3:.0f} {y - size * 0.46:.0f}h{size * 0.6:.0f}l-{size * 0.09:.0f} {size * 0.46:.0f}h-{size * 0.42:.0f}Z",
        stage.room("#c0714f"),
    )
    return leaves + pot


def shelf(stage: Stage, share: float, y: float) -> str:
    """Draws a shelf."""
    x = stage.x(share)
    board = rect(x - 110, y, 220, 13, stage.room("#a8764a"), rx=4)
    ball = circle(x + 74, y - 26, 26, stage.room("#e07a5f")) + stroke(
        f"M{x + 50:.0f} {y - 32:.0f}q24 14 48 0", "#fbf0dc", 5
    )
    blocks = rect(x + 4, y - 34, 34, 34, stage.room("#6fae8f"), rx=4) + rect(
        x + 10, y - 64, 30, 30, stage.room("#f2c14e"), rx=4
    )
    return board + books(stage, x - 104, y, 96, 66) + blocks + ball


def bed(stage: Stage, share: float, y: float) -> str:
    """Draws a bed."""
    x, s = stage.x(share), -1 if stage.flip else 1
    wood, quilt = stage.room("#a5754c"), stage.room("#7f9fc9")
    head = path(
        smooth(
            [
                (x + s * 200, y + 40),
                (x + s * 214, y - 220),
                (x + s * 160, y - 250),
                (x + s * 140, y - 60),
                (x + s * 140, y + 40),
            ],
            tension=0.4,
        ),
        wood,
    )
    base = rect(min(x - s * 170, x + s * 200), y - 40, 370, 84, wood, rx=10)
    pillow = path(
        smooth(
            [
                (x + s * 50, y - 106),
                (x + s * 150, y - 128),
                (x + s * 176, y - 86),
                (x + s * 150, y - 54),
                (x + s * 56, y - 58),
            ]
        ),
        "#fbf5ea",
    )
    cover = path(
        smooth(
            [
                (x - s * 180, y - 76),
                (x - s * 60, y - 98),
                (x + s * 70, y - 92),
                (x + s * 84, y - 30),
                (x + s * 60, y + 26),
                (x - s * 180, y + 30),
            ],
            tension=0.6,
        ),
        quilt,
    )
    patches = "".join(
        rect(
            x - s * 150 + s * i * 70 - 22,
            y - 60 + (i % 2) * 34,
            44,
            30,
            lighter(quilt, 0.08) if i % 2 else stage.room("#e6b1b8"),
            rx=5,
        )
        for i in range(3)
    )
    return head + base + pillow + cover + patches


def sofa(stage: Stage, share: float, y: float) -> str:
    """Draws a sofa."""
    x, cloth = stage.x(share), stage.room("#8fa884")
    back = rect(x - 190, y - 200, 380, 170, cloth, rx=44)
    seat = rect(x - 180, y - 96, 360, 80, lighter(cloth, 0.035), rx=26)
    arms = "".join(rect(x + s * 186 - 38, y - 136, 76, 130, darker(cloth, 0.03), rx=34) for s in (-1, 1))
    cushion = rect(
        x - 90,
        y - 168,
        88,
        80,
        stage.room("#e0a05a"),
        rx=18,
        transform=f"rotate(-10 {x - 46:.0f} {y - 128:.0f})",
    )
    return (
        ellipse(x, y, 210, 12, "#2a2438", opacity=0.14)
        + back
        + cushion
        + seat
        + arms
        + rect(x - 150, y - 16, 22, 20, "#7a5a44")
        + rect(x + 128, y - 16, 22, 20, "#7a5a44")
    )


def stove(stage: Stage, share: float, y: float) -> str:
    """Draws a stove."""
    x, white = stage.x(share), stage.room("#f3ece0")
    oven = (
        rect(x - 100, y - 172, 200, 224, white, rx=10)
        + rect(x - 70, y - 96, 140, 100, "#5a4a48", rx=10)
        + rect(x - 62, y - 88, 124, 84, "#f0a04a", rx=8, opacity=0.75)
    )
    knobs = "".join(circle(x + dx, y - 128, 10, stage.room("#b8573f")) for dx in (-60, -20, 20, 60))
    pot = rect(x - 62, y - 232, 110, 62, stage.room("#c9574a"), rx=12) + rect(
        x - 68, y - 240, 122, 14, darker(stage.room("#c9574a"), 0.06), rx=6
    )
    steam = stroke(
        f"M{x - 30:.0f} {y - 256:.0f}q-14 -22 0 -44t0 -40M{x + 14:.0f} {y - 256:.0f}q-14 -22 0 -44t0 -40",
        "#ffffff",
        7,
        opacity=0.6,
    )
    return oven + knobs + pot + steam


def pans(stage: Stage, share: float, y: float) -> str:
    """Draws pans on the wall."""
    x = stage.x(share)
    rail = stroke(f"M{x - 110:.0f} {y}H{x + 110:.0f}", stage.room("#a8764a"), 8)
    pans = "".join(
        stroke(f"M{x + dx:.0f} {y + 4}v50", "#6a6470", 7) + circle(x + dx, y + 54 + r, r, stage.room(colour))
        for dx, r, colour in ((-76, 34, "#b8734a"), (4, 28, "#8a8790"), (76, 24, "#b8734a"))
    )
    return rail + pans


def bowls(stage: Stage, share: float, y: float) -> str:
    """Draws bowls."""
    x = stage.x(share)
    fruit = "".join(
        circle(x + dx, y - 40 - dy, 17, stage.room(colour))
        for dx, dy, colour in ((-26, 0, "#e0604a"), (4, 8, "#f2b13e"), (30, 0, "#8fb84e"))
    )
    return fruit + path(
        f"M{x - 62:.0f} {y - 40:.0f}h124q-6 44 -40 44h-44q-34 0 -40 -44Z", stage.room("#6b8fb5")
    )


def desk(stage: Stage, share: float, y: float) -> str:
    """Draws a desk."""
    x, wood = stage.x(share), stage.room("#c08a56")
    legs = stroke(
        f"M{x - 96:.0f} {y:.0f}V{y - 110:.0f}M{x + 96:.0f} {y:.0f}V{y - 110:.0f}", stage.room("#6a6773"), 10
    )
    return (
        legs
        + rect(x - 124, y - 128, 248, 24, wood, rx=6)
        + rect(x - 110, y - 106, 220, 30, darker(wood, 0.07))
    )


def globe(stage: Stage, x: float, y: float) -> str:
    """Draws a globe."""
    ball = (
        circle(x, y - 62, 48, stage.room("#6fb0d0"))
        + path(
            smooth([(x - 30, y - 86), (x - 4, y - 96), (x + 6, y - 66), (x - 18, y - 50)]),
            stage.room("#8fb86a"),
        )
        + path(
            smooth([(x + 14, y - 60), (x + 34, y - 64), (x + 26, y - 34), (x + 8, y - 30)]),
            stage.room("#8fb86a"),
        )
    )
    return (
        stroke(f"M{x - 40:.0f} {y - 108:.0f}A62 62 0 0 1 {x + 30:.0f} {y - 8:.0f}", stage.room("#c9a24a"), 7)
        + ball
        + stroke(f"M{x:.0f} {y - 8:.0f}V{y + 8:.0f}", stage.room("#c9a24a"), 8)
        + ellipse(x, y + 8, 34, 8, stage.room("#a5754c"))
    )


def stack(stage: Stage) -> str:
    """Draws a stack of books at the front."""
    x, drawn = stage.x(0.04), ""
    for i, colour in enumerate(("#b8573f", "#3f6d8c", "#d6a233", "#5a7a52")):
        drawn += rect(x - 90 + i * 7, 968 - i * 34, 170 - i * 10, 34, stage.room(colour), rx=5) + rect(
            x - 80 + i * 7, 976 - i * 34, 150 - i * 10, 12, "#f6ecd6"
        )
    return group(drawn)
