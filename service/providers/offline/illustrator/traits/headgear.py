"""Draws devices that are worn on the head. Units are the radius of the head, around its centre.

The devices are large and have clear colours, so that a child who wears such a device recognizes it at once.
"""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.figure.face import Features
from service.providers.offline.illustrator.figure.outline import edge
from service.providers.offline.illustrator.figure.view import HeadView
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import circle, ellipse, group, path, rect, smooth, stroke
from service.providers.offline.illustrator.traits import coverings
from service.providers.offline.illustrator.words import choice_for, colour_in, has_any

_BRIGHT = ("#3f7fd0", "#8a58c0", "#d8488a", "#2f9f94", "#e0683a")
_METAL = "#c3c9d1"


def on_head(look: Look, view: HeadView, features: Features) -> str:
    """Everything that a hero wears on the head, over face and hair, as it is seen on the turned head."""
    wrapped = []
    if look.has("feeding_tube"):
        wrapped.append(_feeding_tube(look, view, features))
    if look.has("oxygen_or_tracheostomy") and not tracheostomy(look):
        wrapped.append(_cannula(features))
    if look.has("glasses") or (look.species is None and has_any(look.detail("white_cane"), ("glasses",))):
        wrapped.append(_glasses(look, features))
    parts = [view.ball.wrapped("".join(wrapped))]
    if look.has("hearing_aids"):
        parts.append(_hearing_aids(look, view))
    if look.has("cochlear_implant"):
        parts.append(_cochlear_implant(look, view))
    if look.has("sensory_supports"):
        parts.append(_ear_defenders(look, view))
    return "".join(parts)


def tracheostomy(look: Look) -> bool:
    """Whether the airway trait is a tracheostomy and not a cannula."""
    return has_any(look.detail("oxygen_or_tracheostomy"), ("tracheostomy", "trach", "trachea"))


def _accent(look: Look, trait: str) -> str:
    return colour_in(look.detail(trait)) or choice_for(look.name, trait, _BRIGHT)


def _glasses(look: Look, features: Features) -> str:
    words = f"{look.detail('glasses')} {look.detail('white_cane')}"
    colour = colour_in(words) or choice_for(
        look.name, "glasses", ("#3f4a6b", "#a8443a", "#2f6f6a", "#5b4632")
    )
    dark = has_any(words, ("dark", "sunglasses", "black glasses"))
    x, y, r = features.shift, features.level, 0.27 * features.size + 0.02
    lens = "#3a3440" if dark else "#ffffff"
    drawn = ""
    for side in (-1, 1):
        cx = x + side * (features.apart + 0.01)
        drawn += ellipse(
            cx, y, r * 1.04, r, lens, fill_opacity=0.92 if dark else 0.2, stroke=colour, stroke_width=0.062
        )
        drawn += stroke(
            f"M{cx - r * 0.5:.2f} {y - r * 0.5:.2f}l{r * 0.4:.2f} {-r * 0.16:.2f}",
            "#ffffff",
            0.04,
            opacity=0.8,
        )
        drawn += stroke(
            f"M{cx + side * r * 1.02:.2f} {y - 0.04:.2f}L{side * 0.98:.2f} {y - 0.02:.2f}", colour, 0.055
        )
    inner = features.apart + 0.01 - r
    bridge = stroke(
        f"M{x - inner:.2f} {y - 0.02:.2f}Q{x:.2f} {y - 0.1:.2f} {x + inner:.2f} {y - 0.02:.2f}", colour, 0.06
    )
    return group(drawn, bridge, data_trait="glasses", data_part="frames_and_lenses")


def _sides(look: Look, trait: str, view: HeadView, both: bool) -> tuple[int, ...]:
    detail = look.detail(trait)
    if has_any(detail, ("left",)) and not has_any(detail, ("right", "both")):
        return (view.side(left=True),)
    if has_any(detail, ("right",)) and not has_any(detail, ("left", "both")):
        return (view.side(left=False),)
    return (-1, 1) if both else (view.side(left=True),)


def _behind_ear(side: int, colour: str) -> str:
    """The case of a hearing device behind the ear, with its tube and ear piece."""
    case = smooth(
        [
            (side * x, y)
            for x, y in (
                (0.93, -0.13),
                (1.06, -0.2),
                (1.22, -0.08),
                (1.27, 0.14),
                (1.2, 0.34),
                (1.1, 0.3),
                (1.15, 0.1),
                (1.08, -0.03),
                (0.98, -0.02),
            )
        ]
    )
    body = path(case, colour, stroke=darker(colour, 0.2), stroke_width=0.035, stroke_linejoin="round")
    tube = stroke(f"M{side * 0.95:.2f} -0.06Q{side * 0.84:.2f} 0.04 {side * 0.96:.2f} 0.16", "#ffffff", 0.05)
    tube += stroke(
        f"M{side * 0.95:.2f} -0.06Q{side * 0.84:.2f} 0.04 {side * 0.96:.2f} 0.16", "#b9d3e6", 0.028
    )
    piece = circle(
        side * 0.97, 0.18, 0.075, lighter(colour, 0.1), stroke=darker(colour, 0.15), stroke_width=0.025
    )
    return body + tube + piece + circle(side * 1.19, 0.1, 0.03, "#ffffff")


def _hearing_aids(look: Look, view: HeadView) -> str:
    colour = _accent(look, "hearing_aids")
    drawn = "".join(
        view.ball.beside(_behind_ear(side, colour), side)
        for side in _sides(look, "hearing_aids", view, both=True)
    )
    return group(drawn, data_trait="hearing_aids", data_part="behind_the_ear")


def _cochlear_implant(look: Look, view: HeadView) -> str:
    colour = _accent(look, "cochlear_implant")
    drawn = ""
    for side in _sides(
        look, "cochlear_implant", view, both=has_any(look.detail("cochlear_implant"), ("both",))
    ):
        x, y = side * 0.84, -0.56
        cable = f"M{side * 1.18:.2f} -0.1Q{side * 1.34:.2f} -0.42 {x + side * 0.16:.2f} {y:.2f}"
        coil = circle(x, y, 0.2, colour, stroke=darker(colour, 0.2), stroke_width=0.035)
        coil += circle(x, y, 0.12, lighter(colour, 0.14)) + circle(x, y, 0.045, darker(colour, 0.12))
        processor = _behind_ear(side, colour)
        parts = group(stroke(cable, darker(colour, 0.15), 0.05), data_part="cable")
        parts += group(coil, data_part="transmitter_coil") + group(processor, data_part="processor")
        drawn += view.ball.beside(parts, side)
    return group(drawn, data_trait="cochlear_implant")


def _ear_defenders(look: Look, view: HeadView) -> str:
    colour = _accent(look, "sensory_supports")
    top = -1.3 if coverings.is_hat_under(look) or look.hair.texture in ("curly", "coily") else -1.2
    wide, middle = 1.1 * abs(view.ball.cos), -0.1 * view.ball.sin
    band = (
        f"M{-wide:.2f} 0.02Q{middle - wide * 1.1:.2f} {top:.2f} {middle:.2f} {top:.2f}"
        f"Q{middle + wide * 1.1:.2f} {top:.2f} {wide:.2f} 0.02"
    )
    drawn = group(
        stroke(band, darker(colour, 0.22), 0.15), stroke(band, "#4a4852", 0.1), data_part="headband"
    )
    for side in (-1, 1):
        x = side * 1.08
        cup = rect(x - 0.19, -0.2, 0.38, 0.64, colour, rx=0.18, stroke=darker(colour, 0.2), stroke_width=0.04)
        pad = rect(x - side * 0.24 - 0.07, -0.14, 0.14, 0.52, "#3f3c46", rx=0.07)
        shine = stroke(f"M{x + side * 0.06:.2f} -0.06L{x + side * 0.06:.2f} 0.16", lighter(colour, 0.2), 0.05)
        drawn += view.ball.beside(group(pad, cup, shine, data_part="ear_cup"), side)
    return group(drawn, data_trait="sensory_supports")


def _tube(d: str, colour: str = "#e4f1f7") -> str:
    return stroke(d, "#7fa3b8", 0.072) + stroke(d, colour, 0.044)


def _cannula(features: Features) -> str:
    x = features.shift * 1.6
    line = f"M-0.97 0.16Q-0.62 0.4 {x - 0.14:.2f} 0.49Q{x:.2f} 0.52 {x + 0.14:.2f} 0.49Q0.62 0.4 0.97 0.16"
    prongs = f"M{x - 0.05:.2f} 0.5L{x - 0.045:.2f} 0.42M{x + 0.05:.2f} 0.5L{x + 0.045:.2f} 0.42"
    fall = "M-0.97 0.16Q-1.02 0.7 -0.6 1.05Q-0.3 1.24 0 1.3M0.97 0.16Q1.02 0.7 0.6 1.05Q0.3 1.24 0 1.3L0 1.75"
    return group(
        _tube(fall),
        _tube(line),
        _tube(prongs),
        data_trait="oxygen_or_tracheostomy",
        data_part="nasal_cannula",
    )


def _feeding_tube(look: Look, view: HeadView, features: Features) -> str:
    x, side = features.shift * 1.5, view.side(left=False)
    line = f"M{x + side * 0.05:.2f} 0.43Q{side * 0.3:.2f} 0.56 {side * 0.6:.2f} 0.42Q{side * 0.86:.2f} 0.3 {side * 1.0:.2f} 0.12"
    tape = mix(look.skin, "#fff3d6", 0.75)
    patch = rect(-0.13, -0.08, 0.26, 0.16, tape, rx=0.05, stroke=edge(tape), stroke_width=0.02)
    star = circle(0, 0, 0.035, "#e0683a")
    held = group(patch, star, transform=f"translate({side * 0.58:.2f} 0.42) rotate({side * -22})")
    return group(_tube(line, "#f4e3b4"), held, data_trait="feeding_tube", data_part="nasal_tube")
