"""Draws the pillow and the blanket of a sleeping hero."""

from __future__ import annotations

from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import shape
from service.providers.offline.illustrator.figure.skeleton import Skeleton
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import circle, smooth
from service.providers.offline.illustrator.words import choice_for


def pillow(build: Build, bones: Skeleton) -> str:
    """The large pillow behind a sleeping hero."""
    x, y = bones.head
    wide, low = build.head * 1.55, bones.hip[1] + 8
    points = [
        (x - wide, y - 20),
        (x, y - 34),
        (x + wide * 0.8, y - 16),
        (x + wide * 0.84, low),
        (x - wide * 0.94, low),
    ]
    return shape(smooth(points, tension=0.8), "#fbf2e0")


def blanket(look: Look, build: Build, bones: Skeleton) -> str:
    """The blanket of a sleeping hero, over lap and legs."""
    x, y = bones.hip
    knee, toe = bones.near_leg.joint, bones.far_leg.end
    far = toe[0] + build.leg * 1.5
    colour = choice_for(look.name, "blanket", ("#7f9fc9", "#c98aa0", "#8fb58c", "#b49ac9"))
    points = [
        (x - build.hip * 1.7, 2), (x - build.hip * 1.45, y - 16), (x, y - 34), (knee[0], knee[1] - 34),
        (knee[0] + 40, knee[1] - 8), (far - 8, -34), (far, 2),
    ]  # fmt: skip
    turned = [
        (x - build.hip * 1.5, y - 20),
        (x, y - 38),
        (knee[0] - 14, knee[1] - 30),
        (x, y - 12),
        (x - build.hip * 1.4, y + 8),
    ]
    spots = "".join(
        circle(x + (far - x) * along, y * up, 5, "#f6ead4")
        for along, up in (
            (-0.12, 0.3),
            (0.1, 0.9),
            (0.16, 0.25),
            (0.36, 0.8),
            (0.42, 0.2),
            (0.62, 0.7),
            (0.7, 0.2),
            (0.88, 0.25),
        )
    )
    return shape(smooth(points, tension=0.7), colour) + spots + shape(smooth(turned), "#f6ead4")
