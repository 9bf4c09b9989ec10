"""Settings of the troupe that name parts of the domain: whether there are such parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.domain.assets import GROUPS
from service.domain.inspection import Levels
from service.domain.traits import registry


def faults_of(trait_levels: Levels, attempts: Mapping[str, int]) -> list[str]:
    """What is wrong with these settings, as sentences: a name that is misspelt would do nothing."""
    return [
        *_unknown("STORYTROUPE_TRAIT_LEVELS", trait_levels, registry(), "GET /api/v1/traits lists them"),
        *_unknown("STORYTROUPE_ATTEMPTS", attempts, GROUPS, f"there are {', '.join(GROUPS)}"),
    ]


def _unknown(setting: str, named: Iterable[str], known: Iterable[str], where: str) -> list[str]:
    strange = sorted(set(named) - set(known))
    return [f"{setting} names {', '.join(strange)}, which there is not: {where}."] if strange else []
