"""Who can answer: the language models that were found, and the director that always can."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from studio.contract.chat import ALIAS_MODELS
from studio.contract.errors import ModelNotFound
from studio.contract.models import Model, OutputTokens
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.backends.detect import Finder, FoundModel, FoundServer

log = logging.getLogger(__name__)

FRESH_S = 3.0
"""A look-up younger than this is not repeated on demand."""

_DEFAULT_OUTPUT_TOKENS = 2048
"""What an answer takes at most when a request sets no limit; shown to clients."""

MakeBackend = Callable[[FoundServer, FoundModel], Backend]


@dataclass(frozen=True)
class Choice:
    """What answers one request.

    Attributes:
        fallback: what takes over when ``backend`` cannot be reached before it said anything; None
            when the request named this very model.
    """

    backend: Backend
    fallback: Backend | None = None
    notices: list[str] = field(default_factory=list)


class Brains:
    """The backends of this engine, found lazily and on demand."""

    def __init__(
        self, director: Backend, finder: Finder | None, make_backend: MakeBackend, *, preferred: str | None = None
    ) -> None:
        """Make it; nothing is looked for before ``look``.

        Args:
            preferred: the model id of ``--llm-model``.
        """
        self._director = director
        self._finder = finder
        self._make = make_backend
        self._preferred = preferred
        self._found: dict[str, Backend] = {}
        self._gone: set[str] = set()
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._started_epoch_s = int(time.time())

    @property
    def director(self) -> Backend:
        """The backend that needs no model."""
        return self._director

    def look(self) -> "asyncio.Task[None]":
        """Start looking for language models, unless that is under way; returns the task."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="look for language models")
        return self._looking

    async def ready(self, *, max_age_s: float = float("inf")) -> None:
        """Wait until it is known what is there, looking again when the knowledge is older than *max_age_s*."""
        if self._looking is None or (self._looking.done() and time.monotonic() - self._looked_at > max_age_s):
            self.look()
        if self._looking is not None:
            await asyncio.shield(self._looking)

    async def close(self) -> None:
        """Stop looking and close every backend."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        for backend in self._found.values():
            await _close(backend)

    @property
    def default(self) -> Backend:
        """What answers under the documented alias ids."""
        alive = [backend for model_id, backend in self._found.items() if model_id not in self._gone]
        if self._preferred and self._preferred not in self._gone and self._preferred in self._found:
            return self._found[self._preferred]
        if self._preferred or not alive:
            return self._director
        # A model that calls tools natively serves an artist best.
        return next((backend for backend in alive if backend.tools_mode == "native"), alive[0])

    def choose(self, model_id: str) -> Choice:
        """Return what answers a request for *model_id*.

        Raises:
            ModelNotFound: it is neither a real model here nor a documented alias.
        """
        if model_id in ALIAS_MODELS:
            backend = self.default
            return Choice(backend, None if backend is self._director else self._director, self._missing())
        if model_id == self._director.model_id:
            return Choice(self._director)
        if model_id in self._found:
            return Choice(self._found[model_id])
        raise ModelNotFound(
            f"The model {model_id} is not available here. GET /v1/models lists those that are.", param="model"
        )

    def went_away(self, backend: Backend) -> None:
        """Note that *backend* cannot be reached, so that the default is another until it is found again."""
        self._gone.add(backend.model_id)

    def models(self) -> list[Model]:
        """Return every model, what really answers first, then the aliases of the default."""
        default = self.default
        real = [*self._found.values(), self._director]
        real.sort(key=lambda backend: backend is not default)
        aliases = [
            Model(
                id=alias,
                created=self._started_epoch_s,
                owned_by="studio",
                alias_of=default.model_id,
                max_context_length=default.context_tokens,
                max_output_tokens=_output(default),
                workers=1,
                vision=default.vision,
                tools=default.tools_mode,
            )
            for alias in ALIAS_MODELS
        ]
        return [*(self._model(backend) for backend in real), *aliases]

    def _model(self, backend: Backend) -> Model:
        return Model(
            id=backend.model_id,
            created=self._started_epoch_s,
            owned_by="studio" if backend is self._director else backend.answered_by.partition(" · ")[0],
            max_context_length=backend.context_tokens,
            max_output_tokens=_output(backend),
            workers=1,
            vision=backend.vision,
            tools=backend.tools_mode,
        )

    def _missing(self) -> list[str]:
        if self.default is not self._director or self._finder is None:
            return []
        if self._finder.url:
            return [f"The language model at {self._finder.url} can't be reached, so the built-in director answered."]
        if self._preferred and self._preferred not in self._found:
            return [f"The model {self._preferred} was not found, so the built-in director answered."]
        if self._gone:
            return ["The language model does not answer any more, so the built-in director answered."]
        return []

    async def _look(self) -> None:
        if self._finder is None:
            return
        servers = await self._finder.find()
        self._looked_at = time.monotonic()
        found: dict[str, Backend] = {}
        for server in servers:
            for model in server.models:
                if model.id not in found and model.id != self._director.model_id and model.id not in ALIAS_MODELS:
                    known = self._found.get(model.id)
                    found[model.id] = known if known is not None else self._make(server, model)
        lost = [backend for model_id, backend in self._found.items() if model_id not in found]
        self._found, self._gone = found, set()
        for backend in lost:
            await _close(backend)


def _output(backend: Backend) -> OutputTokens:
    most = max(1, backend.context_tokens)
    return OutputTokens(1, most, min(_DEFAULT_OUTPUT_TOKENS, most))


async def _close(backend: Backend) -> None:
    close = getattr(backend, "aclose", None)
    if close is not None:
        await close()
