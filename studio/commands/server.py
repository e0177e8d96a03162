"""What commands share: the server they talk to, how they print, and how they tell a failure.

On this computer the engine is started when none runs. It is never stopped while it works: it is asked
to leave once its work is done, so a run goes on after the command that started it has ended.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from studio.contract.errors import ApiError, StorageError, StudioError, TransportError
from studio.service.account import ask_to_leave
from studio.service.connection import Connection, ConnectionKind
from studio.service.events import Pace
from studio.service.transport import Transport
from studio.viewmodels.engine_process import EngineProcess
from studio.viewmodels.troubles import EngineDown, trouble_of

PACE = Pace(tries=30)
"""A terminal follows through about five minutes of a server that is away."""


AGAIN = 2
P = ParamSpec("P")
T = TypeVar("T")


class Server:
    """The server of a command. An async context manager; inside, ``transport`` is the way to it."""

    def __init__(self, args: argparse.Namespace, data_dir: Path) -> None:
        """Take ``--base-url`` and ``--api-key``, or the engine of this computer.

        Raises:
            ValueError: the address or the key cannot be used.
        """
        self.kind: ConnectionKind = "custom" if args.base_url else "local"
        self.data_dir = data_dir
        key = args.api_key or os.environ.get("STUDIO_API_KEY")
        self._fixed = Connection("custom", args.base_url, key) if args.base_url else None
        self._engine: EngineProcess | None = None
        self._transport: Transport | None = None

    async def __aenter__(self) -> "Server":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transport, self._transport = self._transport, None
        if self._engine is not None and transport is None:
            await self._engine.leave()  # it never became ready
        if transport is not None:
            if self._engine is not None and self._engine.started_here:
                # Were it too busy to hear this, it would leave by itself when it is idle; ending it is not ours.
                with contextlib.suppress(StudioError):
                    await ask_to_leave(transport)
            await transport.aclose()

    async def transport(self) -> Transport:
        """Return the way to the server as it is now.

        Raises:
            EngineDown: this computer's engine cannot be started.
        """
        if self._fixed is not None:
            self._transport = self._transport or Transport(self._fixed)
            return self._transport
        if self._engine is None:
            self._engine = EngineProcess(self.data_dir)
        connection = await self._engine.ready()
        if self._transport is None or self._transport.connection != connection:
            if self._transport is not None:
                await self._transport.aclose()
            self._transport = Transport(connection)
        return self._transport

    async def call(
        self, request: Callable[Concatenate[Transport, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Make a request; again when this computer's engine left between two requests, which idle ones do.

        What starts something needs an idempotency key among its arguments.
        """
        tries = 0
        while True:
            try:
                return await request(await self.transport(), *args, **kwargs)
            except TransportError as error:
                tries += 1
                if error.sent or self._fixed is not None or tries > AGAIN:
                    raise
                self.failed()

    def failed(self) -> None:
        """Note that a request failed: before the next one it is looked whether the engine is still there."""
        if self._engine is not None:
            self._engine.suspect()

    @property
    def options(self) -> str:
        """The options that name this server, to be shown in a command."""
        return "" if self._fixed is None else f" --base-url {self._fixed.base_url}"


def run(args: argparse.Namespace, data_dir: Path, work: Callable[[Server], Coroutine[Any, Any, int]]) -> int:
    """Run *work* with a server and return its exit code; failures are one sentence and 1."""

    async def whole() -> int:
        async with Server(args, data_dir) as server:
            return await work(server)

    try:
        return asyncio.run(whole())
    except (StudioError, EngineDown, ValueError, OSError) as error:
        return refuse(args, error)


def refuse(args: argparse.Namespace, error: Exception) -> int:
    """Tell a failure, as JSON on standard output if asked for; return 1."""
    what = sentence_of(error, "custom" if getattr(args, "base_url", None) else "local")
    if args.json:
        body: dict[str, Any] = {"message": what}
        if isinstance(error, ApiError):
            body |= {"status": error.http_status, "code": error.code, "details": error.details}
        print_json({"error": body}, lines=getattr(args, "action", "") == "watch")
    say(what)
    return 1


def sentence_of(error: Exception, kind: ConnectionKind) -> str:
    """Return what happened, in a sentence."""
    if isinstance(error, ApiError) and error.http_status in (400, 404, 409, 410):
        return error.message
    if isinstance(error, ValueError | OSError):
        return str(error)
    trouble = trouble_of(error, kind)
    what = f"{trouble.what} {trouble.kept}".strip() if isinstance(error, StorageError) else trouble.what
    if isinstance(error, EngineDown) and trouble.details:
        what += f" ({trouble.details})"
    return what


def say(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def out(text: str) -> None:
    """Print a line to standard output."""
    print(text, flush=True)  # noqa: T201


def print_json(value: object, *, lines: bool = False) -> None:
    """Print one JSON value; on one line for streams of them."""
    print(json.dumps(value, ensure_ascii=False, indent=None if lines else 2), flush=True)  # noqa: T201


def can_ask(args: argparse.Namespace) -> bool:
    """Whether somebody sits at the terminal and may be asked."""
    return not args.json and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> str:
    """Ask on the terminal and return the answer; empty for none. Blocks: nothing else may be under way."""
    sys.stderr.write(question)
    sys.stderr.flush()
    # asyncio's own handler would only note the first Ctrl-C, and the line would go on waiting.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input().strip()
    except EOFError:
        say("")
        return ""
    finally:
        signal.signal(signal.SIGINT, before)


def read_json_file(name: str) -> Any:
    """Return the JSON of a file, or of standard input for ``-``.

    Raises:
        ValueError: it cannot be read, or is not JSON; the sentence says where.
    """
    shown = "Standard input" if name == "-" else name
    try:
        raw = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{shown} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{shown} is not UTF-8 text.") from error
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ValueError(f"{shown} is not valid JSON: {error}.") from error


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows as columns that line up; the last column is as long as it is."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=True))]).rstrip() for row in rows
    )


def short(text: str, limit: int = 60) -> str:
    """Return *text* on one line, shortened at a word where it is too long."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0] + "…"
