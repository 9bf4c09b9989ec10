"""Draws complete pictures as SVG: covers, scenes and character sheets."""

from __future__ import annotations

from random import Random
from zlib import crc32

from service.domain.story import Staging
from service.providers.offline.illustrator import composition
from service.providers.offline.illustrator.camera import camera_of
from service.providers.offline.illustrator.colour import darker, lighter, mix
from service.providers.offline.illustrator.composition import Cast, Placed, Things
from service.providers.offline.illustrator.description import Seen, described
from service.providers.offline.illustrator.figure.figure import draw_figure
from service.providers.offline.illustrator.light import light_of
from service.providers.offline.illustrator.look import look_of
from service.providers.offline.illustrator.motif import woven
from service.providers.offline.illustrator.places.registry import draw_place, place_of
from service.providers.offline.illustrator.places.sky import fog, weather
from service.providers.offline.illustrator.places.stage import Stage
from service.providers.offline.illustrator.svg import fade, halo, moved, num, path, rect
from service.providers.offline.illustrator.tones import tones_of
from service.providers.protocols import PictureAsk

_ANYWHERE = Staging(place="meadow", time_of_day="day", weather="clear")


def draw(ask: PictureAsk) -> str:
    """The requested picture as a complete SVG document. The same request gives the same text."""
    return drawn(ask)[0]


def drawn(ask: PictureAsk) -> tuple[str, str | None]:
    """The requested picture, and its description in plain English. A character sheet has no description."""
    width = 1000.0 * ask.size[0] / ask.size[1]
    if ask.subject == "character_sheet":
        return _document(ask, width, _sheet(ask, width)), None
    body, seen = _scene(ask, width)
    return _document(ask, width, body), described(seen)


def _document(ask: PictureAsk, width: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} 1000" '
        f'width="{ask.size[0]}" height="{ask.size[1]}">{body}</svg>'
    )


#: Outdoor places without rain and wind.
_SHELTERED = ("cave", "underwater", "space")


def _rng(ask: PictureAsk) -> Random:
    return Random(f"{ask.seed}|{ask.subject}|{ask.index}|{crc32((ask.feedback or '').encode())}")


def _scene(ask: PictureAsk, width: float) -> tuple[str, Seen]:
    staging = ask.analysis.staging if ask.analysis else _ANYWHERE
    stage = stage_of(ask, width, staging)
    characters = composition.shown(ask.characters, staging)
    if composition.must_be_whole(characters):
        stage = composition.whole(stage)
    place = place_of(staging.place)
    setting = draw_place(place, stage)
    cast = composition.cast_heroes(characters, staging, stage) if characters else []
    placed = composition.place_heroes(cast, stage) if cast else []
    things = composition.things(staging, placed, stage, setting.indoors) if placed else Things()
    sheltered = setting.indoors or place in _SHELTERED
    falling, drifting = ("", "") if sheltered else (weather(stage), fog(stage))
    heroes = composition.heroes(placed, stage) if placed else ""
    edges = setting.edges if composition.leaves_edges(placed, stage) else ""
    motif = woven(ask.motif, stage, setting.indoors)
    layers = (
        setting.behind,
        motif,
        drifting,
        things.behind,
        heroes,
        things.front,
        setting.before,
        edges,
        falling,
        _vignette(stage),
    )
    return "".join(layers), Seen(place, stage.light, setting.indoors, cast, things)


def stage_of(ask: PictureAsk, width: float, staging: Staging) -> Stage:
    """The canvas of a cover or scene, with its camera, light and palette."""
    tones = tones_of(ask.palette)
    camera = camera_of(ask.analysis.camera if ask.analysis else "", ask.subject == "cover")
    flip = (ask.index + ask.seed) % 2 == 1
    return Stage(width, camera, light_of(staging, tones), tones, _rng(ask), flip)


def _vignette(stage: Stage) -> str:
    """Darken the corners a little, so that viewers look at the heroes."""
    define, paint = fade([(0, stage.tones.deep, 0.0), (1, stage.tones.deep, 0.24)])
    return define + rect(-10, 860, stage.width + 20, 150, paint)


def _sheet(ask: PictureAsk, width: float) -> str:
    """A character sheet: each hero twice, with the whole body, on a plain background: once standing and once
    greeting."""
    tones = tones_of(ask.palette)
    ground = mix(tones.light, "#fbf3e2", 0.5)
    drawn = rect(-10, -10, width + 20, 1020, ground) + halo(width / 2, 420, width * 0.6, 460, "#fffaf0", 0.8)
    floor = mix(ground, tones.soft, 0.5)
    drawn += path(f"M-10 850Q{width / 2:.0f} 800 {width + 10:.0f} 850V1010H-10Z", lighter(floor, 0.02))
    cast = []
    for character in ask.characters[:4]:
        look = look_of(character)
        for pose, mood, flipped in (("stand", "calm", False), ("wave", "happy", True)):
            cast.append(
                Cast(look, draw_figure(look, pose, mood, flipped), look.species.size if look.species else 1.0)
            )
    return drawn + _row(cast, width, darker(floor, 0.2))


def _row(cast: list[Cast], width: float, shade: str) -> str:
    if not cast:
        return ""
    gap = 30.0
    wide, tall = sum(member.width for member in cast), max(member.height for member in cast)
    scale = min((width * 0.92 - gap * (len(cast) - 1)) / wide, 780 / tall)
    x = (width - wide * scale - gap * (len(cast) - 1)) / 2
    drawn = ""
    for member in cast:
        size = member.size * scale
        hero = Placed(member.drawn.svg, x - member.drawn.left * size, 915, size, x, x + member.width * scale)
        drawn += halo((hero.left + hero.right) / 2, 917, (hero.right - hero.left) * 0.52, 22, shade, 0.6)
        drawn += moved(hero.svg, hero.x, hero.y, hero.scale)
        x = hero.right + gap
    return drawn
