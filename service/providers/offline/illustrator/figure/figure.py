"""Draws a whole figure: a hero in a pose, with clothes and everything that belongs to the hero."""

# ruff: noqa: E501 - a path's data reads best on one line

from __future__ import annotations

from dataclasses import dataclass, replace

from service.providers.offline.illustrator.colour import darker
from service.providers.offline.illustrator.figure import animal, animal_crests, garments, head, limbs, skirts
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
from service.providers.offline.illustrator.svg import Point, circle, ellipse, group, moved, rect, smooth
from service.providers.offline.illustrator.traits import (
    communication,
    coverings,
    medical,
    skin,
    walking,
    wheels,
)
from service.providers.offline.illustrator.traits import limbs as trait_limbs
from service.providers.offline.illustrator.words import choice_for, colour_in


@dataclass(frozen=True)
class Drawn:
    """A drawn figure that stands on y = 0 around x = 0, and its extent, in units of the figure.

    ``height`` is the height of the top of the head in this pose (raised hands may be higher). ``stature`` is
    the height of the hero when standing. ``stance`` and ``expression`` are those of the drawing.
    """

    svg: str
    left: float
    right: float
    height: float
    stature: float
    stance: str
    expression: str

    @property
    def width(self) -> float:
        """The width of the figure."""
        return self.right - self.left


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
    held: str

    def side(self, near: bool) -> Side:
        """Whether the near (or far) limb is the left or the right limb of the hero."""
        return "right" if near != self.view.flipped else "left"


def draw_figure(look: Look, pose: str, mood: str, flipped: bool = False, held: str = "") -> Drawn:
    """Draw a hero. ``held`` is a drawn thing with its grip at the origin, in units of a child's figure."""
    figure = _posed(look, pose, mood, flipped, held)
    drawn = group(*_layers(figure))
    dog, dog_left = _dog(figure)
    left, right, height = _reach(figure)
    svg = group(
        drawn + dog, data_hero=look.species.name if look.species else "person", data_pose=figure.stance.name
    )
    left = min(left, dog_left)
    if flipped:
        svg, left, right = moved(svg, 0, 0, flip=True), -right, -left
    stature, doing = figure.build.height, figure.stance.name
    return Drawn(svg, left, right, height, stature, doing, figure.expression.name)


def _posed(look: Look, pose: str, mood: str, flipped: bool, held: str) -> _Figure:
    build, stance, expression = build_of(look), stance_of(pose), expression_of(mood)
    if look.has("signing_deaf") and stance.name in ("stand", "point", "whisper", "wave"):
        stance = stance_of("sign")
    if (held and walking.SPEAKS.get(stance.name) in (None, "near")) or (held and stance.name == "look_up"):
        stance = _holding(stance, look.wheeled)
    if stance.name == "sleep":
        expression = expression_of("asleep")
    chair = wheels.chair_of(look, build)
    if chair is not None:
        stance = seated(stance)
    bones = pose_skeleton(build, stance, chair.seat if chair else None)
    aid = walking.aid_of(look, build, stance, bones)
    bones = _arms_at_work(look, build, stance, bones, chair, aid)
    width = build.face_width
    view = HeadView(stance.turn, flipped, width, stance.gaze)
    return _Figure(look, build, stance, bones, view, expression, chair, aid, held)


def _holding(stance: Stance, wheeled: bool) -> Stance:
    """The stance, changed so that the far hand holds a thing in front of the body."""
    if not wheeled and stance.name not in ("stand", "walk", "look_up"):
        return stance
    return replace(stance, far_arm=(16, 96), far_hand="grip")


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


def _layers(figure: _Figure) -> list[str]:
    """All layers from the back to the front."""
    look, build, bones = figure.look, figure.build, figure.bones
    far_first = bones.far_arm.end[0] > bones.far_arm.root[0] - 4 and figure.stance.name not in (
        "whisper",
        "look_up",
        "sign",
    )
    far_arm = _arm(figure, near=False)
    return [
        _pillow(figure),
        figure.chair.behind if figure.chair else "",
        _on_trunk(figure, skirts.cape(look.outfit, build) + _animal_back(figure)),
        _on_head(figure, "" if look.species else head.behind(look)),
        figure.aid.behind if figure.aid else "",
        far_arm if far_first else "",
        _leg(figure, near=False),
        _leg(figure, near=True),
        skirts.skirt(look, build, bones, figure.stance.seated),
        _neck(figure),
        _on_trunk(figure, _trunk(figure)),
        "" if _held_last(figure) else _held(figure),
        _on_head(figure, _head(figure)),
        _on_trunk(figure, skirts.scarf(look.outfit, build) + medical.airway(look, build)),
        _on_head(figure, "" if look.species else head.over(look)),
        figure.chair.before if figure.chair else "",
        figure.aid.before if figure.aid else "",
        _blanket(figure),
        "" if far_first else far_arm,
        _held(figure) if _held_last(figure) else "",
        _arm(figure, near=True),
        _on_trunk(figure, garments.over_arms(look, build)),
        communication.mounted(look, build, figure.chair.seat) if figure.chair else "",
    ]


def _trunk(figure: _Figure) -> str:
    look, build = figure.look, figure.build
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
    turn, side = figure.stance.turn, figure.side(near)
    lost = trait_limbs.lost_leg(look, bones, build, side, turn)
    drawn = lost if lost is not None else limbs.leg(bones, build, look, turn)
    bare = {"shorts": 0.5, "skirt": 0.6, "none": max(look.outfit.hem, 0.1)}.get(look.outfit.bottom, 1.0)
    marks = skin.limb_marks(look, bones, build, "leg", side, bare) if lost is None and bare < 0.85 else ""
    return drawn + marks + (trait_limbs.orthosis(look, bones, build, side) if lost is None else "")


def _held(figure: _Figure) -> str:
    if not figure.held:
        return ""
    x, y = _grip(figure)
    size = figure.build.head / 65
    return moved(figure.held, x, y + figure.build.arm * 0.2, size, flip=figure.view.flipped)


def _grip(figure: _Figure) -> Point:
    """The hand that holds a thing: both in a carrying pose, else the one that the pose does not use."""
    near, far = figure.bones.near_arm.end, figure.bones.far_arm.end
    if figure.stance.name == "carry":
        return (near[0] + far[0]) / 2, (near[1] + far[1]) / 2
    speaks = walking.SPEAKS.get(figure.stance.name)
    if figure.chair is not None and speaks in ("far", "both") and figure.stance.far_hand != "grip":
        return figure.build.thigh * 0.9, figure.bones.hip[1] - figure.build.leg * 0.6
    takes_near = speaks == "far" and figure.stance.name != "reach" and figure.stance.far_hand != "grip"
    return near if takes_near else far


def _held_last(figure: _Figure) -> bool:
    """Whether a held thing is drawn in front of the wheelchair and the trunk."""
    return figure.stance.name == "carry" or figure.chair is not None


def _sleeps_down(figure: _Figure) -> bool:
    return figure.stance.name == "sleep" and figure.chair is None


def _pillow(figure: _Figure) -> str:
    """The large pillow behind a sleeping hero."""
    if not _sleeps_down(figure):
        return ""
    x, y = figure.bones.head
    wide, low = figure.build.head * 1.55, figure.bones.hip[1] + 8
    points = [
        (x - wide, y - 20),
        (x, y - 34),
        (x + wide * 0.8, y - 16),
        (x + wide * 0.84, low),
        (x - wide * 0.94, low),
    ]
    return shape(smooth(points, tension=0.8), "#fbf2e0")


def _blanket(figure: _Figure) -> str:
    """The blanket of a sleeping hero, over lap and legs."""
    if not _sleeps_down(figure):
        return ""
    build, (x, y) = figure.build, figure.bones.hip
    knee, toe = figure.bones.near_leg.joint, figure.bones.far_leg.end
    far = toe[0] + build.leg * 1.5
    colour = choice_for(figure.look.name, "blanket", ("#7f9fc9", "#c98aa0", "#8fb58c", "#b49ac9"))
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
