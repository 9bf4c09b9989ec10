"""Draws glucose monitors, insulin pumps and tracheostomies, in units of the figure."""

from __future__ import annotations

from service.providers.offline.illustrator.colour import darker
from service.providers.offline.illustrator.figure.build import Build
from service.providers.offline.illustrator.figure.outline import along
from service.providers.offline.illustrator.figure.skeleton import LimbBones
from service.providers.offline.illustrator.look import Look
from service.providers.offline.illustrator.svg import circle, group, rect, stroke
from service.providers.offline.illustrator.traits.headgear import tracheostomy
from service.providers.offline.illustrator.words import has_any


def monitor(look: Look, bones: LimbBones, build: Build) -> str:
    """The sensor of a glucose monitor on the upper arm, below the sleeve."""
    detail = look.detail("glucose_monitor")
    if not look.has("glucose_monitor") or (
        has_any(detail, ("pump",)) and not has_any(detail, ("monitor", "sensor", "cgm"))
    ):
        return ""
    x, y = along(bones, 0.49)
    r = build.arm * 0.42
    disc = circle(x, y, r, "#fdfdfb", stroke="#8f97a3", stroke_width=2.6)
    middle = circle(x, y, r * 0.5, "#e3e7ec", stroke="#a9b0bb", stroke_width=1.6) + circle(
        x, y, r * 0.16, "#4f8fd0"
    )
    return group(disc, middle, data_trait="glucose_monitor", data_part="sensor")


def pump(look: Look, build: Build) -> str:
    """The insulin pump on the waistband with its thin tube, in units of the trunk."""
    detail = look.detail("glucose_monitor")
    if not look.has("glucose_monitor") or (
        has_any(detail, ("monitor", "sensor", "cgm")) and not has_any(detail, ("pump",))
    ):
        return ""
    x, y = build.hip * 0.34, -build.torso * 0.2
    tube = f"M{x + 8:.1f} {y:.1f}q6 -22 -14 -24q-20 0 -20 14"
    line = stroke(tube, "#6f8896", 4.4) + stroke(tube, "#eaf6fb", 2.4)
    box = rect(x - 4, y - 2, 34, 25, "#39414f", rx=6, stroke=darker("#39414f", 0.1), stroke_width=2)
    screen = rect(x, y + 2, 18, 14, "#9fe0d2", rx=2.5) + stroke(
        f"M{x + 3:.1f} {y + 11:.1f}l4 -4l4 3l4 -4", "#2f7468", 1.8
    )
    keys = circle(x + 24, y + 6, 2.6, "#d7dce3") + circle(x + 24, y + 14, 2.6, "#d7dce3")
    return group(line, box, screen, keys, data_trait="glucose_monitor", data_part="pump")


def airway(look: Look, build: Build) -> str:
    """A tracheostomy tube at the throat with its soft band, in units of the trunk."""
    if not look.has("oxygen_or_tracheostomy") or not tracheostomy(look):
        return ""
    y, w = -build.torso + 5, build.shoulder * 0.5
    ties = stroke(f"M{-w:.1f} {y - 8:.1f}Q0 {y + 5:.1f} {w:.1f} {y - 8:.1f}", "#8fc2e6", 8)
    plate = rect(-18, y - 8, 36, 16, "#f7fafc", rx=8, stroke="#8f9fae", stroke_width=2.2)
    tube = circle(0, y, 8.5, "#d5e6f2", stroke="#6f8796", stroke_width=2.4) + circle(0, y, 4, "#566673")
    return group(ties, plate, tube, data_trait="oxygen_or_tracheostomy", data_part="tracheostomy_tube")
