"""The media types of files, and their extensions."""

from __future__ import annotations

from service.domain.assets import MEDIA

#: The file extension of each media type of assets, and of the single pages of a narration.
EXTENSIONS = {media.type: media.ending for media in MEDIA} | {"audio/flac": "flac", "audio/wav": "wav"}
