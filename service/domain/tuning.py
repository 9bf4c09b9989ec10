"""Checks that traits and actor groups named in settings exist. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from service.domain.inspection import Levels
from service.domain.traits import registry


def validate_settings(
    trait_levels: Levels, attempts: Mapping[str, int], *, groups: Collection[str]
) -> list[str]:
    """Return the faults of the settings, as sentences. A misspelt name would silently have no effect, so it
    is reported.

    ``groups`` are the actor groups of the registry.
    """
    return [
        *_unknown(
            "STORYTROUPE_TRAIT_LEVELS", trait_levels, registry(), "GET /api/v1/traits lists the traits"
        ),
        *_unknown("STORYTROUPE_ATTEMPTS", attempts, groups, f"The groups are {', '.join(groups)}"),
    ]


def _unknown(setting: str, named: Iterable[str], known: Iterable[str], where: str) -> list[str]:
    strange = sorted(set(named) - set(known))
    return [f"{setting} has unknown names: {', '.join(strange)}. {where}."] if strange else []
