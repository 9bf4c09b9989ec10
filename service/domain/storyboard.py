"""The storyboard of a book: one frame for each picture, planned together so that neighbours differ. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from service.domain.values import Value

Shot = Literal["wide", "medium", "close"]
Angle = Literal["eye level", "from below", "from above", "from behind", "from the side"]
#: The part of a picture that is calm, so that words may stand on it.
TextAt = Literal["top", "bottom", "left", "right"]
#: How a prompt names the calm part of a picture.
WHERE = {
    "top": "the upper quarter",
    "bottom": "the lower quarter",
    "left": "the left third",
    "right": "the right third",
}


class Frame(Value):
    """The plan of one picture. ``index`` is 0 for the cover.

    ``heroes`` are the names of the heroes in the picture. None means that the frame plans only the camera:
    a user has changed the text since, and the analysis of the new text says who is where. ``must_show``
    are the things and minor characters that must be seen, each with its look.
    """

    index: int
    shot: Shot
    angle: Angle
    heroes: tuple[str, ...] | None
    place: str
    must_show: tuple[str, ...]
    text_at: TextAt

    @property
    def camera_only(self) -> Frame:
        """Return the frame without what it says about the text of the page."""
        return self.model_copy(update={"heroes": None, "place": "", "must_show": ()})


class Storyboard(Value):
    """The frames of a book: the cover, and then the scenes."""

    frames: tuple[Frame, ...]


def varied(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Return the frames with other angles where neighbours have the same shot from the same angle."""
    made: list[Frame] = []
    for at, frame in enumerate(frames):
        beside = [_camera(one) for one in (*made[-1:], *frames[at + 1 : at + 2])]
        if made and _camera(frame) == _camera(made[-1]):
            angle = next(one for one in get_args(Angle) if (frame.shot, one) not in beside)
            frame = frame.model_copy(update={"angle": angle})
        made.append(frame)
    return tuple(made)


def _camera(frame: Frame) -> tuple[Shot, Angle]:
    return frame.shot, frame.angle
