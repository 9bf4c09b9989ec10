"""Makes the staging of each page for the illustrator: place, hour, weather, things, and the pose of every
hero."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.story import Character, Pose, Staging
from service.providers.offline.storyteller.plot import Plot

_SEATED = {"walk": "roll", "run": "roll", "stand": "sit", "kneel": "sit"}
_WHEELED = ("manual_wheelchair", "power_wheelchair")


def stage(plot: Plot, at: int, heroes: Sequence[Character]) -> Staging:
    """The staging of the scene with this index (from 0)."""
    key = plot.scenes[at].key
    moment = key.moment
    times = plot.frame.words("times")
    hour = times[min(at * len(times) // len(plot.scenes), len(times) - 1)]
    poses = (
        _pose(hero, *(moment.lead_pose if index == key.lead else moment.others_pose))
        for index, hero in enumerate(heroes)
    )
    return Staging(
        place=moment.place,
        time_of_day=moment.time or hour,
        weather=moment.weather or plot.frame.values["weather"],
        props=moment.props,
        poses=tuple(poses),
    )


def _pose(hero: Character, pose: str, expression: str) -> Pose:
    if any(hero.has(trait) for trait in _WHEELED):
        pose = _SEATED.get(pose, pose)
    return Pose(name=hero.name, pose=pose, expression=expression)
