"""The prompts that plan pictures: the storyboard of a book, and the reading of one picture. Pure."""

from __future__ import annotations

from typing import get_args

from openai.types.chat import ChatCompletionMessageParam

from service.domain.story import StoryBrief, StoryContent
from service.domain.storyboard import Angle, Frame, Shot, TextAt
from service.providers.openai.prompts import (
    CARE,
    DATA_RULE,
    chat_messages,
    content_data,
    person_data,
    stand_ins,
)
from service.providers.pseudonyms import Pseudonymizer

_SEEN = (
    "Say only what can be seen, so exactly that an illustrator who has read nothing else could draw it: "
    "never a feeling without a face, never a sound, a smell or a thought."
)


def storyboard_messages(
    brief: StoryBrief, content: StoryContent, people: Pseudonymizer
) -> list[ChatCompletionMessageParam]:
    """The messages that ask for a frame for the cover and for each scene."""
    shots, angles, sides = (", ".join(f"“{one}”" for one in get_args(kind)) for kind in (Shot, Angle, TextAt))
    rules = (
        f"You draw the storyboard of a picture book. Give exactly {len(content.beats) + 1} pictures, the "
        "cover first and then one for each scene, in order. "
        f"`shot` is one of {shots}; `angle` one of {angles}: what suits the moment, and two pictures next to "
        "each other never share both. `heroes` has the names of those of the JSON's characters who are in "
        "the picture, and nobody else: leave out who is only spoken of, and show all of them on the cover. "
        "`place` says where it is, with what makes the place this place. `must_show` has one to four things, "
        "minor characters or happenings without which the page is not told, the central one first, each "
        "with size, colour and material, or age, face and clothes. What comes on several pictures (a thing, "
        "a place, a minor character) is described with the very same words each time, so that it looks the "
        f"same. `text_at` is one of {sides}: the part of the picture that can stay calm for the words. "
        f"{_SEEN} {CARE} {stand_ins(people)} {DATA_RULE}"
    )
    return chat_messages(rules, {**_people(brief), **content_data(content)}, people)


def framed_messages(
    brief: StoryBrief, content: StoryContent, frame: Frame, people: Pseudonymizer
) -> list[ChatCompletionMessageParam]:
    """The messages of pass 2 for a picture that the storyboard has planned."""
    which = "the cover" if frame.index == 0 else f"scene {frame.index}"
    who = (
        "`poses` has each character whom the text of this scene puts into the picture"
        if frame.heroes is None
        else "`poses` has each character of the frame's `heroes`, and nobody else"
    )
    rules = (
        f"You plan the picture of {which} of a book as a film maker would. The JSON's `frame` is what "
        "the storyboard wants: keep to its shot and angle, and to all else that it says; let nothing "
        "that matters stand in the part `text_at`. `action`: the one "
        "moment at its strongest, who does what, with which thing, looking where. `camera`: what the shot "
        "takes in, and what stands where in the picture. `depth`: what is near, in the middle "
        "and far. `atmosphere`: where the light comes from, its colour, the weather. One or two sentences "
        "each. `place`, `time_of_day` and `weather` are plain words; `props` are the things that must be "
        f"seen, each with its look; {who}, with a pose that says what the body, the hands and the eyes do, "
        "suits the body and its devices and differs from the other scenes, and the expression of the face. "
        f"{_SEEN} {CARE} {stand_ins(people)} {DATA_RULE}"
    )
    planned = {
        name: value for name, value in frame.model_dump(mode="json").items() if value and name != "index"
    }
    data = {**_people(brief), **content_data(content), "picture_of": which, "frame": planned}
    return chat_messages(rules, data, people)


def _people(brief: StoryBrief) -> dict[str, object]:
    return {"characters": [person_data(character) for character in brief.characters]}
