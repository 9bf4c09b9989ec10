"""Converts the words of a script to phonemes, each with the index of its run. It uses espeak through
piper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from service.providers.offline.voice import alignment
from service.providers.offline.voice.script import Clause, Piece, Utterance

#: Words for noises, which espeak would otherwise spell letter by letter, with their phonemes.
_NOISES = {
    re.compile(pattern, re.I): sound
    for pattern, sound in {
        "sh{2,}": "ʃːˈʃːʃː",
        "z{2,}": "zˈzːzː",
        "t?s{3,}": "sˈssː",
        "f{2,}": "fˈffː",
        "r{3,}": "ɹˈɹːɹː",
        "br{2,}": "bˈɹːɹːɹː",
        "gr{2,}": "ɡˈɹːɹː",
        "m{2,}": "mˈmːmː",
        "h+m{2,}": "hˈʌmm",
        "hmph": "hˈʌmf",
        "pf{1,}t?": "pˈffːt",
        "ps+t": "psːst",
        "tsk": "tˈɪsk",
        "uh{2,}": "ˈʌ",
        "ms": "mˈɪz",
        "e+w+": "ˈiːuː",
        "a+w{2,}": "ˈɔː",
        "b+z{2,}": "bˈzːzː",
        "fw?h?oo+sh+": "fwˈuːʃ",
        "br{2,}ing": "bɹˈɪŋ",
        "br{2,}m+": "bɹˈʌm",
        "vr{2,}m+": "vɹˈʌm",
        "(har|h)r+u?mph": "hɚɹˈʌmf",
        "ps{1,}h+": "pʃːʃː",
        "ts+k": "tˈɪsk",
        "kr{2,}k": "kɹˈɹːk",
    }.items()
}
_LANGUAGE_FLAG = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Sound:
    """A phoneme (one character) and the index of its run. Spaces and stops belong to no run."""

    symbol: str
    run: int | None


class Phonemizer:
    """The American English of espeak. A process has only one instance, because the state of espeak is
    global."""

    def __init__(self) -> None:
        from piper import espeakbridge
        from piper.phonemize_espeak import ESPEAK_DATA_DIR

        espeakbridge.initialize(str(ESPEAK_DATA_DIR))
        espeakbridge.set_voice("en-us")
        self._espeak = espeakbridge
        self._alone = lru_cache(maxsize=4096)(self._ask)

    def sounds(self, utterance: Utterance) -> list[Sound]:
        """All phonemes of an utterance, in order, with a space between words and after stops."""
        sounds: list[Sound] = []
        for clause in utterance.clauses:
            said = list(self._clause(clause))
            if said:
                sounds += [Sound(" ", None)] * bool(sounds) + said
                sounds += [Sound(stop, None) for stop in clause.stop]
        return sounds

    def _clause(self, clause: Clause) -> Iterator[Sound]:
        first = True
        for is_noise, group in groupby(clause.pieces, key=lambda piece: bool(_noise(piece.spoken))):
            pieces = list(group)
            rows = [_own(piece) for piece in pieces] if is_noise else [self._together(pieces)]
            for row in filter(None, rows):
                if not first:
                    yield Sound(" ", None)
                first = False
                yield from row

    def _together(self, pieces: Sequence[Piece]) -> list[Sound]:
        """The phonemes of several pieces that are spoken together, so that neighbouring words influence each
        other as in natural speech."""
        row = self._ask(" ".join(piece.spoken for piece in pieces))
        owners = alignment.share([self._alone(piece.spoken) for piece in pieces], row)
        return [
            Sound(symbol, None if symbol == " " else pieces[owner].run)
            for symbol, owner in zip(row, owners, strict=True)
        ]

    def _ask(self, words: str) -> str:
        clauses = self._espeak.get_phonemes(words)
        row = " ".join(phonemes for phonemes, _stop, _end in clauses)
        row = unicodedata.normalize("NFD", _LANGUAGE_FLAG.sub("", row))
        return " ".join(row.split())


def _noise(word: str) -> str:
    """The phonemes of a noise, or of several noises with hyphens ("zzz-zzz"). Empty for an ordinary word."""
    sounds = [
        next((sound for pattern, sound in _NOISES.items() if pattern.fullmatch(part)), "")
        for part in word.split("-")
    ]
    return " ".join(sounds) if all(sounds) else ""


def _own(piece: Piece) -> list[Sound]:
    return [Sound(symbol, piece.run) for symbol in _noise(piece.spoken)]
