"""An OpenAI-style images endpoint for tests, written from its public API reference.

It refuses what the reference says is refused (sizes, numbers, formats, masks, members that a
model does not take) and answers with real pictures of the asked size: a colour field that
depends on the prompt, or the sent picture seen through it.
"""

import asyncio
import base64
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from tests.helpers.asgi import answer, body_of, form_of, headers_of, serving
from tests.helpers.comfy_server import field_of

FIXED = {
    "gpt-image-1-mini": {"1024x1024", "1536x1024", "1024x1536", "auto"},
    "dall-e-3": {"1024x1024", "1792x1024", "1024x1792"},
}


@dataclass
class ImagesServer:
    """The server's state; ``running_images`` gives it a port.

    Attributes:
        models: what ``/v1/models`` lists.
        edits: whether ``/v1/images/edits`` exists.
        by_url: it answers with addresses of its own instead of inline data.
        one_each: it makes one picture a request, whatever is asked.
        refuse: status and body of every further request for pictures.
        asked: path, members and files of each accepted request.
    """

    models: list[str] = field(default_factory=lambda: ["gpt-image-2", "text-embedding-3-small", "some-chat-model"])
    key: str | None = None
    edits: bool = True
    by_url: bool = False
    one_each: bool = False
    elsewhere: str = ""
    refuse: tuple[int, dict[str, Any]] | None = None
    hang: Any = None
    hung: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    asked: list[tuple[str, dict[str, Any], dict[str, list[bytes]]]] = field(default_factory=list)
    looked: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers, body, path = headers_of(scope), await body_of(receive), scope["path"]
        if path in self.files:
            assert "authorization" not in headers or self.key is not None
            await answer(send, 200, self.files[path])
            return
        if self.key is not None and headers.get("authorization") != f"Bearer {self.key}":
            await _error(send, 401, "Incorrect API key provided.", "invalid_api_key")
            return
        match scope["method"], path:
            case "GET", "/v1/models":
                self.looked += 1
                await _json(
                    send, 200, {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
                )
            case "POST", "/v1/images/generations":
                await self._make(send, path, json.loads(body), {})
            case "POST", "/v1/images/edits" if self.edits:
                kind = headers.get("content-type", "")
                if not kind.startswith("multipart/form-data"):
                    await _error(send, 400, "Invalid content type: expected multipart/form-data.", None)
                    return
                members: dict[str, Any] = {}
                files: dict[str, list[bytes]] = {}
                for name, filename, data in form_of(kind, body):
                    if filename is None:
                        members[name] = int(data) if name == "n" else data.decode()
                    else:
                        files.setdefault(name, []).append(data)
                await self._make(send, path, members, files)
            case _:
                await _error(send, 404, f"Unknown request URL: {path}.", "unknown_url")

    async def _make(self, send: Any, path: str, members: dict[str, Any], files: dict[str, list[bytes]]) -> None:
        if self.hang is not None:
            self.hung.set()
            await self.hang.wait()
        if self.refuse is not None:
            await _json(send, *self.refuse)
            return
        if problem := self._problem(path, members, files):
            await _error(send, 400, problem, "invalid_value")
            return
        self.asked.append((path, members, files))
        width, height = (int(edge) for edge in members["size"].split("x"))
        count = 1 if self.one_each else members.get("n", 1)
        data = [self._picture(members["prompt"], place, width, height, files) for place in range(count)]
        entries = []
        for png in data:
            if self.by_url:
                name = f"/files/{len(self.files)}.png"
                self.files[name] = png
                entries.append({"url": f"{self.elsewhere or self.url}{name}"})
            else:
                entries.append({"b64_json": base64.b64encode(png).decode()})
        usage = {"input_tokens": 10, "output_tokens": 100 * count, "total_tokens": 10 + 100 * count}
        await _json(send, 200, {"created": 1, "data": entries, "usage": usage})

    def _problem(self, path: str, members: dict[str, Any], files: dict[str, list[bytes]]) -> str | None:
        model, size = members.get("model", ""), str(members.get("size", "auto"))
        gpt = model.startswith("gpt-image")
        known = {"model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression"}
        known |= set() if gpt else {"response_format", "style"}
        if unknown := set(members) - known:
            return f"Unknown parameter: '{sorted(unknown)[0]}'."
        if model not in self.models:
            return f"Invalid value: '{model}'."
        if not isinstance(members.get("prompt"), str) or not members["prompt"]:
            return "Missing required parameter: 'prompt'."
        if not 1 <= members.get("n", 1) <= (1 if model == "dall-e-3" else 10):
            return "Invalid 'n'."
        if model in FIXED and size not in FIXED[model]:
            return f"Invalid size '{size}'."
        if not re.fullmatch(r"\d+x\d+", size):
            return f"Invalid size '{size}'."
        width, height = (int(edge) for edge in size.split("x"))
        if model == "gpt-image-2" and (
            width % 16 or height % 16 or not 1 / 3 <= width / height <= 3 or not 655_360 <= width * height <= 8_294_400
        ):
            return f"Invalid size '{size}'."
        if path.endswith("edits"):
            pictures = files.get("image", []) + files.get("image[]", [])
            if not pictures:
                return "Missing required parameter: 'image'."
            if "mask" in files:
                mask, first = (Image.open(io.BytesIO(data)) for data in (files["mask"][0], pictures[0]))
                if mask.size != first.size or mask.mode != "RGBA":
                    return "Invalid mask."
        return None

    def _picture(self, prompt: str, place: int, width: int, height: int, files: dict[str, list[bytes]]) -> bytes:
        drawn = field_of(prompt, place, width, height)
        pictures = files.get("image", []) + files.get("image[]", [])
        if pictures:
            sent = Image.open(io.BytesIO(pictures[0])).convert("RGB").resize((width, height))
            drawn = 0.2 * drawn + 0.8 * np.asarray(sent, np.float32)
        out = io.BytesIO()
        Image.fromarray(np.clip(drawn, 0, 255).astype(np.uint8)).save(out, "PNG", compress_level=1)
        return out.getvalue()


async def _json(send: Any, status: int, body: Any) -> None:
    await answer(send, status, json.dumps(body).encode(), {"content-type": "application/json"})


async def _error(send: Any, status: int, message: str, code: str | None) -> None:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    await _json(send, status, {"error": error})


@asynccontextmanager
async def running_images(server: ImagesServer | None = None) -> AsyncIterator[ImagesServer]:
    """Run an images endpoint on loopback inside the block."""
    images = server or ImagesServer()
    async with serving(images, images.port) as images.port:
        yield images
