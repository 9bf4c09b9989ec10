"""Frames of a websocket, counted on the line however the line cuts them."""

from __future__ import annotations

import random

import pytest

from service.http.wire.flood import Meter
from service.hub.limits import Limits

LIMITS = Limits(greeting_frames=10, frames_burst=30, frames_per_second=2.0)
PING = b"\x89\x80\0\0\0\0"


def a_frame(size: int, *, masked: bool = True) -> bytes:
    mask = 0x80 if masked else 0
    if size < 126:
        length = bytes([mask | size])
    elif size < 1 << 16:
        length = bytes([mask | 126]) + size.to_bytes(2)
    else:
        length = bytes([mask | 127]) + size.to_bytes(8)
    return b"\x81" + length + (b"\0\0\0\0" if masked else b"") + b"\x89" * size


def test_so_many_frames_are_admitted_and_no_more() -> None:
    assert Meter(LIMITS).admits(PING * 10, 0.0)
    assert not Meter(LIMITS).admits(PING * 11, 0.0)


def test_bucket_fills_up_only_for_whoever_is_known() -> None:
    meter = Meter(LIMITS)
    assert meter.admits(PING * 10, 0.0)
    assert not meter.admits(PING, 1_000.0)
    meter.trust(1_000.0)
    assert meter.admits(PING * 30, 1_000.0)
    assert meter.admits(PING * 3, 1_001.5)
    assert not meter.admits(PING, 1_001.5)
    assert meter.admits(PING * 30, 2_000.0)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_payload_is_no_frame_however_it_looks(size: int) -> None:
    assert Meter(Limits(greeting_frames=10)).admits(a_frame(size) + PING, 0.0)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_frame_without_a_mask_is_not_admitted(size: int) -> None:
    """RFC 6455, section 5.1: the server ends the connection."""
    meter = Meter(Limits(greeting_frames=10))
    assert meter.admits(PING, 0.0)
    assert not meter.admits(a_frame(size, masked=False), 0.0)


def test_cuts_of_the_line_change_nothing() -> None:
    chance = random.Random(5)
    frames = [a_frame(chance.choice([0, 3, 125, 126, 4_000])) for _ in range(10)]
    line = b"".join(frames)
    for _ in range(200):
        meter, at = Meter(LIMITS), 0
        while at < len(line):
            more = chance.choice([1, 2, 3, 7, 200, 5_000])
            assert meter.admits(line[at : at + more], 0.0)
            at += more
        assert not meter.admits(PING, 0.0)


def test_large_frames_count_for_more() -> None:
    assert Meter(LIMITS).admits(a_frame(64 << 10) * 2, 0.0)
    assert not Meter(LIMITS).admits(a_frame(64 << 10) * 3, 0.0)
