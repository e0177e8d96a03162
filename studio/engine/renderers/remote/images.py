"""An OpenAI-style images endpoint as a renderer: ``POST /v1/images/generations`` and ``/v1/images/edits``.

Hosted services and many local servers speak it. Its public documentation gives it no seed, no
source strength and no progress, and each request may cost money, so none is ever sent twice.
"""

import asyncio
import base64
import binascii
import importlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from studio.contract.errors import ToolError
from studio.engine.fetch import Fetcher
from studio.engine.renderers.registry import Ability, Unavailable
from studio.engine.renderers.remote import image_sizes, picture_jobs
from studio.engine.renderers.remote.orders import PictureOrder, by_area, picture_order
from studio.engine.renderers.remote.words import instruction, told
from studio.engine.renderers.rendered import Rendered
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, scratch

if TYPE_CHECKING:
    import httpx

RENDERER: Final = "images-endpoint"
_KNOWN_S: Final = 300.0
_RETRY_S: Final = 60.0
_ANSWER_S: Final = 600.0
_ASK_S: Final = 10.0
_MOST_BYTES: Final = 128 * 1024 * 1024
_MOST_AT_ONCE: Final = 10
_SENT_AREA: Final = 2048 * 2048
_ABILITIES: Final = frozenset(
    {"generate_image", "edit_image", "apply_style", "restore_photo", "refine_result", "change_angle"}
)
_PICTURE_MODEL: Final = re.compile(
    r"image|dall-?e|flux|diffusion|\bsd[-_.]?\d|sd[-_]?xl|sdxl|kandinsky|pixart|playground|dreamshaper|animagine|pony"
    r"|krea|seedream|hidream|chroma|kontext|ideogram|recraft|midjourney|kolors|sana",
    re.IGNORECASE,
)
_NO_PICTURE_MODEL: Final = re.compile(r"embed|caption|-vl\b|vision|whisper|tts", re.IGNORECASE)


@dataclass
class _Known:
    """What was learned of the endpoint, until when it counts, and why it cannot be used."""

    until_s: float = 0.0
    models: list[str] = field(default_factory=list)
    edits: bool = False
    problem: str = ""


class ImagesRenderer:
    """One images endpoint.

    Args:
        url: its base address, with or without ``/v1``.
        model: the model to use first.
        fetcher: fetches results that are named by an address elsewhere, under the engine's rules.
    """

    def __init__(
        self,
        url: str,
        model: str | None = None,
        api_key: str | None = None,
        *,
        fetcher: Fetcher | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        base = url.rstrip("/")
        self.url = base[:-3].rstrip("/") if base.endswith("/v1") else base
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._host = urlsplit(self.url).hostname or ""
        self._fetcher = fetcher or Fetcher()
        self._clock = clock
        self._asking = asyncio.Lock()
        self._known = _Known()

    @property
    def title(self) -> str:
        """What people call it, with its host."""
        return f"Images endpoint at {urlsplit(self.url).netloc}"

    async def models(self, ability: Ability) -> Sequence[str]:
        """Return its models, the configured one first.

        Raises:
            Unavailable: it does not answer, lists no picture model, or cannot edit.
        """
        if ability not in _ABILITIES:
            raise Unavailable("an images endpoint makes and edits pictures only.")
        known = await self._ask()
        if known.problem:
            raise Unavailable(known.problem)
        if ability != "generate_image" and not known.edits:
            raise Unavailable("it has no /v1/images/edits.")
        return known.models

    async def run(self, ability: Ability, model: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        """Do a picture tool.

        Raises:
            Unavailable: it cannot do just this order.
            ToolError: as ``ToolRunner.run``.
        """
        if arguments.get("starting_image_strength") is not None and ability == "generate_image":
            raise Unavailable("an images endpoint takes no strength of a source picture.")
        order = await picture_order(ability, arguments, context, most_pieces=image_sizes.most_references(model))
        size = image_sizes.accepted(model, order.size)
        fields = _fields(model, arguments, size)
        results: list[Rendered] = []
        usage: list[Any] = []
        async with scratch(context) as folder, self._http() as http:
            files = await _files(order, size, context)
            while len(results) < order.count:
                place = len(results)
                context.progress(place / order.count or None, told("Drawing", place, order.count))
                wanted = _same_prompts(order, place, image_sizes.most_at_once(model))
                answer = await self._request(http, _worded(order, place), wanted, fields, files, first=not place)
                usage.append(answer.get("usage"))
                for data in (await self._pictures(http, answer))[:wanted]:
                    place = len(results)
                    path = folder / f"{place}.bin"
                    await asyncio.to_thread(path.write_bytes, data)
                    results.append(await self._finished(path, order, place, model, arguments, context))
        return _outcome(order, model, self._host, results, [each for each in usage if each])

    async def _finished(
        self,
        path: Path,
        order: PictureOrder,
        place: int,
        model: str,
        arguments: dict[str, Any],
        context: ToolContext,
    ) -> Rendered:
        texts = about(order.ability, prompt=order.prompts[place], renderer=RENDERER, model=model)
        compression = arguments.get("gptImageOutputCompression")
        return await context.render(
            picture_jobs.finished,
            str(path),
            order.size,
            order.output,
            texts,
            quality=None if compression is None else max(1, int(compression)),
            kept=(order.pieces[0].path, order.mask) if order.mask else None,
            sender="The images endpoint",
        )

    async def _request(
        self,
        http: "httpx.AsyncClient",
        prompt: str,
        count: int,
        fields: dict[str, Any],
        files: list[tuple[str, tuple[str, bytes, str]]],
        *,
        first: bool,
    ) -> dict[str, Any]:
        httpx = importlib.import_module("httpx")
        body = {**fields, "prompt": prompt, "n": count}
        try:
            if files:
                form = {name: str(value) for name, value in body.items()}
                response = await http.post("/v1/images/edits", data=form, files=files)
            else:
                response = await http.post("/v1/images/generations", json=body)
        except httpx.ConnectError as error:
            self._known.until_s = 0.0
            if not first:
                raise ToolError("GPU_WORKER_FAILED", f"The images endpoint at {self._host} is gone.") from error
            raise Unavailable(f"nothing answers at {self.url}.") from error
        except httpx.TimeoutException as error:
            raise ToolError("PROVIDER_TIMEOUT", f"The images endpoint at {self._host} took too long.") from error
        except httpx.HTTPError as error:
            raise ToolError("GPU_WORKER_FAILED", f"The images endpoint at {self._host} broke off.") from error
        try:
            answer = await asyncio.to_thread(response.json)
        except ValueError:
            answer = None
        if not response.is_success:
            raise _refused(response.status_code, answer, response.headers.get("retry-after"))
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list) or not answer["data"]:
            raise ToolError("GPU_WORKER_FAILED", "The images endpoint answered without a picture.")
        return answer

    async def _pictures(self, http: "httpx.AsyncClient", answer: dict[str, Any]) -> list[bytes]:
        found = []
        for entry in answer["data"]:
            inline, url = (entry.get("b64_json"), entry.get("url")) if isinstance(entry, dict) else (None, None)
            if isinstance(inline, str):
                try:
                    found.append(await asyncio.to_thread(base64.b64decode, inline.partition(",")[2] or inline))
                except (binascii.Error, ValueError) as error:
                    raise ToolError("GPU_WORKER_FAILED", "The images endpoint sent a damaged picture.") from error
            elif isinstance(url, str):
                found.append(await self._fetched(http, urljoin(f"{self.url}/", url)))
        if not found:
            raise ToolError("GPU_WORKER_FAILED", "The images endpoint answered without a picture.")
        return found

    async def _fetched(self, http: "httpx.AsyncClient", url: str) -> bytes:
        """Return a result by its address: from the endpoint itself, or from the open web under the engine's rules."""
        mine, theirs = urlsplit(self.url), urlsplit(url)
        if (theirs.scheme, theirs.netloc) != (mine.scheme, mine.netloc):
            return await self._fetcher.fetch(url)
        httpx = importlib.import_module("httpx")
        data = bytearray()
        try:
            async with http.stream("GET", url) as response:
                response.raise_for_status()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) > _MOST_BYTES:
                        raise ToolError("GPU_WORKER_FAILED", "The picture of the images endpoint is too large to keep.")
        except httpx.HTTPError as error:
            raise ToolError("GPU_WORKER_FAILED", "The picture of the images endpoint could not be fetched.") from error
        return bytes(data)

    async def _ask(self) -> _Known:
        async with self._asking:
            if self._clock() >= self._known.until_s:
                self._known = await self._look()
                self._known.until_s = self._clock() + (_RETRY_S if self._known.problem else _KNOWN_S)
            return self._known

    async def _look(self) -> _Known:
        httpx = await asyncio.to_thread(importlib.import_module, "httpx")
        try:
            async with self._http() as http:
                listed = await http.get("/v1/models", timeout=_ASK_S)
                if listed.status_code in (401, 403):
                    return _Known(problem="it refuses the key.")
                # Without a picture nothing can be edited or charged: an endpoint that is there says so with 4xx.
                edits = await http.post("/v1/images/edits", json={}, timeout=_ASK_S)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return _Known(problem=f"nothing answers at {self.url}.")
        models = _picture_models(listed, self._model)
        if not models:
            return _Known(problem="it lists no picture model; name one with --images-model.")
        return _Known(models=models, edits=edits.status_code not in (404, 405, 501))

    def _http(self) -> "httpx.AsyncClient":
        import httpx

        local = self._host in ("127.0.0.1", "localhost", "::1")
        limits = httpx.Timeout(_ANSWER_S, connect=0.5 if local else 5.0)
        return httpx.AsyncClient(
            base_url=self.url, headers=self._headers, timeout=limits, trust_env=not local, follow_redirects=False
        )


def _picture_models(listed: "httpx.Response", wanted: str | None) -> list[str]:
    """Return the picture models of an answer of ``/v1/models``, *wanted* first."""
    try:
        entries = listed.json()["data"] if listed.is_success else []
    except (ValueError, KeyError, TypeError):
        entries = []
    names = [str(entry["id"]) for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    found = [name for name in names if _PICTURE_MODEL.search(name) and not _NO_PICTURE_MODEL.search(name)]
    return list(dict.fromkeys([wanted, *found] if wanted else found))


def _fields(model: str, arguments: dict[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    """Return what a request says besides prompt, number and pictures."""
    fields: dict[str, Any] = {"model": model, "size": f"{size[0]}x{size[1]}"}
    if not image_sizes.is_gpt_image(model):
        return {**fields, "response_format": "b64_json"}
    if quality := arguments.get("gptImageQuality"):
        fields["quality"] = str(quality)
    if background := arguments.get("gptImageBackground"):
        fields["background"] = str(background)
        if background == "transparent":
            fields["output_format"] = "png"
    return fields


async def _files(
    order: PictureOrder, size: tuple[int, int], context: ToolContext
) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Return the pictures of *order* as parts of a form: the main one in the wanted shape, then the others."""
    parts: list[tuple[str, tuple[str, bytes, str]]] = []
    name = "image" if len(order.pieces) == 1 else "image[]"
    sent = by_area(size, _SENT_AREA, 8, shrink_only=True)
    for place, piece in enumerate(order.pieces):
        own = sent if place == 0 else by_area((piece.width, piece.height), _SENT_AREA, 1, shrink_only=True)
        data = await context.render(picture_jobs.prepared, piece.path, own)
        parts.append((name, (f"image{place}.png", data, "image/png")))
    if order.mask:
        data = await context.render(picture_jobs.prepared, order.pieces[0].path, sent, order.mask)
        parts.append(("mask", ("mask.png", data, "image/png")))
    return parts


def _worded(order: PictureOrder, place: int) -> str:
    prompt = instruction(order.ability, order.prompts[place], len(order.pieces))
    return f"{prompt}\nAvoid: {order.negative}" if order.negative else prompt


def _same_prompts(order: PictureOrder, place: int, most: int) -> int:
    """Return how many pictures from *place* on have the same prompt, at most *most*."""
    count = 1
    while place + count < order.count and order.prompts[place + count] == order.prompts[place]:
        count += 1
    return min(count, most, _MOST_AT_ONCE)


def _refused(status: int, answer: object, retry_after: str | None) -> ToolError:
    """Return what an answer with HTTP *status* >= 400 means."""
    error = answer.get("error") if isinstance(answer, dict) else None
    said = error.get("message") if isinstance(error, dict) else error
    code = str(error.get("code") or error.get("type") or "") if isinstance(error, dict) else ""
    words = f": {str(said).strip().rstrip('.')[:300]}" if said else f" (HTTP {status})"
    if re.search(r"moderation|safety|content_policy|image_generation_user_error", code):
        return ToolError("SAFETY_REJECTED", f"The images endpoint declined this request{words}.")
    if status in (401, 403):
        return ToolError("PERMISSION_REQUIRED", f"The images endpoint refuses the key{words}.")
    if status == 402 or "quota" in code or "billing" in code:
        return ToolError("COST_LIMIT_EXCEEDED", f"The account of the images endpoint has no credit left{words}.")
    if status == 429:
        wait = f" Try again in {retry_after} seconds." if retry_after and retry_after.isdigit() else " Try again soon."
        return ToolError("PROVIDER_TIMEOUT", f"The images endpoint takes no more work now.{wait}")
    if status == 404:
        return ToolError("MODEL_UNAVAILABLE", f"The images endpoint does not know that{words}.")
    if status < 500:
        return ToolError("PARAMETER_INVALID", f"The images endpoint did not take this{words}.")
    return ToolError("GPU_WORKER_FAILED", f"The images endpoint failed{words}.")


def _outcome(order: PictureOrder, model: str, host: str, results: list[Rendered], usage: list[Any]) -> ToolOutcome:
    width, height = results[0].width, results[0].height
    what = "a picture" if len(results) == 1 else f"{len(results)} pictures"
    source = f" from {order.about_source}" if order.pieces else ""
    message = f"Made {what}{source} at {width} × {height} px with {model} at {host}."
    if order.mask:
        message += " Outside the mask it is unchanged."
    if order.loras:
        message += " An images endpoint takes no LoRAs."
    return ToolOutcome(
        message=message,
        renderer=RENDERER,
        model=model,
        made=[made(rendered, prompt=prompt) for rendered, prompt in zip(results, order.prompts, strict=True)],
        data={"made_at": [rendered.notes["made_at"] for rendered in results], "usage": usage},
    )
