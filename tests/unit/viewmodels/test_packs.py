"""Packs of this computer's engine: the list, an install that is followed, a refusal, and a server without packs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.contract.packs import PackInfo
from studio.service.connection import Connection
from studio.service.transport import Transport
from studio.viewmodels.desk import Desk
from studio.viewmodels.packs import PacksModel
from studio.viewmodels.state import Notice


def body(**members: Any) -> dict[str, Any]:
    """A pack on the wire."""
    return {
        "id": "voice", "title": "Voice", "version": "1", "does": "Speaks.", "tools": ["generate_speech"],
        "licence": "Apache-2.0", "origin": "Kokoro", "downloadBytes": 66, "installedBytes": 105, "state": "available",
        "revision": 1, **members,
    }  # fmt: skip


class Engine:
    """Answers of ``/v1/studio/packs``; an install goes on with each look."""

    def __init__(self) -> None:
        self.pack = body()
        self.asked: list[str] = []
        self.later: list[dict[str, Any]] = []
        self.refuse = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if request.url.path == "/v1/studio/packs":
            return httpx.Response(200, json={"status": "success", "data": {"packs": [self.pack]}})
        if request.method != "GET":
            if self.refuse:
                return httpx.Response(400, json={"error": {"message": "The disk is full.", "code": "pack_failed"}})
            self.pack = body(state="available" if request.method == "DELETE" else "installing", revision=2)
        elif self.later:
            self.pack = self.later.pop(0)
        return httpx.Response(200, json={"status": "success", "data": self.pack})


class Link:
    """The connection, as far as packs need it."""

    def __init__(self, engine: Engine) -> None:
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(engine))
        self._transport = Transport(Connection("local", "http://127.0.0.1:9", "sk-0123456789"), client=self.client)

    async def transport_for(self, kind: str, base_url: str) -> Transport:
        assert kind == "local"
        return self._transport


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
async def packs(tmp_path: Path, engine: Engine) -> AsyncIterator[tuple[PacksModel, list[Notice]]]:
    desk = Desk(tmp_path)
    notices: list[Notice] = []
    desk.notices.posted.connect(notices.append)
    desk.begin()
    link = Link(engine)
    yield PacksModel(desk, link), notices  # type: ignore[arg-type]
    await desk.close()
    await link.client.aclose()


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not what():  # noqa: ASYNC110 - any condition
            await asyncio.sleep(0.005)


async def test_an_install_is_followed_to_its_end(packs: tuple[PacksModel, list[Notice]], engine: Engine) -> None:
    model, notices = packs
    model.load()
    await until(lambda: model.packs.value)
    engine.later = [
        body(state="installing", fraction=0.5, label="Fetching", revision=3),
        body(state="installed", installedVersion="1", diskBytes=105, revision=4),
    ]
    seen: list[PackInfo] = []
    model.packs.changed.connect(lambda value: seen.append(value[0]))
    model.install("voice")
    await until(lambda: notices)
    assert [(pack.state, pack.fraction) for pack in seen] == [
        ("installing", None), ("installing", 0.5), ("installed", None),
    ]  # fmt: skip
    assert notices[0].title == "Voice: installed"
    assert "POST /v1/studio/packs/voice/install" in engine.asked
    model.remove("voice")
    await until(lambda: model.packs.value[0].state == "available")


async def test_the_way_from_a_card_installs_only_what_is_not_here(
    packs: tuple[PacksModel, list[Notice]], engine: Engine
) -> None:
    model, _notices = packs
    engine.pack = body(state="installed", installedVersion="1")
    model.fetch("voice")
    await until(lambda: model.packs.value)
    await asyncio.sleep(0.05)
    assert engine.asked == ["GET /v1/studio/packs"]


async def test_a_refusal_is_said_and_changes_nothing(packs: tuple[PacksModel, list[Notice]], engine: Engine) -> None:
    model, notices = packs
    model.load()
    await until(lambda: model.packs.value)
    engine.refuse = True
    model.install("voice")
    await until(lambda: notices)
    assert notices[0].kind == "error"
    assert "The disk is full." in notices[0].title
    assert model.packs.value[0].state == "available"
