"""Settings that name traits or actor groups: whether these exist. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from service.domain.inspection import Levels
from service.domain.traits import registry


def validate_settings(
    trait_levels: Levels, attempts: Mapping[str, int], *, groups: Collection[str]
) -> list[str]:
    """What is wrong with these settings, as sentences: a misspelt name would do nothing.

    ``groups`` are those of the registry.
    """
    return [
        *_unknown("STORYTROUPE_TRAIT_LEVELS", trait_levels, registry(), "GET /api/v1/traits lists them"),
        *_unknown("STORYTROUPE_ATTEMPTS", attempts, groups, f"there are {', '.join(groups)}"),
    ]


def _unknown(setting: str, named: Iterable[str], known: Iterable[str], where: str) -> list[str]:
    strange = sorted(set(named) - set(known))
    return [f"{setting} names {', '.join(strange)}, which there is not: {where}."] if strange else []
