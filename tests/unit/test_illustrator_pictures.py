"""Whole pictures: files that decode, deterministic, with everyone in them and nobody's words."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image

from service.domain.prompts import Prompt
from service.domain.story import Character, PaletteStep, Pose, SceneAnalysis, Staging, TraitRef
from service.providers.cpu import CpuPool
from service.providers.offline.illustrator.casting import must_be_whole
from service.providers.offline.illustrator.finish import press
from service.providers.offline.illustrator.finish.choice import finish_for, read_finish
from service.providers.offline.illustrator.finish.finishes import FINISHES
from service.providers.offline.illustrator.finish.measure import Shown, measured
from service.providers.offline.illustrator.finish.passes import document, map_of, raster
from service.providers.offline.illustrator.finish.press import printed
from service.providers.offline.illustrator.motif import MOTIFS
from service.providers.offline.illustrator.places.registry import PLACES, place_of
from service.providers.offline.illustrator.props.registry import THINGS, thing_of
from service.providers.offline.illustrator.scene import draw, drawn
from service.providers.offline.image import OfflineImage, render, render_again
from service.providers.offline.pace import Pace
from service.providers.protocols import PictureAsk
from tests.cases import for_each

pytestmark = pytest.mark.slow

PALETTE = PaletteStep(
    name="Noon", mood="glad", colours=("#fdf3dc", "#f9d9a0", "#efae6e", "#b8707a", "#4a3f6b")
)
MIA = Character(name="Mia", age=6)
FINN = Character(name="Finn", kind="animal", species="fox")


def scene(
    place: str = "meadow",
    *,
    heroes: tuple[Character, ...] = (MIA, FINN),
    index: int = 1,
    time: str = "day",
    weather: str = "clear",
    camera: str = "medium shot",
    props: tuple[str, ...] = (),
    size: tuple[int, int] = (256, 256),
    palette: PaletteStep = PALETTE,
    seed: int = 1,
    feedback: str | None = None,
) -> PictureAsk:
    poses = tuple(Pose(name=hero.name, pose="wave", expression="happy") for hero in heroes)
    staging = Staging(place=place, time_of_day=time, weather=weather, props=props, poses=poses)
    analysis = SceneAnalysis(index=index, action="", camera=camera, depth="", atmosphere="", staging=staging)
    return PictureAsk(
        subject="scene", index=index, title="", characters=heroes, analysis=analysis, palette=palette,
        motif="a star", prompt=Prompt(()), size=size, seed=seed, feedback=feedback,
    )  # fmt: skip


def sheet(heroes: tuple[Character, ...], size: tuple[int, int] = (256, 256)) -> PictureAsk:
    return PictureAsk(
        subject="character_sheet", index=0, title="", characters=heroes, analysis=None, palette=PALETTE,
        motif="a star", prompt=Prompt(()), size=size,
    )  # fmt: skip


def test_picture_is_a_png_of_the_asked_size() -> None:
    picture = render(scene("forest", size=(1024, 1024), props=("lantern", "dog")))
    with Image.open(io.BytesIO(picture.data)) as opened:
        opened.load()
        assert (opened.format, opened.size) == ("PNG", (1024, 1024))
    assert picture.media_type == "image/png"
    assert len(picture.data) < 1_500_000


@pytest.mark.parametrize("size", [(320, 200), (200, 320)])
def test_picture_may_be_oblong(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(render(scene(size=size)).data)) as opened:
        assert opened.size == size


def test_same_ask_gives_the_same_bytes() -> None:
    assert render(scene("seaside")).data == render(scene("seaside")).data


def test_seed_and_feedback_give_another_picture() -> None:
    pictures = {
        draw(scene("forest")),
        draw(scene("forest", seed=3)),
        draw(scene("forest", feedback="Show Mia.")),
    }
    assert len(pictures) == 3


@for_each("place", PLACES)
def test_place_is_drawn_as_sound_xml(place: str) -> None:
    hours = ("dawn", "day", "dusk", "night")
    weathers = ("clear", "rain", "snow", "wind", "fog", "storm", "stars")
    at = sorted(PLACES).index(place)
    picture = draw(scene(place, time=hours[at % 4], weather=weathers[at % 7], camera="through the leaves"))
    ElementTree.fromstring(picture)
    assert "NaN" not in picture
    assert "<text" not in picture


def test_places_cameras_and_hours_all_differ() -> None:
    assert len({draw(scene(place)) for place in PLACES}) == len(PLACES)
    assert (
        len({draw(scene(camera=camera)) for camera in ("wide", "medium", "low", "high", "close", "through")})
        == 6
    )
    assert (
        len({draw(scene(time=hour)) for hour in ("dawn", "morning", "day", "golden", "dusk", "night")}) == 6
    )


@for_each("name", THINGS)
def test_thing_is_drawn_as_sound_xml(name: str) -> None:
    thing = THINGS[name]
    ElementTree.fromstring(f"<svg>{thing.draw(thing.colour)}</svg>")
    assert thing_of(f"a little blue {name}") == (thing, "#4a7fbe")


def test_unknown_words_fall_back_quietly() -> None:
    assert place_of("the inside of a teapot") == "meadow"
    assert thing_of("a quasar") is None
    ElementTree.fromstring(draw(scene("zzz", time="zzz", weather="zzz", camera="zzz", props=("zzz",))))


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "👩🏽‍🚀🦊", "مريم", "]]>&\"'", "   "])
def test_hostile_names_never_reach_the_picture(name: str) -> None:
    hostile = Character(name=name, age=6, description=name)
    picture = draw(scene(name, heroes=(hostile, FINN), props=(name,), time=name, weather=name, camera=name))
    ElementTree.fromstring(picture)
    assert name.strip() == "" or name not in picture


def seen(ask: PictureAsk) -> Mapping[str, Shown]:
    """What the map of a picture shows of its heroes and of its focus."""
    picture = drawn(ask)
    return measured(picture.layers, picture.width)


def test_every_hero_is_in_the_picture_with_a_free_face() -> None:
    heroes = (MIA, FINN, Character(name="Gran", kind="adult", age=70), Character(name="Bo", age=3))
    shown = seen(scene(heroes=heroes, props=("bridge",), camera="through the leaves"))
    assert {f"hero {n}" for n in range(4)} <= shown.keys()
    assert all(one.face > 0.8 for name, one in shown.items() if name.startswith("hero"))


@pytest.mark.parametrize("focus", ["lantern", "umbrella", "dragon", "kite", "boat", "dog", "grandmother"])
def test_focus_is_large_and_not_hidden(focus: str) -> None:
    for camera, least in (("medium shot", 0.08), ("close shot", 0.08), ("wide shot", 0.04)):
        shown = seen(scene(props=(focus,), camera=camera))
        assert shown["focus"].box >= least * 0.9
        assert shown["focus"].part > 0.5
        assert shown["hero 0"].face > 0.8


def test_tall_things_are_held_above_the_face() -> None:
    picture = drawn(scene(heroes=(MIA,), props=("umbrella",)))
    assert picture.alt is not None and "Mia holds an umbrella." in picture.alt
    assert measured(picture.layers, picture.width)["hero 0"].face > 0.85


def test_only_heroes_with_a_pose_are_in_the_scene() -> None:
    ask = scene(heroes=(MIA,))
    both = PictureAsk(**{**{name: getattr(ask, name) for name in ask.__slots__}, "characters": (MIA, FINN)})
    assert draw(both).count("data-hero") == 1


def test_wheelchair_is_wholly_in_the_picture_even_in_a_close_shot() -> None:
    maya = Character(name="Maya", age=7, traits=(TraitRef(id="manual_wheelchair"),))
    assert must_be_whole((maya,))
    ask = scene(heroes=(maya,), camera="close up")
    picture = drawn(ask)
    group = next(layer for layer in picture.layers if layer.subject == "hero 0")
    alone = raster(map_of(document([group], 1000, (100, 100))), (100, 100))
    assert not alone[-1, :, 3].any()


@for_each("finish", FINISHES)
def test_finish_is_chosen_by_words_and_changes_the_picture(finish: str) -> None:
    ask = replace(scene("forest", size=(96, 96)), style=f"in {finish}, please")
    assert drawn(ask).finish == finish
    assert render(ask).data == render(ask).data
    others = {render(replace(ask, style=other)).data for other in FINISHES}
    assert len(others) == len(FINISHES)


@for_each("finish", FINISHES)
def test_a_large_picture_is_printed_in_tiles_without_seams(
    finish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = drawn(replace(scene("forest", size=(512, 512)), style=f"in {finish}, please"))
    whole = np.asarray(printed(drawing), dtype=np.int16)
    monkeypatch.setattr(press, "_WHOLE", 256)
    monkeypatch.setattr(press, "_TILE", 200)
    monkeypatch.setattr(press, "_MEASURE", 512)
    # Finishes shift their noise by up to 137 pixels; the margin of a large picture is wider.
    assert 2625 * press._REACH / 1000 > 137
    monkeypatch.setattr(press, "_REACH", 280)
    tiled = np.asarray(printed(drawing), dtype=np.int16)
    assert tiled.shape == whole.shape
    # Where two tiles meet, neighbours differ no more than in the picture that is printed at once.
    for seam in (170, 341):
        for axis in (0, 1):
            steps, usual = (
                np.abs(np.diff(pixels, axis=axis)).mean(axis=(1 - axis, 2))[seam - 1]
                for pixels in (tiled, whole)
            )
            assert steps < 1.25 * usual + 2
    assert np.abs(tiled - whole).mean() < 6


def test_a_picture_is_drawn_again_larger_if_it_is_still_the_same_picture() -> None:
    ask = scene("forest", size=(96, 64))
    digest = sha256(render(ask).data).hexdigest()[:16]
    again = render_again(ask, digest, 160)
    assert again is not None
    with Image.open(io.BytesIO(again)) as opened:
        assert (opened.format, opened.size, opened.info["dpi"]) == ("JPEG", (240, 160), (300, 300))
    assert render_again(ask, "0" * 16, 160) is None


def test_motif_proposes_a_finish_when_no_style_is_given() -> None:
    assert {finish_for(None, motif) for motif in MOTIFS} <= FINISHES.keys()
    assert finish_for("baroque", "moon") == finish_for(None, "moon")
    assert read_finish("a bold linocut") == "linocut"
    assert read_finish("baroque") is None


def test_character_sheet_shows_each_hero_twice() -> None:
    assert draw(sheet((MIA, FINN))).count("data-hero") == 4
    assert draw(sheet((MIA,))).count("data-hero") == 2


@pytest.mark.parametrize("colours", [(), ("#abcdef",), tuple(f"#{i}{i}8040" for i in range(9))])
def test_palette_may_have_any_number_of_colours(colours: tuple[str, ...]) -> None:
    ElementTree.fromstring(draw(scene(palette=PaletteStep(name="x", mood="x", colours=colours))))


async def test_provider_draws_in_the_pool() -> None:
    pool = CpuPool(1)
    try:
        image = OfflineImage(pool, Pace(0))
        reply = await image.draw(scene(), ())
    finally:
        pool.close()
    assert (reply.model, reply.usage.images) == ("storytroupe-vector-1", 1)
    assert reply.value == render(scene())
