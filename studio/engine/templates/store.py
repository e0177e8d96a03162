"""Templates as rows, and the rules about whose they are. Source: contract/templates.md §1.

Documents are sealed in the store (``store.seal``) and returned sealed; routes open them.
What is not visible to an owner is missing, whatever is asked for.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from studio.contract.errors import Conflict, InvalidRequest, NotFound
from studio.contract.templates import documents
from studio.contract.templates.structs import Author
from studio.contract.templates.validation import check_template
from studio.engine.services import Services
from studio.engine.store.database import Database
from studio.engine.store.seal import Sealer
from studio.engine.templates.bodies import Visibility
from studio.engine.templates.starters import starters

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

Document = dict[str, Any]
_ATTEMPTS = 3


def template_store(parts: Services) -> "TemplateStore":
    """Return the templates of an engine."""
    return TemplateStore(parts.database, parts.jobs.sealer)


class TemplateStore:
    """Saved templates, and those that come with the engine."""

    def __init__(
        self, database: Database, sealer: Sealer, *, now_ms: Callable[[], int] = lambda: int(time.time() * 1000)
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._now_ms = now_ms

    async def create(self, owner: str, given: Mapping[str, Any]) -> Document:
        """Keep a new template of *owner*.

        Raises:
            InvalidRequest: it is not valid; ``details.issues`` says why.
            Conflict: the id that it asks for is in use.
        """
        wanted = given.get("id")
        if wanted is not None and not documents.is_id(wanted):
            text = "An id has 1 to 128 letters, digits or any of . _ : - in it. Leave it out to get one."
            raise InvalidRequest(text, code="invalid_template", param="id")

        def work(connection: "Connection") -> Document:
            def make(template_id: str) -> Document:
                return documents.new_document(
                    given, template_id=template_id, author=_author(owner), now_ms=self._now_ms()
                )

            name = given.get("name")
            return self._insert(connection, owner, name if isinstance(name, str) else "", wanted, make)

        return await self._database.write(work)

    async def get(self, owner: str, template_id: str) -> Document:
        """Return a template that *owner* may see.

        Raises:
            NotFound: there is none.
        """
        if template_id in starters():
            return starters()[template_id]
        return await self._database.read(lambda connection: self._visible(connection, owner, template_id))

    async def page(
        self, owner: str, visibility: Visibility, *, limit: int, offset: int
    ) -> tuple[list[Document], int | None]:
        """Return a page, newest first and those of the engine last, and the next offset or None."""
        system = [] if visibility == "own" else list(starters().values())
        rows, count = await self._database.read(
            lambda connection: self._rows(connection, owner, visibility, limit, offset)
        )
        start = max(0, offset - count)
        found = [*rows, *system[start : start + limit - len(rows)]]
        following = offset + len(found)
        return found, following if found and following < count + len(system) else None

    async def change(self, owner: str, template_id: str, patch: Mapping[str, Any]) -> Document:
        """Merge *patch* into a template of *owner* and raise its version.

        Raises:
            NotFound: *owner* has no such template.
            InvalidRequest: it would not be valid; nothing is changed.
        """

        def work(connection: "Connection") -> Document:
            from studio.engine.store.tables.templates import templates

            stored = self._own(connection, owner, template_id)
            document = documents.patched(stored, patch, now_ms=self._now_ms())
            text = self._checked(document)
            values = {
                "document": text,
                "visibility": document["visibility"],
                "updated_epoch_ms": document["updatedAt"],
            }
            connection.execute(templates.update().where(templates.c.id == template_id).values(values))
            return document

        return await self._database.write(work)

    async def delete(self, owner: str, template_id: str) -> None:
        """Remove a template of *owner*; runs of it go on with the copy that they hold.

        Raises:
            NotFound: *owner* has no such template.
        """

        def work(connection: "Connection") -> None:
            from studio.engine.store.tables.templates import templates

            self._own(connection, owner, template_id)
            connection.execute(templates.delete().where(templates.c.id == template_id))

        await self._database.write(work)

    async def fork(self, owner: str, template_id: str, new_name: str | None) -> Document:
        """Copy a template that *owner* may see.

        Raises:
            NotFound: there is none.
            InvalidRequest: the name is too long.
        """
        source = await self.get(owner, template_id)

        def work(connection: "Connection") -> Document:
            def make(template_id: str) -> Document:
                return documents.forked(
                    source, template_id=template_id, author=_author(owner), new_name=new_name, now_ms=self._now_ms()
                )

            return self._insert(connection, owner, documents.fork_name(str(source["name"]), new_name), None, make)

        return await self._database.write(work)

    def _insert(
        self, connection: "Connection", owner: str, name: str, wanted: str | None, make: Callable[[str], Document]
    ) -> Document:
        """Keep what *make* makes of a free id; another process may take that id a moment before, so look again."""
        from studio.engine.store.tables.templates import templates
        from studio.engine.store.upsert import insert_ignore

        for _ in range(_ATTEMPTS):
            document = make(self._free_id(connection, owner, name, wanted))
            values = {
                "id": document["id"],
                "owner": owner,
                "document": self._checked(document),
                "visibility": document["visibility"],
                "created_epoch_ms": document["createdAt"],
                "updated_epoch_ms": document["updatedAt"],
            }
            if insert_ignore(connection, templates, values):
                return document
        raise Conflict(f'There is a template with the id "{document["id"]}" already; try again.')

    def _checked(self, document: Document) -> str:
        """Return a valid *document* as sealed text."""
        check_template(document)
        text = msgspec.json.encode(document)
        if len(text) > documents.MOST_BYTES:
            raise InvalidRequest("A template takes at most 1 MB.", code="invalid_template")
        return self._sealer.seal(text.decode())

    def _free_id(self, connection: "Connection", owner: str, name: str, wanted: str | None) -> str:
        from sqlalchemy import select

        from studio.engine.store.tables.templates import templates

        proposed = wanted or documents.slug(name)
        row = connection.execute(select(templates).where(templates.c.id == proposed)).first()
        if row is None and proposed not in starters():
            return proposed
        if wanted and (row is None or row.owner == owner or row.visibility == "public"):
            raise Conflict(f'There is a template with the id "{wanted}" already; change it, or leave the id out.')
        # Another owner's private template is not to be noticed: the new one gets another id.
        return documents.minted(proposed, {proposed}, secrets.token_hex(4))

    def _visible(self, connection: "Connection", owner: str, template_id: str) -> Document:
        from sqlalchemy import or_

        from studio.engine.store.tables.templates import templates

        return self._one(connection, template_id, or_(templates.c.owner == owner, templates.c.visibility == "public"))

    def _own(self, connection: "Connection", owner: str, template_id: str) -> Document:
        from studio.engine.store.tables.templates import templates

        return self._one(connection, template_id, templates.c.owner == owner)

    def _one(self, connection: "Connection", template_id: str, condition: "ColumnElement[bool]") -> Document:
        from sqlalchemy import select

        from studio.engine.store.tables.templates import templates

        row = connection.execute(select(templates.c.document).where(templates.c.id == template_id, condition)).first()
        if row is None:
            raise NotFound("There is no such template.", code="template_not_found")
        document: Document = msgspec.json.decode(row.document)
        return document

    def _rows(
        self, connection: "Connection", owner: str, visibility: Visibility, limit: int, offset: int
    ) -> tuple[list[Document], int]:
        from sqlalchemy import func, or_, select

        from studio.engine.store.tables.templates import templates

        own, public = templates.c.owner == owner, templates.c.visibility == "public"
        chosen = own if visibility == "own" else public if visibility == "public" else or_(own, public)
        count = connection.execute(select(func.count()).select_from(templates).where(chosen)).scalar_one()
        query = (
            select(templates.c.document)
            .where(chosen)
            .order_by(templates.c.created_epoch_ms.desc(), templates.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [msgspec.json.decode(row.document) for row in connection.execute(query)], count


def _author(owner: str) -> Author:
    return Author(user_id=owner, display_name=owner)
