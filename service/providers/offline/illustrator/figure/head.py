"""Draws the head of a person: shape, ears, face and hair, and everything that traits add."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, mix, to_oklch
from service.providers.offline.illustrator.figure import face, hair_caps
from service.providers.offline.illustrator.figure import hair as hairdo
from service.providers.offline.illustrator.figure.face import Expression, Features
from service.providers.offline.illustrator.figure.outline import edge
from service.providers.offline.illustrator.figure.view import HeadView
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import (
    Point,
    circle,
    ellipse,
    group,
    mirrored,
    path,
    smooth,
    stroke,
)
from service.providers.offline.illustrator.traits import coverings, headgear, skin


def features_of(look: Look) -> Features:
    """The measures of a hero's face."""
    grown = min(max((look.age - 6) / 12, 0), 1)
    down = look.has("down_syndrome")
    return Features(
        iris=look.eyes,
        skin=look.skin,
        size=(1.08 - 0.24 * grown) * (0.94 if down else 1),
        apart=0.36 + (0.02 if down else 0),
        level=0.14 - 0.06 * grown,
        slant=14 if down else 0,
        lashes=look.lashes,
    )


def skull(look: Look, view: HeadView) -> str:
    """The shape of face and skull, as path data. The chin of a turned head goes with the face."""
    jaw, width, turn = 0.1 * min(max((look.age - 8) / 10, 0), 1), view.width, view.ball.sin
    chin, full = turn * 0.17, abs(turn) * 0.05
    right = [(0.0, -1.0), (0.56, -0.87), (0.93, -0.4), (0.98, 0.1), (0.9 - jaw, 0.52), (0.56 - jaw, 0.87)]
    points = [(x * width, y) for x, y in mirrored([*right, (0.0, 1.0)])]
    back = -1 if turn >= 0 else 1

    def turned(x: float, y: float) -> Point:
        low = min(max((y - 0.1) / 0.8, 0), 1)
        return x + chin * low * (1.6 if x * back > 0 else 1) + (back * full if x * back > 0 else 0), y

    return smooth([turned(x, y) for x, y in points])


def _ear(look: Look, side: int) -> str:
    """An ear at the side of a head that faces us."""
    size = 0.17 if look.has("down_syndrome") else 0.2
    drop = 0.2 if look.has("down_syndrome") else 0.14
    x = side * 0.99
    inner = stroke(
        f"M{x:.2f} {drop - 0.07:.2f}q{side * 0.09:.2f} 0.02 {side * 0.04:.2f} 0.13",
        darker(look.skin, 0.13),
        0.035,
    )
    return ellipse(x, drop, size * 0.84, size, look.skin, stroke=edge(look.skin), stroke_width=0.035) + inner


def _ears(look: Look, view: HeadView, before: bool) -> str:
    """The ears before or behind the skull."""
    if coverings.hides_hair(look) and coverings.hides_ears(look):
        return ""
    near = view.ball.near
    sides = [side for side in (-1, 1) if (side == near) == before]
    if before and hairdo.hangs(look.hair) and not coverings.hides_hair(look):
        return ""
    return "".join(view.ball.beside(_ear(look, side), side, view.width) for side in sides)


def behind(look: Look, view: HeadView) -> str:
    """The parts of the head behind the body: long hair, or the back of a covering. They come before the body
    when the head is seen from behind."""
    if coverings.hides_hair(look):
        return coverings.behind(look)
    drawn = hairdo.behind(look.hair, view.ball)
    return group(drawn, data_trait="hair_texture") if look.has("hair_texture") else drawn


def over(look: Look, view: HeadView) -> str:
    """The parts of the head in front of the shoulders."""
    return "" if coverings.hides_hair(look) else hairdo.over(look.hair, view.ball)


def front(look: Look, view: HeadView, expression: Expression) -> str:
    """The head itself, with its face."""
    features, ball = features_of(look), view.ball
    shape = path(skull(look, view), look.skin, stroke=edge(look.skin), stroke_width=0.038)
    shade = path(_side_shade(view), darker(look.skin, 0.12), opacity=0.16)
    crown = "" if coverings.hides_hair(look) else _crown(look, view)
    face_of_it = "" if ball.away else _face(look, view, features, expression)
    return "".join(
        (
            _ears(look, view, before=False), shape, shade, face_of_it, crown, _ears(look, view, before=True),
            ball.wrapped(coverings.front(look)), headgear.on_head(look, view, features),
        )
    )  # fmt: skip


def _face(look: Look, view: HeadView, features: Features, expression: Expression) -> str:
    turn = view.ball.sin
    beard = hairdo.placed(hairdo.beard(look.hair), turn * 0.1, 1 - abs(turn) * 0.1)
    drawn = skin.face_marks(look, view) + face.cheeks(features, look.blush) + beard
    return _profile_nose(look, view) + view.ball.wrapped(drawn + _features(look, view, features, expression))


def _profile_nose(look: Look, view: HeadView) -> str:
    """The nose where it leaves the outline of a head that is turned far."""
    turn = view.ball.sin
    if abs(turn) < 0.86:
        return ""
    x, y, _ = view.ball.at(0, 0.34)
    return ellipse(x * 1.03, y, 0.14, 0.12, look.skin, stroke=edge(look.skin), stroke_width=0.036)


def _crown(look: Look, view: HeadView) -> str:
    drawn = hair_caps.turned(look.hair, view.ball)
    if look.has("hair_loss"):
        sheen = stroke("M-0.55 -0.72Q-0.2 -0.95 0.2 -0.9", mix(look.skin, "#ffffff", 0.5), 0.08, opacity=0.6)
        return group(drawn, sheen, data_trait="hair_loss", data_part="scalp")
    return group(drawn, data_trait="hair_texture") if look.has("hair_texture") else drawn


def _side_shade(view: HeadView) -> str:
    x = -view.width if view.ball.sin >= 0 else view.width
    return f"M{x * 0.93:.2f} -0.4Q{x * 1.02:.2f} 0.1 {x * 0.88:.2f} 0.5Q{x * 0.6:.2f} 0.98 0 0.99Q{x * 0.55:.2f} 0.8 {x * 0.7:.2f} 0.4Q{x * 0.82:.2f} 0 {x * 0.93:.2f} -0.4Z"


def _features(look: Look, view: HeadView, features: Features, expression: Expression) -> str:
    nose_size = 0.82 if look.has("down_syndrome") else 1.0 + 0.12 * look.older
    parts = [
        _freckles(look),
        face.eyes(features, expression, view.lift),
        face.brows(features, expression, _brow_colour(look), 0.06),
        face.nose(0, 0.37, look.skin, nose_size),
        face.mouth(expression.mouth, 0, 0.6, "#3a2c28" if look.hair.beard else look.skin, 0.98),
        _folds(look, features),
    ]
    if look.has("craniofacial_difference"):
        parts.append(skin.cleft_repair(look, 0))
    return "".join(parts)


def _brow_colour(look: Look) -> str:
    base = look.hair.colour if look.hair.grows else darker(look.skin, 0.25)
    lightness, _, _ = to_oklch(base)
    return darker(base, 0.05) if lightness < 0.75 else mix(base, "#8a6a4a", 0.5)


def _freckles(look: Look) -> str:
    if not look.freckles:
        return ""
    spots = (
        (-0.5, 0.36),
        (-0.42, 0.44),
        (-0.33, 0.36),
        (0.33, 0.36),
        (0.42, 0.44),
        (0.5, 0.36),
        (-0.58, 0.45),
        (0.58, 0.45),
    )
    return group(*(circle(sx, sy, 0.028, darker(look.skin, 0.17), opacity=0.75) for sx, sy in spots))


def _folds(look: Look, features: Features) -> str:
    """The lines of an older face, and the inner eye folds of Down syndrome."""
    drawn = ""
    if look.older:
        x = features.shift
        lines = "".join(
            f"M{x + s * 0.6:.2f} 0.08l{s * 0.09:.2f} -0.03M{x + s * 0.6:.2f} 0.15l{s * 0.09:.2f} 0.02M{x + s * 0.33:.2f} 0.46q{s * 0.08:.2f} 0.08 {s * 0.03:.2f} 0.2"
            for s in (-1, 1)
        )
        drawn += stroke(lines, darker(look.skin, 0.14), 0.026, opacity=0.8)
    if look.has("down_syndrome"):
        x = features.shift
        folds = "".join(
            f"M{x + s * 0.22:.2f} {features.level - 0.06:.2f}q{-s * 0.03:.2f} 0.09 {s * 0.04:.2f} 0.13"
            for s in (-1, 1)
        )
        drawn += group(stroke(folds, darker(look.skin, 0.15), 0.03), data_trait="down_syndrome")
    return drawn
