"""Who may ask: API keys in every header form that known clients send.

Source: contract/README.md, Authentication. A key that is right is never answered with
401, whatever else is wrong with the request: the SDKs forget their key on any 401.
"""

import hashlib
import hmac
from dataclasses import dataclass

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from studio.contract.errors import Unauthorized

LOCAL_OWNER = "local"


@dataclass(frozen=True)
class Owner:
    """Whose resources a request may see; ``id`` stands in the store and never holds a key."""

    id: str


class KeyRing:
    """The keys that this engine accepts.

    The key of ``engine/api-key`` belongs to the owner ``local``; every other key is an
    owner of its own, named by a digest of it.
    """

    def __init__(self, local_key: str, others: tuple[str, ...] = ()) -> None:
        self._owners: list[tuple[bytes, Owner]] = [(_digest(local_key), Owner(LOCAL_OWNER))]
        for key in others:
            self._owners.append((_digest(key), Owner("key-" + _digest(key).hex()[:16])))

    def owner(self, key: str | None) -> Owner | None:
        """Return the owner of *key*, or None. Takes the same time whichever key is tried."""
        digest = _digest(key or "")
        found = None
        for known, owner in self._owners:
            if hmac.compare_digest(known, digest):
                found = found or owner
        return found


def presented_keys(headers: dict[str, str]) -> list[str]:
    """Return the keys in *headers* (lower-case names): ``api-key``, then ``Authorization`` with or without Bearer."""
    found = []
    if key := headers.get("api-key", "").strip():
        found.append(key)
    if value := headers.get("authorization", "").strip():
        scheme, _, rest = value.partition(" ")
        found.append(rest.strip() if scheme.lower() == "bearer" and rest.strip() else value)
    return found


async def require_key(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Guard of every route that is not marked ``opt={"public": True}``; remembers the owner.

    Raises:
        Unauthorized: no key, or only wrong ones.
    """
    if handler.opt.get("public"):
        return
    ring: KeyRing = connection.app.state.key_ring
    headers = {name.lower(): value for name, value in connection.headers.items()}
    keys = presented_keys(headers)
    for key in keys:
        if owner := ring.owner(key):
            connection.scope["state"]["owner"] = owner
            return
    if keys:
        raise Unauthorized("This API key is not known here. Check the key in the settings of the client.")
    raise Unauthorized(
        "No API key was sent. Use the header Authorization: Bearer <key>, or api-key: <key>.", code="missing_api_key"
    )


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
