"""Reading what servers answer, forgivingly: missing envelopes, members of the wrong type, names in either style."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from studio.contract.errors import TransportError

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; ``next_offset`` asks for the one after it, None at the end."""

    items: list[T]
    next_offset: int | None = None


def unwrapped(body: object) -> dict[str, Any]:
    """Return the data of an envelope, or the body itself where there is no envelope; ``{}`` for anything else."""
    if not isinstance(body, dict):
        return {}
    data = body.get("data")
    return data if isinstance(data, dict) else body


def member(body: object, name: str, proof: str) -> dict[str, Any]:
    """Return ``data.<name>``; also of a body that is the thing itself, recognised by its member *proof*.

    Raises:
        TransportError: the answer holds no such thing.
    """
    data = unwrapped(body)
    found = data.get(name)
    if isinstance(found, dict):
        return found
    if isinstance(data.get(proof), str):
        return data
    raise TransportError(f"The server's answer holds no {name}.", phase="read", sent=True)


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; empty for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def items_of(body: object, name: str) -> list[dict[str, Any]]:
    """Return the objects of ``data.<name>``, or of a body that is the list itself; missing reads as empty."""
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return dicts(body["data"])
    return dicts(body) if isinstance(body, list) else dicts(unwrapped(body).get(name))


def next_offset(body: object) -> int | None:
    """Return ``data.next``; None at the end."""
    return whole(unwrapped(body).get("next"))


def either(value: Mapping[str, Any], *names: str) -> Any:
    """Return the first member of *names* that is there and not null."""
    return next((value[name] for name in names if value.get(name) is not None), None)


def text(value: object) -> str:
    """Return a string; empty for anything else."""
    return value if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """Return a whole number, also one written as text; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def number(value: object) -> float | None:
    """Return a finite number, also one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < float("inf") else None


def mapping(value: object) -> dict[str, Any]:
    """Return an object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def words_of_failure(value: object) -> str:
    """Return the sentence of an ``error`` member, a string or an object with ``message``."""
    return value if isinstance(value, str) else text(mapping(value).get("message"))


def epoch_ms(value: object) -> int | None:
    """Return a time as epoch milliseconds, given as such or as ISO-8601; None where it is neither."""
    from datetime import UTC, datetime

    if isinstance(value, int | float) and not isinstance(value, bool):
        return whole(value) if float(value).is_integer() else int(value)
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def quoted(identifier: str) -> str:
    """Return an id as a path segment."""
    from urllib.parse import quote

    return quote(identifier, safe="")
