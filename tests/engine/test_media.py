"""Media in and out: vision input, indexing, signed URLs, ranges, owners."""

import base64
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from studio.engine.media_urls import LIFETIME_S, MediaUrls
from studio.engine.pictures import check_picture, vision_copy
from studio.engine.sniff import sniff
from studio.engine.store.assets import Asset, AssetStore, safe_filename
from studio.engine.store.database import Database
from studio.engine.tools.base import ToolContext
from tests.helpers.engines import FakeTool, inline, picture, running_engine, tools
from tests.helpers.fake_llm import FakeLlm, Reply

SEEING = [{"id": "eyes", "object": "model", "owned_by": "x", "vision": True}]


def user(text: str, *urls: str) -> list[dict[str, Any]]:
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [{"role": "user", "content": [{"type": "text", "text": text}, *parts]}]


def turned(width: int, height: int) -> bytes:
    """A JPEG that a camera held sideways."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture(width, height, kind="JPEG", exif=exif)


async def made_url(engine: Any) -> str:
    result = (await engine.chat("x")).json()["sogni_tool_results"][0]
    return str(result["resultUrls"][0])


async def test_a_vision_model_sees_an_upright_small_copy_and_the_asset_keeps_its_bytes(tmp_path: Path) -> None:
    kept: list[bytes] = []

    async def look(arguments: dict[str, Any], context: ToolContext) -> None:
        kept.append((await context.source("image")).path.read_bytes())

    photo = turned(3000, 1500)
    script = [Reply(calls=[("remove_background", {})]), Reply("ok")]
    with FakeLlm(script, models=SEEING) as llm:
        parts = {"runners": tools(FakeTool("remove_background", look))}
        async with running_engine(tmp_path, llm_url=llm.url, parts=parts) as engine:
            body = (await engine.chat(messages=user("cut", inline(photo, "image/jpeg")))).json()
    assert body["sogni_tool_results"][0]["success"]
    part = llm.asked[0]["messages"][-1]["content"][1]
    head, _, payload = part["image_url"]["url"].partition(",")
    with Image.open(io.BytesIO(base64.b64decode(payload))) as seen:
        assert (head, seen.size) == ("data:image/jpeg;base64", (512, 1024))
    assert kept == [photo]


async def test_a_blind_model_gets_words_in_place_of_the_picture(tmp_path: Path) -> None:
    with FakeLlm() as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            await engine.chat(messages=user("what is it", inline(picture())))
    content = llm.asked[0]["messages"][-1]["content"]
    assert isinstance(content, str)
    assert "Upload 1" in content


async def test_uploads_are_indexed_in_order_and_counted_once(tmp_path: Path) -> None:
    seen: list[bytes] = []

    async def look(arguments: dict[str, Any], context: ToolContext) -> None:
        for index in (-1, -2, -3):
            seen.append((await context.source("image", index)).path.read_bytes())
        seen.append((await context.source("audio", -1)).path.read_bytes())

    first, second, third = (picture(n, 4) for n in (4, 5, 6))
    sound = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40
    body = {
        "messages": user("x", inline(third), inline(first)),
        "media_references": [
            {"kind": "image", "dataUri": inline(first), "filename": "first.png"},
            {"kind": "audio", "value": inline(sound, "audio/wav")},
        ],
        "mediaContext": {"uploadedImages": [inline(second), inline(first)]},
    }
    with FakeLlm([Reply(calls=[("remove_background", {"sourceImageIndex": -1})]), Reply("ok")]) as llm:
        parts = {"runners": tools(FakeTool("remove_background", look))}
        async with running_engine(tmp_path, llm_url=llm.url, parts=parts) as engine:
            answer = (await engine.chat(**body)).json()
    assert answer["sogni_tool_results"][0]["success"], answer
    assert seen == [first, second, third, sound]
    assert "Upload 3 (index -3)" in llm.asked[0]["messages"][0]["content"]
    assert "Upload 4" not in llm.asked[0]["messages"][0]["content"]


async def test_our_own_url_is_understood_from_any_port_and_after_its_time(tmp_path: Path) -> None:
    seen: list[int] = []

    async def look(arguments: dict[str, Any], context: ToolContext) -> None:
        seen.append((await context.source("image", 0)).index)

    parts = {"runners": tools(FakeTool("generate_image"), FakeTool("remove_background", look))}
    draw = Reply(calls=[("generate_image", {"prompt": "x"})])
    cut = Reply(calls=[("remove_background", {"sourceImageIndex": 0})])
    with FakeLlm([draw, Reply("ok"), cut, Reply("ok"), cut, Reply("ok"), cut, Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url, parts=parts, api_keys=("other",)) as engine:
            url = await made_url(engine)
            elsewhere = url.replace(engine.url, "http://localhost:1").partition("?")[0]
            mine = (await engine.chat("cut", media_context={"images": [elsewhere]})).json()
            engine.client.headers["Authorization"] = "Bearer other"
            unsigned = (await engine.chat("cut", media_context={"images": [elsewhere]})).json()
            signed = (await engine.chat("cut", media_context={"images": [url]})).json()
    assert mine["sogni_tool_results"][0]["success"]
    assert seen == [0, 0]
    # Another owner's piece looks exactly like a missing one, unless the URL itself is a permission.
    assert unsigned["sogni_tool_results"][0]["error_type"] == "ASSET_NOT_FOUND"
    assert signed["sogni_tool_results"][0]["success"]


async def test_media_with_ranges_and_head(tmp_path: Path) -> None:
    with FakeLlm([Reply(calls=[("generate_image", {"prompt": "x"})]), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            url = await made_url(engine)
            engine.client.headers.pop("Authorization")
            get = engine.client.get
            whole = await get(url)
            head = await engine.client.head(url)
            ranges = {
                r: await get(url, headers={"Range": f"bytes={r}"})
                for r in ("0-3", "10-", "-5", "5-99999", "99999-", "9-2")
            }
            same = await get(url, headers={"If-None-Match": whole.headers["etag"]})
            stale = await get(url, headers={"Range": "bytes=0-3", "If-Range": '"other"'})
            forged = await get(url[:-4] + "0000")
            missing = await get(url.partition("?")[0])
            unknown = await get(url.replace("ast_", "ast_0"))
    data = picture()
    assert (whole.content, whole.headers["content-type"]) == (data, "image/png")
    assert whole.headers["accept-ranges"] == "bytes"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert "Teal.png" in url
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(data)))
    assert (ranges["0-3"].status_code, ranges["0-3"].content) == (206, data[:4])
    assert ranges["0-3"].headers["content-range"] == f"bytes 0-3/{len(data)}"
    assert (ranges["10-"].content, ranges["-5"].content) == (data[10:], data[-5:])
    assert (ranges["5-99999"].status_code, ranges["5-99999"].content) == (206, data[5:])
    assert ranges["99999-"].status_code == 416
    assert (ranges["9-2"].status_code, ranges["9-2"].content) == (200, data)
    assert (same.status_code, stale.status_code) == (304, 200)
    assert [answer.status_code for answer in (forged, missing, unknown)] == [403, 403, 403]


def test_signatures_expire_and_belong_to_one_asset(tmp_path: Path) -> None:
    now = 1_000_000.0
    urls = MediaUrls("secret", own_host=lambda host: host == "127.0.0.1:8", now=lambda: now)
    asset = Asset("ast_1", "local", "ab", "image/png", 3, "a b.png", "made", tmp_path)
    url = urls.make("http://127.0.0.1:8", asset)
    assert url.startswith("http://127.0.0.1:8/v1/media/ast_1/a%20b.png?")
    parsed = urls.parse(url)
    assert parsed is not None
    assert (parsed.asset_id, parsed.valid) == ("ast_1", True)
    now += LIFETIME_S + 86_400
    late = urls.parse(url)
    assert late is not None
    assert (late.asset_id, late.valid) == ("ast_1", False)
    assert urls.parse(url.replace("127.0.0.1", "elsewhere")) is None
    assert urls.parse("https://example.com/x.png") is None
    assert not urls.check("ast_2", str(int(now) + 9), "00")
    assert not urls.check("ast_2", "²", "00")
    assert not urls.check("ast_2", str(int(now) + 9), "á")


async def test_uploads_are_one_asset_and_made_files_are_many(tmp_path: Path) -> None:
    database = Database(tmp_path)
    store = AssetStore(tmp_path, database)
    one = await store.put("me", b"abc", "image/png", origin="upload", filename="../../etc/my photo?.jpeg")
    same = await store.put("me", b"abc", "image/png", origin="upload")
    theirs = await store.put("you", b"abc", "image/png", origin="upload")
    made = [await store.put("me", b"abc", "image/png", origin="made", provenance={"seed": 1}) for _ in range(2)]
    assert one == same
    assert one.filename == "my photo.png"
    assert len({one.id, theirs.id, *(asset.id for asset in made)}) == 4
    assert one.path == theirs.path == made[0].path == made[1].path
    assert await store.get(one.id, "you") is None
    found = await store.get(made[0].id, "me")
    assert found is not None
    assert found.provenance == {"seed": 1}
    one.path.unlink()
    assert await store.get(one.id) is None
    database.close()


def test_half_written_files_of_an_earlier_process_are_swept(tmp_path: Path) -> None:
    part = tmp_path / "media" / "ab" / ".123.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    fresh = part.with_name(".456.part")
    fresh.write_bytes(b"just being moved into place")
    os.utime(part, (1, 1))
    database = Database(tmp_path)
    AssetStore(tmp_path, database).open()
    database.close()
    assert not part.exists()
    assert fresh.exists()


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (picture(), "image/png"),
        (picture(kind="JPEG"), "image/jpeg"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"glTF\x02", "model/gltf-binary"),
        (b"\0\0\0\x18ftypheic", None),
        (b"<svg", None),
        (b"", None),
    ],
)
def test_sniffing(head: bytes, mime: str | None) -> None:
    found = sniff(head)
    assert (found.mime if found else None) == mime


def test_orientation_counts_in_the_size() -> None:
    checked = check_picture(turned(30, 10), param="x")
    assert (checked.width_px, checked.height_px) == (10, 30)


def test_small_upright_pictures_are_shown_as_they_are_and_transparency_stays() -> None:
    data = picture()
    assert vision_copy(data) == (data, "image/png")
    out = io.BytesIO()
    Image.new("RGBA", (2000, 10), (1, 2, 3, 0)).save(out, "PNG")
    copy, mime = vision_copy(out.getvalue())
    with Image.open(io.BytesIO(copy)) as image:
        assert (mime, image.mode, image.width) == ("image/png", "RGBA", 1024)


def test_names_for_saving() -> None:
    assert safe_filename("C:\\x\\Ünï cödé.PNG", "image/jpeg") == "Ünï cödé.jpg"
    assert safe_filename("...", "image/png") == "file.png"
    assert safe_filename(None, "application/x-odd") == "file.bin"


async def test_the_tool_message_is_the_result(tmp_path: Path) -> None:
    with FakeLlm([Reply(calls=[("generate_image", {"prompt": "x"})]), Reply("ok")]) as llm:
        async with running_engine(tmp_path, llm_url=llm.url) as engine:
            await made_url(engine)
    content = json.loads(llm.asked[1]["messages"][-1]["content"])
    assert (content["tool"], content["startIndex"], content["success"]) == ("generate_image", 0, True)
