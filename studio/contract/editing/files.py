"""Templates as plain files: a document with a format name and version, or a bare template as the API sends it.

A file holds what the artist owns. What a server said about it (id, author, times) stays behind on export, and is not
believed on import.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from studio.contract.editing.document import Document, EditError
from studio.contract.templates.documents import respelled
from studio.contract.templates.shape import MOST_STAGES
from studio.contract.templates.validation import count_of

FORMAT: Final = "sogni-studio-template"
VERSION: Final = 1
SUFFIX: Final = ".template.json"
MOST_BYTES: Final = 4_000_000
_MOST_DEPTH: Final = 200
_SERVER: Final = ("id", "author", "createdAt", "updatedAt", "visibility")

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
UPGRADES: Final[dict[int, Upgrade]] = {}
"""From each older version of the format to the next one; version 1 is the first."""


def to_text(document: Document) -> str:
    """Return the text of a file."""
    template = {key: value for key, value in document.content.items() if key not in _SERVER}
    return (
        json.dumps({"format": FORMAT, "formatVersion": VERSION, "template": template}, ensure_ascii=False, indent=2)
        + "\n"
    )


def from_bytes(data: bytes) -> Document:
    """Read a file.

    Raises:
        EditError: it is too large, no JSON, no template, or of a newer version; the sentence says which.
    """
    if len(data) > MOST_BYTES:
        raise EditError("The file is too large to be a template.")
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise EditError("The file is not a text, so it is no template.") from error
    except json.JSONDecodeError as error:
        raise EditError(f"The file is no JSON: line {error.lineno}, {error.msg.lower()}.") from error
    except (RecursionError, ValueError) as error:
        raise EditError("The file holds something that no template has.") from error
    return from_json(found)


def from_json(found: object) -> Document:
    """Read what a file holds, or a template as plain JSON.

    Raises:
        EditError: as ``from_bytes``.
    """
    if not isinstance(found, Mapping):
        raise EditError("The file holds no template.")
    body: Any = dict(found)
    if body.get("format") == FORMAT:
        version = body.get("formatVersion")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise EditError("The file does not say which version of the format it has.")
        if version > VERSION:
            raise EditError("The file was made by a newer studio. Update this one to open it.")
        body = body.get("template")
        while version < VERSION:
            body = UPGRADES[version](body)
            version += 1
    elif isinstance(body.get("template"), Mapping):
        body = body["template"]
    elif isinstance(body.get("template_draft"), Mapping):
        body = body["template_draft"]
    if not isinstance(body, Mapping) or not isinstance(body.get("stages"), list):
        raise EditError("The file holds no template: it has no list of stages.")
    if _depth(body) > _MOST_DEPTH:
        raise EditError("The file is nested too deeply to be a template.")
    if (count := count_of(body["stages"])) > MOST_STAGES:
        raise EditError(f"The file holds {count:,} stages; a template has at most {MOST_STAGES:,}.")
    if not can_be_kept(body):
        raise EditError("The file holds something that no template has.")
    content = {key: value for key, value in respelled(body).items() if key not in _SERVER}
    if not isinstance(content.get("name"), str) or not content["name"].strip():
        content["name"] = "Imported template"
    return Document({"description": "", "inputs": [], **content})


def can_be_kept(value: object) -> bool:
    """Whether JSON *value* can be written and read again: no number without an end, no half of a character."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        entry, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > _MOST_DEPTH:
            return depth
        if isinstance(entry, Mapping):
            waiting += [(each, depth + 1) for each in entry.values()]
        elif isinstance(entry, list):
            waiting += [(each, depth + 1) for each in entry]
    return deepest
