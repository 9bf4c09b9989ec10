"""The limits for one client of the hub."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one client. Sizes are in bytes, and times are in seconds."""

    #: The largest message that a client may send.
    frame_bytes: int = 16 * 1024
    #: How many channels one connection may listen to.
    subscriptions: int = 128
    #: How many missed events are sent to a client that connects again. A client that missed more events gets
    #: a snapshot.
    replayed_events: int = 300
    #: How many events a JOINING subscription buffers while its snapshot is read. With more events, the
    #: snapshot is read again.
    joining_events: int = 300
    #: How many bytes may wait to be sent to one client.
    out_bytes: int = 1 << 20
    connections_per_user: int = 64
    #: The greatest numbers of event streams and of long polls of one user in one process.
    streams_per_user: int = 64
    polls_per_user: int = 64
    #: The limits of a client's messages: the greatest burst, and the rate per second.
    burst: int = 400
    messages_per_second: float = 40.0
    #: The limits of a client's frames, which include pings and parts of messages. Above these limits, the
    #: connection is aborted.
    frames_burst: int = 800
    frames_per_second: float = 80.0
    #: How many frames a client may send before its user is known: `hello`, and frames that follow at once.
    greeting_frames: int = 200

    hello_seconds: float = 10.0
    ping_seconds: float = 25.0
    comment_seconds: float = 15.0
    #: A client that reads nothing for this time is disconnected.
    stall_seconds: float = 20.0
    #: How long the newest events of a channel stay in memory after its last subscription has ended.
    linger_seconds: float = 30.0
    #: How long the hub may write without a pause for other tasks, and after how many subscriptions it checks
    #: the clock.
    round_seconds: float = 0.005
    round_listeners: int = 128

    def public(self) -> dict[str, int]:
        """Return the limits that ``welcome`` sends to the client."""
        return {
            "frame_bytes": self.frame_bytes,
            "subscriptions": self.subscriptions,
            "replayed_events": self.replayed_events,
            "out_bytes": self.out_bytes,
        }
