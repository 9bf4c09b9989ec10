"""Encodes mono MP3. The decoded sound starts and ends exactly at the first and last sample of the original.

LAME adds 576 samples before the sound, and some after it. Players read the numbers of these samples from the
"Info" frame at the start of a file. The Python binding does not write this frame, so this module does.
"""

from __future__ import annotations

import struct

import lameenc
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

#: All sample rates of MP3 that are at least 16 kHz, in Hz.
SAMPLE_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
KILOBITS = 96

_ENCODER_DELAY = 576
_MPEG1_FROM = 32_000


def encode(samples: Samples, sample_rate: int) -> bytes:
    """Encode samples within ±1, at one of ``SAMPLE_RATES``, at a constant ``KILOBITS`` kbit/s."""
    if sample_rate not in SAMPLE_RATES:
        raise ValueError(f"an MP3 cannot have {sample_rate} samples a second")
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(sample_rate)
    encoder.set_out_sample_rate(sample_rate)
    encoder.set_bit_rate(KILOBITS)
    encoder.set_quality(3)
    pcm = (np.clip(samples, -1.0, 1.0) * 32767.0).round().astype("<i2")
    stream = bytes(encoder.encode(pcm.tobytes())) + bytes(encoder.flush())
    return _info_frame(stream, sample_rate, len(samples)) + stream


def _info_frame(stream: bytes, sample_rate: int, samples: int) -> bytes:
    """The "Info" frame, which contains the length, the delay and the padding of the stream."""
    is_mpeg1 = sample_rate >= _MPEG1_FROM
    frame_samples, side_info = (1152, 17) if is_mpeg1 else (576, 9)
    size = frame_samples // 8 * KILOBITS * 1000 // sample_rate
    frames = _count_frames(stream, frame_samples, sample_rate)
    padding = frames * frame_samples - _ENCODER_DELAY - samples
    header = bytes([stream[0], stream[1], stream[2] & ~0x02, stream[3]])
    before = (
        header + bytes(side_info) + _xing(frames, size + len(stream)) + _lame(padding, size + len(stream))
    )
    whole = before + struct.pack(">H", _crc16(before))
    return whole + bytes(size - len(whole))


def _count_frames(stream: bytes, frame_samples: int, sample_rate: int) -> int:
    """Count the frames of a stream with a constant bit rate, by reading each header."""
    size = frame_samples // 8 * KILOBITS * 1000 // sample_rate
    place = frames = 0
    while place + 4 <= len(stream):
        if stream[place] != 0xFF or stream[place + 1] & 0xE0 != 0xE0:
            raise ValueError("The stream of the encoder has no frame header where a frame must begin.")
        place += size + (stream[place + 2] >> 1 & 1)
        frames += 1
    return frames


def _xing(frames: int, size: int) -> bytes:
    """The Xing part of the tag: the number of frames and of bytes, and a seek table, which is linear for a
    constant bit rate."""
    table = bytes(place * 256 // 100 for place in range(100))
    return b"Info" + struct.pack(">III", 0x0F, frames, size) + table + struct.pack(">I", 0)


def _lame(padding: int, size: int) -> bytes:
    """The LAME part of the tag without its checksum: constant bit rate, delay and padding."""
    delays = _ENCODER_DELAY << 12 | padding
    return (
        b"LAME3.100"
        + bytes([0x01, 0])
        + bytes(8)
        + bytes([0, KILOBITS])
        + delays.to_bytes(3, "big")
        + bytes(4)
        + struct.pack(">IH", size, 0)
    )


def _crc16(data: bytes) -> int:
    """The checksum CRC-16/ARC, which the tag requires."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
