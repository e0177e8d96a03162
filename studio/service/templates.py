"""Saved workflow templates of a connection. Source: contract/templates.md §1.

Entries without an id and a name are dropped from lists, as other clients do.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from studio.service.reading import Page, either, epoch_ms, items_of, mapping, member, next_offset, quoted, text
from studio.service.transport import Transport

PATH = "/v1/creative-agent/workflows/templates"
Visibility = Literal["own", "public", "all"]


@dataclass(frozen=True)
class Template:
    """A template as a list shows it; ``body`` is all of it, as sent."""

    id: str
    name: str
    version: str = ""
    description: str = ""
    category: str = ""
    visibility: str = ""
    author: str = ""
    updated_ms: int = 0
    body: dict[str, Any] = field(default_factory=dict)


async def page(
    transport: Transport, *, visibility: Visibility | None = None, limit: int | None = None, offset: int = 0
) -> Page[Template]:
    """Return templates.

    Args:
        visibility: ``own`` (the server's default), ``public`` or ``all``.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    params = {"visibility": visibility, "limit": limit, "offset": offset or None}
    answer = await transport.get_json(PATH, params={name: str(v) for name, v in params.items() if v is not None})
    found = [read_template(item) for item in items_of(answer, "templates")]
    return Page([template for template in found if template.id and template.name], next_offset(answer))


async def get(transport: Transport, template_id: str) -> Template:
    """Return a template.

    Raises:
        NotFound: it does not exist, or is somebody else's.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return _of(await transport.get_json(path_of(template_id)))


async def create(transport: Transport, body: object, *, key: str | None = None) -> Template:
    """Save a new template.

    Raises:
        InvalidRequest: it is not valid; ``details["issues"]`` lists why.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    return _of(await transport.post_json(PATH, body, idempotency_key=key))


async def update(transport: Transport, template_id: str, changes: object) -> Template:
    """Change members of a template; the server raises its version.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    return _of(await transport.request_json("PATCH", path_of(template_id), changes))


async def delete(transport: Transport, template_id: str) -> None:
    """Delete a template; workflows that it started go on.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    await transport.request_json("DELETE", path_of(template_id))


async def fork(
    transport: Transport, template_id: str, new_name: str | None = None, *, key: str | None = None
) -> Template:
    """Copy a visible template to the own ones.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    body = {"newName": new_name} if new_name else {}
    return _of(await transport.post_json(f"{path_of(template_id)}/fork", body, idempotency_key=key))


def path_of(template_id: str) -> str:
    """Return the path of a template."""
    return f"{PATH}/{quoted(template_id)}"


def read_template(body: dict[str, Any]) -> Template:
    """Read a template."""
    author = body.get("author")
    return Template(
        id=text(body.get("id")),
        name=text(body.get("name")),
        version=text(body.get("version")),
        description=text(body.get("description")),
        category=text(body.get("category")),
        visibility=text(body.get("visibility")),
        author=author if isinstance(author, str) else text(either(mapping(author), "displayName", "userId")),
        updated_ms=epoch_ms(body.get("updatedAt")) or 0,
        body=body,
    )


def _of(answer: object) -> Template:
    return read_template(member(answer, "template", "id"))
