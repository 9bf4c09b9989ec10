"""The registry with the toy kind: all that a service is told of it."""

from __future__ import annotations

from dataclasses import replace

from actors.runtime.spec import Registry
from tests.toy.actors import ACTORS, Dealer
from tests.toy.files import Labels
from tests.toy.kind import AquariumKind


def with_aquaria(registry: Registry, dealer: Dealer) -> Registry:
    """The same, with aquaria, their files, their actors and what these depend on."""
    kind = AquariumKind()
    return replace(
        registry,
        kinds={**registry.kinds, kind.name: kind},
        actors={**registry.actors, **ACTORS},
        files=(*registry.files, Labels()),
        dependencies={**registry.dependencies, Dealer: lambda _providers, _store: dealer},
    )
