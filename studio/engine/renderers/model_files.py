"""The model files shipped in ``resources/models``: where they are, what they are, and that they are intact.

``models.json`` there lists every file with its size, SHA-256, origin, version and
licence. A file is checked once per process, when it is first used.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studio import resources
from studio.contract.errors import ToolError


@dataclass(frozen=True)
class ModelFile:
    """One shipped file: its size in bytes, its hash, where it came from and under what terms."""

    name: str
    title: str
    byte_length: int
    sha256: str
    origin: str
    version: str
    licence: str
    licence_files: tuple[str, ...]


@cache
def index() -> dict[str, ModelFile]:
    """Return every listed file by name."""
    data = json.loads(resources.path("models", "models.json").read_bytes())
    return {
        entry["name"]: ModelFile(**{**entry, "licence_files": tuple(entry["licence_files"])}) for entry in data["files"]
    }


@cache
def model_path(name: str) -> Path:
    """Return the checked path of model file *name*.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the file is missing or differs from the one that was shipped.
    """
    expected = index()[name]
    path = resources.path("models", name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ToolError("MODEL_UNAVAILABLE", f"The model file {name} is missing. Install the studio again.") from error
    if hashlib.sha256(content).hexdigest() != expected.sha256:
        raise ToolError("MODEL_UNAVAILABLE", f"The model file {name} is damaged. Install the studio again.")
    return path
