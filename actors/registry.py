"""The registry of this service: every kind of aggregate, and every actor by its group."""

from __future__ import annotations

from importlib import import_module

from actors import chapter
from actors.chapter import NovelTools
from actors.genesis import ACTORS as OF_GENESIS
from actors.genesis import GenesisTools
from actors.runtime.spec import Registry, actors_of
from actors.story import StoryTools
from service.domain.assets import ASSETS
from service.genesis.kind import GenesisKind
from service.novels.kind import NovelKind
from service.runtime.kinds import kinds_of
from service.storage.file_cache import FileCache
from service.stories import repair
from service.stories.kind import StoryKind

#: For each asset type in the table of assets, one module in this package makes the asset.
REGISTRY = Registry(
    kinds=kinds_of(StoryKind(), GenesisKind(), NovelKind()),
    actors={
        **actors_of(*(import_module(f"actors.{asset.name}") for asset in ASSETS), chapter),
        **OF_GENESIS,
    },
    files=(repair,),
    dependencies={
        StoryTools: lambda providers, store: StoryTools(providers, FileCache(store)),
        GenesisTools: lambda providers, _store: GenesisTools(providers.planner, providers.moderation),
        NovelTools: lambda providers, _store: NovelTools(providers.writer, providers.moderation),
    },
)
