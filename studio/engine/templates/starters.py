"""Templates that come with the engine: public, read-only, by ``system``."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from studio import resources
from studio.contract.templates.structs import SYSTEM

_MADE_MS = 1_767_225_600_000
"""A constant, so that they come last in every list."""


@cache
def starters() -> Mapping[str, dict[str, Any]]:
    """Return the documents by id, in the order of their names (read once)."""
    folder = resources.path("templates")
    found = [msgspec.json.decode(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    said = {"author": SYSTEM, "visibility": "public", "createdAt": _MADE_MS, "updatedAt": _MADE_MS}
    return {document["id"]: {**document, **said} for document in sorted(found, key=lambda each: str(each["name"]))}
