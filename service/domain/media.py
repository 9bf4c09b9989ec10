"""The media types of files, and how their names end."""

from __future__ import annotations

from service.domain.assets import MEDIA

#: How a file of each media type ends: those of assets, and those of a narration's single pages.
EXTENSIONS = {media.type: media.ending for media in MEDIA} | {"audio/flac": "flac", "audio/wav": "wav"}
