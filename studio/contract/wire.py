"""Decoding and encoding of the wire format.

``parse`` is the only way a request body becomes a struct: it accepts the documented
snake_case names and their camelCase aliases (snake_case wins), treats an empty body
as ``{}`` and never renames inside free maps such as tool arguments or JSON Schemas.
"""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
from msgspec import inspect

from studio.contract.errors import InvalidRequest

T = TypeVar("T")

_encoder = msgspec.json.Encoder()


@cache
def camel(name: str) -> str:
    """Return the camelCase spelling of a snake_case *name*."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def encode(value: object) -> bytes:
    """Encode *value* (structs included) as compact JSON."""
    return _encoder.encode(value)


def to_builtins(value: object) -> Any:
    """Return *value* as plain dicts, lists and scalars."""
    return msgspec.to_builtins(value)


def decode(body: bytes) -> Any:
    """Decode any JSON *body*; an empty one is ``{}``.

    Raises:
        InvalidRequest: the body is not JSON or not UTF-8.
    """
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The request body is not valid JSON: {error}", code="invalid_json") from error


def parse(kind: type[T], body: bytes) -> T:
    """Decode *body* into the struct *kind*.

    Raises:
        InvalidRequest: the body is not JSON, or breaks the struct; ``param`` names the field.
    """
    return convert(kind, decode(body))


def convert(kind: type[T], data: object) -> T:
    """Convert decoded JSON *data* into *kind*, accepting camelCase aliases.

    Raises:
        InvalidRequest: *data* breaks the struct; ``param`` names the field.
    """
    try:
        return msgspec.convert(_rename(_type_info(cast("Hashable", kind)), data), kind)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$")
        param = where.rstrip("`").lstrip(".") or None
        raise InvalidRequest(f"{param}: {text}" if param else text, param=param) from error


@cache
def _type_info(kind: Hashable) -> inspect.Type:
    return inspect.type_info(kind)


def _rename(kind: inspect.Type, data: object) -> object:
    if isinstance(kind, inspect.StructType) and isinstance(data, dict):
        return _rename_struct(kind, data)
    if isinstance(kind, inspect.ListType) and isinstance(data, list):
        return [_rename(kind.item_type, item) for item in data]
    if isinstance(kind, inspect.UnionType):
        for option in kind.types:
            if isinstance(option, inspect.StructType) and isinstance(data, dict):
                if option.tag_field is None or data.get(option.tag_field) == option.tag:
                    return _rename_struct(option, data)
            elif isinstance(option, inspect.ListType) and isinstance(data, list):
                return _rename(option, data)
    return data


def _rename_struct(kind: inspect.StructType, data: dict[Any, Any]) -> dict[str, object]:
    renamed = cast("dict[str, object]", dict(data))
    for field in kind.fields:
        name = field.encode_name
        snake = field.name
        if snake != name and snake in renamed:
            renamed[name] = renamed.pop(snake)
        alias = camel(name)
        if alias != name and alias in renamed:
            value = renamed.pop(alias)
            renamed.setdefault(name, value)
        if name in renamed:
            renamed[name] = _rename(field.type, renamed[name])
    return renamed
