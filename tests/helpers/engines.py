"""The engine for tests: in this process over real loopback, with parts that a test chooses."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from PIL import Image

from studio.contract.errors import ToolError
from studio.engine.app import build
from studio.engine.settings import EngineSettings
from studio.engine.tools.base import Made, ToolContext, ToolOutcome, ToolRunner
from tests.helpers.databases import database_url


def picture(width: int = 8, height: int = 6, *, kind: str = "PNG", colour: str = "teal", **save: Any) -> bytes:
    """Return a small encoded picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind, **save)
    return out.getvalue()


def inline(data: bytes, mime: str = "image/png") -> str:
    """Return *data* as a data URI."""
    import base64

    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


@dataclass
class FakeTool:
    """A tool that makes a small picture, or does what *work* says; records its arguments."""

    name: str
    work: Callable[[dict[str, Any], ToolContext], Any] | None = None
    ran: list[dict[str, Any]] = field(default_factory=list)
    cancelled: bool = False

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        self.ran.append(arguments)
        context.progress(0.5, "Half way")
        try:
            if self.work is not None:
                done = self.work(arguments, context)
                done = await done if asyncio.iscoroutine(done) else done
                if isinstance(done, ToolOutcome):
                    return done
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        made = Made(picture(), "image", "image/png", width=8, height=6, seed=7, prompt="teal", title="Teal")
        return ToolOutcome("1 picture is ready", "fake", "Fake painter", made=[made])


def tools(*runners: ToolRunner) -> dict[str, ToolRunner]:
    """Return runners by name; without any, a picture maker and a cutter."""
    chosen = runners or (FakeTool("generate_image"), FakeTool("remove_background"), FakeTool("upscale_image"))
    return {runner.name: runner for runner in chosen}


def refusing(code: Any, message: str) -> Callable[..., Any]:
    """Return work that fails with a tool error."""

    def work(arguments: dict[str, Any], context: ToolContext) -> None:
        raise ToolError(code, message)

    return work


@dataclass
class RunningEngine:
    """An engine that answers."""

    url: str
    key: str
    client: httpx.AsyncClient
    data_dir: Path
    server: uvicorn.Server

    async def chat(self, content: Any = "hello", **members: Any) -> httpx.Response:
        """Ask once; *content* is the user's message, unless *members* has ``messages``."""
        body = {"messages": [{"role": "user", "content": content}], **members}
        return await self.client.post("/v1/chat/completions", json=body)

    async def frames(self, content: Any = "hello", **members: Any) -> list[str]:
        """Ask for a stream and return the data of each frame, ``[DONE]`` and comments included."""
        response = await self.chat(content, stream=True, **members)
        assert response.status_code == 200, response.text
        return [frame.removeprefix("data: ") for frame in response.text.split("\n\n") if frame]

    async def chunks(self, content: Any = "hello", **members: Any) -> list[dict[str, Any]]:
        """Ask for a stream and return its chunks; it must end in ``[DONE]``."""
        frames = await self.frames(content, **members)
        assert frames[-1] == "[DONE]"
        return [json.loads(frame) for frame in frames[:-1] if not frame.startswith(":")]


@asynccontextmanager
async def running_engine(
    data_dir: Path, *, parts: Mapping[str, Any] | None = None, **settings: Any
) -> AsyncIterator[RunningEngine]:
    """Run an engine inside the block. It looks for no language model unless ``llm_url`` is given."""
    url = database_url(data_dir)
    chosen = EngineSettings(data_dir=data_dir, **{"detect": False, "database_url": url, **settings})
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server: uvicorn.Server | None = None

        def leave() -> None:
            assert server is not None
            server.should_exit = True

        app = build(chosen, port=port, leave=leave, **{"runners": tools(), **(parts or {})})
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none", http="h11",
                                timeout_graceful_shutdown=1)  # fmt: skip
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        # Not ``serve()``: it takes over the signals of the test process and ticks ten times a second.
        await server.startup([listener])
        try:
            assert server.started
            url, key = f"http://127.0.0.1:{port}", (data_dir / "engine" / "api-key").read_text().strip()
            headers = {"Authorization": f"Bearer {key}"}
            async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20, trust_env=False) as client:
                yield RunningEngine(url, key, client, data_dir, server)
        finally:
            await server.shutdown([listener])
