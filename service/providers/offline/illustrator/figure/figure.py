"""Draws a whole figure: a hero in a pose, with clothes and everything that belongs to the hero."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from dataclasses import dataclass, replace

from service.providers.offline.illustrator.colour import darker
from service.providers.offline.illustrator.figure import (
    aims,
    animal,
    animal_crests,
    bedding,
    garments,
    head,
    limbs,
    skirts,
)
from service.providers.offline.illustrator.figure.build import Build, build_of
from service.providers.offline.illustrator.figure.crown import crown_height
from service.providers.offline.illustrator.figure.face import Expression, expression_of
from service.providers.offline.illustrator.figure.outline import edge, shape
from service.providers.offline.illustrator.figure.poses import Stance, seated, stance_of
from service.providers.offline.illustrator.figure.skeleton import (
    LimbBones,
    Skeleton,
    arm_to,
    pose_skeleton,
)
from service.providers.offline.illustrator.figure.view import HeadView
from service.providers.offline.illustrator.look import Look, Side
from service.providers.offline.illustrator.props import creatures
from service.providers.offline.illustrator.svg import Point, ellipse, group, moved, rect, smooth
from service.providers.offline.illustrator.traits import (
    communication,
    coverings,
    medical,
    skin,
    walking,
    wheels,
)
from service.providers.offline.illustrator.traits import limbs as trait_limbs
from service.providers.offline.illustrator.words import colour_in


@dataclass(frozen=True)
class Drawn:
    """A drawn figure that stands on y = 0 around x = 0, and its extent, in units of the figure.

    ``height`` is the height of the top of the head in this pose (raised hands may be higher). ``stature`` is
    the height of the hero when standing. ``stance`` and ``expression`` are those of the drawing. ``hand`` is
    the hand that the aim sent, and ``fingers`` its drawing, which closes around a held thing.
    """

    svg: str
    left: float
    right: float
    height: float
    stature: float
    stance: str
    expression: str
    hand: Point | None = None
    fingers: str = ""

    @property
    def width(self) -> float:
        """The width of the figure."""
        return self.right - self.left


@dataclass(frozen=True)
class Aim:
    """What a figure attends to: a point that it looks at, and a point that its free hand reaches for. Both are
    seen from its feet, as if it faced right. ``holds``: the hand holds a thing there. ``away``: the figure is
    seen from behind."""

    look_at: Point | None = None
    hand: Point | None = None
    holds: bool = False
    away: bool = False


_AIMLESS = Aim()
#: Expressions of those who lie in bed and do not sleep.
_AWAKE = ("curious", "thinking", "surprised", "worried", "brave")


@dataclass(frozen=True)
class _Figure:
    """All data from which the parts of one figure are drawn."""

    look: Look
    build: Build
    stance: Stance
    bones: Skeleton
    view: HeadView
    expression: Expression
    chair: wheels.Chair | None
    aid: walking.Aid | None
    aim: Aim

    def side(self, near: bool) -> Side:
        """Whether the near (or far) limb is the left or the right limb of the hero."""
        return "right" if (near != self.view.flipped) != self.away else "left"

    @property
    def away(self) -> bool:
        """Whether the figure is seen from behind."""
        return self.view.ball.away


def draw_figure(look: Look, pose: str, mood: str, flipped: bool = False, aim: Aim = _AIMLESS) -> Drawn:
    """Draw a hero in a pose. The head and the free hand follow ``aim``, as far as the pose and the hero's
    body and aids allow."""
    figure = _posed(look, pose, mood, flipped, aim)
    drawn = group(
        *(group(svg, data_surface=surface, data_lift=lift) for surface, lift, svg in _layers(figure))
    )
    dog, dog_left = _dog(figure)
    left, right, height = _reach(figure)
    svg = group(
        drawn + dog, data_hero=look.species.name if look.species else "person", data_pose=figure.stance.name
    )
    left = min(left, dog_left)
    if flipped:
        svg, left, right = moved(svg, 0, 0, flip=True), -right, -left
    stature, doing = figure.build.height, figure.stance.name
    hand, fingers = _sent_hand(figure)
    return Drawn(svg, left, right, height, stature, doing, figure.expression.name, hand, fingers)


def _sent_hand(figure: _Figure) -> tuple[Point | None, str]:
    """The place of the hand that the aim sent, and its drawing, as the figure stands in the picture."""
    if figure.aim.hand is None:
        return None, ""
    near = aims.uses_near(figure.look, figure.view.flipped)
    bones = figure.bones.near_arm if near else figure.bones.far_arm
    drawn = limbs.hand(bones, figure.build, figure.look, "grip", 1 if near else -1)
    x, y = bones.end
    return ((-x, y), moved(drawn, 0, 0, flip=True)) if figure.view.flipped else ((x, y), drawn)


def _posed(look: Look, pose: str, mood: str, flipped: bool, aim: Aim) -> _Figure:
    build, stance, expression = build_of(look), stance_of(pose), expression_of(mood)
    if look.has("signing_deaf") and stance.name in ("stand", "point", "whisper", "wave"):
        stance = stance_of("sign")
    if stance.name == "sleep" and expression.name not in _AWAKE:
        expression = expression_of("asleep")
    chair = wheels.chair_of(look, build)
    if chair is not None:
        stance = seated(stance)
    if aim.hand is not None and not aims.hand_is_free(look, stance, aim.holds):
        aim = replace(aim, hand=None)
    stance = aims.shows_traits(aims.turned(stance, build, aim.look_at), look, flipped)
    if aim.away:
        stance = aims.away(stance)
    bones = pose_skeleton(build, stance, chair.seat if chair else None)
    aid = walking.aid_of(look, build, stance, bones)
    bones = _arms_at_work(look, build, stance, bones, chair, aid)
    if aim.hand is not None:
        near = aims.uses_near(look, flipped)
        bones = aims.reaching(bones, build, aim.hand, near, aim.holds and stance.name == "carry")
        stance = aims.with_hand(stance, near, aim.holds)
    view = HeadView(aims.ball_of(stance), flipped, build.face_width, stance.gaze * 0.5)
    return _Figure(look, build, stance, bones, view, expression, chair, aid, aim)


def _arms_at_work(
    look: Look,
    build: Build,
    stance: Stance,
    bones: Skeleton,
    chair: wheels.Chair | None,
    aid: walking.Aid | None,
) -> Skeleton:
    """Move the arms to the things that they hold: a wheel, a joystick, a crutch, a harness."""
    if aid is not None:
        bones = replace(bones, near_arm=aid.near_arm or bones.near_arm, far_arm=aid.far_arm or bones.far_arm)
    if chair is not None:
        bones = _in_chair(build, stance, bones, chair)
    speaks = walking.SPEAKS.get(stance.name)
    if look.has("assistance_dog") and speaks not in ("near", "both") and not look.has("walker"):
        grip = _dog_grip(build, bones)
        bones = replace(bones, near_arm=arm_to(bones.near_arm.root, grip, build, -1))
    return bones


def _in_chair(build: Build, stance: Stance, bones: Skeleton, chair: wheels.Chair) -> Skeleton:
    speaks = walking.SPEAKS.get(stance.name)
    lap = (build.thigh * 0.5, bones.hip[1] - build.leg * 0.7)
    if stance.far_hand == "grip" and stance.name != "carry":
        lap = (build.thigh * 0.98, bones.hip[1] - build.torso * 0.42)
    near, far = bones.near_arm, bones.far_arm
    if speaks not in ("near", "both") and stance.name not in ("carry", "hug", "cheer"):
        near = arm_to(near.root, chair.grip, build, -1)
    if stance.name == "carry":
        near = arm_to(near.root, (build.thigh * 0.34, lap[1]), build, -1)
    if speaks is None or stance.far_hand == "grip":
        far = arm_to(far.root, lap, build, 1)
    return replace(bones, near_arm=near, far_arm=far)


def _layers(figure: _Figure) -> list[tuple[str, int, str]]:
    """All layers from the back to the front: the surface of each, how far it lies in front, and its drawing."""
    look, build, bones = figure.look, figure.build, figure.bones
    far_first = figure.away or (
        bones.far_arm.end[0] > bones.far_arm.root[0] - 4
        and figure.stance.name
        not in (
            "whisper",
            "look_up",
            "sign",
        )
    )
    body, away = "fur" if look.species else "cloth", figure.away
    far_arm = _arm(figure, near=False)
    sleeps = figure.stance.name == "sleep" and figure.chair is None
    layers = [
        ("cloth", 1, bedding.pillow(build, bones) if sleeps else ""),
        ("metal", 1, figure.chair.behind if figure.chair else ""),
        (body, 2, "" if away else _back(figure)),
        ("fur", 2, "" if away else _back_of_head(figure)),
        ("metal", 2, figure.aid.behind if figure.aid else ""),
        (body, 3, far_arm if far_first else ""),
        (body, 3, _arm(figure, near=True) if away else ""),
        (body, 4, _leg(figure, near=False)),
        (body, 5, _leg(figure, near=True)),
        ("cloth", 6, skirts.skirt(look, build, bones, figure.stance.seated)),
        ("flat", 6, _neck(figure)),
        ("cloth", 7, _on_trunk(figure, _trunk(figure))),
        (body, 8, _back(figure) if away else ""),
        ("face", 9, _on_head(figure, _head(figure))),
        ("cloth", 9, "" if away else _on_trunk(figure, _at_neck(figure))),
        ("fur", 9, _back_of_head(figure) if away else ""),
        ("fur", 9, _on_head(figure, "" if look.species else head.over(look, figure.view))),
        ("metal", 10, figure.chair.before if figure.chair else ""),
        ("metal", 10, figure.aid.before if figure.aid else ""),
        ("cloth", 11, bedding.blanket(look, build, bones) if sleeps else ""),
        (body, 11, "" if far_first else far_arm),
        (body, 12, "" if away else _arm(figure, near=True)),
        ("cloth", 12, _on_trunk(figure, garments.over_arms(look, build))),
        ("metal", 12, communication.mounted(look, build, figure.chair.seat) if figure.chair else ""),
    ]
    return [layer for layer in layers if layer[2]]


def _back(figure: _Figure) -> str:
    """What a figure wears or has on its back."""
    return _on_trunk(figure, skirts.cape(figure.look.outfit, figure.build) + _animal_back(figure))


def _back_of_head(figure: _Figure) -> str:
    return _on_head(figure, "" if figure.look.species else head.behind(figure.look, figure.view))


def _at_neck(figure: _Figure) -> str:
    return skirts.scarf(figure.look.outfit, figure.build) + medical.airway(figure.look, figure.build)


def _trunk(figure: _Figure) -> str:
    look, build = figure.look, figure.build
    if figure.away:
        return garments.back(look, build) + skirts.backpack(look.outfit, build, away=True)
    drawn = garments.bodice(look, build) + skirts.backpack(look.outfit, build)
    return drawn + medical.pump(look, build) + communication.device(look, build)


def _on_trunk(figure: _Figure, inside: str) -> str:
    return moved(inside, *figure.bones.hip, turn=figure.bones.lean) if inside else ""


def _on_head(figure: _Figure, inside: str) -> str:
    if not inside:
        return ""
    turn = figure.stance.lean * 0.4 + figure.stance.tilt
    return moved(inside, *figure.bones.head, scale=figure.build.head, turn=turn)


def _head(figure: _Figure) -> str:
    draw = animal.front if figure.look.species else head.front
    return draw(figure.look, figure.view, figure.expression)


def _neck(figure: _Figure) -> str:
    if figure.look.species or coverings.hides_ears(figure.look):
        return ""
    (x, y), width = figure.bones.neck, figure.build.shoulder * 0.36
    skin_colour = darker(figure.look.skin, 0.05)
    return rect(
        x - width,
        y - figure.build.neck - figure.build.head * 0.2,
        width * 2,
        figure.build.neck + figure.build.head * 0.2 + 14,
        skin_colour,
        rx=width * 0.7,
        stroke=edge(skin_colour),
        stroke_width=2.2,
    )


def _animal_back(figure: _Figure) -> str:
    return animal_crests.behind_body(figure.look.species, figure.build) if figure.look.species else ""


def _arm(figure: _Figure, near: bool) -> str:
    look, build = figure.look, figure.build
    bones = figure.bones.near_arm if near else figure.bones.far_arm
    side, kind = figure.side(near), figure.stance.near_hand if near else figure.stance.far_hand
    lost = trait_limbs.lost_arm(look, bones, build, side)
    drawn = lost if lost is not None else limbs.arm(bones, build, look, kind, 1 if near else -1)
    if look.species is not None and look.species.wings and look.species.tail != "dragon" and lost is None:
        drawn = _wing(figure, bones, near)
    bare = 0.5 if look.outfit.sleeves in ("short", "none") else 1.0
    marks = skin.limb_marks(look, bones, build, "arm", side, bare) if lost is None else ""
    sensor = medical.monitor(look, bones, build) if near else ""
    signing = (
        group(drawn, data_trait="signing_deaf") if kind == "sign" and look.has("signing_deaf") else drawn
    )
    return signing + marks + sensor


def _wing(figure: _Figure, bones: LimbBones, near: bool) -> str:
    """A bird's arm: one broad wing with three tip feathers."""
    assert figure.look.species is not None
    colour = darker(figure.look.species.fur, 0.06)
    (x0, y0), (x1, y1) = bones.root, bones.end
    dx, dy = x1 - x0, y1 - y0
    nx, ny = -dy * 0.24, dx * 0.24
    flip = -1 if near else 1
    points = [(x0, y0), (x0 + dx * 0.5 + nx * flip, y0 + dy * 0.5 + ny * flip), (x1 + nx * 0.3 * flip, y1 + ny * 0.3 * flip), (x1 + dx * 0.1, y1 + dy * 0.1),
              (x1 - nx * 0.5 * flip, y1 - ny * 0.5 * flip), (x0 + dx * 0.4 - nx * 0.5 * flip, y0 + dy * 0.4 - ny * 0.5 * flip)]  # fmt: skip
    return shape(smooth(points), colour)


def _leg(figure: _Figure, near: bool) -> str:
    look, build = figure.look, figure.build
    bones = figure.bones.near_leg if near else figure.bones.far_leg
    turn, side = 0.1 if figure.away else figure.stance.turn, figure.side(near)
    lost = trait_limbs.lost_leg(look, bones, build, side, turn)
    drawn = lost if lost is not None else limbs.leg(bones, build, look, turn)
    bare = {"shorts": 0.5, "skirt": 0.6, "none": max(look.outfit.hem, 0.1)}.get(look.outfit.bottom, 1.0)
    marks = skin.limb_marks(look, bones, build, "leg", side, bare) if lost is None and bare < 0.85 else ""
    return drawn + marks + (trait_limbs.orthosis(look, bones, build, side) if lost is None else "")


def _dog_grip(build: Build, bones: Skeleton) -> Point:
    return bones.near_arm.root[0] - 16, bones.hip[1] - build.torso * 0.02


def _dog(figure: _Figure) -> tuple[str, float]:
    """The assistance dog at the hero's near side, and its extent to the left."""
    if not figure.look.has("assistance_dog"):
        return "", 0.0
    detail = figure.look.detail("assistance_dog")
    colour = colour_in(detail) or "#cf4236"
    kind = creatures.BEASTS["dog"]
    scale = max(figure.build.height / 400, 0.85) * 0.95
    grip = _dog_grip(figure.build, figure.bones)
    away = 92 * scale + (abs(figure.chair.left) if figure.chair else figure.build.shoulder)
    local = ((grip[0] + away) / scale, grip[1] / scale)
    holds = walking.SPEAKS.get(figure.stance.name) not in ("near", "both")
    lead = creatures.handle(local, colour) if holds else creatures.handle((-26, -150), colour)
    drawn = creatures.beast(kind) + creatures.harness(colour) + lead
    return group(
        _ground_shade(-away, 100 * scale) + moved(drawn, -away, 0, scale), data_trait="assistance_dog"
    ), -away - 118 * scale


def _ground_shade(x: float, width: float) -> str:
    return ellipse(x, 0, width, 9, "#2a2438", opacity=0.16)


def _reach(figure: _Figure) -> tuple[float, float, float]:
    """The extent of the figure to the left and to the right, and its height."""
    bones, build = figure.bones, figure.build
    size = build.head * (1.95 if figure.look.species and figure.look.species.ears == "flap" else 1.35)
    xs = [bones.head[0] - size, bones.head[0] + size]
    xs += [
        x + side * build.arm
        for limb in (bones.near_arm, bones.far_arm)
        for x in (limb.end[0], limb.joint[0])
        for side in (-1, 1)
    ]
    xs += [leg.end[0] + side * build.leg for leg in (bones.near_leg, bones.far_leg) for side in (-1, 1)]
    if figure.look.species and figure.look.species.tail in ("brush", "plume", "dragon", "thin", "thick"):
        xs.append(-140)
    for extent in (figure.chair, figure.aid):
        if extent is not None:
            xs += [extent.left, extent.right]
    return min(xs), max(xs), build.head * crown_height(figure.look) - bones.head[1]
