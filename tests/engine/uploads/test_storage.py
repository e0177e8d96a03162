"""Uploads over HTTP: both versions, both families, owners, lies about types, and what is left after a failure."""

import asyncio
import errno
import io
import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from studio.contract.uploads import MAX_UPLOAD_BYTES, MIME_TYPES, Slot
from studio.engine.store.blobs import Arriving, Blobs
from studio.engine.uploads.inlet import BLOCK_BYTES
from studio.engine.uploads.policy import Policy, Signer
from tests.engine.uploads.conftest import SOUND_SLOT, Bench, form, left_behind, pieces, wav
from tests.helpers.engines import RunningEngine, picture, running_engine

IMAGE = {"jobId": "J", "type": "referenceImage", "contentType": "image/png", "imageId": "media_ref_1"}
VIDEO = {"jobId": "J", "type": "referenceVideo", "contentType": "video/mp4", "id": "media_ref_1"}
MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + bytes(range(256)) * 2000


async def stranger() -> httpx.AsyncClient:
    """A client without a key, as storage is spoken to."""
    return httpx.AsyncClient(trust_env=False, timeout=20)


async def post(engine: RunningEngine, query: dict[str, str], data: bytes, family: str = "image") -> httpx.Response:
    answer = await engine.client.get(f"/v2/{family}/uploadUrl", params=query)
    assert answer.status_code == 200, answer.text
    place = answer.json()["data"]
    async with await stranger() as client:
        return await client.post(
            place["url"], data=place["fields"], files={"file": ("my file.x", data, query.get("contentType"))}
        )


async def put(engine: RunningEngine, query: dict[str, str], data: bytes, family: str = "image") -> httpx.Response:
    place = (await engine.client.get(f"/v1/{family}/uploadUrl", params=query)).json()["data"]
    async with await stranger() as client:
        headers = {"Content-Type": query["contentType"]} if "contentType" in query else {}
        return await client.put(place["uploadUrl"], content=data, headers=headers)


async def fetch(
    engine: RunningEngine, query: dict[str, str], family: str = "image", version: int = 2, **headers: str
) -> httpx.Response:
    answer = await engine.client.get(f"/v{version}/{family}/downloadUrl", params=query)
    assert answer.status_code == 200, answer.text
    async with await stranger() as client:
        return await client.get(answer.json()["data"]["downloadUrl"], headers=headers)


@pytest.mark.parametrize("send", [post, put])
async def test_what_goes_up_comes_down_unchanged(tmp_path: Path, send: Any) -> None:
    async with running_engine(tmp_path) as engine:
        stored = await send(engine, IMAGE, picture(20, 10))
        assert (stored.status_code, stored.content) == ((204, b"") if send is post else (200, b""))
        assert (await send(engine, VIDEO, MP4, "media")).is_success
        for version in (1, 2):
            assert (await fetch(engine, IMAGE, version=version)).content == picture(20, 10)
            assert (await fetch(engine, VIDEO, "media", version)).content == MP4
        # The second upload to a slot replaces the first; the first address still reads what it was given for.
        old = (await engine.client.get("/v2/image/downloadUrl", params=IMAGE)).json()["data"]["downloadUrl"]
        assert (await send(engine, IMAGE, picture(5, 5))).is_success
        assert (await fetch(engine, IMAGE)).content == picture(5, 5)
        assert (await engine.client.get(old)).content == picture(20, 10)


async def test_video_is_read_in_ranges(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        await post(engine, VIDEO, MP4, "media")
        whole = await fetch(engine, VIDEO, "media")
        assert (whole.headers["content-type"], whole.headers["accept-ranges"]) == ("video/mp4", "bytes")
        assert int(whole.headers["content-length"]) == len(MP4)
        part = await fetch(engine, VIDEO, "media", Range="bytes=300000-300099")
        assert (part.status_code, part.content) == (206, MP4[300000:300100])
        assert part.headers["content-range"] == f"bytes 300000-300099/{len(MP4)}"
        tag = whole.headers["etag"]
        same = await fetch(engine, VIDEO, "media", **{"Range": "bytes=5-", "If-Range": tag})
        assert (same.status_code, same.content) == (206, MP4[5:])
        changed = await fetch(engine, VIDEO, "media", **{"Range": "bytes=5-", "If-Range": '"x"'})
        assert (changed.status_code, changed.content) == (200, MP4)
        for known in (tag, f'"x", W/{tag}', "*"):
            unchanged = await fetch(engine, VIDEO, "media", **{"If-None-Match": known})
            assert (unchanged.status_code, unchanged.content) == (304, b"")
        url = (await engine.client.get("/v1/media/downloadUrl", params=VIDEO)).json()["data"]["downloadUrl"]
        async with await stranger() as client:
            head = await client.head(url)
            head_part = await client.head(url, headers={"Range": "bytes=0-9"})
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(MP4)), b"")
        assert (head_part.status_code, head_part.headers["content-length"]) == (206, "10")


WRONG_QUERIES: list[tuple[str, dict[str, str], str]] = [
    ("image", {"type": "referenceImage"}, "jobId"),
    ("image", {"jobId": "J"}, "type"),
    ("image", {"jobId": "J", "type": "contextImage17"}, "type"),
    ("image", {"jobId": "J", "type": "complete"}, "imageId"),
    ("image", {"jobId": "J", "type": "referenceImage", "contentType": "image/tiff"}, "contentType"),
    ("image", {"jobId": "J" * 300, "type": "referenceImage"}, "jobId"),
    ("media", {"jobId": "J", "type": "referenceImage"}, "type"),
    ("media", {"jobId": "J", "type": "referenceAudio", "contentType": "video/mp4"}, "contentType"),
    ("media", {"jobId": "J", "type": "complete", "artifact": "firstFrame"}, "artifact"),
]


async def test_queries_that_name_no_slot(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        for family, query, param in WRONG_QUERIES:
            for path in ("v1/{}/uploadUrl", "v2/{}/uploadUrl", "v1/{}/downloadUrl", "v2/{}/downloadUrl"):
                answer = await engine.client.get("/" + path.format(family), params=query)
                assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_every_documented_slot_and_type_gets_an_address(tmp_path: Path) -> None:
    images = ["startingImage", "cnImage", "contextImage1", "contextImage16", "referenceImage", "referenceImageEnd"]
    images += ["referenceMask", "complete", "preview", "keyframeImage8"]
    async with running_engine(tmp_path) as engine:
        for slot in images:
            for mime in MIME_TYPES["image"]:
                query = {"jobId": "J", "type": slot, "contentType": mime, "imageId": "1", "startContentType": mime}
                answer = await engine.client.get("/v2/image/uploadUrl", params=query)
                assert answer.json()["data"]["fields"]["Content-Type"] == mime
        for slot, kind in (("referenceAudio", "audio"), ("referenceVideo", "video")):
            for mime in MIME_TYPES[kind]:  # type: ignore[index]
                query = {"jobId": "J", "type": slot, "contentType": mime}
                assert (await engine.client.get("/v1/media/uploadUrl", params=query)).status_code == 200
        data = (await engine.client.get("/v2/image/uploadUrl", params=IMAGE)).json()["data"]
        assert (data["allowedContentTypes"], data["maxFileSizeBytes"]) == (list(MIME_TYPES["image"]), MAX_UPLOAD_BYTES)
        assert engine.key not in json.dumps(data)


async def test_the_image_address_sends_others_to_the_media_address(tmp_path: Path) -> None:
    output = {"jobId": "J", "type": "complete", "contentType": "video/mp4", "id": "X"}
    async with running_engine(tmp_path) as engine:
        assert (await post(engine, output, MP4, "media")).status_code == 204
        for query in ({"jobId": "J", "type": "complete", "imageId": "X"}, {"jobId": "J", "type": "referenceVideo"}):
            answer = await engine.client.get("/v1/image/downloadUrl", params=query)
            assert answer.status_code == 400
            assert "/v1/media/downloadUrl" in answer.json()["message"]
        missing = await engine.client.get("/v1/image/downloadUrl", params={**IMAGE, "jobId": "none"})
        assert missing.status_code == 404


def bomb() -> bytes:
    """A small PNG that unpacks to 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9999)) + chunk(b"IEND", b"")
    )


def saved(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


BAD_FILES = {
    "jpeg as png": (saved("JPEG"), "image/png", 403),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 403),
    "program": (b"MZ\x90\0" + b"\0" * 500, "image/png", 403),
    "video": (MP4, "image/gif", 403),
    "cut png": (picture()[:-30], "image/png", 400),
    "cut webp": (saved("WEBP", (400, 300))[:-400], "image/webp", 400),
    "cut jpeg": (saved("JPEG", (400, 300))[:3000], "image/jpeg", 400),
    "bomb": (bomb(), "image/png", 400),
    "empty": (b"", "image/png", 400),
}


async def test_files_that_are_not_what_they_are_called_or_damaged(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        for name, (data, declared, status) in BAD_FILES.items():
            query = {**IMAGE, "contentType": declared}
            posted, sent = await post(engine, query, data), await put(engine, query, data)
            assert (posted.status_code, sent.status_code) == (status, status), name
            assert posted.headers["content-type"] == "application/xml"
            assert posted.text.startswith("<?xml")
            assert sent.json()["message"].endswith(".")
            assert left_behind(tmp_path / "engine") == [], name
        assert (await engine.client.get("/v2/image/downloadUrl", params=IMAGE)).status_code == 404


async def test_pictures_of_every_allowed_type_are_kept(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        for kind in ("PNG", "JPEG", "WEBP", "GIF"):
            query, data = {**IMAGE, "contentType": f"image/{kind.lower()}"}, saved(kind)
            assert (await post(engine, query, data)).status_code == 204
            got = await fetch(engine, query)
            assert (got.content, got.headers["content-type"]) == (data, query["contentType"])


async def test_storage_needs_no_key_but_a_signature_that_is_fresh_and_whole(tmp_path: Path) -> None:
    async with running_engine(tmp_path, api_keys=("other",)) as engine, await stranger() as client:
        assert (await client.get(engine.url + "/v2/image/uploadUrl", params=IMAGE)).status_code == 401
        assert (await client.post(engine.url + "/v1/storage")).status_code == 400
        assert (await client.put(engine.url + "/v1/storage/file", content=picture())).status_code == 403
        with_key = await engine.client.post("/v1/storage", files={"file": ("a.png", picture(), "image/png")})
        assert (with_key.status_code, "<Code>AccessDenied</Code>" in with_key.text) == (403, True)
        key = (tmp_path / "engine" / "url-key").read_text().strip()
        late = Signer(key, now=lambda: 1_000_000.0)
        policy = Policy("local", Slot("J", "referenceImage"), MIME_TYPES["image"])
        expired = await client.post(
            engine.url + "/v1/storage", data=late.fields(policy), files={"file": ("a.png", picture(), "image/png")}
        )
        assert (expired.status_code, "expired" in expired.text) == (403, True)
        url = (await engine.client.get("/v1/image/uploadUrl", params=IMAGE)).json()["data"]["uploadUrl"]
        for broken in (url[:-3] + "000", url.replace("policy=e", "policy=f"), url.partition("&signature")[0]):
            assert (await client.put(broken, content=picture())).status_code == 403
        assert (await client.put(url, content=picture(), headers={"Content-Type": "image/gif"})).status_code == 403
        assert left_behind(tmp_path / "engine") == []


async def test_owners_do_not_see_each_other(tmp_path: Path) -> None:
    async with running_engine(tmp_path, api_keys=("other",)) as engine:
        await post(engine, IMAGE, picture(8, 8))
        mine = dict(engine.client.headers)
        engine.client.headers["Authorization"] = "Bearer other"
        assert (await engine.client.get("/v2/image/downloadUrl", params=IMAGE)).status_code == 404
        assert (await post(engine, IMAGE, picture(9, 9))).status_code == 204
        assert (await fetch(engine, IMAGE)).content == picture(9, 9)
        engine.client.headers["Authorization"] = mine["authorization"]
        assert (await fetch(engine, IMAGE)).content == picture(8, 8)


async def test_uploads_at_once_to_one_slot_leave_one_whole_file_in_it(tmp_path: Path) -> None:
    files = [picture(10 + n, 10) for n in range(8)]
    async with running_engine(tmp_path) as engine:
        answers = await asyncio.gather(*(post(engine, IMAGE, data) for data in files))
        assert {answer.status_code for answer in answers} == {204}
        assert (await fetch(engine, IMAGE)).content in files
        # The same bytes at once are one file.
        await asyncio.gather(*(post(engine, {**IMAGE, "imageId": str(n)}, files[0]) for n in range(8)))
        assert len(left_behind(tmp_path / "engine")) == len(files)


async def test_too_large_is_said_after_the_whole_body_and_leaves_nothing(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine, await stranger() as client:
        signer = Signer((tmp_path / "engine" / "url-key").read_text().strip())
        policy = Policy("local", SOUND_SLOT, MIME_TYPES["audio"], limit_bytes=3_000_000)
        data = wav(3_000_001)
        posted = await client.post(
            engine.url + "/v1/storage", data=signer.fields(policy), files={"file": ("a.wav", data, "audio/wav")}
        )
        assert (posted.status_code, "<Code>EntityTooLarge</Code>" in posted.text) == (400, True)
        text, signature = signer.token(policy, "PUT")
        url = str(httpx.URL(engine.url + "/v1/storage/file", params={"policy": text, "signature": signature}))
        assert (await client.put(url, content=data)).status_code == 413

        async def unannounced() -> Any:
            for start in range(0, len(data), 65536):
                yield data[start : start + 65536]

        chunked = await client.put(url, content=unannounced())
        assert (chunked.status_code, chunked.json()["error"]["code"]) == (413, "file_too_large")
        assert left_behind(tmp_path / "engine") == []


async def test_a_sender_that_hangs_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop, begun, ended = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    add, abandon = Arriving.add, Arriving.abandon

    def adding(self: Arriving, data: bytes) -> None:
        add(self, data)
        loop.call_soon_threadsafe(begun.set)

    def abandoning(self: Arriving) -> None:
        abandon(self)
        ended.set()

    monkeypatch.setattr(Arriving, "add", adding)
    monkeypatch.setattr(Arriving, "abandon", abandoning)
    async with running_engine(tmp_path) as engine:
        url = httpx.URL((await engine.client.get("/v1/image/uploadUrl", params=IMAGE)).json()["data"]["uploadUrl"])
        _, writer = await asyncio.open_connection(url.host, url.port)
        head = f"PUT {url.raw_path.decode()} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nContent-Length: 5000000\r\n\r\n"
        writer.write(head.encode() + picture() + b"\0" * (2 * BLOCK_BYTES))
        await writer.drain()
        await begun.wait()
        assert len(left_behind(tmp_path / "engine")) == 1
        writer.close()
        await ended.wait()
        assert left_behind(tmp_path / "engine") == []
        assert (await engine.client.get("/v2/image/downloadUrl", params=IMAGE)).status_code == 404


@pytest.mark.parametrize("moment", ["while writing", "while moving"])
async def test_a_full_disk_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: Any, moment: str
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with running_engine(tmp_path) as engine:
        await post(engine, IMAGE, picture(6, 6))
        before = left_behind(tmp_path / "engine")
        with monkeypatch.context() as patch:
            patch.setattr(*((Arriving, "add", full) if moment == "while writing" else (Arriving, "finish", full)))
            for answer in (await post(engine, IMAGE, picture(7, 7)), await put(engine, IMAGE, picture(7, 7))):
                assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")
        assert left_behind(tmp_path / "engine") == before
        assert (await fetch(engine, IMAGE)).content == picture(6, 6)
    expect_log("the disk is full")


def test_sweeping_spares_what_is_being_written(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    stale = tmp_path / "in" / ".0123.part"
    with blobs.arrive() as arriving:
        stale.write_bytes(b"x")
        arriving.add(b"abc")
        arriving.flush()
        for path in (stale, arriving.path):  # an upload may stand still for long
            os.utime(path, (1, 1))
        Blobs(tmp_path).sweep()
        assert (arriving.path.exists(), stale.exists()) == (True, False)
        _, path = blobs.adopt(arriving, ".bin")
    assert path.read_bytes() == b"abc"


async def test_a_hundred_megabytes_pass_through_a_small_buffer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more is refused, and no write is larger than a block and a piece of the network."""
    written: list[int] = []
    real = Arriving.add

    def add(self: Arriving, data: bytes) -> None:
        written.append(len(data))
        real(self, data)

    monkeypatch.setattr(Arriving, "add", add)
    whole = form(bench.fields(SOUND_SLOT), wav(100), kind="audio/wav")
    before, after = whole[: -len(b"\r\n--a-boundary--\r\n")], b"\r\n--a-boundary--\r\n"
    piece = b"\0" * 65536

    async def body(size: int) -> Any:
        yield before
        left = size - 100
        while left > 0:
            yield piece[: min(left, len(piece))]
            left -= len(piece)
        yield after

    asset = await bench.desk.take_form(body(MAX_UPLOAD_BYTES), "multipart/form-data; boundary=a-boundary")
    assert (asset.size_bytes, asset.path.stat().st_size) == (MAX_UPLOAD_BYTES, MAX_UPLOAD_BYTES)
    assert max(written) <= BLOCK_BYTES + len(piece)
    assert sum(written) == MAX_UPLOAD_BYTES
    with pytest.raises(Exception, match="larger than 100 MB"):
        await bench.desk.take_form(body(MAX_UPLOAD_BYTES + 1), "multipart/form-data; boundary=a-boundary")
    assert left_behind(bench.folder) == [asset.path]


async def test_a_declared_family_settles_what_a_container_leaves_open(bench: Bench) -> None:
    fields = bench.fields(SOUND_SLOT, "audio/x-m4a")
    asset = await bench.desk.take_form(
        pieces(form(fields, MP4, kind="audio/x-m4a")), "multipart/form-data; boundary=a-boundary"
    )
    assert (asset.mime, asset.path.suffix) == ("audio/mp4", ".m4a")
