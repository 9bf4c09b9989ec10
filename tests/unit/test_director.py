"""The offline director: a palette that travels, and a reading of every picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.story import Beat, Character, Pose, Staging, StoryBrief, StoryContent, TraitRef
from service.providers.offline.director import analyse_scene, plan_palette
from service.providers.offline.illustrator.colour import contrast, distance, luminance
from service.providers.offline.illustrator.motif import MOTIFS, motif_of
from service.providers.offline.illustrator.places.registry import PLACES

MAYA = Character(name="Maya", age=7, traits=(TraitRef(id="manual_wheelchair"),))
FINN = Character(name="Finn", kind="animal", species="fox")


def brief(**fields: object) -> StoryBrief:
    return StoryBrief.model_validate({"characters": (MAYA, FINN), **fields})


def story(*texts: str, staging: Staging | None = None) -> StoryContent:
    beats = tuple(Beat(index=at, text=text, alt="", staging=staging) for at, text in enumerate(texts, 1))
    return StoryContent(title="T", summary="Maya and Finn go far", beats=beats)


TALE = story(
    "In the morning Maya found a map in the garden.",
    "Finn ran into the dark forest. It began to rain.",
    "At dusk they came to the lake. Maya pointed at a little boat.",
    "Under the stars, on the island, they all slept.",
)


@pytest.mark.parametrize("count", [1, 4, 12])
def test_palette_has_a_step_for_the_cover_and_each_scene(count: int) -> None:
    content = story(*(f"Maya went on, step {at}." for at in range(count)))
    journey = plan_palette(brief(), content)
    names = [step.name for step in journey.steps]
    assert len(names) == count + 1
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "story_type", ["adventure", "bedtime", "birthday", "friendship", "mystery", "learning", "?"]
)
def test_palette_runs_from_light_to_deep_with_good_contrast(story_type: str) -> None:
    for step in plan_palette(brief(story_type=story_type), TALE).steps:
        lights = [luminance(colour) for colour in step.colours]
        assert lights == sorted(lights, reverse=True)
        assert contrast(step.colours[0], step.colours[-1]) >= 7
        assert contrast(step.colours[0], step.colours[-2]) >= 3


def test_palette_travels_visibly_from_cover_to_end() -> None:
    steps = plan_palette(brief(), TALE).steps
    moved = [
        max(distance(a, b) for a, b in zip(one.colours, two.colours, strict=True))
        for one, two in pairwise(steps)
    ]
    assert min(moved) > 0.04
    assert max(distance(a, b) for a, b in zip(steps[0].colours, steps[-1].colours, strict=True)) > 0.1


def test_motif_comes_from_the_themes_and_can_be_drawn() -> None:
    assert plan_palette(brief(themes=("courage",)), TALE).motif == "a small lantern light"
    assert plan_palette(brief(themes=("zzz",), story_type="mystery"), TALE).motif == "a little key"
    assert motif_of(plan_palette(brief(themes=("friendship",)), TALE).motif) == "heart"
    assert {motif_of(words) for words in ("a lantern", "🦊", "", "winter snow")} <= set(MOTIFS)


def test_staging_of_the_storyteller_is_kept() -> None:
    staging = Staging(
        place="cave",
        time_of_day="night",
        weather="clear",
        poses=(Pose(name="Maya", pose="roll", expression="brave"),),
    )
    assert analyse_scene(brief(), story("They go.", staging=staging), 1).staging == staging


def test_staging_is_read_from_the_words() -> None:
    first, second, third, fourth = (analyse_scene(brief(), TALE, at).staging for at in (1, 2, 3, 4))
    assert (first.place, first.time_of_day, first.props) == ("garden", "morning", ("map",))
    assert (second.place, second.weather) == ("forest", "rain")
    assert (third.place, third.time_of_day, third.props) == ("lake", "dusk", ("boat",))
    assert fourth.place in ("night_sky", "island")


def test_wheelchair_user_rolls() -> None:
    poses = analyse_scene(brief(), story("Maya ran down the hill."), 1).staging.poses
    assert next(pose.pose for pose in poses if pose.name == "Maya") == "roll"


def test_only_the_heroes_that_a_scene_names_are_posed() -> None:
    assert [pose.name for pose in analyse_scene(brief(), story("Finn slept."), 1).staging.poses] == ["Finn"]


def test_cameras_of_neighbouring_scenes_differ() -> None:
    content = story(*(f"Maya went on, step {at}." for at in range(12)))
    for seed in range(6):
        cameras = [analyse_scene(brief(seed=seed), content, at).camera for at in range(13)]
        assert all(one != two for one, two in pairwise(cameras))


def test_cover_shows_everyone() -> None:
    analysis = analyse_scene(brief(), TALE, 0)
    assert analysis.is_cover
    assert [pose.name for pose in analysis.staging.poses] == ["Maya", "Finn"]
    assert analysis.staging.place in PLACES


def test_direction_is_the_same_each_time() -> None:
    assert plan_palette(brief(seed=5), TALE) == plan_palette(brief(seed=5), TALE)
    assert analyse_scene(brief(seed=5), TALE, 2) == analyse_scene(brief(seed=5), TALE, 2)


def test_scene_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        analyse_scene(brief(), TALE, 5)


@settings(max_examples=20, deadline=None)
@given(
    text=st.text(max_size=80),
    theme=st.text(max_size=20),
    kind=st.text(max_size=20),
    seed=st.integers(0, 2**31),
)
def test_any_words_can_be_directed(text: str, theme: str, kind: str, seed: int) -> None:
    asked = brief(themes=(theme,), story_type=kind, seed=seed)
    content = story(text, text)
    assert len(plan_palette(asked, content).steps) == 3
    assert analyse_scene(asked, content, 2).description


def test_new_words_of_a_person_change_what_they_name_and_nothing_else() -> None:
    staging = Staging(
        place="forest",
        time_of_day="day",
        weather="clear",
        props=("lantern",),
        poses=(
            Pose(name="Maya", pose="wave", expression="happy"),
            Pose(name="Finn", pose="run", expression="happy"),
        ),
    )
    told = story("Maya waved by the lake of her dreams. Finn ran.", staging=staging)
    edited = told.beats[0].reworded(
        "Maya waved by the lake of her dreams. At night Finn sat down in the rain.", None
    )
    seen = analyse_scene(brief(), told.model_copy(update={"beats": (edited,)}), 1).staging
    assert (seen.place, seen.time_of_day, seen.weather) == ("forest", "night", "rain")
    assert {pose.name: pose.pose for pose in seen.poses} == {"Maya": "wave", "Finn": "sit"}
    assert "lantern" in seen.props


def test_words_that_are_taken_back_leave_the_scene_as_it_was() -> None:
    beat = story("Maya waved.", staging=Staging(place="forest", time_of_day="day", weather="clear")).beats[0]
    assert beat.reworded("Maya slept.", None).reworded(None, "A bed.").reworded("Maya waved.", "") == beat
