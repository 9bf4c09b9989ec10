"""Limits how many frames a websocket client may send.

The session counts whole messages. Other frames (pings, parts of a message) cost as much time, and aiohttp
decodes them before the session gets a message. So frames are counted here, when their bytes arrive.
"""

from __future__ import annotations

from service.hub.limits import Limits

#: A frame counts as one frame, plus one for every 16 KiB of its payload.
_PAYLOAD_SHIFT = 14
_CONTROL_HEAD, _MASK_BYTES, _MASKED = 2, 4, 0x80
#: How many additional bytes a frame's payload length has, by the value of its 7-bit length field.
_LENGTH_BYTES = {126: 2, 127: 8}


class Meter:
    """A token bucket for frames. It refills only after ``trust`` was called. Times are in seconds, on the
    clock of the event loop."""

    __slots__ = ("_at", "_head", "_left", "_level", "_limits", "_trusted")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._level = float(limits.greeting_frames)
        self._trusted = False
        self._at = 0.0
        #: The received bytes of an incomplete frame head, and the number of payload bytes that have not
        #: arrived yet.
        self._head = b""
        self._left = 0

    def trust(self, now: float) -> None:
        """Enlarge the bucket and let it refill, because the user is known now."""
        self._trusted, self._level, self._at = True, float(self._limits.frames_burst), now

    def admits(self, data: bytes, now: float) -> bool:
        """Count the frames that begin in these bytes. Returns False for too many frames, and for a frame
        without a mask. RFC 6455 requires the server to close the connection then, but aiohttp accepts such
        frames."""
        self._refill(now)
        data, at, end = self._head + data, self._left, len(self._head) + len(data)
        self._head = b""
        while at < end:
            head, payload = _measure(data, at)
            if at + head > end:
                self._head, at = data[at:], end
                break
            if not data[at + 1] & _MASKED:
                return False
            self._level -= 1 + (payload >> _PAYLOAD_SHIFT)
            if self._level < 0:
                return False
            at += head + payload
        self._left = at - end
        return True

    def _refill(self, now: float) -> None:
        if self._trusted:
            more = (now - self._at) * self._limits.frames_per_second
            self._level, self._at = min(self._limits.frames_burst, self._level + more), now


def _measure(data: bytes, at: int) -> tuple[int, int]:
    """Return the number of bytes of a frame's head, and of its payload if the head is complete enough."""
    if len(data) - at < _CONTROL_HEAD:
        return _CONTROL_HEAD, 0
    second = data[at + 1]
    length, more = second & 0x7F, _LENGTH_BYTES.get(second & 0x7F, 0)
    head = _CONTROL_HEAD + more + (_MASK_BYTES if second & _MASKED else 0)
    if more:
        length = int.from_bytes(data[at + _CONTROL_HEAD : at + _CONTROL_HEAD + more])
    return head, length
