"""The library of saved assets: announced, written once, verified, bound, removed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from studio.contract.errors import ApiError, Conflict, InvalidRequest
from studio.contract.uploads import MAX_UPLOAD_BYTES, BindAsset, PrepareAsset, Slot
from studio.engine.uploads.library import AlreadyWritten, AssetLibrary, Busy, Gone, Limits
from tests.engine.uploads.conftest import Bench, left_behind, pieces, wav
from tests.helpers.engines import RunningEngine, picture, running_engine


def announced(data: bytes, kind: str = "image/png", **changes: Any) -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "contentType": kind,
        "name": "Teal",
        **changes,
    }


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[RunningEngine]:
    async with running_engine(tmp_path, api_keys=("other",)) as running:
        yield running


async def prepare(engine: RunningEngine, data: bytes, kind: str = "image/png") -> dict[str, Any]:
    answer = await engine.client.post("/v1/assets/prepare", json=announced(data, kind))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def write(prepared: dict[str, Any], data: bytes, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.put(prepared["uploadUrl"], content=data, headers={**prepared["uploadHeaders"], **headers})


async def test_the_way_of_a_file_through_the_library(engine: RunningEngine) -> None:
    data = picture()
    assert (await engine.client.get("/v1/assets/capabilities")).json()["data"] == {"enabled": True}
    prepared = await prepare(engine, data)
    assert prepared["state"] == "pending"
    early = await engine.client.post(f"/v1/assets/{prepared['id']}/finalize")
    assert early.status_code == 409
    assert (await prepare(engine, data))["id"] == prepared["id"]
    assert (await write(prepared, data)).status_code == 200
    assert (await write(prepared, data)).status_code == 412
    done = (await engine.client.post(f"/v1/assets/{prepared['id']}/finalize")).json()["data"]
    assert {key: done[key] for key in ("id", "state", "bytes", "contentType", "name")} == {
        "id": prepared["id"], "state": "ready", "bytes": len(data), "contentType": "image/png", "name": "Teal",
    }  # fmt: skip
    again = await prepare(engine, data)
    assert (again["id"], again["state"], "uploadUrl" in again) == (prepared["id"], "ready", False)
    page = (await engine.client.get("/v1/assets")).json()["data"]
    assert [asset["id"] for asset in page["assets"]] == [prepared["id"]]
    assert (page["limits"]["assets"], page["limits"]["bytes"]) == (1, len(data))
    target = {"projectId": "P", "type": "contextImage3", "id": "r1"}
    assert (await engine.client.post(f"/v1/assets/{prepared['id']}/bind", json=target)).status_code == 200
    assert (await engine.client.delete(f"/v1/assets/{prepared['id']}")).status_code == 200
    assert (await engine.client.get("/v1/assets")).json()["data"]["assets"] == []
    for method, path in (("POST", "/finalize"), ("DELETE", "")):
        gone = await engine.client.request(method, f"/v1/assets/{prepared['id']}{path}")
        assert gone.status_code == 410
    # What was bound keeps its copy.
    query = {"jobId": "P", "type": "contextImage3", "imageId": "r1"}
    url = (await engine.client.get("/v1/image/downloadUrl", params=query)).json()["data"]["downloadUrl"]
    assert (await engine.client.get(url)).content == data


async def test_other_bytes_headers_and_owners_get_nowhere(engine: RunningEngine, tmp_path: Path) -> None:
    data = picture()
    prepared = await prepare(engine, data)
    for wrong in (picture(9, 9), data[:-1], data + b"\0", b""):
        assert (await write(prepared, wrong)).status_code == 400
    assert (await write(prepared, data, **{"Content-Type": "image/jpeg"})).status_code == 403
    assert (await write({**prepared, "uploadUrl": prepared["uploadUrl"][:-2] + "00"}, data)).status_code == 403
    assert left_behind(tmp_path / "engine") == []
    engine.client.headers["Authorization"] = "Bearer other"
    asset = f"/v1/assets/{prepared['id']}"
    bind = {"projectId": "P", "type": "referenceImage"}
    answers = [
        await engine.client.post(f"{asset}/finalize"),
        await engine.client.post(f"{asset}/bind", json=bind),
        await engine.client.delete(asset),
        await engine.client.post("/v1/assets/sav_none/finalize"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await engine.client.get("/v1/assets")).json()["data"]["assets"] == []
    assert (await prepare(engine, data))["id"] != prepared["id"]


async def test_announcements_out_of_range_name_the_member(engine: RunningEngine) -> None:
    data = picture()
    for changes, param in (
        ({"sha256": "AB" * 32}, "sha256"),
        ({"sha256": "ab"}, "sha256"),
        ({"bytes": 0}, "bytes"),
        ({"bytes": MAX_UPLOAD_BYTES + 1}, "bytes"),
        ({"contentType": "image/gif"}, "contentType"),
    ):
        answer = await engine.client.post("/v1/assets/prepare", json=announced(data, **changes))
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    empty = await engine.client.post("/v1/assets/prepare", headers={"Content-Type": "application/json"})
    assert empty.status_code == 400


async def test_what_was_uploaded_another_way_is_ready_at_once(bench: Bench) -> None:
    data = picture()
    policy = bench.desk.read_put(*_put(bench), "image/png")
    await bench.desk.take_put(pieces(data), policy, "image/png")
    saved = await bench.desk.library.prepare("me", _prepare(data))
    assert saved.state == "ready"
    others = await bench.desk.library.prepare("you", _prepare(data))
    assert others.state == "pending"


def _put(bench: Bench) -> tuple[str, str]:
    url = bench.desk.put_url("http://x", "me", Slot("J", "referenceImage"), ("image/png",), "image/png")
    query = httpx.URL(url).params
    return query["policy"], query["signature"]


def _prepare(data: bytes, kind: str = "image/png") -> PrepareAsset:
    return PrepareAsset(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), content_type=kind)


async def _written(bench: Bench, data: bytes, kind: str = "image/png") -> str:
    saved = await bench.desk.library.prepare("me", _prepare(data, kind))
    shown = bench.desk.saved_upload("http://x", "me", saved)
    query = httpx.URL(str(shown.upload_url)).params
    policy = bench.desk.read_put(query["policy"], query["signature"], kind)
    await bench.desk.take_put(pieces(data), policy, kind)
    return saved.id


async def test_finalize_reads_the_bytes_again_and_lets_them_be_sent_anew(bench: Bench) -> None:
    saved_id = await _written(bench, picture())
    (path,) = left_behind(bench.folder)
    path.write_bytes(bytes(len(picture())))
    with pytest.raises(InvalidRequest) as caught:
        await bench.desk.library.finalize("me", saved_id)
    assert caught.value.code == "checksum_mismatch"
    path.unlink()
    assert await _written(bench, picture()) == saved_id
    assert (await bench.desk.library.finalize("me", saved_id)).state == "ready"
    path.unlink()  # somebody cleaned up behind our back
    with pytest.raises(Gone):
        await bench.desk.library.bind("me", saved_id, BindAsset("P", "referenceImage"))
    assert (await bench.desk.library.prepare("me", _prepare(picture()))).state == "pending"


async def test_what_is_being_written_is_busy(bench: Bench) -> None:
    saved_id = await _written(bench, picture())
    with bench.desk.library.writing(saved_id):
        for work in (
            lambda: bench.desk.library.finalize("me", saved_id),
            lambda: bench.desk.library.bind("me", saved_id, BindAsset("P", "referenceImage")),
            lambda: bench.desk.library.delete("me", saved_id),
        ):
            with pytest.raises(Busy) as caught:
                await work()
            assert caught.value.http_status == 423
    assert (await bench.desk.library.finalize("me", saved_id)).state == "ready"


async def test_two_who_write_at_once_both_get_through(engine: RunningEngine, tmp_path: Path) -> None:
    data = picture()
    prepared = await prepare(engine, data)
    answers = await asyncio.gather(*(write(prepared, data) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 412}
    assert 200 in {answer.status_code for answer in answers}
    done = await engine.client.post(f"/v1/assets/{prepared['id']}/finalize")
    assert (done.status_code, len(left_behind(tmp_path / "engine"))) == (200, 1)


async def test_only_the_first_of_two_writers_counts(bench: Bench) -> None:
    saved = await bench.desk.library.prepare("me", _prepare(picture()))
    asset = await bench.store.put("me", picture(), "image/png", origin="made")
    await bench.desk.library.stored("me", saved.id, asset)
    with pytest.raises(AlreadyWritten):
        await bench.desk.library.stored("me", saved.id, asset)


async def test_a_full_library_says_so_in_the_words_that_clients_know(bench: Bench) -> None:
    library = AssetLibrary(bench.database, bench.store, bench.desk.slots, limits=Limits(assets=2, bytes=1000))
    first = await library.prepare("me", _prepare(wav(600), "audio/wav"))
    for refused in (wav(401), wav(900)):
        with pytest.raises(Conflict, match=r"^Your saved upload library is full\."):
            await library.prepare("me", _prepare(refused, "audio/wav"))
    await library.prepare("me", _prepare(wav(100), "audio/wav"))
    with pytest.raises(ApiError, match="full"):
        await library.prepare("me", _prepare(wav(50), "audio/wav"))
    await library.prepare("you", _prepare(wav(50), "audio/wav"))
    await library.delete("me", first.id)
    await library.prepare("me", _prepare(wav(50), "audio/wav"))


async def test_a_slot_takes_only_what_fits_it(bench: Bench) -> None:
    saved_id = await _written(bench, wav(500), "audio/wav")
    await bench.desk.library.finalize("me", saved_id)
    for slot in ("referenceImage", "referenceVideo", "nonsense"):
        with pytest.raises(InvalidRequest):
            await bench.desk.library.bind("me", saved_id, BindAsset("P", slot))
    await bench.desk.library.bind("me", saved_id, BindAsset("P", "referenceAudio", "x"))
    found = await bench.desk.slots.find("me", Slot("P", "referenceAudio", "x"))
    assert found is not None
    assert found.size_bytes == 500
