"""Draws complete pictures: covers, scenes and character sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from zlib import crc32

from service.domain.story import Staging
from service.providers.offline.illustrator import casting
from service.providers.offline.illustrator.camera import camera_of
from service.providers.offline.illustrator.casting import Cast
from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.composition import compose
from service.providers.offline.illustrator.description import Seen, Things, described
from service.providers.offline.illustrator.figure.figure import draw_figure
from service.providers.offline.illustrator.finish.choice import finish_for, inks_of, lighting_of
from service.providers.offline.illustrator.finish.measure import Shown, measured
from service.providers.offline.illustrator.finish.passes import Layer, document
from service.providers.offline.illustrator.finish.shading import Lighting
from service.providers.offline.illustrator.light import light_of
from service.providers.offline.illustrator.look import look_of
from service.providers.offline.illustrator.motif import motif_of, woven
from service.providers.offline.illustrator.page import Composed
from service.providers.offline.illustrator.places.foreground import corner
from service.providers.offline.illustrator.places.registry import INDOORS, draw_place, place_of
from service.providers.offline.illustrator.places.sky import fog, weather
from service.providers.offline.illustrator.places.stage import Setting, Stage
from service.providers.offline.illustrator.subjects import subjects_of
from service.providers.offline.illustrator.surroundings import around
from service.providers.offline.illustrator.svg import group, halo, moved, path, rect
from service.providers.offline.illustrator.tones import tones_of
from service.providers.protocols import PictureAsk

_ANYWHERE = Staging(place="meadow", time_of_day="day", weather="clear")
#: Outdoor places without rain and wind.
_SHELTERED = ("cave", "underwater", "space")
#: A thing is in the picture if at least this share of it is visible.
_VISIBLE = 0.4


@dataclass(frozen=True)
class Drawing:
    """A drawn picture: its layers from far to near, its width in units of the canvas (it is 1000 high), its
    finish, light and inks, and its description in plain English. A character sheet has no description."""

    layers: tuple[Layer, ...]
    width: float
    size: tuple[int, int]
    finish: str
    lighting: Lighting
    inks: tuple[str, ...]
    alt: str | None = None

    @property
    def svg(self) -> str:
        """The drawing as a complete SVG document, before its finish."""
        return document(self.layers, self.width, self.size)


def draw(ask: PictureAsk) -> str:
    """The requested picture as a complete SVG document. The same request gives the same text."""
    return drawn(ask).svg


def drawn(ask: PictureAsk) -> Drawing:
    """The requested picture. The same request gives the same picture."""
    width = 1000.0 * ask.size[0] / ask.size[1]
    tones = tones_of(ask.palette)
    finish = finish_for(ask.style, motif_of(ask.motif))
    if ask.subject == "character_sheet":
        lighting = Lighting(sun=(-0.6, -0.75), shadow="#4a3a5a")
        return Drawing(_sheet(ask, width), width, ask.size, finish, lighting, inks_of(tones))
    layers, seen, stage, composed = _scene(ask, width)
    sun = -1.0 if stage.flip else 1.0
    reach = 300 + 240 * min(stage.camera.unit, 2)
    lighting = lighting_of(stage.light, tones, sun, composed.focus_at, reach, seen.indoors)
    return Drawing(layers, width, ask.size, finish, lighting, inks_of(tones), described(seen))


def _rng(ask: PictureAsk) -> Random:
    return Random(f"{ask.seed}|{ask.subject}|{ask.index}|{crc32((ask.feedback or '').encode())}")


def _scene(ask: PictureAsk, width: float) -> tuple[tuple[Layer, ...], Seen, Stage, Composed]:
    staging = ask.analysis.staging if ask.analysis else _ANYWHERE
    tones, place = tones_of(ask.palette), place_of(staging.place)
    light = light_of(staging, tones)
    subjects = subjects_of(staging, place, light)
    words = getattr(staging, "shot", None) or (ask.analysis.camera if ask.analysis else "")
    shot = camera_of(words, ask.subject == "cover")
    flip = (ask.index + ask.seed) % 2 == 1
    characters = casting.shown(ask.characters, staging)
    composed = compose(characters, staging, subjects, shot, width, flip)
    if subjects.focus is not None and subjects.focus.name == "moon":
        light = light.without_disc()
    stage = Stage(width, composed.camera, light, tones, _rng(ask), flip, ask.seed)
    setting = draw_place(place, stage)
    sheltered = setting.indoors or place in _SHELTERED
    falling, drifting = ("", "") if sheltered else (weather(stage), fog(stage))
    others = around(subjects.others, composed, stage)
    back = [
        Layer(_zoomed(setting.behind, stage), 2, 90, "", "paint"),
        Layer(woven(ask.motif, stage, place in INDOORS) + drifting, 94, 1, "", "flat"),
        *others,
        Layer(composed.shadows, 107),
    ]
    back_of_lead = 1 if flip else -1
    near = "" if setting.edges else corner(place, stage, back_of_lead)
    front = _frame(setting, near, composed, width)
    layers = (*back, *composed.layers, *front, Layer(falling, 254, 0, "", "flat"))
    visible = measured((*others, *composed.layers, *front), width)
    return layers, _seen(place, stage, setting, composed, others, visible), stage, composed


def _zoomed(behind: str, stage: Stage) -> str:
    """The place, enlarged around the middle of the horizon for near shots."""
    zoom = stage.camera.zoom
    if zoom == 1:
        return behind
    x, y = stage.width / 2, stage.horizon
    return group(behind, transform=f"translate({x * (1 - zoom):.2f} {y * (1 - zoom):.2f}) scale({zoom:.3f})")


def _frame(setting: Setting, corner: str, composed: Composed, width: float) -> list[Layer]:
    """The parts of the place before the group, without those that would hide a face or the focus."""
    before, edges = Layer(setting.before, 238, 4, "", "paint"), Layer(setting.edges, 243, 4, "", "paint")
    near = Layer(corner, 248, 5, "", "paint")
    parts = [part for part in (before, edges, near) if part.svg]
    if _leaves_free(parts, composed, width):
        return parts
    return [part for part in parts if _leaves_free([part], composed, width)]


def _leaves_free(parts: Sequence[Layer], composed: Composed, width: float) -> bool:
    view = measured((*composed.layers, *parts), width)
    return all(
        shown.face > composed.view[name].face - 0.02
        and shown.part > composed.view[name].part - (0.12 if name == "focus" else 0.07)
        for name, shown in view.items()
    )


def _seen(
    place: str,
    stage: Stage,
    setting: Setting,
    composed: Composed,
    others: Sequence[Layer],
    visible: Mapping[str, Shown],
) -> Seen:
    """What the picture shows, by its measured map."""

    def names(kind: str) -> list[str]:
        return [
            layer.subject.removeprefix(f"{kind} ")
            for layer in others
            if layer.subject.startswith(f"{kind} ") and visible[layer.subject].part >= _VISIBLE
        ]

    around_them, above = names("ground"), names("air")
    for subject, (name, in_air) in composed.named.items():
        if subject in visible and visible[subject].part >= _VISIBLE and name != composed.held:
            (above if in_air else around_them).insert(0, name)
    things = Things(composed.held, composed.touched, tuple(around_them), tuple(above))
    return Seen(place, stage.light, setting.indoors, composed.cast, composed.lead, things)


def _sheet(ask: PictureAsk, width: float) -> tuple[Layer, ...]:
    """A character sheet: each hero twice, with the whole body, on a plain background: once standing and once
    greeting."""
    tones = tones_of(ask.palette)
    ground = mix(tones.light, "#fbf3e2", 0.5)
    paper = rect(-10, -10, width + 20, 1020, ground) + halo(width / 2, 420, width * 0.6, 460, "#fffaf0", 0.8)
    floor = mix(ground, tones.soft, 0.5)
    paper += path(f"M-10 850Q{width / 2:.0f} 800 {width + 10:.0f} 850V1010H-10Z", lighter(floor, 0.02))
    cast = []
    for character in ask.characters[:4]:
        look = look_of(character)
        for pose, mood, flipped in (("stand", "calm", False), ("wave", "happy", True)):
            size = look.species.size if look.species else 1.0
            cast.append(Cast(look, draw_figure(look, pose, mood, flipped), size))
    return (Layer(paper, 2, 6, "", "paint"), *_row(cast, width, darker(floor, 0.2)))


def _row(cast: list[Cast], width: float, shade: str) -> list[Layer]:
    if not cast:
        return []
    gap = 30.0
    wide, tall = sum(member.width for member in cast), max(member.height for member in cast)
    scale = min((width * 0.92 - gap * (len(cast) - 1)) / wide, 780 / tall)
    x = (width - wide * scale - gap * (len(cast) - 1)) / 2
    layers = []
    for n, member in enumerate(cast):
        left, right = x, x + member.width * scale
        shadow = halo((left + right) / 2, 917, (right - left) * 0.52, 22, shade, 0.6)
        figure = moved(
            member.drawn.svg, x - member.drawn.left * member.size * scale, 915, member.size * scale
        )
        layers.append(Layer(shadow + figure, 100 + n * 16, 13, f"hero {n}", "cloth"))
        x = right + gap
    return layers
