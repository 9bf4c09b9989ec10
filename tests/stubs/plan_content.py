"""Valid proposals for the stub of OpenAI: made by the schema that it is sent, with words by chance."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from typing import Any

_SYLLABLES = ("ba", "do", "ki", "lu", "mer", "na", "or", "pe", "rin", "sa", "tol", "ve", "wy", "zan")
#: Elements of a list, where the rules do not say.
_ITEMS = 3


def plan_of(schema: Mapping[str, Any], messages: Any, seed: int) -> dict[str, Any]:
    """An answer with as many proposals as are asked for; one of another kind has an empty list."""
    if "proposals" not in schema["properties"]:
        return {name: [] for name in schema["properties"]}
    rules, data = messages[0]["content"], json.loads(messages[1]["content"])
    counted = re.search(r"Write exactly (\d+) proposals", rules)
    chapters = re.search(r"Write (?:exactly|about) (\d+) chapters", rules)
    writer = _Writer(schema.get("$defs", {}), random.Random(seed), int(chapters[1]) if chapters else 6, data)
    proposal = schema["properties"]["proposals"]["items"]
    return {"proposals": [writer.value(proposal) for _ in range(int(counted[1]) if counted else 1)]}


class _Writer:
    """Writes values by their schemas."""

    def __init__(
        self, definitions: Mapping[str, Any], chance: random.Random, chapters: int, data: Mapping[str, Any]
    ) -> None:
        self._definitions, self._chance, self._chapters = definitions, chance, chapters
        self._spark = str(data.get("inspiration", ""))[:200]

    def value(self, schema: Mapping[str, Any], name: str = "", number: int = 0) -> Any:
        if "$ref" in schema:
            return self.value(self._definitions[schema["$ref"].rpartition("/")[2]], name, number)
        if "anyOf" in schema:
            return self.value(schema["anyOf"][0], name, number)
        if "enum" in schema:
            words = [word for word in schema["enum"] if word is not None]
            return words[number % len(words)] if name == "id" else self._chance.choice(words)
        match schema["type"]:
            case "object":
                return {key: self.value(part, key, number) for key, part in schema["properties"].items()}
            case "array":
                return self._list(schema["items"], name)
            case "string":
                return self._text(name)
        return self._chance.randint(3, 40)

    def _list(self, item: Mapping[str, Any], name: str) -> list[Any]:
        ids = item.get("properties", {}).get("id", {}).get("$ref", "").rpartition("/")[2]
        known = [
            word for word in self._definitions.get(ids, {}).get("enum", ()) if not word.startswith("new")
        ]
        count = (
            self._chapters
            if name == "chapters" and not known
            else 2
            if name == "values_in_conflict"
            else _ITEMS
        )
        return [
            self.value(item, name, at) for at in range(len(known) if name == "chapters" and known else count)
        ]

    def _text(self, name: str) -> str:
        words = [self._word() for _ in range(2 if name in ("title", "name", "") else 12)]
        return f"{' '.join(words).capitalize()}{f' ({self._spark})' if name == 'premise' else ''}"

    def _word(self) -> str:
        return "".join(self._chance.choice(_SYLLABLES) for _ in range(self._chance.randint(2, 4)))
