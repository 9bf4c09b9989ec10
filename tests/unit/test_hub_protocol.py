"""The subprotocol, fed by hand."""

from __future__ import annotations

import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.hub.codes import CloseCode, ErrorCode
from service.hub.limits import Limits
from service.hub.protocol import (
    Action,
    Close,
    Greet,
    Renew,
    Send,
    Session,
    State,
    Subscribe,
    Unsubscribe,
)
from service.runtime.channels import ChannelNames
from tests.cases import for_each
from tests.stubs.event_log import channel_name
from tests.stubs.kinds import KINDS

LIMITS = Limits(subscriptions=3, burst=10, messages_per_second=2.0)
CHANNEL = channel_name(1)
NAMES = ChannelNames(KINDS)


def opened(expires: float | None = None, limits: Limits = LIMITS) -> Session:
    session = Session(limits, 0.0, names=NAMES)
    session.greeted("c", expires)
    return session


def say(session: Session, now: float = 1.0, **message: Any) -> list[Action]:
    return session.receive(orjson.dumps(message), now)


def only_frame(actions: list[Action]) -> dict[str, Any]:
    (action,) = actions
    assert isinstance(action, Send)
    frame = orjson.loads(action.payload)
    assert isinstance(frame, dict)
    return frame


def test_hello_bears_a_token_and_is_answered_with_welcome() -> None:
    session = Session(LIMITS, 0.0, names=NAMES)
    assert say(session, type="hello", token="t") == [Greet("t")]
    welcome = only_frame(session.greeted("c1", None))
    assert (welcome["type"], welcome["connection"], welcome["ping_seconds"]) == ("welcome", "c1", 25)
    assert welcome["limits"]["subscriptions"] == 3


def test_hello_with_a_bad_token_ends_with_4500() -> None:
    session = Session(LIMITS, 0.0, names=NAMES)
    say(session, type="hello", token="t")
    assert session.turn_away() == [Close(CloseCode.BAD_TOKEN)]
    assert say(session, type="hello", token="t") == []


@pytest.mark.parametrize("token", [None, "", 5, ["t"]])
def test_hello_without_a_token_ends_with_4500(token: object) -> None:
    assert say(Session(LIMITS, 0.0, names=NAMES), type="hello", token=token) == [Close(CloseCode.BAD_TOKEN)]


def test_anything_before_hello_ends_with_4502() -> None:
    assert say(Session(LIMITS, 0.0, names=NAMES), type="subscribe", channel=CHANNEL) == [
        Close(CloseCode.NO_HELLO)
    ]


def test_a_client_that_never_greets_is_closed_at_its_deadline() -> None:
    session = Session(LIMITS, 100.0, names=NAMES)
    assert session.deadline == 110.0
    assert session.advance(109.9) == []
    assert session.advance(110.0) == [Close(CloseCode.NO_HELLO)]


def test_a_second_hello_is_an_error_and_not_the_end() -> None:
    session = opened()
    assert only_frame(say(session, type="hello", token="t", id=4))["code"] == "ALREADY_GREETED"
    assert session.state is State.OPEN


def test_subscribe_is_handed_on_with_its_position() -> None:
    session = opened()
    assert say(session, type="subscribe", id=1, channel=CHANNEL, since=12) == [Subscribe(1, CHANNEL, 12)]
    assert say(session, type="subscribe", id="b", channel=CHANNEL) == [Subscribe("b", CHANNEL, None)]


@pytest.mark.parametrize("since", [-1, 1.5, "3", True, 2**60, [], {}])
def test_subscribe_refuses_a_since_that_is_no_version(since: object) -> None:
    answer = only_frame(say(opened(), type="subscribe", id=1, channel=CHANNEL, since=since))
    assert (answer["id"], answer["code"], answer["temporary"]) == (1, "INVALID_INPUT", False)


@for_each(
    "channel",
    [None, 7, "", "stories", "stories:id=", "stories:id=1", CHANNEL + " ", CHANNEL.replace("-", ""),
     "books:id=" + CHANNEL[-36:], "stories:id={" + CHANNEL[-36:] + "}", CHANNEL[:-1] + "A"],
)  # fmt: skip
def test_subscribe_refuses_what_is_no_channel(channel: object) -> None:
    assert not NAMES.is_channel(channel)
    assert only_frame(say(opened(), type="subscribe", channel=channel))["code"] == ErrorCode.BAD_CHANNEL


def test_subscriptions_are_limited_but_may_be_renewed() -> None:
    session = opened()
    for number in range(3):
        say(session, type="subscribe", channel=channel_name(number))
    refused = only_frame(say(session, type="subscribe", id=9, channel=channel_name(3)))
    assert (refused["id"], refused["code"]) == (9, "TOO_MANY_SUBSCRIPTIONS")
    assert say(session, type="subscribe", channel=channel_name(2), since=4) == [
        Subscribe(None, channel_name(2), 4)
    ]
    session.dropped(channel_name(0))
    assert isinstance(say(session, type="subscribe", channel=channel_name(3))[0], Subscribe)


def test_unsubscribe_is_answered() -> None:
    session = opened()
    say(session, type="subscribe", channel=CHANNEL)
    leave, answer = say(session, type="unsubscribe", id=2, channel=CHANNEL)
    assert leave == Unsubscribe(CHANNEL)
    assert only_frame([answer]) == {"type": "unsubscribed", "id": 2, "channel": CHANNEL}
    again = only_frame(say(session, type="unsubscribe", channel=CHANNEL))
    assert again["code"] == ErrorCode.NOT_SUBSCRIBED


def test_an_unknown_type_is_an_error_and_not_the_end() -> None:
    kinds: list[object] = ["dance", None, 3, [], {}]
    for kind in kinds:
        assert only_frame(say(opened(), type=kind, id=1))["code"] == "UNKNOWN_TYPE"


@for_each(
    "raw",
    [b"", b"{", b'{"type":"hello","token":', b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"[" * 5000,
     b'{"type":"\\ud800"}', b"NaN", b'{"a":' * 2000],
)  # fmt: skip
def test_what_is_no_json_object_ends_with_4501(raw: bytes) -> None:
    assert opened().receive(raw, 1.0) == [Close(CloseCode.BAD_MESSAGE)]


def test_a_message_over_the_limit_ends_with_4501() -> None:
    fits = b'{"type":"pong","x":"%s"}' % (b"x" * (LIMITS.frame_bytes - 22))
    assert len(fits) == LIMITS.frame_bytes
    assert opened().receive(fits, 1.0) == []
    assert opened().receive(fits + b" ", 1.0) == [Close(CloseCode.BAD_MESSAGE)]


def test_a_binary_message_ends_with_4501() -> None:
    assert opened().receive_binary() == [Close(CloseCode.BAD_MESSAGE)]


def test_a_flood_ends_with_4006_and_a_steady_pace_does_not() -> None:
    session = opened()
    assert [say(session, 1.0, type="pong") for _ in range(10)] == [[]] * 10
    assert say(session, 1.0, type="pong") == [Close(CloseCode.TOO_FAST)]
    steady = opened()
    assert not any(say(steady, second / 2, type="pong") for second in range(200))


def test_pings_go_out_by_time_and_any_word_counts_as_life() -> None:
    session = opened()
    assert session.advance(24.9) == []
    for beat in range(1, 5):
        assert only_frame(session.advance(beat * 25.0)) == {"type": "ping"}
        say(session, beat * 25.0 + 1, type="pong")


def test_a_silent_client_is_closed_with_4003_at_the_next_ping() -> None:
    session = opened()
    session.advance(25.0)
    assert session.advance(49.9) == []
    assert session.advance(50.0) == [Close(CloseCode.SILENT)]


def test_a_token_ends_the_connection_when_it_expires() -> None:
    session = opened(expires=20.0)
    assert session.deadline == 20.0
    assert session.advance(19.9) == []
    assert session.advance(20.0) == [Close(CloseCode.TOKEN_EXPIRED)]


def test_a_renewed_token_keeps_the_connection() -> None:
    session = opened(expires=20.0)
    assert say(session, type="auth", id=3, token="new") == [Renew(3, "new")]
    assert session.renewed(40.0) == []
    assert session.advance(20.0) == []
    assert session.advance(40.0) == [Close(CloseCode.TOKEN_EXPIRED)]


def test_a_failed_renewal_is_an_error_and_the_old_token_still_counts() -> None:
    session = opened(expires=20.0)
    say(session, type="auth", id=3, token="bad")
    assert only_frame(session.not_renewed(3))["code"] == "UNAUTHORIZED"
    assert session.advance(19.0) == []
    assert only_frame(say(session, type="auth", token=5))["code"] == "INVALID_INPUT"


def test_nothing_follows_a_close() -> None:
    session = opened()
    assert session.close(CloseCode.DRAINING) == [Close(CloseCode.DRAINING)]
    assert session.close(CloseCode.SLOW) == []
    assert say(session, type="subscribe", channel=CHANNEL) == []
    assert session.advance(1e9) == []


def test_the_range_of_a_code_says_whether_to_come_back() -> None:
    assert {code for code in CloseCode if code.come_back} == {
        CloseCode(number) for number in range(4001, 4007)
    }
    assert all(len(code.reason.encode()) <= 123 for code in CloseCode)
    assert all(code.message for code in ErrorCode)


ODD = st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.lists(st.integers(), max_size=2)
NEARLY = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "subscribe", "unsubscribe", "pong", "auth", "welcome"]) | ODD},
    optional={
        "id": st.integers(0, 9) | ODD,
        "channel": st.integers(0, 4).map(channel_name) | ODD,
        "since": st.integers(-1, 9) | ODD,
        "token": st.just("t") | ODD,
    },
).map(lambda message: json.dumps(message).encode())


class Talk:
    """A session and what must hold of it after every word."""

    def __init__(self, *, greeted: bool) -> None:
        self.session = Session(Limits(subscriptions=3), 0.0, names=NAMES)
        self.now = 0.0
        if greeted:
            self.session.greeted("c", None)

    @property
    def over(self) -> bool:
        return self.session.state is State.CLOSED

    def hear(self, raw: bytes, pause: float) -> None:
        was_over = self.over
        self.now += pause
        actions = [*self.session.receive(raw, self.now), *self.session.advance(self.now)]
        assert not (was_over and actions), "the dead do not answer"
        for action in actions:
            self._check(action)
        ends = sum(isinstance(action, Close) for action in actions)
        assert ends == (self.over and not was_over)
        assert len(self.session.channels) <= 3

    def _check(self, action: Action) -> None:
        if isinstance(action, Greet):
            self.session.greeted("c", None)
        elif isinstance(action, Send):
            assert orjson.loads(action.payload)["type"] in {"error", "unsubscribed", "ping"}


@settings(max_examples=150, deadline=None)
@given(st.lists(NEARLY | st.binary(max_size=40), max_size=8), st.booleans())
def test_whatever_is_said_is_answered_with_actions(words: list[bytes], greeted: bool) -> None:
    talk = Talk(greeted=greeted)
    for word in words:
        talk.hear(word, 0.1)


WORDS = [
    b'{"type":"hello","token":"t"}',
    b'{"type":"subscribe","id":1,"channel":"%s","since":3}' % CHANNEL.encode(),
    b'{"type":"unsubscribe","id":"x","channel":"%s"}' % CHANNEL.encode(),
    b'{"type":"auth","id":2,"token":"t"}',
    b'{"type":"pong"}',
]


def _spoil(word: bytes, chance: random.Random) -> bytes:
    """Cut, swell, or change some bytes; or leave it be."""
    how = chance.randrange(6)
    place = chance.randrange(len(word))
    if how == 0:
        return word[:place]
    if how == 1:
        return word[:place] + chance.randbytes(4) + word[place:]
    if how == 2:
        return word[:place] + word[place : place + 9] * chance.choice([2, 50, 4000]) + word[place:]
    if how == 3:
        return word.replace(b'"', b"", 1) if place % 2 else word.replace(b":", b":-", 2)
    return word


def test_ten_thousand_spoiled_words_never_raise() -> None:
    chance = random.Random(5)
    talk = Talk(greeted=True)
    ends = 0
    for _ in range(10_000):
        talk.hear(_spoil(chance.choice(WORDS), chance), chance.choice([0.0, 0.05, 1.0]))
        if talk.over:
            ends += 1
            talk = Talk(greeted=chance.random() < 0.8)
    assert 1_000 < ends < 9_000
