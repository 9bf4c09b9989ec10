"""Which part of a run-together row of phonemes belongs to which word.

Said together, words lean on each other: espeak answers "there was" with one word and other
vowels than it gives to each alone. So the words' own phonemes, each word asked for alone,
are laid along the row by the cheapest edits, and the places of their borders are read off.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Marks the border between two words in the row of what each word is alone.
BORDER = "|"

_VOWELS = frozenset("aeiouyæɐɑɒɔəɚɛɜɪʊʌᵻøœɨʉ")
_MODIFIERS = frozenset("ˈˌːʲ̩̃")
_GAP = 1.0


def share(alone: Sequence[Sequence[str]], together: Sequence[str]) -> list[int]:
    """For each phoneme of ``together``, the index of the word of ``alone`` that owns it.

    Both hold single IPA characters, with spaces between words. The answer never falls.
    With no word at all the answer is all zeros.
    """
    row: list[str] = []
    for place, word in enumerate(alone):
        row += [BORDER, *word] if place else list(word)
    borders = _borders(row, together)
    return [sum(1 for border in borders if border <= place) for place in range(len(together))]


def _borders(row: Sequence[str], together: Sequence[str]) -> list[int]:
    """The place in ``together`` where each border of ``row`` falls, by dynamic programming."""
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
    """The last move of the cheapest way to match each pair of beginnings."""
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
    """The cost of a symbol that the other row has not."""
    if symbol in _MODIFIERS:
        return 0.2
    return 0.6 if symbol in (" ", BORDER) else _GAP


def _difference(wanted: str, heard: str) -> float:
    """The cost of one symbol in the place of another."""
    if wanted == heard:
        return 0.0
    if wanted == BORDER and heard == " ":
        return 0.0
    if wanted in (" ", BORDER) or heard == " ":
        return 3.0
    if wanted in _MODIFIERS or heard in _MODIFIERS:
        return 0.3 if wanted in _MODIFIERS and heard in _MODIFIERS else 1.4
    return 0.7 if (wanted in _VOWELS) == (heard in _VOWELS) else 1.7
