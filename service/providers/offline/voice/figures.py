"""Rewrites numbers, money and times to the words in which a voice reads them."""

from __future__ import annotations

import re

_MONEY = {"$": ("dollar", "cent"), "£": ("pound", "pence"), "€": ("euro", "cent"), "¥": ("yen", "")}
_SAME = frozenset({"yen", "pence"})
_AMOUNT = re.compile(r"([$£€¥])(\d+(?:,\d{3})*)(?:\.(\d\d))?(?![\d.]*\d)")
_PENCE = re.compile(r"(?<![\w.])(\d{1,2})p(?!\w)")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_RANGE = re.compile(r"(?<=\d)[–-](?=\d)")
_SHARES = {"½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds"}
_SHARE = re.compile(f"(\\d*)([{''.join(_SHARES)}])")
_ORDINAL = re.compile(r"(?<!\w)(\d*)(\d\d)(st|nd|rd|th)(?!\w)")
_DEGREES = re.compile(r"(?<=\d) ?°[CF]?")
_NUMBERED = re.compile(r"#(?=\d)")


def read_out(word: str) -> str:
    """A run of text with its figures as words. Text without figures is returned as it is."""
    if not any(char.isdigit() or char in _SHARES for char in word):
        return word
    word = _AMOUNT.sub(_money, word)
    word = _PENCE.sub(lambda found: f"{found[1]} pence", word)
    word = _CLOCK.sub(_time, word)
    word = _RANGE.sub(" to ", word)
    word = _SHARE.sub(lambda found: _with_share(found[1], _SHARES[found[2]]), word)
    word = _DEGREES.sub(" degrees", word)
    return _NUMBERED.sub("number ", _ORDINAL.sub(_ordinal, word))


def _money(found: re.Match[str]) -> str:
    whole, part = _MONEY[found[1]]
    amount, rest = found[2].replace(",", ""), int(found[3] or 0)
    words = [f"{amount} {_counted(whole, int(amount))}"] if int(amount) or not rest else []
    if rest and part:
        words.append(f"{rest} {_counted(part, rest)}" if not words else str(rest))
    return " ".join(words)


def _counted(noun: str, count: int) -> str:
    return noun if count == 1 or noun in _SAME else f"{noun}s"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), found[2]
    if minute == "00":
        return f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred hours"
    return f"{hour} oh {minute[1]}" if minute[0] == "0" else f"{hour} {minute}"


def _with_share(whole: str, share: str) -> str:
    if not whole:
        return share.removeprefix("a ") if share == "a half" else share
    return f"{whole} and {share}"


def _ordinal(found: re.Match[str]) -> str:
    """An ordinal above the hundredth, of which a voice knows only the number."""
    above, below, ending = found.groups()
    if not above.strip("0"):
        return found[0]
    if below != "00":
        return f"{above}00 and {int(below)}{ending}"
    if above.endswith("0"):
        return found[0] if len(above) != 2 else f"{above[0]} thousandth"
    return f"{above} hundredth"
