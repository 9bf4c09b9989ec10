"""Finds the word to which each phoneme belongs, in a sequence of phonemes without word borders.

Neighbouring words change each other: espeak returns "there was" as one word, with other vowels than for each
word alone. Therefore the phonemes of the single words are aligned with the sequence by the cheapest edits,
and this gives the borders of the words.
"""

from __future__ import annotations

from collections.abc import Sequence

#: The mark of the border between two words in the sequence of single words.
BORDER = "|"

_VOWELS = frozenset("aeiouyæɐɑɒɔəɚɛɜɪʊʌᵻøœɨʉ")
_MODIFIERS = frozenset("ˈˌːʲ̩̃")
_GAP = 1.0


def share(alone: Sequence[Sequence[str]], together: Sequence[str]) -> list[int]:
    """For each phoneme of ``together``, the index of the word of ``alone`` that owns it.

    Both contain single IPA characters, with spaces between words. The indexes in the result never decrease.
    If ``alone`` contains no word, all indexes are 0.
    """
    row: list[str] = []
    for place, word in enumerate(alone):
        row += [BORDER, *word] if place else list(word)
    borders = _borders(row, together)
    return [sum(1 for border in borders if border <= place) for place in range(len(together))]


def _borders(row: Sequence[str], together: Sequence[str]) -> list[int]:
    """The position in ``together`` of each border in ``row``, by dynamic programming."""
    moves = _moves(row, together)
    borders: list[int] = []
    down, across = len(row), len(together)
    while down or across:
        move = moves[down][across]
        if move != "across":
            down -= 1
            if row[down] == BORDER:
                borders.append(across)
        if move != "down":
            across -= 1
    return borders[::-1]


def _moves(row: Sequence[str], together: Sequence[str]) -> list[list[str]]:
    """For each pair of beginnings of both sequences, the last edit of the cheapest alignment."""
    above = [0.0]
    for heard in together:
        above.append(above[-1] + _alone(heard))
    moves = [["across"] * len(above)]
    for wanted in row:
        skip = _alone(wanted)
        here, ways = [above[0] + skip], ["down"]
        for across, heard in enumerate(together, start=1):
            both = above[across - 1] + _difference(wanted, heard)
            left, up = here[-1] + _alone(heard), above[across] + skip
            best = min(both, up, left)
            here.append(best)
            ways.append("both" if best == both else "down" if best == up else "across")
        above = here
        moves.append(ways)
    return moves


def _alone(symbol: str) -> float:
    """The cost of a symbol that the other sequence does not have."""
    if symbol in _MODIFIERS:
        return 0.2
    return 0.6 if symbol in (" ", BORDER) else _GAP


def _difference(wanted: str, heard: str) -> float:
    """The cost of replacing one symbol by another."""
    if wanted == heard:
        return 0.0
    if wanted == BORDER and heard == " ":
        return 0.0
    if wanted in (" ", BORDER) or heard == " ":
        return 3.0
    if wanted in _MODIFIERS or heard in _MODIFIERS:
        return 0.3 if wanted in _MODIFIERS and heard in _MODIFIERS else 1.4
    return 0.7 if (wanted in _VOWELS) == (heard in _VOWELS) else 1.7
