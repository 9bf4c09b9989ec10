"""The names of channels: one spelling, and what each is about."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from service.runtime.channels import ChannelNames, id_of, is_library, library_channel
from tests.stubs.kinds import TWO_KINDS

NAMES = ChannelNames(TWO_KINDS)


def test_channels_name_an_aggregate_and_are_read_back() -> None:
    id_ = uuid4()
    for kind in TWO_KINDS.values():
        channel = NAMES.name(kind.name, id_)
        assert channel == f"{kind.channel_prefix}:id={id_}"
        assert (NAMES.kind_of(channel), id_of(channel), is_library(channel)) == (kind, id_, False)
    library = library_channel(id_)
    assert (NAMES.kind_of(library), id_of(library), is_library(library)) == (None, id_, True)


@pytest.mark.parametrize("bad", ["stories", "stories:id=7", f"tables:id={UUID(int=7)}", "", "stories:", None])
def test_what_is_no_channel_is_none(bad: object) -> None:
    assert not NAMES.is_channel(bad)


def test_each_kind_has_its_own_error_where_there_is_none_with_an_id() -> None:
    errors = [NAMES.missing(NAMES.name(kind, uuid4())) for kind in TWO_KINDS]
    assert [(error.code, error.message) for error in errors] == [
        ("STORY_NOT_FOUND", "The story does not exist."),
        ("SESSION_NOT_FOUND", "The session does not exist."),
    ]
