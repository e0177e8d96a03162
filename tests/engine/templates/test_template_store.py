"""Rows hold references to files of ours, never links."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from studio.contract.templates.validation import validate_template
from studio.engine.media_urls import MediaUrls
from studio.engine.store.database import Database
from studio.engine.store.seal import Sealer
from studio.engine.store.tables.templates import templates
from studio.engine.templates.starters import starters
from studio.engine.templates.store import TemplateStore
from studio.engine.tools.registry import runners
from tests.contract.templates.samples import STILL
from tests.helpers.databases import database_url

URLS = MediaUrls("k" * 32, own_host=lambda host: host.startswith("127.0.0.1"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path, database_url(tmp_path))
    yield opened
    opened.close()


async def stored(database: Database) -> str:
    return str(await database.read(lambda connection: connection.execute(select(templates.c.document)).scalar_one()))


async def test_links_of_ours_are_kept_as_references_and_opened_under_any_address(database: Database) -> None:
    store = TemplateStore(database, Sealer(URLS))
    link = URLS.sign("http://127.0.0.1:1234", "ast_0123abc", "mug.png")
    foreign = "https://elsewhere.example/v1/media/ast_0123abc/mug.png?sig=1"
    made = await store.create("me", {**STILL, "thumbnailUrl": link, "brief": foreign})
    text = await stored(database)
    assert "127.0.0.1" not in text
    assert "asset://ast_0123abc/mug.png" in text
    assert foreign in text
    read = await store.get("me", made["id"])
    opened = Sealer(URLS).open(read["thumbnailUrl"], "http://127.0.0.1:99")
    assert opened.startswith("http://127.0.0.1:99/v1/media/ast_0123abc/")


async def test_an_id_that_another_process_took_meanwhile_is_looked_for_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TemplateStore(database, Sealer(URLS))
    first = await store.create("me", {**STILL, "name": "Same"})
    look, answers = store._free_id, iter([first["id"]])
    monkeypatch.setattr(store, "_free_id", lambda *asked: next(answers, None) or look(*asked))
    second = await store.create("me", {**STILL, "name": "Same"})
    assert second["id"] != first["id"]
    assert (await store.get("me", first["id"]))["name"] == "Same"


async def test_times_come_from_the_clock_and_a_clock_that_goes_back_loses_nothing(database: Database) -> None:
    now = iter((2_000, 1_000, 500))
    store = TemplateStore(database, Sealer(URLS), now_ms=lambda: next(now))
    first = await store.create("me", {**STILL, "name": "First"})
    second = await store.create("me", {**STILL, "name": "Second"})
    changed = await store.change("me", first["id"], {"brief": "b"})
    assert (changed["createdAt"], changed["updatedAt"], changed["version"]) == (2_000, 500, "0.0.2")
    page, following = await store.page("me", "own", limit=10, offset=0)
    assert [each["id"] for each in page] == [first["id"], second["id"]]
    assert following is None


@pytest.mark.parametrize("template_id", sorted(starters()))
def test_what_comes_with_the_engine_is_valid_and_uses_only_tools_that_work_here(template_id: str) -> None:
    document = starters()[template_id]
    assert validate_template(document).issues == []
    assert document["author"] == "system"
    used: set[Any] = set()
    for stage in document["stages"]:
        used.add((stage.get("itemStage") or stage).get("tool", "generate_image"))
    assert used <= set(runners())
