"""Finding the language model of a pack, when there is no other. Light to import; ``bundled`` runs it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from studio.engine.agent.backends.detect import Finder, FoundModel, FoundServer
from studio.engine.packs import store

NAME: Final = "This computer"
BUNDLED: Final = "bundled:"
"""Stands for an address in ``FoundServer``: there is none before the model is asked."""
PACKS: Final = ("brain-own", "brain")
"""In the order of preference: a model that the person chose comes first."""
CONTEXT_TOKENS: Final = 8192


@dataclass(frozen=True)
class BundledFinder(Finder):
    """Looks for language models as ``Finder`` does, and takes the bundled one when there is no other.

    Attributes:
        packs: the folder of installed packs; None has no bundled model.
    """

    packs: Path | None = None

    async def find(self) -> list[FoundServer]:
        """Return the servers that answer; without any, the installed model as one, which is not started yet."""
        found = await super().find()
        if found or self.url or self.packs is None:
            return found
        model = await asyncio.to_thread(model_of, self.packs)
        if model is None:
            return []
        return [FoundServer(NAME, BUNDLED, [FoundModel(model.stem, CONTEXT_TOKENS, tools=False)])]


def pack_of(packs: Path) -> store.Installed | None:
    """Return the installed pack that thinks, the preferred one first."""
    return next((pack for name in PACKS if (pack := store.installed(packs, name)) is not None), None)


def model_of(packs: Path) -> Path | None:
    """Return the model file of the installed pack that thinks, if it is there."""
    pack = pack_of(packs)
    if pack is None:
        return None
    model = pack.model or next((pack.folder / k.name for k in pack.files if k.name.endswith(".gguf")), None)
    return model if model is not None and model.is_file() else None
