"""Valid answers for the stub of OpenAI, made of what it is sent."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import Image

#: Answers a question about a picture: given the question's text and how often pictures were looked at.
Eye = Callable[[str, int], str]


#: What the critic says of each draft.
REMARKS = [{"page": 1, "problem": "The first page has no surprise.", "advice": "Add one."}]


def length(messages: Any) -> int:
    return sum(len(part) for message in messages for part in _said(message["content"]))


def _said(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [part["text"] for part in content if part["type"] == "text"]


def content_of(kind: str, messages: Any, eye: Eye, looks: int) -> dict[str, Any]:
    """An answer of the kind, made of what was sent."""
    rules = _said(messages[0]["content"])[0]
    if kind == "safety":
        return _seen(re.findall(r"^(\d+)\. (.*)$", rules, re.MULTILINE), eye, looks)
    data = json.loads(_said(messages[1]["content"])[0])
    if kind == "verdicts":
        return _seen([(one["number"], one["question"]) for one in data["questions"]], eye, looks)
    made: Mapping[str, Callable[[], dict[str, Any]]] = {
        "scene": lambda: {"text": _scene(data)},
        "passage": lambda: {"text": f"{data['passage']} Again: {data['instruction']}"},
        "outline": lambda: _outline(rules, data),
        "story": lambda: _story(rules, data),
        "critique": lambda: {"remarks": REMARKS},
        "revision": lambda: _revision(data),
        "frame": lambda: _frame(data),
        "palette": lambda: _palette(rules),
        "alt": lambda: _alt(data),
        "storyboard": lambda: _storyboard(data),
        "analysis": lambda: _analysis(data),
        "activities": lambda: _questions(data),
    }
    return made[kind]()


def _scene(data: Mapping[str, Any]) -> str:
    names = [person["name"] for person in data["facts"]["people"]]
    return f"{names[0]} climbed the stairs.\n\n“{data['scene']['summary']}” she said to {names[-1]}."


def _story(rules: str, data: Mapping[str, Any]) -> dict[str, Any]:
    counted = re.search(r"exactly (\d+) scenes", rules)
    assert counted is not None
    names = [person["name"] for person in data["characters"]]
    hero = names[0]
    own = data.get("own_text", ()) if "mended" in rules else ()
    beats = [{"text": page, "alt": f"{hero} on a page."} for page in own] or [
        {
            "text": f"Day {number}: {hero} saw the river.\n\n“Look!” said {names[-1]}. “{number} boats!”",
            "alt": f"{hero} by the river with {number} boats.",
        }
        for number in range(1, int(counted[1]) + 1)
    ]
    return {
        "title": f"{hero} and the Boats",
        "beats": beats,
        "summary": f"{hero} counts boats.",
        "cover_alt": f"{hero} waves from a boat.",
    }


def _outline(rules: str, data: Mapping[str, Any]) -> dict[str, Any]:
    counted = re.search(r"exactly (\d+) pages", rules)
    assert counted is not None
    hero = data["characters"][0]["name"]
    pages = [
        {"happens": f"{hero} counts {n} boats.", "turn": "What comes next?"} for n in range(int(counted[1]))
    ]
    return {
        "title": f"{hero} Counts",
        "idea": f"{hero} counts boats.",
        "refrain": "One more boat!",
        "pages": pages,
    }


def _revision(data: Mapping[str, Any]) -> dict[str, Any]:
    """The first page again, with what was missing."""
    draft = data["draft"]
    first = draft["scenes"][0]
    return {
        "title": draft["title"],
        "pages": [{"scene": 1, "text": f"{first['text']}\n\nSplash!", "alt": first["picture"]}],
        "summary": draft["summary"],
        "cover_alt": f"{data['characters'][0]['name']} waves from a boat.",
    }


def _frame(data: Mapping[str, Any]) -> dict[str, Any]:
    hero = data["characters"][0]["name"]
    alts = [f"{hero} on page {number}." for number, _ in enumerate(data["own_text"], 1)]
    return {
        "title": f"{hero}'s Own Story",
        "alts": alts,
        "summary": "As told.",
        "cover_alt": f"{hero} waves.",
    }


def _palette(rules: str) -> dict[str, Any]:
    counted = re.search(r"exactly (\d+) palette steps", rules)
    assert counted is not None
    colours = ["#FFF1D6", "#F4B860", "#C8553D", "#588B8B", "#2D3047"]
    steps = [{"name": f"Light {n}", "mood": "calm", "colours": colours} for n in range(int(counted[1]))]
    return {"motif": "a paper boat", "steps": steps}


def _storyboard(data: Mapping[str, Any]) -> dict[str, Any]:
    """All heroes on the cover; then one page of the first hero alone, one of all but the first, and so on."""
    names = [person["name"] for person in data["characters"]]
    groups = [names, names[:1], names[1:] or names]
    pictures = [
        {
            "shot": ("wide", "medium")[number % 2],
            "angle": "eye level",
            "heroes": groups[number % 3] if number else names,
            "place": f"the bank of the river, bend {number}",
            "must_show": [f"a blue boat with {number} oars", "a heron, grey, as tall as a child"],
            "text_at": ("top", "bottom")[number % 2],
        }
        for number in range(len(data["scenes"]) + 1)
    ]
    return {"pictures": pictures}


def _analysis(data: Mapping[str, Any]) -> dict[str, Any]:
    poses = [
        {"name": person["name"], "pose": "leaning forward", "expression": "glad"}
        for person in data["characters"]
    ]
    return {
        "action": f"In {data['picture_of']} boats go by.",
        "camera": "low, close",
        "depth": "reeds before, hills behind",
        "atmosphere": "a bright morning",
        "place": "river",
        "time_of_day": "morning",
        "weather": "clear",
        "props": ["boat"],
        "poses": poses,
    }


def _alt(data: Mapping[str, Any]) -> dict[str, Any]:
    names = [person["name"] for person in data["characters"]]
    return {"alt": f"{' and '.join(names) or 'A boat'} by the river, as drawn."}


def _questions(data: Mapping[str, Any]) -> dict[str, Any]:
    first = data["scenes"][0]
    return {
        "questions": [
            {
                "kind": "multiple_choice",
                "question": "Where did they go?",
                "options": ["the river", "the moon"],
                "answer": "the river",
                "page": first["scene"],
            },
            {
                "kind": "open",
                "question": "What would you count?",
                "options": [],
                "answer": "any",
                "page": None,
            },
        ]
    }


def _seen(asked: Sequence[tuple[int | str, str]], eye: Eye, looks: int) -> dict[str, Any]:
    return {
        "answers": [
            {"number": int(number), "verdict": eye(text, looks), "evidence": f"As seen in look {looks}."}
            for number, text in asked
        ]
    }


def drawn(prompt: str, number: int, side: int, form: str) -> bytes:
    """A small picture, different for each call."""
    shade = sum(prompt.encode()) % 200
    picture = Image.new("RGB", (side, side), (shade, 90, 160))
    picture.paste((240, number * 37 % 256, number // 7 % 256), (side // 4, side // 4, side // 2, side // 2))
    file = io.BytesIO()
    picture.save(file, format={"jpeg": "JPEG", "webp": "WEBP"}.get(form, "PNG"))
    return file.getvalue()
