"""Makes two overview pictures for people: all traits that drawings show, and all animals.

``python -m service.providers.offline.illustrator.contact_sheet docs/pictures`` writes
``traits.webp`` and ``animals.webp`` into that folder.
"""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont

from service.domain.story import Character, Looks, TraitRef
from service.domain.traits import registry
from service.providers.offline.illustrator.figure.figure import draw_figure
from service.providers.offline.illustrator.look import look_of
from service.providers.offline.illustrator.species import ALL
from service.providers.offline.illustrator.svg import halo, moved, num, rect

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


def _drawn(cells: Sequence[tuple[Character, str]], size: tuple[int, int]) -> Image.Image:
    rows = -(-len(cells) // _COLUMNS)
    width, height = _COLUMNS * size[0], rows * size[1]
    parts = [rect(0, 0, width, height, "#f7ecd6")]
    for at, (character, pose) in enumerate(cells):
        x, y = (at % _COLUMNS + 0.5) * size[0], (at // _COLUMNS) * size[1] + size[1] - 62
        figure = draw_figure(look_of(character), pose, "happy")
        scale = min(0.8, (size[0] - 24) / figure.width, (size[1] - 84) / figure.height)
        parts.append(halo(x, y + 2, figure.width * scale * 0.5, 12, "#5a4632", 0.4))
        parts.append(moved(figure.svg, x - (figure.left + figure.right) / 2 * scale, y, scale))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{num(width)}" height="{num(height)}">{"".join(parts)}</svg>'
    return Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))).convert(
        "RGB"
    )


def trait_sheet() -> Image.Image:
    """All drawable traits, each with its name and detail below."""
    heroes = [(trait_hero(trait, detail, at), pose) for at, (trait, detail, pose) in enumerate(SHOWN)]
    labels = [
        (registry()[trait].name.removesuffix(" such as ear defenders"), detail or "")
        for trait, detail, _ in SHOWN
    ]
    return _labelled(_drawn(heroes, _CELL), labels)


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
    return _labelled(_drawn(heroes, _CELL), [(species.name, "") for species in ALL])


def _labelled(sheet: Image.Image, labels: Sequence[tuple[str, str]]) -> Image.Image:
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for at, (name, detail) in enumerate(labels):
        x, y = (at % _COLUMNS + 0.5) * _CELL[0], (at // _COLUMNS + 1) * _CELL[1] - 40
        pen.text((x, y), name, fill="#4a3a2c", font=font, anchor="mm")
        pen.text((x, y + 20), detail, fill="#8a7460", font=font, anchor="mm")
    return sheet


def main(folder: Path) -> None:
    """Write both sheets as WebP."""
    trait_sheet().save(folder / "traits.webp", quality=80)
    animal_sheet().save(folder / "animals.webp", quality=80)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
