"""Templates and a server: local first, sent when it is reached, and nothing overwritten silently.

The API has no conditional PATCH. So a template is read before it is changed there, and its version must be exactly one
patch higher afterwards; else somebody else was quicker, and both editions are kept for the person to choose.
Versions, not contents, tell whether a server's copy changed: every PATCH raises its patch number.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from studio.contract.editing.document import Document, same_json
from studio.contract.templates.documents import bumped
from studio.library.templates import StoredTemplate, Sync
from studio.viewmodels.connection import ConnectionModel
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property
from studio.viewmodels.state import ConnectionKind
from studio.viewmodels.templates.listing import TemplateRow, TemplatesModel, facts_of
from studio.viewmodels.troubles import NAMES, trouble_of

if TYPE_CHECKING:
    from studio.service.templates import Template
    from studio.service.transport import Transport

PUBLIC: Final = "public:"
_SERVER: Final = frozenset({"id", "author", "createdAt", "updatedAt", "version"})
_PAGE: Final = 100
_MOST_PAGES: Final = 20


class SyncModel:
    """Keeps templates and the server of the present connection together.

    This computer's own engine holds nothing that the library does not, so with it there is nothing to send.

    Attributes:
        working: whether something goes to or fro.
        trouble: why the last try did not work, a sentence; empty when it did.
    """

    def __init__(self, desk: Desk, connection: ConnectionModel, templates: TemplatesModel) -> None:
        self._desk = desk
        self._connection = connection
        self._templates = templates
        self.working: Property[bool] = Property(False)
        self.trouble: Property[str] = Property("")
        connection.reachability.changed.connect(lambda _state: self.sync())
        connection.kind.changed.connect(lambda _kind: self._kind_changed())

    @property
    def available(self) -> bool:
        """Whether there is a server to sync with."""
        return self._connection.kind.value != "local"

    @property
    def server_name(self) -> str:
        """What the server is called."""
        return NAMES[self._connection.kind.value].removeprefix("Sogni ")

    def sync(self) -> None:
        """Bring both sides together, as far as that loses nothing; conflicts are shown."""
        if self.available and self._connection.reachability.value == "reachable":
            self._desk.tasks.start("templates.sync", self._sync)

    def push(self, template_id: str) -> None:
        """Send one template: create it there, or change it."""
        self._start(f"push.{template_id}", lambda transport, place: self._push(transport, place, template_id))

    def publish(self, template_id: str, public: bool) -> None:
        """Make a template readable for everybody, or only for its owner again."""

        async def run(transport: "Transport", place: str) -> None:
            stored = await self._desk.call(lambda lib: lib.templates.get(template_id))
            content = {**stored.content, "visibility": "public" if public else "private"}
            words = "Published" if public else "Made private"
            self._templates.note(await self._desk.call(lambda lib: lib.templates.save(template_id, content, words)))
            await self._push(transport, place, template_id)

        self._start(f"publish.{template_id}", run)

    def fork(self, public_id: str) -> None:
        """Copy somebody's public template to the artist's own, on the server and here, and open it."""

        async def run(transport: "Transport", place: str) -> None:
            from studio.service import templates as remote

            made = await remote.fork(transport, public_id.removeprefix(PUBLIC))
            stored = await self._take_new(made, place, origin=f"fork:{public_id}")
            self._templates.open(stored.id)

        self._start(f"fork.{public_id}", run)

    # --- conflicts -----------------------------------------------------------------------------

    def keep_mine(self, template_id: str) -> None:
        """Settle a conflict with this computer's edition; the server's stays in the versions."""
        self._settle(template_id, "mine")

    def keep_theirs(self, template_id: str) -> None:
        """Settle a conflict with the server's edition; this computer's stays in the versions."""
        self._settle(template_id, "theirs")

    def keep_both(self, template_id: str) -> None:
        """Settle a conflict without choosing: the server's edition here, and this computer's as a copy."""
        self._settle(template_id, "both")

    def keep_merged(self, template_id: str, document: Document) -> None:
        """Settle a conflict with an edition that was put together from both."""
        self._settle(template_id, "merged", dict(document.content))

    def _settle(self, template_id: str, choice: str, content: dict[str, Any] | None = None) -> None:
        async def run() -> None:
            stored = await self._desk.call(lambda lib: lib.templates.get(template_id))
            theirs = stored.sync.theirs
            if theirs is None:
                return
            sync = replace(stored.sync, theirs=None)
            if choice == "both":
                copy = {**stored.content, "name": f"{Document(stored.content).name} (2)"}
                made = await self._desk.call(
                    lambda lib: lib.templates.add(copy, origin=f"fork:{template_id}", words="Kept from a conflict")
                )
                self._templates.note(made)
            if choice in ("theirs", "both"):
                sync = replace(sync, base=theirs, pending="")
                stored = await self._desk.call(lambda lib: lib.templates.set_sync(template_id, sync, theirs))
            else:
                # Both editions are in the versions before one of them goes on.
                await self._desk.call(lambda lib: lib.templates.set_sync(template_id, sync, theirs))
                wanted = stored.content if content is None else content
                sync = replace(sync, base=theirs, pending="push")
                stored = await self._desk.call(lambda lib: lib.templates.set_sync(template_id, sync, wanted))
            self._templates.note(stored)
            if choice in ("mine", "merged"):
                self.push(template_id)

        self._desk.tasks.start(f"templates.settle.{template_id}", run)

    # --- to and fro ----------------------------------------------------------------------------

    def _start(self, name: str, work: "Any") -> None:
        async def run() -> None:
            await self._guarded(work)

        self._desk.tasks.start(f"templates.{name}", run)

    async def _guarded(self, work: "Any") -> bool:
        from studio.contract.errors import StudioError
        from studio.viewmodels.troubles import EngineDown

        kind = self._connection.kind.value
        if kind == "local":
            return False
        self.working.value = True
        try:
            transport = await self._connection.transport()
            await work(transport, place_of(kind, str(transport.connection.base_url)))
        except (StudioError, EngineDown) as error:
            self.trouble.value = trouble_of(error, kind).what
            return False
        finally:
            self.working.value = False
        self.trouble.value = ""
        return True

    async def _sync(self) -> None:
        await self._guarded(self._sync_with)

    async def _sync_with(self, transport: "Transport", place: str) -> None:
        there = {template.id: template for template in await _all(transport, "own")}
        here = {
            stored.sync.remote_id: stored
            for stored in await self._desk.call(lambda lib: lib.templates.all())
            if stored.sync.place == place and stored.sync.remote_id
        }
        for remote_id, stored in here.items():
            remote = there.get(remote_id)
            if remote is None:
                # Gone there, or somebody else's now: what is here is the artist's and stays.
                await self._forget(stored.id)
            else:
                await self._meet(transport, place, stored, remote)
        for remote_id, remote in there.items():
            if remote_id not in here:
                await self._take_new(remote, place)
        self._show_public(await _all(transport, "public"), own=set(there))

    async def _meet(self, transport: "Transport", place: str, stored: StoredTemplate, remote: "Template") -> None:
        """Bring one template together with its copy there."""
        changed_there = remote.version != stored.sync.remote_version
        changed_here = stored.state == "changed" or stored.sync.pending == "push"
        if stored.sync.theirs is not None:
            if changed_there:  # it went on there while nobody chose
                await self._conflict(stored, remote)
        elif changed_there and (not changed_here or same_json(own(remote.body), own(stored.content))):
            content = own(remote.body) if not changed_here else dict(stored.content)
            sync = Sync(place, remote.id, remote.version, content)
            self._templates.note(await self._desk.call(lambda lib: lib.templates.set_sync(stored.id, sync, content)))
        elif changed_there:
            await self._conflict(stored, remote)
        elif changed_here:
            await self._push(transport, place, stored.id)

    async def _push(self, transport: "Transport", place: str, template_id: str) -> None:
        from studio.contract.errors import NotFound
        from studio.service import templates as remote

        stored = await self._desk.call(lambda lib: lib.templates.get(template_id))
        sync = stored.sync
        if not sync.remote_id or sync.place != place:
            key = f"template-{stored.id}-{stored.updated_ms}"
            made = await remote.create(transport, own(stored.content), key=key)
            await self._agreed(stored, place, made)
            return
        try:
            before = await remote.get(transport, sync.remote_id)
        except NotFound:
            await self._forget(template_id)
            return
        if before.version != sync.remote_version and not same_json(own(before.body), own(stored.content)):
            await self._conflict(stored, before)
            return
        patch = difference(before.body, stored.content)
        if not patch:
            await self._agreed(stored, place, before)
            return
        after = await remote.update(transport, sync.remote_id, patch)
        if after.version != bumped(before.version) and not same_json(own(after.body), own(stored.content)):
            await self._conflict(stored, after)  # somebody else changed it between the two requests
            return
        await self._agreed(stored, place, after)

    async def _forget(self, template_id: str) -> None:
        self._templates.note(await self._desk.call(lambda lib: lib.templates.set_sync(template_id, Sync())))

    async def _agreed(self, stored: StoredTemplate, place: str, remote: "Template") -> None:
        sync = Sync(place, remote.id, remote.version, dict(stored.content))
        self._templates.note(await self._desk.call(lambda lib: lib.templates.set_sync(stored.id, sync)))

    async def _conflict(self, stored: StoredTemplate, remote: "Template") -> None:
        sync = replace(stored.sync, remote_version=remote.version, theirs=own(remote.body))
        self._templates.note(await self._desk.call(lambda lib: lib.templates.set_sync(stored.id, sync)))

    async def _take_new(self, remote: "Template", place: str, origin: str = "") -> StoredTemplate:
        content = own(remote.body)
        sync = Sync(place, remote.id, remote.version, content)
        stored = await self._desk.call(
            lambda lib: lib.templates.add(content, origin=origin, words="Taken from the server", sync=sync)
        )
        self._templates.note(stored)
        return stored

    def _show_public(self, found: "list[Template]", own: set[str]) -> None:
        shown = [template for template in found if template.id not in own]
        self._templates.show_public(
            {
                f"{PUBLIC}{template.id}": (
                    TemplateRow(
                        f"{PUBLIC}{template.id}", template.name, "public", facts_of(Document(template.body)), "synced",
                        updated_ms=template.updated_ms,
                    ),
                    Document(template.body),
                )
                for template in shown
            }
        )  # fmt: skip

    def _kind_changed(self) -> None:
        self._templates.show_public({})
        self.trouble.value = ""


def place_of(kind: ConnectionKind, base_url: str) -> str:
    """Return a connection as one text."""
    return f"{kind} {base_url.rstrip('/')}"


def own(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the artist says in a template: all but what only a server says."""
    return {key: value for key, value in body.items() if key not in _SERVER}


def difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> dict[str, Any]:
    """Return the top-level members with which a PATCH makes *there* like *here*; null takes one out."""
    wanted, now = own(here), own(there)
    patch = {key: value for key, value in wanted.items() if key not in now or not same_json(now[key], value)}
    return {**patch, **{key: None for key in now if key not in wanted and now[key] is not None}}


def _of_run(template: "Template") -> bool:
    """Whether it is the frozen edition of a run that is just being started; it goes by itself."""
    about = template.body.get("metadata")
    return isinstance(about, dict) and "studioRun" in about


async def _all(transport: "Transport", visibility: "Any") -> "list[Template]":
    from studio.service import templates as remote

    found: list[Template] = []
    offset: int | None = 0
    for _ in range(_MOST_PAGES):
        page = await remote.page(transport, visibility=visibility, limit=_PAGE, offset=offset or 0)
        found += [each for each in page.items if not _of_run(each)]
        offset = page.next_offset
        if offset is None:
            break
    return found


__all__ = ["PUBLIC", "SyncModel", "difference", "own", "place_of"]
