"""The limits of one client of the hub."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    #: The largest message that a client may send.
    frame_bytes: int = 16 * 1024
    #: Channels that one connection may listen to.
    subscriptions: int = 128
    #: Events that are replayed to a client that was away. A client that missed more gets a snapshot.
    replayed_events: int = 300
    #: Events that may wait for the snapshot of a JOINING subscription before it is read again.
    joining_events: int = 300
    #: Bytes that may wait to be sent to one client.
    out_bytes: int = 1 << 20
    connections_per_user: int = 64
    #: Event streams, and requests that wait for a change: the most of one user in one process.
    streams_per_user: int = 64
    polls_per_user: int = 64
    #: Messages of a client: at once, and by the second.
    burst: int = 400
    messages_per_second: float = 40.0
    #: The same for frames, which include pings and parts of messages. Above it, the connection is cut.
    frames_burst: int = 800
    frames_per_second: float = 80.0
    #: Frames before the user is known: `hello`, and frames that follow at once.
    greeting_frames: int = 200

    hello_seconds: float = 10.0
    ping_seconds: float = 25.0
    comment_seconds: float = 15.0
    #: A client that reads nothing for so long is disconnected.
    stall_seconds: float = 20.0
    #: How long the newest events of a channel are kept after its last subscription has ended.
    linger_seconds: float = 30.0
    #: How long the hub may write before other tasks run, and after how many subscriptions it checks the
    #: clock.
    round_seconds: float = 0.005
    round_listeners: int = 128

    def public(self) -> dict[str, int]:
        """The limits that ``welcome`` sends to the client."""
        return {
            "frame_bytes": self.frame_bytes,
            "subscriptions": self.subscriptions,
            "replayed_events": self.replayed_events,
            "out_bytes": self.out_bytes,
        }
