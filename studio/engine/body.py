"""POST bodies that may be empty: some clients send a JSON type and nothing else. Source: contract/README.md."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from litestar import Request
from msgspec import Struct

from studio.contract import wire

T = TypeVar("T", bound=Struct)

BeforeRequest = Callable[[Request[Any, Any, Any]], Awaitable[None]]


def empty_is_object(kind: type[Struct]) -> BeforeRequest:
    """Return a ``before_request`` hook that lets an empty body fail as ``{}`` does: by naming what is missing."""

    async def check(request: Request[Any, Any, Any]) -> None:
        if not await request.body():
            wire.parse(kind, b"")

    return check


async def read_body(request: Request[Any, Any, Any], kind: type[T]) -> T:
    """Return the body as *kind*; an empty one is ``{}``.

    Raises:
        InvalidRequest: it breaks the struct; ``param`` names the field.
    """
    return wire.parse(kind, await request.body())
