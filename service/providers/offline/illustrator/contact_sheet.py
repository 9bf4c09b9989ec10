"""Makes three overview pictures for people: all traits that drawings show, all animals, and heads from all
sides.

``python -m service.providers.offline.illustrator.contact_sheet docs/pictures`` writes
``traits.webp``, ``animals.webp`` and ``heads.webp`` into that folder.
"""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from service.domain.story import Character, Looks, TraitRef
from service.domain.traits import registry
from service.providers.offline.illustrator.figure import animal, head
from service.providers.offline.illustrator.figure.ball import Ball
from service.providers.offline.illustrator.figure.face import expression_of
from service.providers.offline.illustrator.figure.figure import draw_figure
from service.providers.offline.illustrator.figure.view import HeadView
from service.providers.offline.illustrator.finish.passes import Layer
from service.providers.offline.illustrator.finish.press import printed
from service.providers.offline.illustrator.finish.shading import Lighting
from service.providers.offline.illustrator.look import Look, look_of
from service.providers.offline.illustrator.scene import Drawing
from service.providers.offline.illustrator.species import ALL
from service.providers.offline.illustrator.svg import halo, moved, rect

_CELL = (300, 400)
_COLUMNS = 7

#: Each trait with its detail, and the pose that shows the trait.
SHOWN: tuple[tuple[str, str | None, str], ...] = (
    ("manual_wheelchair", None, "roll"), ("manual_wheelchair", "purple", "wave"), ("power_wheelchair", None, "stand"),
    ("walker", None, "walk"), ("crutches_or_cane", "forearm crutches", "stand"), ("crutches_or_cane", "cane", "wave"),
    ("leg_orthosis", "both legs", "walk"), ("limb_difference", "left arm below the elbow", "stand"),
    ("limb_difference", "right hand", "wave"), ("limb_difference", "left leg below the knee", "stand"),
    ("prosthesis", "right leg running blade", "walk"), ("prosthesis", "left leg below the knee", "stand"),
    ("prosthesis", "right arm below the elbow", "point"), ("hearing_aids", None, "stand"),
    ("cochlear_implant", "right", "look_up"), ("signing_deaf", None, "stand"), ("glasses", None, "carry"),
    ("white_cane", None, "walk"), ("assistance_dog", None, "walk"), ("communication_device", None, "stand"),
    ("sensory_supports", "blue ear defenders", "stand"), ("glucose_monitor", None, "stand"), ("feeding_tube", None, "stand"),
    ("oxygen_or_tracheostomy", "nasal cannula", "stand"), ("oxygen_or_tracheostomy", "tracheostomy", "wave"),
    ("hair_loss", None, "cheer"), ("vitiligo", None, "wave"), ("albinism", None, "stand"),
    ("birthmark", "left cheek", "stand"), ("scar_or_burn", "right cheek", "stand"), ("scar_or_burn", "burn, left cheek", "point"),
    ("craniofacial_difference", "cleft lip", "stand"), ("hair_texture", "afro", "stand"), ("hair_texture", "locs", "cheer"),
    ("hair_texture", "box braids", "walk"), ("down_syndrome", None, "cheer"), ("short_stature", None, "stand"),
    ("larger_body", None, "wave"), ("head_covering", "teal hijab", "stand"), ("head_covering", "orange turban", "point"),
    ("head_covering", "blue kippah", "stand"), ("head_covering", "patka", "run"), ("head_covering", "headscarf", "wave"),
    ("head_covering", "kufi", "stand"), ("head_covering", "gele", "stand"), ("head_covering", "dupatta", "stand"),
    ("cultural_garment", "green sari", "stand"), ("cultural_garment", "red kimono", "stand"), ("cultural_garment", "hanbok", "wave"),
    ("cultural_garment", "kilt", "stand"), ("cultural_garment", "dashiki", "cheer"), ("cultural_garment", "poncho", "stand"),
    ("cultural_garment", "blue salwar kameez", "stand"), ("cultural_garment", "kente", "stand"), ("active_older_adult", None, "run"),
    ("skin_tone", "deep brown", "stand"),
)  # fmt: skip

_NAMES = (
    "Ada",
    "Ben",
    "Chidi",
    "Dana",
    "Eli",
    "Fatima",
    "Goran",
    "Hana",
    "Ines",
    "Jun",
    "Kofi",
    "Lina",
    "Maya",
    "Noor",
)


_SKINS = ("brown", "fair", "olive", "deep brown", "light", "tan", "golden", "chestnut", "rosy", "caramel")


def trait_hero(trait: str, detail: str | None, at: int) -> Character:
    """A hero with the trait. The position on the sheet determines the name, and so the look."""
    older = trait == "active_older_adult"
    return Character(
        name=_NAMES[at % len(_NAMES)],
        age=68 if older else 5 + at % 5,
        kind="adult" if older else "child",
        traits=(TraitRef(id=trait, detail=detail),),
        looks=Looks(skin_tone=None if trait == "skin_tone" else _SKINS[at % len(_SKINS)]),
    )


def _drawn(cells: Sequence[tuple[Character, str]], finish: str) -> Image.Image:
    """The figures in rows, with a finish. Each row is a picture, 1000 units high."""
    wide, high = _CELL
    sheet = Image.new("RGB", (_COLUMNS * wide, -(-len(cells) // _COLUMNS) * high))
    unit = 1000 / high
    for row in range(0, len(cells), _COLUMNS):
        layers = [_paper()]
        for at, (character, pose) in enumerate(cells[row : row + _COLUMNS]):
            x, y = (at + 0.5) * wide * unit, (high - 62) * unit
            figure = draw_figure(look_of(character), pose, "happy")
            scale = min(0.8, (wide - 24) / figure.width, (high - 84) / figure.height) * unit
            shade = halo(x, y + 2 * unit, figure.width * scale * 0.5, 12 * unit, "#5a4632", 0.4)
            drawn = moved(figure.svg, x - (figure.left + figure.right) / 2 * scale, y, scale)
            layers.append(Layer(shade + drawn, 100 + at * 16, 13, "", "cloth"))
        sheet.paste(_printed(layers, finish), (0, row // _COLUMNS * high))
    return sheet


def _paper() -> Layer:
    return Layer(rect(-10, -10, _COLUMNS * 1000, 1020, "#f7ecd6"), 2, 0, "", "flat")


def _printed(layers: Sequence[Layer], finish: str) -> Image.Image:
    size = (_COLUMNS * _CELL[0], _CELL[1])
    lighting = Lighting(sun=(-0.6, -0.75), shadow="#4a3a5a")
    return printed(Drawing(tuple(layers), 1000 * size[0] / size[1], size, finish, lighting, ()))


def trait_sheet() -> Image.Image:
    """All drawable traits, each with its name and detail below."""
    heroes = [(trait_hero(trait, detail, at), pose) for at, (trait, detail, pose) in enumerate(SHOWN)]
    labels = [
        (registry()[trait].name.removesuffix(" such as ear defenders"), detail or "")
        for trait, detail, _ in SHOWN
    ]
    return _labelled(_drawn(heroes, "gouache"), labels)


def animal_sheet() -> Image.Image:
    """All animals that a hero can be."""
    poses = ("stand", "wave", "walk", "point", "cheer", "carry")
    heroes = [
        (
            Character(name=_NAMES[at % len(_NAMES)], kind="animal", species=species.name),
            poses[at % len(poses)],
        )
        for at, species in enumerate(ALL)
    ]
    return _labelled(_drawn(heroes, "cut paper"), [(species.name, "") for species in ALL])


#: The turns of the heads, in degrees: 0 is the front, 90 a profile, 180 the back.
_TURNS = (-40, 0, 30, 60, 85, 125, 165)
_HEADS = (
    Character(name="Mia", age=6, looks=Looks(skin_tone="brown", hair="two puffs"), traits=(TraitRef(id="hearing_aids"),)),
    Character(name="Tom", age=7, looks=Looks(hair="red")),
    Character(name="Aisha", age=9, traits=(TraitRef(id="head_covering", detail="teal hijab"),)),
    Character(name="Li", age=8, looks=Looks(skin_tone="light", hair="long straight black"), traits=(TraitRef(id="glasses"),)),
    Character(name="Kofi", age=10, looks=Looks(skin_tone="deep", hair="afro")),
    Character(name="Gran", kind="adult", age=71, looks=Looks(hair="grey bun")),
    Character(name="Finn", kind="animal", species="fox"),
)  # fmt: skip


def head_sheet() -> Image.Image:
    """Some heads, each from all sides."""
    wide, high = _CELL
    sheet = Image.new("RGB", (_COLUMNS * wide, len(_HEADS) * high))
    unit = 1000 / high
    for row, character in enumerate(_HEADS):
        layers = [_paper()]
        for at, turn in enumerate(_TURNS):
            head = moved(_head(look_of(character), turn), (at + 0.5) * wide * unit, 560, 245)
            layers.append(Layer(head, 100 + at * 16, 13, "", "face"))
        sheet.paste(_printed(layers, "gouache"), (0, row * high))
    return sheet


def _head(look: Look, degrees: int) -> str:
    view = HeadView(Ball(math.radians(degrees)), False)
    face = expression_of("happy")
    if look.species:
        return animal.front(look, view, face)
    back, front = head.behind(look, view), head.front(look, view, face) + head.over(look, view)
    return front + back if view.ball.away else back + front


def _labelled(sheet: Image.Image, labels: Sequence[tuple[str, str]]) -> Image.Image:
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for at, (name, detail) in enumerate(labels):
        x, y = (at % _COLUMNS + 0.5) * _CELL[0], (at // _COLUMNS + 1) * _CELL[1] - 40
        pen.text((x, y), name, fill="#4a3a2c", font=font, anchor="mm")
        pen.text((x, y + 20), detail, fill="#8a7460", font=font, anchor="mm")
    return sheet


def main(folder: Path) -> None:
    """Write the sheets as WebP."""
    trait_sheet().save(folder / "traits.webp", quality=80)
    animal_sheet().save(folder / "animals.webp", quality=80)
    head_sheet().resize((1400, 1866)).save(folder / "heads.webp", quality=82)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
