"""The troupe: every actor by its group."""

from __future__ import annotations

from actors import activities, audio, character_sheet, content, cover, direction, epub, pdf, scene
from actors.runtime.spec import Actor, Registry

ACTORS: Registry = {
    module.SPEC.group: Actor(module.SPEC, module.perform)
    for module in (content, direction, character_sheet, cover, scene, audio, activities, pdf, epub)
}
