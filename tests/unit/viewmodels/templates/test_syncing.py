"""Templates and a real server: pushed, pulled, forked, published; what changed in two places is never overwritten."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from studio.contract.editing import operations as ops
from studio.library.templates import StoredTemplate
from studio.service import templates as remote
from studio.service.connection import Connection
from studio.service.transport import Transport
from studio.viewmodels.observable import Property
from studio.viewmodels.templates.syncing import SyncModel, difference
from tests.helpers.engines import RunningEngine, running_engine
from tests.unit.viewmodels.templates.test_editor import Room, paint


class Link:
    """A connection to a server of one's own."""

    def __init__(self, engine: RunningEngine) -> None:
        self.kind: Property[Any] = Property("custom")
        self.reachability: Property[Any] = Property("reachable")
        self.server = Transport(Connection("custom", engine.url, engine.key))

    async def transport(self) -> Transport:
        return self.server


class Place(Room):
    """A computer with templates that are synced."""

    def __init__(self, folder: Path, engine: RunningEngine) -> None:
        super().__init__(folder)
        self.link = Link(engine)
        self.sync = SyncModel(self.desk, self.link, self.templates)  # type: ignore[arg-type]

    async def done(self) -> None:
        """Wait until nothing goes to or fro."""
        async with asyncio.timeout(20):
            while any(name.startswith("templates.") for name in self.desk.tasks._tasks):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        await self.settled()

    async def synced(self) -> None:
        self.sync.sync()
        await self.done()

    async def all(self) -> list[StoredTemplate]:
        return await self.desk.call(lambda lib: lib.templates.all())

    async def only(self) -> StoredTemplate:
        (found,) = await self.all()
        return found

    async def make(self) -> str:
        """A template with a stage, saved; returns its id."""
        editor = await self.opened()
        paint(editor)
        editor.apply("Prompt", lambda doc: ops.set_argument(doc, "paint", "prompt", "a fox"))
        editor.save()
        await self.settled()
        return editor.id

    async def change(self, template_id: str, name: str) -> None:
        stored = await self.desk.call(lambda lib: lib.templates.get(template_id))
        content = {**stored.content, "name": name}
        self.templates.note(await self.desk.call(lambda lib: lib.templates.save(template_id, content, f"Now {name}")))


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[RunningEngine]:
    async with running_engine(tmp_path / "server") as running:
        yield running


@pytest.fixture
async def here(tmp_path: Path, engine: RunningEngine) -> AsyncIterator[Place]:
    place = Place(tmp_path / "here", engine)
    yield place
    await place.close()
    await place.link.server.aclose()


@pytest.fixture
async def there(tmp_path: Path, engine: RunningEngine) -> AsyncIterator[Place]:
    place = Place(tmp_path / "there", engine)
    yield place
    await place.close()
    await place.link.server.aclose()


async def test_a_template_goes_to_the_server_and_to_another_computer(here: Place, there: Place) -> None:
    template_id = await here.make()
    assert (await here.only()).state == "local"
    here.sync.push(template_id)
    await here.done()
    assert (await here.only()).state == "synced"
    await there.synced()
    copy = await there.only()
    assert copy.content["stages"] == (await here.only()).content["stages"]
    assert copy.state == "synced"
    await there.change(copy.id, "From there")
    assert (await there.only()).state == "changed"
    await there.synced()
    assert (await there.only()).sync.remote_version == "0.0.2"
    await here.synced()
    assert ((await here.only()).content["name"], (await here.only()).state) == ("From there", "synced")


async def test_what_changed_in_two_places_waits_for_a_choice(here: Place, there: Place) -> None:
    template_id = await here.make()
    here.sync.push(template_id)
    await here.done()
    await there.synced()
    copy = await there.only()
    await there.change(copy.id, "Theirs")
    await there.synced()
    await here.change(template_id, "Mine")
    await here.synced()
    mine = await here.only()
    assert mine.state == "conflict"
    assert mine.content["name"] == "Mine"
    assert mine.sync.theirs is not None
    assert mine.sync.theirs["name"] == "Theirs"
    served = await remote.get(here.link.server, mine.sync.remote_id)
    assert served.name == "Theirs"  # nothing was overwritten
    here.sync.keep_both(template_id)
    await here.done()
    names = sorted(stored.content["name"] for stored in await here.all())
    assert names == ["Mine (2)", "Theirs"]


@pytest.mark.parametrize(("choice", "name"), [("keep_mine", "Mine"), ("keep_theirs", "Theirs")])
async def test_either_edition_can_be_kept_and_the_other_is_a_version(
    here: Place, there: Place, choice: str, name: str
) -> None:
    template_id = await here.make()
    here.sync.push(template_id)
    await here.done()
    await there.synced()
    await there.change((await there.only()).id, "Theirs")
    await there.synced()
    await here.change(template_id, "Mine")
    await here.synced()
    getattr(here.sync, choice)(template_id)
    await here.done()
    kept = await here.only()
    assert (kept.content["name"], kept.state) == (name, "synced")
    served = await remote.get(here.link.server, kept.sync.remote_id)
    assert served.name == name
    versions = await here.desk.call(lambda lib: lib.templates.versions(template_id))
    assert {"Mine", "Theirs"} <= {str(version.content["name"]) for version in versions}


async def test_a_change_between_reading_and_writing_is_noticed(
    here: Place, there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    template_id = await here.make()
    here.sync.push(template_id)
    await here.done()
    await here.change(template_id, "Mine")
    real = remote.update

    async def late(transport: Transport, remote_id: str, changes: object) -> remote.Template:
        await real(there.link.server, remote_id, {"description": "quicker"})
        return await real(transport, remote_id, changes)

    monkeypatch.setattr(remote, "update", late)
    here.sync.push(template_id)
    await here.done()
    found = await here.only()
    assert found.state == "conflict"
    assert found.sync.theirs is not None
    assert found.sync.theirs["description"] == "quicker"
    assert found.content["description"] == ""


async def test_changes_without_a_connection_go_out_when_it_is_back(here: Place) -> None:
    template_id = await here.make()
    here.sync.push(template_id)
    await here.done()
    here.link.reachability.value = "unreachable"
    await here.change(template_id, "Later")
    await here.synced()
    assert (await here.only()).state == "changed"
    here.link.reachability.value = "reachable"
    await here.done()
    served = await remote.get(here.link.server, (await here.only()).sync.remote_id)
    assert (served.name, (await here.only()).state) == ("Later", "synced")


async def test_what_is_gone_on_the_server_stays_here(here: Place) -> None:
    template_id = await here.make()
    here.sync.push(template_id)
    await here.done()
    await remote.delete(here.link.server, (await here.only()).sync.remote_id)
    await here.synced()
    assert (await here.only()).state == "local"
    assert (await here.only()).content["stages"]


async def test_public_ones_are_listed_and_forked(here: Place) -> None:
    await here.load()
    await here.synced()
    rows = [row for row in here.templates.rows if row.group == "public"]
    assert rows
    editor = here.templates.open(rows[0].id)
    assert editor is not None
    assert editor.read_only
    here.sync.fork(rows[0].id)
    await here.until(lambda: here.templates.current.value is not editor)
    mine = here.templates.current.value
    assert mine is not None
    assert mine.stored.state == "synced"
    assert mine.stored.content["visibility"] == "private"


async def test_publishing_is_a_version_and_is_sent(here: Place) -> None:
    template_id = await here.make()
    here.sync.publish(template_id, True)
    await here.done()
    served = await remote.get(here.link.server, (await here.only()).sync.remote_id)
    assert served.visibility == "public"


async def test_a_template_that_the_server_refuses_is_said_and_stays(here: Place) -> None:
    editor = await here.opened()
    editor.apply("Describe", lambda doc: ops.set_member(doc, "description", "no stages"))
    editor.save()
    await here.settled()
    here.sync.push(editor.id)
    await here.done()
    assert "stage" in here.sync.trouble.value
    assert (await here.only()).state == "local"


def test_only_what_differs_is_sent() -> None:
    there = {"id": "x", "version": "0.0.3", "name": "A", "stages": [1], "tags": ["t"], "future": 1}
    assert difference(there, {"name": "B", "stages": [1], "future": True}) == {
        "name": "B",
        "future": True,
        "tags": None,
    }
