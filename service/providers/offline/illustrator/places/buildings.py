"""Draws houses, towers, stalls and fences."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from random import Random

from service.providers.offline.illustrator.colour import darker, lighter
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import circle, halo, path, rect, stroke

WALLS = ("#f0dcc0", "#e9c3a4", "#d9b7a0", "#c7cdd6", "#e6d8a8", "#bcd0c0")
ROOFS = ("#b8573f", "#8a5a4a", "#5f6f8c", "#a0643c", "#6a7a5a")
LIT, PANE = "#ffdf8e", "#9fc4d8"


def pane(stage: Stage) -> str:
    """The colour of a window pane: lamp light in the evening, and the colour of the sky by day."""
    return LIT if stage.light.dark or stage.light.time == "dusk" else stage.tint(PANE)


def house(stage: Stage, x: float, y: float, size: float, rng: Random, away: float = 0.0) -> str:
    """A gabled cottage, ``size`` wide, standing on ``y`` around ``x``."""
    wall, roof = stage.tint(rng.choice(WALLS), away), stage.tint(rng.choice(ROOFS), away)
    w, h = size / 2, size * 0.62
    body = rect(x - w, y - h, size, h, wall) + rect(
        x + w * 0.5, y - h, w * 0.5, h, darker(wall, 0.05), opacity=0.7
    )
    top = path(
        f"M{x - w * 1.16:.1f} {y - h + 4:.1f}L{x:.1f} {y - h - size * 0.46:.1f}L{x + w * 1.16:.1f} {y - h + 4:.1f}Z",
        roof,
    )
    tiles = stroke(
        f"M{x - w * 0.74:.1f} {y - h - size * 0.1:.1f}H{x + w * 0.74:.1f}M{x - w * 0.42:.1f} {y - h - size * 0.24:.1f}H{x + w * 0.42:.1f}",
        darker(roof, 0.06),
        size * 0.014,
    )
    chimney = rect(x + w * 0.42, y - h - size * 0.44, size * 0.11, size * 0.26, darker(wall, 0.12))
    door_colour = stage.tint(rng.choice(("#7d4a3a", "#3f6d8c", "#5a7a52", "#a5503f")), away)
    door = path(
        f"M{x - size * 0.09:.1f} {y:.1f}v-{h * 0.46:.1f}q{size * 0.09:.1f} -{size * 0.1:.1f} {size * 0.18:.1f} 0v{h * 0.46:.1f}Z",
        door_colour,
    ) + circle(x + size * 0.05, y - h * 0.24, size * 0.013, "#f0d58a")
    windows = "".join(
        window(x + dx * size, y - h * 0.62, size * 0.17, pane(stage), wall) for dx in (-0.3, 0.3)
    )
    round_one = circle(
        x, y - h - size * 0.14, size * 0.07, pane(stage), stroke=lighter(wall, 0.1), stroke_width=size * 0.02
    )
    return chimney + body + top + tiles + door + windows + round_one


def window(x: float, y: float, size: float, glass: str, wall: str) -> str:
    """A square window with a cross and a sill."""
    frame = lighter(wall, 0.12)
    cross = stroke(
        f"M{x:.1f} {y - size / 2:.1f}v{size:.1f}M{x - size / 2:.1f} {y:.1f}h{size:.1f}", frame, size * 0.09
    )
    sill = rect(x - size * 0.62, y + size * 0.5, size * 1.24, size * 0.12, frame)
    return (
        rect(x - size / 2, y - size / 2, size, size, glass, stroke=frame, stroke_width=size * 0.1, rx=2)
        + cross
        + sill
    )


def tower(stage: Stage, x: float, y: float, wide: float, tall: float, colour: str) -> str:
    """A town house of several floors with rows of windows."""
    rng = stage.rng
    body = rect(x - wide / 2, y - tall, wide, tall, colour) + rect(
        x + wide * 0.22, y - tall, wide * 0.28, tall, darker(colour, 0.045), opacity=0.8
    )
    cornice = rect(x - wide * 0.54, y - tall - 8, wide * 1.08, 16, lighter(colour, 0.06), rx=3)
    glass = pane(stage)
    panes = ""
    rows, columns = max(int(tall / 74), 1), max(int(wide / 52), 1)
    for row in range(rows):
        for column in range(columns):
            px = x - wide / 2 + wide * (column + 0.5) / columns
            py = y - tall + 46 + row * 72
            shade = glass if not stage.light.dark or rng.random() < 0.65 else darker(colour, 0.14)
            panes += rect(px - 12, py - 17, 24, 34, shade, rx=3, stroke=lighter(colour, 0.09), stroke_width=3)
    return body + panes + cornice


def awning(x: float, y: float, wide: float, colour: str) -> str:
    """A striped awning whose front edge is at ``y``."""
    count = 8
    step = wide / count
    strips = ""
    for i in range(count):
        x0, shade = x - wide / 2 + i * step, colour if i % 2 else "#f7eddb"
        strips += path(
            f"M{x0 + (wide / 2 - (i + 0.5) * step) * 0.12:.1f} {y - 62:.1f}h{step * 0.9:.1f}L{x0 + step:.1f} {y:.1f}a{step / 2:.1f} {step / 2:.1f} 0 0 1 -{step:.1f} 0Z",
            shade,
        )
    return strips


def stall(stage: Stage, x: float, y: float, wide: float, colour: str, goods: tuple[str, ...]) -> str:
    """A market stall with heaps of fruit."""
    wood = stage.tint("#a87950")
    posts = rect(x - wide * 0.44, y - 250, 11, 250, wood) + rect(x + wide * 0.44 - 11, y - 250, 11, 250, wood)
    back = rect(x - wide * 0.44, y - 200, wide * 0.88, 150, darker(wood, 0.14), opacity=0.55)
    board = rect(x - wide * 0.48, y - 104, wide * 0.96, 104, wood, rx=4) + stroke(
        f"M{x - wide * 0.46:.0f} {y - 66:.0f}h{wide * 0.92:.0f}M{x - wide * 0.46:.0f} {y - 32:.0f}h{wide * 0.92:.0f}",
        darker(wood, 0.07),
        3,
    )
    heaps = ""
    for i, good in enumerate(goods):
        gx = x - wide * 0.4 + wide * 0.8 * (i + 0.5) / len(goods)
        for dx, dy in ((-22, 0), (0, 0), (22, 0), (-11, -18), (11, -18), (0, -35)):
            heaps += circle(gx + dx, y - 118 + dy, 13, good) + circle(
                gx + dx - 4, y - 122 + dy, 3.4, lighter(good, 0.14)
            )
    return back + posts + heaps + board + awning(x, y - 206, wide, colour)


def fence(y: float, tall: float, colour: str, x0: float, x1: float) -> str:
    """Pickets from x0 to x1, standing on ``y``."""
    pickets = ""
    step = tall * 0.34
    x = min(x0, x1)
    while x < max(x0, x1):
        pickets += path(
            f"M{x:.1f} {y:.1f}v-{tall * 0.84:.1f}l{step * 0.31:.1f} -{tall * 0.16:.1f}l{step * 0.31:.1f} {tall * 0.16:.1f}v{tall * 0.84:.1f}Z",
            colour,
        )
        x += step
    wide = abs(x1 - x0)
    rails = rect(min(x0, x1), y - tall * 0.68, wide, tall * 0.1, darker(colour, 0.05)) + rect(
        min(x0, x1), y - tall * 0.3, wide, tall * 0.1, darker(colour, 0.05)
    )
    return rails + pickets


def lamp_post(stage: Stage, x: float, y: float, tall: float) -> str:
    """A street lamp, lit when it is dark."""
    colour = stage.tint("#4a4a58")
    on = stage.light.dark or stage.light.time == "dusk"
    light = halo(x, y - tall + 14, tall * 0.34, tall * 0.34, "#ffe6a6", 0.7) if on else ""
    post = stroke(f"M{x:.0f} {y:.0f}V{y - tall + 30:.0f}", colour, 9) + rect(
        x - 15, y - 12, 30, 12, colour, rx=3
    )
    glass = path(
        f"M{x - 13:.0f} {y - tall + 34:.0f}L{x - 19:.0f} {y - tall:.0f}h38L{x + 13:.0f} {y - tall + 34:.0f}Z",
        LIT if on else "#e6eef2",
    )
    roof = path(
        f"M{x - 25:.0f} {y - tall:.0f}L{x:.0f} {y - tall - 22:.0f}L{x + 25:.0f} {y - tall:.0f}Z", colour
    )
    return light + post + glass + roof


def castle(stage: Stage, x: float, y: float, size: float, away: float = 0.0) -> str:
    """A castle of four towers, ``size`` wide, standing on ``y``."""
    wall, roof = stage.tint("#d8c9be", away), stage.tint("#6a6fa5", away)
    drawn = ""
    for dx, wide, tall in ((-0.36, 0.16, 0.62), (0.36, 0.16, 0.62), (-0.14, 0.18, 0.84), (0.17, 0.15, 0.98)):
        tx, w, h = x + dx * size, wide * size, tall * size
        drawn += rect(tx - w / 2, y - h, w, h, wall) + rect(
            tx + w * 0.12, y - h, w * 0.38, h, darker(wall, 0.05), opacity=0.8
        )
        drawn += path(
            f"M{tx - w * 0.66:.0f} {y - h:.0f}L{tx:.0f} {y - h - w * 1.5:.0f}L{tx + w * 0.66:.0f} {y - h:.0f}Z",
            roof,
        )
        drawn += stroke(f"M{tx:.0f} {y - h - w * 1.5:.0f}v-{w * 0.4:.0f}", darker(wall, 0.3), 3) + path(
            f"M{tx:.0f} {y - h - w * 1.9:.0f}l{w * 0.4:.0f} {w * 0.12:.0f}l-{w * 0.4:.0f} {w * 0.12:.0f}Z",
            stage.tint("#d8564a", away),
        )
        drawn += path(
            f"M{tx - w * 0.12:.0f} {y - h * 0.7:.0f}v-{w * 0.3:.0f}a{w * 0.12:.0f} {w * 0.14:.0f} 0 0 1 {w * 0.24:.0f} 0v{w * 0.3:.0f}Z",
            pane(stage),
        )
    curtain = rect(x - size * 0.46, y - size * 0.34, size * 0.92, size * 0.34, lighter(wall, 0.02))
    teeth = "".join(
        rect(
            x - size * 0.46 + i * size * 0.092,
            y - size * 0.385,
            size * 0.052,
            size * 0.05,
            lighter(wall, 0.02),
        )
        for i in range(10)
    )
    gate = path(
        f"M{x - size * 0.08:.0f} {y:.0f}v-{size * 0.15:.0f}a{size * 0.08:.0f} {size * 0.09:.0f} 0 0 1 {size * 0.16:.0f} 0v{size * 0.15:.0f}Z",
        darker(wall, 0.34),
    )
    return drawn + curtain + teeth + gate


def bunting(stage: Stage, y: float, sag: float = 60) -> str:
    """A line of little flags from side to side."""
    dyes = ("#e07a5f", "#f2c14e", "#6fae8f", "#6b8fc9", "#c98ab0")
    line = stroke(
        f"M-10 {y}Q{stage.width / 2:.0f} {y + sag * 2:.0f} {stage.width + 10:.0f} {y}", "#8a7a6a", 3
    )
    flags = ""
    for i in range(14):
        share = (i + 0.5) / 14
        x, fy = stage.width * share, y + 4 * sag * share * (1 - share)
        flags += path(f"M{x - 20:.0f} {fy - 1:.0f}h40l-20 44Z", stage.tint(dyes[i % 5]))
    return line + flags


def glow_pool(x: float, y: float, r: float, colour: str = "#ffe3a0", strength: float = 0.5) -> str:
    """Lamp light on a wall or the ground."""
    return halo(x, y, r, r, colour, strength)
