"""Optional models of a studio engine: list, install, follow, remove. Our extension of the API."""

from collections.abc import AsyncGenerator
from typing import Any, TypeVar
from urllib.parse import quote

from studio.contract import wire
from studio.contract.errors import InvalidRequest, TransportError
from studio.contract.packs import InstallPack, PackInfo, PackList
from studio.service.transport import Transport

_WAIT_S = 20
T = TypeVar("T", PackInfo, PackList)


async def list_packs(transport: Transport) -> list[PackInfo]:
    """Return every pack that the engine offers, in its order.

    Raises:
        NotFound: the server has no packs (it is no studio engine).
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return _read(PackList, await transport.get_json("/v1/studio/packs")).packs


async def get(transport: Transport, pack_id: str) -> PackInfo:
    """Return one pack.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return _read(PackInfo, await transport.get_json(_path(pack_id)))


async def follow(transport: Transport, pack: PackInfo) -> AsyncGenerator[PackInfo, None]:
    """Yield *pack* and then each change of it until no install is under way.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    yield pack
    while pack.state == "installing":
        params = {"after": str(pack.revision), "wait": str(_WAIT_S)}
        pack = _read(PackInfo, await transport.get_json(_path(pack.id), params=params))
        yield pack


async def install(transport: Transport, pack_id: str, source: str | None = None) -> PackInfo:
    """Begin to install a pack; one that is being installed goes on.

    Args:
        source: a folder of archives on the engine's computer, or the model file of a pack that runs one's own.

    Raises:
        ApiError: it cannot be installed; the message says why.
        TransportError: as in ``Transport.post_json``.
    """
    return _read(PackInfo, await transport.post_json(f"{_path(pack_id)}/install", InstallPack(source), repeatable=True))


async def cancel(transport: Transport, pack_id: str) -> PackInfo:
    """Stop an install; what arrived whole is kept for the next one.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    return _read(PackInfo, await transport.post_json(f"{_path(pack_id)}/cancel", {}, repeatable=True))


async def remove(transport: Transport, pack_id: str) -> PackInfo:
    """Take a pack away.

    Raises:
        ApiError: it is in use, or there is no such pack.
        TransportError: as in ``Transport.request_json``.
    """
    return _read(PackInfo, await transport.request_json("DELETE", _path(pack_id), repeatable=True))


def _path(pack_id: str) -> str:
    return f"/v1/studio/packs/{quote(pack_id, safe='')}"


def _read(kind: type[T], body: Any) -> T:
    try:
        return wire.convert(kind, body["data"])
    except (InvalidRequest, KeyError, TypeError) as error:
        raise TransportError("The server's answer about its packs cannot be read.", phase="read", sent=True) from error
