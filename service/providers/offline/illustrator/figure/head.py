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
from service.providers.offline.illustrator.svg import circle, ellipse, group, mirrored, path, smooth, stroke
from service.providers.offline.illustrator.traits import coverings, headgear, skin


def features_of(look: Look, view: HeadView) -> Features:
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
        turn=view.turn,
    )


def skull(look: Look, width: float) -> str:
    """The shape of face and skull, as path data."""
    jaw = 0.1 * min(max((look.age - 8) / 10, 0), 1)
    right = [
        (0.0, -1.0),
        (0.56, -0.87),
        (0.93, -0.4),
        (0.98, 0.1),
        (0.9 - jaw, 0.52),
        (0.56 - jaw, 0.87),
        (0.0, 1.0),
    ]
    return smooth(mirrored([(x * width, y) for x, y in right]))


def _ears(look: Look, view: HeadView) -> str:
    size = 0.17 if look.has("down_syndrome") else 0.2
    drop = 0.2 if look.has("down_syndrome") else 0.14
    drawn = ""
    for side in (-1, 1):
        x = side * (0.99 - max(view.turn * side, 0) * 0.05) * view.width
        inner = stroke(
            f"M{x:.2f} {drop - 0.07:.2f}q{side * 0.09:.2f} 0.02 {side * 0.04:.2f} 0.13",
            darker(look.skin, 0.13),
            0.035,
        )
        drawn += (
            ellipse(x, drop, size * 0.84, size, look.skin, stroke=edge(look.skin), stroke_width=0.035) + inner
        )
    return drawn


def behind(look: Look) -> str:
    """The parts of the head behind the body: long hair, or the back of a covering."""
    if coverings.hides_hair(look):
        return coverings.behind(look)
    return (
        group(hairdo.behind(look.hair), data_trait="hair_texture")
        if look.has("hair_texture")
        else hairdo.behind(look.hair)
    )


def over(look: Look) -> str:
    """The parts of the head in front of the shoulders."""
    return "" if coverings.hides_hair(look) else hairdo.over(look.hair)


def front(look: Look, view: HeadView, expression: Expression) -> str:
    """The head itself, with its face."""
    features = features_of(look, view)
    shape = path(skull(look, view.width), look.skin, stroke=edge(look.skin), stroke_width=0.038)
    shade = path(_side_shade(view), darker(look.skin, 0.12), opacity=0.16)
    hidden = coverings.hides_hair(look)
    crown = "" if hidden else _crown(look, view)
    return "".join(
        (
            "" if hidden and coverings.hides_ears(look) else _ears(look, view),
            shape, shade, skin.face_marks(look, view), face.cheeks(features, look.blush), hairdo.beard(look.hair, view.turn),
            _features(look, view, features, expression), crown,
            coverings.front(look, view), headgear.on_head(look, view, features),
        )
    )  # fmt: skip


def _crown(look: Look, view: HeadView) -> str:
    drawn = hair_caps.cap(look.hair, view.turn)
    if look.has("hair_loss"):
        sheen = stroke("M-0.55 -0.72Q-0.2 -0.95 0.2 -0.9", mix(look.skin, "#ffffff", 0.5), 0.08, opacity=0.6)
        return group(drawn, sheen, data_trait="hair_loss", data_part="scalp")
    return group(drawn, data_trait="hair_texture") if look.has("hair_texture") else drawn


def _side_shade(view: HeadView) -> str:
    x = -view.width if view.turn >= 0 else view.width
    return f"M{x * 0.93:.2f} -0.4Q{x * 1.02:.2f} 0.1 {x * 0.88:.2f} 0.5Q{x * 0.6:.2f} 0.98 0 0.99Q{x * 0.55:.2f} 0.8 {x * 0.7:.2f} 0.4Q{x * 0.82:.2f} 0 {x * 0.93:.2f} -0.4Z"


def _features(look: Look, view: HeadView, features: Features, expression: Expression) -> str:
    x = features.shift * 1.2
    brow = _brow_colour(look)
    nose_size = 0.82 if look.has("down_syndrome") else 1.0 + 0.12 * look.older
    mouth_y = 0.6
    parts = [
        _freckles(look, x),
        face.eyes(features, expression, view.lift),
        face.brows(features, expression, brow, 0.06),
        face.nose(x * 1.35, 0.37, look.skin, nose_size),
        face.mouth(expression.mouth, x, mouth_y, "#3a2c28" if look.hair.beard else look.skin, 0.98),
        _folds(look, features),
    ]
    if look.has("craniofacial_difference"):
        parts.append(skin.cleft_repair(look, x * 1.2))
    return "".join(parts)


def _brow_colour(look: Look) -> str:
    base = look.hair.colour if look.hair.grows else darker(look.skin, 0.25)
    lightness, _, _ = to_oklch(base)
    return darker(base, 0.05) if lightness < 0.75 else mix(base, "#8a6a4a", 0.5)


def _freckles(look: Look, x: float) -> str:
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
    return group(*(circle(x + sx, sy, 0.028, darker(look.skin, 0.17), opacity=0.75) for sx, sy in spots))


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
