"""The close codes of a connection, and the error codes of a request.

The range of a close code says what the client must do. After 4000 to 4499, the client should connect again
after a random pause. After 4500 to 4999, the client must not repeat the same request.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CloseCode(IntEnum):
    """The close codes that the service sends in the close frame of a websocket."""

    DRAINING = 4001
    SLOW = 4002
    SILENT = 4003
    TOKEN_EXPIRED = 4004
    INTERNAL = 4005
    TOO_FAST = 4006

    BAD_TOKEN = 4500
    BAD_MESSAGE = 4501
    NO_HELLO = 4502
    REVOKED = 4503
    TOO_MANY_CONNECTIONS = 4504
    VERSION = 4505
    ORIGIN = 4506

    @property
    def come_back(self) -> bool:
        """Return whether the client should connect again."""
        return 4000 <= self < 4500

    @property
    def reason(self) -> str:
        """Return a sentence for the close frame. It has at most 123 bytes."""
        return _REASONS[self]


_REASONS = {
    CloseCode.DRAINING: "The server is stopping. Connect again.",
    CloseCode.SLOW: "The client reads too slowly. Connect again.",
    CloseCode.SILENT: "The client did not answer. Connect again.",
    CloseCode.TOKEN_EXPIRED: "The token has expired. Connect again with a new token.",
    CloseCode.INTERNAL: "The server has a fault. Connect again.",
    CloseCode.TOO_FAST: "Too many messages. Connect again, and send fewer messages.",
    CloseCode.BAD_TOKEN: "The token is not valid.",
    CloseCode.BAD_MESSAGE: "The message cannot be read.",
    CloseCode.NO_HELLO: "The first message must be hello, with a token.",
    CloseCode.REVOKED: "The token was withdrawn.",
    CloseCode.TOO_MANY_CONNECTIONS: "This user has too many connections.",
    CloseCode.VERSION: "The subprotocol must be storytroupe.v1.",
    CloseCode.ORIGIN: "This origin may not connect.",
}


class ErrorCode(StrEnum):
    """The codes of ``error`` frames. An ``error`` frame says that a request failed. The connection stays
    open."""

    INVALID_INPUT = "INVALID_INPUT"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    BAD_CHANNEL = "BAD_CHANNEL"
    NOT_FOUND = "NOT_FOUND"
    NOT_SUBSCRIBED = "NOT_SUBSCRIBED"
    TOO_MANY_SUBSCRIPTIONS = "TOO_MANY_SUBSCRIPTIONS"
    ALREADY_GREETED = "ALREADY_GREETED"
    UNAUTHORIZED = "UNAUTHORIZED"
    UNAVAILABLE = "UNAVAILABLE"

    @property
    def temporary(self) -> bool:
        """Return whether the same request may succeed a moment later."""
        return self is ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """Return a human-readable sentence about the error."""
        return _MESSAGES[self]


_MESSAGES = {
    ErrorCode.INVALID_INPUT: "A field of the message has the wrong type or size.",
    ErrorCode.UNKNOWN_TYPE: "Messages of this type do not exist.",
    ErrorCode.BAD_CHANNEL: "The channel's name is not valid. An example: users:id=<uuid in lower case>.",
    ErrorCode.NOT_FOUND: "The channel does not exist.",
    ErrorCode.NOT_SUBSCRIBED: "The connection is not subscribed to this channel.",
    ErrorCode.TOO_MANY_SUBSCRIPTIONS: "The connection has too many subscriptions. End a subscription first.",
    ErrorCode.ALREADY_GREETED: "The connection already has a token. Send a newer token with auth.",
    ErrorCode.UNAUTHORIZED: "The token is not valid, or belongs to another user.",
    ErrorCode.UNAVAILABLE: "The channel cannot be read now. Try again in a moment.",
}
