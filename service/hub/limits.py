"""What one client of the hub may take up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds."""

    #: The largest message that a client may send.
    frame_bytes: int = 16 * 1024
    #: Channels that one connection may listen to.
    subscriptions: int = 128
    #: Events that are replayed to one who was away; beyond that, a snapshot.
    replayed_events: int = 300
    #: Events that may wait for a joiner's snapshot before it is read again.
    joining_events: int = 300
    #: What may wait to be sent to one client.
    out_bytes: int = 1 << 20
    connections_per_user: int = 64
    #: Event streams, and requests that wait for a change, of one user in one process.
    streams_per_user: int = 64
    polls_per_user: int = 64
    #: A client's messages: a burst, and then so many a second.
    burst: int = 400
    messages_per_second: float = 40.0
    #: The same of frames on the line, pings and parts of messages among them: beyond it, the line is cut.
    frames_burst: int = 800
    frames_per_second: float = 80.0
    #: All that may come before it is known who sends: `hello`, and what follows it without a wait.
    greeting_frames: int = 200

    hello_seconds: float = 10.0
    ping_seconds: float = 25.0
    comment_seconds: float = 15.0
    #: A client that takes nothing for so long is let go.
    stall_seconds: float = 20.0
    #: How long a channel's newest events are kept after its last listener has left.
    linger_seconds: float = 30.0
    #: How long the hub may write before others get their turn, and after how many listeners it
    #: looks at the clock.
    round_seconds: float = 0.005
    round_listeners: int = 128

    def public(self) -> dict[str, int]:
        """The part that a client is told in ``welcome``."""
        return {
            "frame_bytes": self.frame_bytes,
            "subscriptions": self.subscriptions,
            "replayed_events": self.replayed_events,
            "out_bytes": self.out_bytes,
        }
