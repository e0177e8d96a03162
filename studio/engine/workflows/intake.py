"""Renewing the URLs of ours in what a client sends, so that they are kept as references and not as dying links."""

from collections.abc import Iterator
from typing import Any

from studio.engine.media_desk import Caller, MediaDesk


async def renewed(value: Any, caller: Caller, desk: MediaDesk) -> Any:
    """Return JSON *value* with every URL of an asset of the caller's signed anew, whatever its port or age."""
    own = {text: found.asset_id for text in _strings(value) if (found := _parse(desk, text))}
    if not own:
        return value
    fresh = {asset.id: desk.url(caller, asset) for asset in await desk.store.get_many(set(own.values()), caller.owner)}
    return _replaced(value, {text: fresh[asset_id] for text, asset_id in own.items() if asset_id in fresh})


def _parse(desk: MediaDesk, text: str) -> Any:
    return desk.urls.parse(text) if text.startswith(("http://", "https://", "asset://")) and len(text) < 4096 else None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _replaced(value: Any, fresh: dict[str, str]) -> Any:
    if isinstance(value, str):
        return fresh.get(value, value)
    if isinstance(value, dict):
        return {name: _replaced(inner, fresh) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, fresh) for inner in value]
    return value
