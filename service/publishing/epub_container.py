"""The container of every EPUB: a zip whose first entry names its type."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping

MEDIA_TYPE = "application/epub+zip"
#: Names of files that are already compressed: stored without compression.
_STORED = (".jpg", ".mp3")
#: The time of every entry is fixed, so that the archive depends only on the book.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: Characters that XML 1.0 cannot contain in any form.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)


def escape(text: str) -> str:
    """Text escaped for XML, in an element or a quoted attribute."""
    return html.escape(only_xml(text))


def only_xml(text: str) -> str:
    """The text without the characters that no XML can hold."""
    return _NOT_XML.sub("", text)


def archive(entries: Mapping[str, bytes]) -> bytes:
    """The container of these files, by their names: its media type comes first and uncompressed, as the
    standard requires. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        _write(made, "mimetype", MEDIA_TYPE.encode(), zipfile.ZIP_STORED)
        _write(made, "META-INF/container.xml", _CONTAINER.encode(), zipfile.ZIP_DEFLATED)
        for name, data in entries.items():
            stored = name.endswith(_STORED)
            _write(made, f"EPUB/{name}", data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def plain_archive(entries: Mapping[str, bytes]) -> bytes:
    """A zip of these files, by their names. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in entries.items():
            _write(made, name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _write(made: zipfile.ZipFile, name: str, data: bytes, compression: int) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = compression
    made.writestr(entry, data)
