"""A small language model of one's own, from a pack: used when no other language model is connected.

The model runs in a child process that starts with the first question and ends after a
while without one, so that an engine that is not asked holds no gigabyte. It is reached
through loopback, on a port and with a key that only this process knows.
"""

import asyncio
import contextlib
import dataclasses
import multiprocessing
import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, Literal

from studio.contract.chat import FunctionSpec, ToolSpec
from studio.engine.agent.backends.base import BackendEvent, BackendGone, Round
from studio.engine.agent.backends.bundled_child import serve
from studio.engine.agent.backends.bundled_finder import NAME, model_of, pack_of
from studio.engine.agent.backends.detect import FoundModel, FoundServer
from studio.engine.agent.backends.openai import OpenAIBackend

_BOOKKEEPING: Final = frozenset(
    {
        "create_asset_manifest",
        "inspect_asset",
        "label_asset",
        "map_assets_for_model",
        "validate_asset_references",
        "finalize_response",
        "compose_workflow_template",
    }
)
_RARE: Final = frozenset({"model", "negativePrompt", "loras", "loraStrengths", "seed", "quality", "numberOfVariations"})
_PROPERTIES: Final = 4
_DESCRIPTION: Final = 72
START_S: Final = 180.0
IDLE_S: Final = 300.0


class BundledBackend:
    """The bundled model as a backend. Owns its child process; ``aclose`` ends it."""

    def __init__(self, packs: Path, model: FoundModel, *, idle_s: float = IDLE_S) -> None:
        """Make it; nothing is started.

        Args:
            packs: the folder of installed packs.
            idle_s: the child ends after so long without a question.
        """
        self._packs = packs
        self._model = model
        self._idle_s = idle_s
        self._starting = asyncio.Lock()
        self._child: _Child | None = None
        self._asking = 0
        self._timer: asyncio.TimerHandle | None = None
        self._endings: set[asyncio.Task[None]] = set()

    @property
    def model_id(self) -> str:
        """The id under which ``/v1/models`` lists it."""
        return self._model.id

    @property
    def answered_by(self) -> str:
        """Where it runs and which model it is, in words."""
        return f"{NAME} · {self._model.id}"

    @property
    def context_tokens(self) -> int:
        """The model's window."""
        return self._model.context_tokens

    @property
    def vision(self) -> bool:
        """It is never sent pictures."""
        return False

    @property
    def tools_mode(self) -> Literal["native", "schema"]:
        """It chooses tools under a schema: small models write no calls that can be trusted."""
        return "schema"

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return self._child.process.pid if self._child is not None else None

    async def stream(self, round_: Round) -> AsyncGenerator[BackendEvent, None]:
        """Yield the answer of one round; close the iterator to cancel.

        Raises:
            BackendGone: the model could not be started, or ended.
            StudioError: it failed.
        """
        self._asking += 1
        self._cancel_timer()
        try:
            child = await self._ready()
            # llama.cpp closes a connection that rests for some seconds; a new one for each answer cannot meet that.
            backend = OpenAIBackend(child.server, self._model, api_key=child.key)
            try:
                async with aclosing(backend.stream(lightened(round_))) as events:
                    async for event in events:
                        yield event
            finally:
                await backend.aclose()
        except BackendGone:
            await self._end()
            raise
        finally:
            self._asking -= 1
            if not self._asking and self._child is not None:
                self._timer = asyncio.get_running_loop().call_later(self._idle_s, self._retire)

    async def aclose(self) -> None:
        """End the child, now."""
        self._cancel_timer()
        if self._endings:
            await asyncio.wait(self._endings)
        await self._end()

    async def _ready(self) -> "_Child":
        async with self._starting:
            if self._child is not None and not self._child.process.is_alive():
                await self._end()
            if self._child is None:
                self._child = await _Child.start(self._packs, self._model)
            return self._child

    def _retire(self) -> None:
        if self._asking == 0:
            ending = asyncio.ensure_future(self._end())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def lightened(round_: Round) -> Round:
    """Return *round_* with few words for each tool: a small model on a small computer reads a few dozen a second.

    Tools that only keep books are left out. The rest stays the same for every question, so that what was
    read once is not read again.
    """
    kept = tuple(_light(spec, own=spec.function.name not in round_.hosted) for spec in round_.tools if _wanted(spec))
    return dataclasses.replace(round_, tools=kept)


def _wanted(spec: ToolSpec) -> bool:
    return spec.function.name not in _BOOKKEEPING


def _light(spec: ToolSpec, *, own: bool) -> ToolSpec:
    if own:
        return spec  # the caller's own tool keeps every argument
    function = spec.function
    parameters = function.parameters or {}
    required = list(parameters.get("required", []))
    properties = parameters.get("properties", {})
    order = [*required, *(name for name in properties if name not in required and name not in _RARE)]
    names = order[: max(len(required), _PROPERTIES)]
    words = " ".join((function.description or "").partition(". ")[0].split())
    return ToolSpec(
        FunctionSpec(
            name=function.name,
            description=words if len(words) <= _DESCRIPTION else words[:_DESCRIPTION].rsplit(" ", 1)[0],
            parameters={**parameters, "properties": {name: properties[name] for name in names if name in properties}},
        )
    )


class _Child:
    """A running model: its process, the pipe that holds it alive, and how to reach it."""

    def __init__(self, process: BaseProcess, pipe: Pipe, server: FoundServer, key: str) -> None:
        self.process = process
        self.server = server
        self.key = key
        self._pipe = pipe

    @classmethod
    async def start(cls, packs: Path, model: FoundModel) -> "_Child":
        """Start the process and wait until its model is loaded.

        Raises:
            BackendGone: that failed.
        """
        pack, path = await asyncio.to_thread(lambda: (pack_of(packs), model_of(packs)))
        if pack is None or path is None or path.stem != model.id:
            raise BackendGone(f"The model {model.id} is not installed any more.")
        key = secrets.token_urlsafe(32)
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=serve,
            args=(theirs, str(pack.folder / "lib"), str(path), key, model.context_tokens, _threads()),
            name="language model",
            daemon=True,
        )
        try:
            await asyncio.to_thread(process.start)
            theirs.close()
            state, words = await asyncio.to_thread(_answer, ours)
        except BaseException:
            await asyncio.to_thread(_kill, process, ours)
            raise
        if state != "ready":
            await asyncio.to_thread(_kill, process, ours)
            raise BackendGone(f"The model {model.id} could not be started ({words}).")
        return cls(process, ours, FoundServer(NAME, words, [model]), key)

    async def end(self) -> None:
        """End the process."""
        await asyncio.to_thread(_kill, self.process, self._pipe)


def _answer(pipe: Pipe) -> tuple[str, str]:
    try:
        if not pipe.poll(START_S):
            return "failed", "it took too long"
        state, words = pipe.recv()
    except (EOFError, OSError):
        return "failed", "its process ended"
    return str(state), str(words)


def _kill(process: BaseProcess, pipe: Pipe) -> None:
    with contextlib.suppress(ValueError, AttributeError):  # it never started
        process.kill()
        process.join()
    pipe.close()


def _threads() -> int:
    return max(1, min(os.cpu_count() or 1, 8))
