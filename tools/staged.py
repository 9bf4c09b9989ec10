"""Lists the things that offline stories stage, and which of them no picture can show yet.

``python -m tools.staged`` tells books of every type and prints how often each thing is staged. The things
that the illustrator does not draw come first. Ends with an error if there are any.
"""

from __future__ import annotations

import sys
from collections import Counter

from service.domain.story import Character, StoryBrief
from service.providers.offline.illustrator.props.registry import thing_of
from service.providers.offline.storyteller.telling import tell

_TYPES = ("adventure", "bedtime", "birthday", "friendship", "mystery", "learning")
_HEROES = (Character(name="Mia", age=6), Character(name="Tom", age=7))


def staged(seeds: int) -> Counter[str]:
    """How often the books of these seeds, in every type, stage each thing."""
    things: Counter[str] = Counter()
    for seed in range(seeds):
        for kind in _TYPES:
            brief = StoryBrief(characters=_HEROES, scene_count=8, seed=seed, story_type=kind)
            for beat in tell(brief).beats:
                if beat.staging is not None:
                    things.update(beat.staging.props)
                    things.update(filter(None, [getattr(beat.staging, "focus", None)]))
    return things


def main() -> int:
    """Print the list. Returns the number of things that cannot be drawn."""
    things = staged(40)
    missing = [name for name in things if thing_of(name) is None]
    for name in sorted(things, key=lambda name: (name not in missing, -things[name])):
        print(f"{things[name]:5}  {name}{'  MISSING' if name in missing else ''}")
    print(f"{len(things)} things are staged; {len(missing)} of them cannot be drawn.")
    return len(missing)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
