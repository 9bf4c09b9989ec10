"""The prompts that write a story, step by step: outline, draft, critique, revision. Pure: sentences from
values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openai.types.chat import ChatCompletionMessageParam

from service.domain.story import AgeRange, StoryBrief, StoryContent
from service.domain.writing import Outline, Remark
from service.providers.openai.prompts import (
    CARE,
    DATA_RULE,
    brief_data,
    chat_messages,
    content_data,
    stand_ins,
)
from service.providers.pseudonyms import Pseudonymizer

#: For each age: the least and the most words of a book, the longest sentence in words, the manner of
#: writing, and how the text sounds when it is read aloud.
_AGES: Mapping[AgeRange, tuple[int, int, int, str, str]] = {
    "0-3": (
        120, 250, 8, "sound words, repetition, things a toddler knows",
        "a short refrain on every page that a toddler can join in; strong beats, three or four words a "
        "breath",
    ),
    "3-5": (
        250, 500, 12, "a refrain, concrete words, one idea a sentence",
        "a refrain that comes three times and changes at the end; groups of three; a pause before each "
        "surprise",
    ),
    "5-8": (
        500, 900, 16, "dialogue, a problem that the heroes solve themselves",
        "voices that differ when they speak; long sentences for calm, short ones for haste",
    ),
    "8-10": (
        700, 1200, 20, "inner thoughts, humour, a turn that surprises",
        "sentences of changing length; humour in the timing; a last line that rings on",
    ),
}  # fmt: skip
_HONOUR = (
    "Where `title` is given, it is the book's title and the story is about it. Do what `wishes` asks, as "
    "far as these rules allow. `themes` are shown in what people do and never explained."
)
_OWN_IDEA = "`own_text` is the author's own idea: keep its people, its events and its spirit."


def outline_messages(brief: StoryBrief, people: Pseudonymizer) -> list[ChatCompletionMessageParam]:
    """The messages that ask for the outline."""
    rules = (
        f"You plan a picture book to be read aloud, of exactly {brief.scene_count} pages, for age "
        f"{brief.age_range}. A hero wants something, is hindered, tries and fails, and finds a way of their "
        "own: the middle is harder than the beginning, and the ending is earned. For each page, `happens` "
        "says in one or two sentences what is done and where, and each page has its own place or action, "
        "so that its picture differs. `turn` says what makes the listener want the page turned: a "
        "question, a sound, something half seen; on the last page it is the feeling that stays. `idea` is "
        "the story in one sentence. `refrain` is a line that comes again, in the language that the JSON's "
        f"`language` is the tag of, or empty where the age wants none. {_HONOUR} {_idea(brief)}{CARE} "
        f"{stand_ins(people)} {DATA_RULE}"
    )
    return chat_messages(rules, brief_data(brief, people), people)


def story_messages(
    brief: StoryBrief, people: Pseudonymizer, outline: Outline | None = None
) -> list[ChatCompletionMessageParam]:
    """The messages that ask for the story, from an outline where there is one."""
    plan = "Follow the JSON's `outline` page by page, its turns and its refrain. " if outline else ""
    rules = (
        f"You write picture books to be read aloud. Write one of exactly {brief.scene_count} scenes in the "
        f"{_manner(brief)} Each scene has its own place or action, so that its picture differs. The ending "
        f"is earned by what the heroes do. {plan}{_HONOUR} {_idea(brief)}`text` is plain, paragraphs parted "
        "by one blank line. `alt` says in one sentence what happens in the scene's picture; `cover_alt` "
        f"that of the cover. `summary` is two sentences. {CARE} {stand_ins(people)} {DATA_RULE}"
    )
    planned = {"outline": outline.model_dump(mode="json")} if outline else {}
    return chat_messages(rules, {**brief_data(brief, people), **planned}, people)


def critique_messages(
    brief: StoryBrief, content: StoryContent, people: Pseudonymizer
) -> list[ChatCompletionMessageParam]:
    """The messages that ask for remarks on a draft."""
    least, most, longest, manner, sound = _AGES[brief.age_range]
    rules = (
        "You are the editor of picture books that are read aloud. Read the draft in the JSON's `draft` as "
        "a parent would who reads it to a child for the tenth time, and judge it strictly: is there one "
        "plot, with cause and effect, whose ending is earned by the heroes; does each page end so that one "
        f"wants to turn it; does it sound well read aloud ({sound}); is the theme shown and never told; is "
        f"it right for age {brief.age_range} ({least} to {most} words, sentences of at most {longest} "
        f"words; {manner}); are the pages even; are title, wishes and language what the JSON asks; are the "
        "heroes themselves, with their own words; is any sentence empty, worn or sweet for its own sake. "
        "Give at most six remarks, the worst first, each with the number of its page, or null for the "
        f"whole, what is wrong, and what to do. Give none where the draft is good. {CARE} "
        f"{stand_ins(people)} {DATA_RULE}"
    )
    return chat_messages(rules, {**brief_data(brief, people), "draft": content_data(content)}, people)


def revision_messages(
    brief: StoryBrief, content: StoryContent, remarks: Sequence[Remark], people: Pseudonymizer
) -> list[ChatCompletionMessageParam]:
    """The messages that ask for the pages that remarks change."""
    rules = (
        "You revise a picture book to be read aloud. Mend what the JSON's `remarks` say of `draft`, and "
        "nothing else: what is good stays word for word. `pages` has each page that changes, by its "
        f"scene's number, with its whole new `text` and `alt`, in the {_manner(brief)} `title`, `summary` "
        f"and `cover_alt` fit the revised story. {_HONOUR} {_idea(brief)}`text` is plain, paragraphs parted "
        f"by one blank line. {CARE} {stand_ins(people)} {DATA_RULE}"
    )
    data = {
        **brief_data(brief, people),
        "draft": content_data(content),
        "remarks": [remark.model_dump(mode="json") for remark in remarks],
    }
    return chat_messages(rules, data, people)


def frame_messages(brief: StoryBrief, people: Pseudonymizer) -> list[ChatCompletionMessageParam]:
    """The messages that ask for what a text of the author lacks to be a book."""
    count = len(brief.given_pages)
    rules = (
        f"An author has written a picture book, whose {count} pages are in the JSON's `own_text`. Its words "
        f"are not changed. `alts` has exactly {count} sentences, in the order of the pages, each of which "
        "says what happens in the picture of its page, by what the page says. `cover_alt` says what the "
        "cover shows. `title` is the JSON's title, or one that the author would choose. `summary` is two "
        f"sentences. All are in the language that the JSON's `language` is the tag of. {stand_ins(people)} "
        f"{DATA_RULE}"
    )
    return chat_messages(rules, brief_data(brief, people), people)


def mending_messages(brief: StoryBrief, people: Pseudonymizer) -> list[ChatCompletionMessageParam]:
    """The messages that ask for a text of the author, mended lightly."""
    count = len(brief.given_pages)
    rules = (
        f"An author has written a picture book, whose {count} pages are in the JSON's `own_text`. Write "
        f"exactly {count} scenes, one for each page, in the same order: the author's text with its "
        "spelling, grammar and punctuation mended, and with a joining sentence where a listener would be "
        "lost. Keep the author's words, voice, rhymes and events, and leave nothing out. `alt` says in one "
        "sentence what happens in the scene's picture; `cover_alt` that of the cover. `title` is the "
        "JSON's title, or one that the author would choose. `summary` is two sentences. All are in the "
        "language that the JSON's `language` is the tag of. `text` is plain, paragraphs parted by one "
        f"blank line. {stand_ins(people)} {DATA_RULE}"
    )
    return chat_messages(rules, brief_data(brief, people), people)


def _manner(brief: StoryBrief) -> str:
    least, most, longest, manner, sound = _AGES[brief.age_range]
    each = round((least + most) / 2 / brief.scene_count)
    return (
        f"language that the JSON's `language` is the tag of, {least} to {most} words in all, about {each} "
        f"on every page, for age {brief.age_range}: sentences of at most {longest} words; {manner}. It is "
        f"heard, not read: {sound}. Each page but the last ends on something that makes one turn it."
    )


def _idea(brief: StoryBrief) -> str:
    return f"{_OWN_IDEA} " if brief.text is not None else ""
