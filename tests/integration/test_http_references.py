"""Pictures of characters: taken with care, shown to their owner alone, and what books are drawn from."""

from __future__ import annotations

import asyncio
import io
import resource
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from PIL import Image

from service.db.discarded import delete_discarded
from service.settings import Settings
from service.storage.picture_process import Decoders
from service.storage.store import story_key
from tests.http_service import Answered, Caller, HttpService, Stubborn

CHARACTERS = "/api/v1/characters"
DRAWN = "?declared=drawing"


def maxrss() -> int:
    """The most that this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def a_picture(
    form: str = "PNG", size: tuple[int, int] = (120, 90), colour: Any = "teal", **more: Any
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **more)
    return out.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def many_scans() -> bytes:
    """A JPEG that takes minutes to decode."""
    jpeg = a_picture("JPEG", (640, 480), progressive=True)
    return jpeg[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 5000 + b"\xff\xd9"


def a_large_png(width: int, height: int) -> bytes:
    """A PNG with transparency, made row by row."""
    packer, row = zlib.compressobj(), b"\0" + b"\x20\x90\x90\x80" * width
    pixels = b"".join([packer.compress(row) for _ in range(height)]) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    )


def padded_png(kind: bytes, data: bytes) -> bytes:
    """A PNG that is whole, behind thousands of chunks that say nothing."""
    png = a_picture("PNG")
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return png[:33] + chunk * 10_000 + png[33:]


def padded_jpeg(segment: bytes) -> bytes:
    jpeg = a_picture("JPEG")
    return jpeg[:2] + segment * 2_000 + jpeg[2:]


def moving(form: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


async def keep(caller: Caller, **changes: Any) -> str:
    """The path of a new character."""
    made = await caller("POST", CHARACTERS, {"name": "Ada", **changes})
    return f"{CHARACTERS}/{made.data['id']}"


async def give(caller: Caller, path: str, data: bytes, declared: str = DRAWN) -> Answered:
    return await caller("POST", f"{path}/references{declared}", data, headers={"Content-Type": "image/png"})


async def test_picture_is_kept_plain_and_shown_to_its_owner_alone(
    http_service: HttpService, maya: Caller, stranger: Caller
) -> None:
    path = await keep(maya)
    exif = Image.Exif()
    exif[0x010E] = "Ada at home, 5 Elm Street"
    exif[0x0112] = 6
    given = await give(maya, path, a_picture("JPEG", (200, 100), exif=exif, comment=b"secret"))
    assert given.status == 201, given.body
    image = given.data
    assert (image["width"], image["height"], image["media_type"]) == (100, 200, "image/jpeg")
    read = await maya("GET", image["url"])
    assert read.headers["Content-Type"] == "image/jpeg"
    assert b"Elm Street" not in read.body
    assert b"secret" not in read.body
    with Image.open(io.BytesIO(read.body)) as shown:
        assert shown.size == (100, 200)
        assert not shown.getexif()
    assert (await stranger("GET", image["url"])).code == "CHARACTER_NOT_FOUND"
    assert (await http_service.nobody()("GET", image["url"])).status == 401
    kept = (await maya("GET", path)).data
    assert kept["images"] == [image]
    (key,) = kept["reference_images"]
    assert key.startswith(f"user_{maya.user_id}/character_")
    assert await http_service.services.store.has(key)


async def test_form_is_taken_as_well(http_service: HttpService, maya: Caller) -> None:
    path = await keep(maya)
    form = aiohttp.FormData()
    form.add_field("image", a_picture("WEBP"), filename="ada.webp", content_type="image/webp")
    form.add_field("declared", "drawing")
    headers = {"Authorization": f"Bearer {maya.token}"}
    async with http_service.session.post(
        f"{http_service.url}{path}/references", data=form, headers=headers
    ) as answer:
        assert answer.status == 201, await answer.text()
    assert len((await maya("GET", f"{path}/references")).data["items"]) == 1


BAD: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", "PICTURE_UNREADABLE"),
    "a drawing program's words": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PICTURE_UNREADABLE"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "PICTURE_UNREADABLE"),
    "another form": (a_picture("GIF"), "PICTURE_UNREADABLE"),
    "half of one": (a_picture("PNG", (300, 300))[:-60], "PICTURE_UNREADABLE"),
    "a bomb of pixels": (a_bomb(50_000, 50_000), "PICTURE_TOO_LARGE"),
    "a bomb just above": (a_bomb(8_000, 5_001), "PICTURE_TOO_LARGE"),
    "a bomb of scans": (many_scans(), "PICTURE_UNREADABLE"),
    "a PNG of comments": (padded_png(b"tEXt", b"a\0b"), "PICTURE_UNREADABLE"),
    "a PNG of empty pixels": (padded_png(b"IDAT", b""), "PICTURE_UNREADABLE"),
    "a JPEG of comments": (padded_jpeg(b"\xff\xfe\x00\x02"), "PICTURE_UNREADABLE"),
    "a JPEG of nothing": (padded_jpeg(b"\xff"), "PICTURE_UNREADABLE"),
    "a strip": (a_picture(size=(20_000, 64)), "PICTURE_TOO_LARGE"),
    "a moving PNG": (moving("PNG"), "PICTURE_ANIMATED"),
    "a moving WebP": (moving("WEBP"), "PICTURE_ANIMATED"),
    "a dot": (a_picture(size=(8, 8)), "PICTURE_TOO_SMALL"),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_no_fit_picture_is_refused(maya: Caller, what: str) -> None:
    data, code = BAD[what]
    path = await keep(maya)
    refused = await give(maya, path, data)
    assert (refused.status, refused.code) == (422, code)
    assert (await maya("GET", path)).data["images"] == []


async def test_largest_picture_is_taken_and_this_process_stays_small(maya: Caller) -> None:
    path, large = await keep(maya), a_large_png(8_000, 5_000)
    held = maxrss()
    kept = await give(maya, path, large)
    assert (kept.status, kept.data["width"], kept.data["height"]) == (201, 1536, 960)
    # Decoded it has 160 MB.
    assert maxrss() - held < 60 << 20


async def test_picture_that_takes_too_much_is_given_up(maya: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve million pixels take more memory than this process has."""
    monkeypatch.setattr("service.storage.picture_process._CHILD", "tests.stubs.tight_child")
    refused = await give(maya, await keep(maya), a_picture("PNG", (4_000, 3_000)))
    assert (refused.status, refused.code) == (422, "PICTURE_UNREADABLE")


def test_process_that_decodes_loads_little() -> None:
    # It starts for each picture: the service's own libraries took six times the processor's time of a decode.
    script = (
        "import sys, service.storage.picture_child as _;"
        "print(*{'structlog', 'pydantic', 'aiohttp', 'asyncio', 'numpy'} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


async def test_user_decodes_one_picture_after_another() -> None:
    decoders, one, two = Decoders(2), uuid4(), uuid4()
    async with decoders.slot(one):
        second = asyncio.create_task(decoders.slot(one).__aenter__())
        async with asyncio.timeout(5), decoders.slot(two):
            assert not second.done()
    await second


async def test_file_of_more_than_twenty_mebibytes_is_too_large(maya: Caller) -> None:
    refused = await give(maya, await keep(maya), bytes((20 << 20) + 1))
    assert (refused.status, refused.code) == (413, "BODY_TOO_LARGE")


async def test_photographs_are_refused_unless_they_are_allowed(
    http_service: HttpService, maya: Caller
) -> None:
    path = await keep(maya)
    assert (await give(maya, path, a_picture(), "")).paths == ["declared"]
    refused = await give(maya, path, a_picture(), "?declared=photograph")
    assert (refused.status, refused.code) == (403, "PHOTOGRAPH_REFUSED")
    async with http_service.beside(settings=Settings(photographs=True)) as lenient:
        user = lenient.somebody(maya.user_id)
        assert (await give(user, path, a_picture(), "?declared=photograph")).status == 201


async def test_character_has_four_pictures_at_most_and_each_once(maya: Caller) -> None:
    path = await keep(maya)
    for colour in ("red", "green", "blue", "red", "white"):
        assert (await give(maya, path, a_picture(colour=colour))).status == 201
    refused = await give(maya, path, a_picture(colour="black"))
    assert (refused.status, refused.code) == (409, "TOO_MANY_IMAGES")
    assert len((await maya("GET", path)).data["images"]) == 4


async def test_files_go_with_their_pictures_and_these_with_their_character(
    http_service: HttpService, maya: Caller
) -> None:
    path, store = await keep(maya), http_service.services.store
    first = (await give(maya, path, a_picture(colour="red"))).data
    await give(maya, path, a_picture(colour="blue"))
    one, two = (await maya("GET", path)).data["reference_images"]
    assert (await maya("DELETE", first["url"])).status == 200
    assert (await maya("DELETE", first["url"])).code == "IMAGE_NOT_FOUND"
    assert [await store.has(one), await store.has(two)] == [False, True]
    await maya("PATCH", path, {"age": 8})
    assert (await maya("GET", path)).data["reference_images"] == [two]
    await maya("DELETE", path)
    assert not await store.has(two)


async def test_books_are_drawn_from_the_approved_picture_and_need_no_sheet(
    http_service: HttpService, maya: Caller
) -> None:
    path = await keep(maya)
    id_ = path.rsplit("/", 1)[1]
    await give(maya, path, a_picture(colour="red"))
    chosen = (await give(maya, path, a_picture(colour="blue"))).data
    approved = await maya("PUT", f"{path}/approved-reference", {"image_id": chosen["id"]})
    assert [image["approved"] for image in approved.data["items"]] == [False, True]
    story = (await maya("POST", "/api/v1/stories", {"character_id": id_})).data["id"]
    (hero,) = (await maya("GET", f"/api/v1/stories/{story}")).data["brief"]["characters"]
    assert len(hero["reference_images"]) == 1
    assert chosen["hash"][:16] in hero["reference_images"][0]
    assert "character_sheet" not in await jobs_of(http_service, story)
    await maya("PUT", f"{path}/approved-reference", {})
    assert len((await maya("GET", path)).data["reference_images"]) == 2
    unknown = await maya("PUT", f"{path}/approved-reference", {"image_id": str(uuid4())})
    assert unknown.code == "IMAGE_NOT_FOUND"


async def test_sheet_of_a_book_becomes_the_characters_own(http_service: HttpService, maya: Caller) -> None:
    path = await keep(maya)
    id_ = path.rsplit("/", 1)[1]
    story = (await maya("POST", "/api/v1/stories", {"character_id": id_})).data["id"]
    assert "character_sheet" in await jobs_of(http_service, story)
    none_yet = await maya("PUT", f"{path}/approved-reference", {"story_id": story})
    assert none_yet.code == "SHEET_NOT_FOUND"
    await http_service.finish(maya, story, "character_sheet", a_picture(colour="gold"), "image/png")
    taken = (await maya("PUT", f"{path}/approved-reference", {"story_id": story})).data["items"]
    assert [(image["source"], image["approved"]) for image in taken] == [("book", True)]
    await maya("DELETE", f"/api/v1/stories/{story}")
    assert (await maya("GET", taken[0]["url"])).status == 200
    later = (await maya("POST", "/api/v1/stories", {"character_id": id_})).data["id"]
    assert "character_sheet" not in await jobs_of(http_service, later)
    others = await maya("POST", CHARACTERS, {"name": "Ben"})
    foreign = f"{CHARACTERS}/{others.data['id']}/approved-reference"
    assert (await maya("PUT", foreign, {"story_id": later})).code == "SHEET_NOT_FOUND"


async def jobs_of(http_service: HttpService, story_id: str) -> set[str]:
    rows = await http_service.database.pool.fetch(
        "SELECT name FROM jobs WHERE aggregate_id = $1", UUID(story_id)
    )
    return {row["name"] for row in rows}


async def test_picture_that_is_given_once_more_is_not_deleted_for_its_former_self(
    http_service: HttpService,
) -> None:
    async with http_service.beside(store=Stubborn(http_service.services.store)) as here:
        user = here.somebody()
        path = await keep(user)
        first = (await give(user, path, a_picture())).data
        assert (await user("DELETE", f"{path}/references/{first['id']}")).status == 200
        again = (await give(user, path, a_picture())).data
        await delete_discarded(http_service.database, http_service.services.store.delete)
        assert (await user("GET", f"{path}/references/{again['id']}")).status == 200


async def test_file_that_was_lost_is_made_again_and_the_reader_told_so(
    http_service: HttpService, maya: Caller
) -> None:
    """Fault 38, found on read."""
    story, data = await maya.make_story(), b"the sound of a story"
    await http_service.finish(maya, story, "audio", data, "audio/mpeg")
    await http_service.services.store.delete(
        story_key(maya.user_id, UUID(story), "audio", data, "audio/mpeg").key
    )
    for asked in (1, 2):
        told = await maya("GET", f"/api/v1/stories/{story}/assets/audio")
        assert (told.status, told.code) == (503, "FILE_LOST"), asked
        assert told.headers["Retry-After"]
    jobs = await http_service.database.pool.fetch(
        "SELECT status FROM jobs WHERE aggregate_id = $1 AND name = 'audio' ORDER BY created_at", UUID(story)
    )
    assert len(jobs) == 2
    assert jobs[0]["status"] == "ready"
