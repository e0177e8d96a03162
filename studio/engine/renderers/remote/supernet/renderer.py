"""The Sogni Supernet as a renderer: each call is a workflow of one step, with the same tool and arguments.

Everything goes through the public SDK ``sogni-client``. The Supernet is asked only when a key was
given; every call has a ceiling, and what would cost more is not done there.
"""

import asyncio
import contextlib
import importlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from studio.contract.errors import ToolError
from studio.contract.tools import catalogue
from studio.engine.fetch import Fetcher
from studio.engine.renderers.registry import Ability, Unavailable
from studio.engine.renderers.remote import media_jobs
from studio.engine.renderers.remote.supernet.order import AUTOMATIC, StepOrder, step_order
from studio.engine.sniff import sniff
from studio.engine.tools.base import Made, SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import scratch, variations

RENDERER: Final = "sogni-supernet"
APP_SOURCE: Final = "sogni-intelligence-studio"
_KNOWN_S: Final = 300.0
_RETRY_S: Final = 60.0
_ASK_S: Final = 15.0
_STOP_S: Final = 0.8
_AGAIN_S: Final = 2.0
_MOST_MISSED: Final = 60
_MOST_BYTES: Final = 1024 * 1024 * 1024
_UPLOAD_BYTES: Final = 100 * 1024 * 1024
_ENDED: Final = frozenset({"completed", "failed", "partial_failure", "cancelled"})
_KINDS: Final = frozenset({"image", "video", "audio", "model"})
_MIME: Final = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg", "model": "model/gltf-binary"}


class SupernetRenderer:
    """One account of the Supernet.

    Args:
        api_key: its key; never logged and never part of a result.
        url: another address of the API; None is the SDK's own.
        limit: the most capacity units that one call may be estimated at.
    """

    def __init__(
        self,
        api_key: str,
        url: str | None = None,
        limit: float = 10.0,
        *,
        fetcher: Fetcher | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api_key = api_key
        self._url = url
        self._limit = limit
        self._fetcher = fetcher or Fetcher(limit_bytes=_MOST_BYTES, timeout_s=300.0)
        self._clock = clock
        self._asking = asyncio.Lock()
        self._problem = ""
        self._until_s = 0.0

    @property
    def title(self) -> str:
        """Its name."""
        return "Sogni Supernet"

    async def models(self, ability: Ability) -> Sequence[str]:
        """Return the models that may be named for *ability*; the first leaves the choice to the Supernet.

        Raises:
            Unavailable: the SDK is not installed, the key is refused, nothing answers, or it would cost too much.
        """
        tool = catalogue()[ability]
        if tool.capacity_weight > self._limit:
            raise Unavailable(f"one call costs more than the limit of {self._limit:g} units.")
        async with self._asking:
            if self._clock() >= self._until_s:
                self._problem = await self._look()
                self._until_s = self._clock() + (_RETRY_S if self._problem else _KNOWN_S)
            if self._problem:
                raise Unavailable(self._problem)
        properties = tool.parameters.get("properties", {})
        named = properties.get("model") or properties.get("videoModel") or {}
        return [AUTOMATIC, *(str(name) for name in named.get("enum", ()))]

    async def run(self, ability: Ability, model: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        """Do a tool.

        Raises:
            Unavailable: it was not begun, because the account or the limit does not allow it.
            ToolError: as ``ToolRunner.run``.
        """
        units = catalogue()[ability].capacity_weight * variations(arguments)
        if units > self._limit:
            raise Unavailable(f"the call is estimated at {units:g} units, above the limit of {self._limit:g}.")
        order = await step_order(ability, model, arguments, context)
        sdk = await asyncio.to_thread(_sdk)
        async with await self._client(sdk) as client:
            references = await self._send(sdk, client, order, context)
            context.progress(None, "Waiting for the Supernet")
            starting = asyncio.create_task(self._start(sdk, client, order, references), name="start on the Supernet")
            try:
                record = await self._follow(sdk, client, await asyncio.shield(starting), context)
            except BaseException:
                with contextlib.suppress(Exception):
                    await asyncio.shield(asyncio.wait_for(_abandon(client, starting), _STOP_S))
                raise
            async with scratch(context) as folder:
                made = await self._collect(record, folder, context)
        return _outcome(ability, record, model, made)

    async def _look(self) -> str:
        """Return why it cannot be used, or nothing."""
        try:
            sdk = await asyncio.to_thread(_sdk)
        except ImportError:
            return 'its SDK is not installed (pip install "sogni-intelligence-studio[supernet]").'
        try:
            async with asyncio.timeout(_ASK_S), await self._client(sdk) as client:
                await client.account.me()
        except sdk.ApiError as error:
            return "it refuses the key." if error.status in (401, 403) else f"it answers HTTP {error.status}."
        except Exception as error:  # noqa: BLE001 - the SDK passes on what its transports raise
            return f"it does not answer ({type(error).__name__})."
        return ""

    async def _client(self, sdk: Any) -> Any:
        address = {"rest_endpoint": self._url} if self._url else {}
        return await sdk.SogniClient.create(
            api_key=self._api_key, app_source=APP_SOURCE, disable_socket=True, **address
        )

    async def _send(self, sdk: Any, client: Any, order: StepOrder, context: ToolContext) -> list[dict[str, str]]:
        references = []
        for piece in order.pieces:
            context.progress(None, "Sending pieces to the Supernet")
            try:
                references.append({"kind": piece.kind, "url": await _upload(client, piece)})
            except sdk.ApiError as error:
                raise self._not_begun(error) from error
        return references

    async def _start(self, sdk: Any, client: Any, order: StepOrder, references: list[dict[str, str]]) -> str:
        try:
            workflow = await client.workflows.start(
                input=order.plan(),
                media_references=references,
                max_estimated_capacity_units=self._limit,
                idempotency_key=str(uuid.uuid4()),
            )
        except sdk.ApiError as error:
            raise self._not_begun(error) from error
        return str(workflow["workflowId"])

    def _not_begun(self, error: Any) -> Exception:
        """Return what it means that a workflow was refused: nothing was made or charged."""
        said = str(error).rstrip(".")[:300]
        if error.status in (401, 403):
            self._until_s = 0.0
            return Unavailable("it refuses the key.")
        if error.status == 402:
            self._problem, self._until_s = "the account has no credit for it.", self._clock() + _KNOWN_S
            return Unavailable(self._problem)
        if error.status == 409:
            return Unavailable(f"it did not begin: {said}.")
        if error.status == 429:
            wait = f" for {error.retry_after:g} seconds" if error.retry_after else ""
            return Unavailable(f"it takes no more work{wait}.")
        if error.status < 500:
            return ToolError("PARAMETER_INVALID", f"The Supernet did not take this: {said}.")
        return Unavailable(f"it answers HTTP {error.status}.")

    async def _follow(self, sdk: Any, client: Any, workflow_id: str, context: ToolContext) -> Mapping[str, Any]:
        after, missed = -1, 0
        while missed < _MOST_MISSED:
            with contextlib.suppress(sdk.SogniError, OSError, _http_error()):
                async with contextlib.aclosing(client.workflows.stream_events(workflow_id, after=after)) as frames:
                    async for frame in frames:
                        after = _tell(frame.get("data"), after, context)
            try:
                record = await client.workflows.get(workflow_id)
                missed = 0
            except (sdk.SogniError, OSError, _http_error()):
                record, missed = {}, missed + 1
            if record.get("status") in _ENDED:
                return _completed(record)
            if record.get("status") == "waiting_for_user":
                raise _paused(str(record.get("waitingReason")))
            await asyncio.sleep(_AGAIN_S)
        raise ToolError("PROVIDER_TIMEOUT", "The connection to the Supernet was lost while it worked.")

    async def _collect(self, record: Mapping[str, Any], folder: Path, context: ToolContext) -> list[Made]:
        made = []
        artifacts = [each for each in record.get("artifacts") or () if each.get("kind") in _KINDS and each.get("url")]
        for place, artifact in enumerate(artifacts):
            context.progress(1.0, "Fetching the result")
            data, kind = await self._fetched(str(artifact["url"])), str(artifact["kind"])
            path = folder / f"{place}.bin"
            await asyncio.to_thread(path.write_bytes, data)
            facts = await context.render(media_jobs.facts, str(path), kind, self.title)
            known = sniff(data[:64])
            metadata = artifact.get("metadata") if isinstance(artifact.get("metadata"), Mapping) else {}
            made.append(
                Made(
                    data,
                    kind,
                    known.mime if known is not None else str(artifact.get("mimeType") or _MIME[kind]),
                    width=facts.width,
                    height=facts.height,
                    duration_s=facts.duration_s,
                    seed=metadata.get("seed") if isinstance(metadata.get("seed"), int) else None,
                    prompt=metadata.get("prompt") if isinstance(metadata.get("prompt"), str) else None,
                )
            )
        if not made:
            raise ToolError("GPU_WORKER_FAILED", "The Supernet finished without a result.")
        return made

    async def _fetched(self, url: str) -> bytes:
        """Return a result: from the configured address itself, or from the open web under the engine's rules."""
        if self._url is None or urlsplit(url)[:2] != urlsplit(self._url)[:2]:
            return await self._fetcher.fetch(url)
        httpx = importlib.import_module("httpx")
        try:
            async with httpx.AsyncClient(timeout=60.0, trust_env=False) as http:
                response = await http.get(url)
                response.raise_for_status()
                return bytes(response.content)
        except httpx.HTTPError as error:
            raise ToolError("ASSET_NOT_FOUND", "A result of the Supernet could not be fetched.") from error


def _sdk() -> Any:
    """Load the SDK, which takes a second.

    Raises:
        ImportError: the extra is not installed.
    """
    sdk = importlib.import_module("sogni_client")
    # What matters reaches us as an exception; what it also logs is its own look at the account, cut off by closing.
    logging.getLogger("sogni_client").setLevel(logging.CRITICAL)
    return sdk


async def _abandon(client: Any, starting: "asyncio.Task[str]") -> None:
    """Cancel the work, also when the Supernet has not yet said that it began."""
    try:
        await client.workflows.cancel(await starting)
    finally:
        starting.cancel()


async def _upload(client: Any, piece: SourceMedia) -> str:
    """Send a piece and return the address under which the Supernet reads it."""
    if piece.path.stat().st_size > _UPLOAD_BYTES:
        raise ToolError("PARAMETER_INVALID", f"A piece is larger than the {_UPLOAD_BYTES >> 20} MB that may be sent.")
    data = await asyncio.to_thread(piece.path.read_bytes)
    job = {"jobId": f"studio-{uuid.uuid4()}", "contentType": piece.mime_type}
    projects, rest = client.projects, client.api_client.rest
    if piece.kind == "image":
        query = {**job, "type": "referenceImage", "imageId": "media_ref_1"}
        await rest.put_bytes(await projects.upload_url(query), data, content_type=piece.mime_type)
        return str(await projects.download_url(query))
    query = {**job, "type": "referenceVideo" if piece.kind == "video" else "referenceAudio", "id": "media_ref_1"}
    await rest.put_bytes(await projects.media_upload_url(query), data, content_type=piece.mime_type)
    return str(await projects.media_download_url(query))


def _tell(event: object, after: int, context: ToolContext) -> int:
    """Report what an event says and return the number of the last one seen."""
    if not isinstance(event, Mapping):
        return after
    data = event.get("data")
    data = data if isinstance(data, Mapping) else {}
    share, eta_s = data.get("progress"), data.get("etaSeconds")
    if isinstance(share, int | float):
        label = str(data.get("stepLabel") or event.get("message") or "Rendering on the Supernet")
        context.progress(float(share), label, eta_s=float(eta_s) if isinstance(eta_s, int | float) else None)
    sequence = event.get("sequence")
    return max(after, sequence) if isinstance(sequence, int) else after


def _completed(record: Mapping[str, Any]) -> Mapping[str, Any]:
    if record["status"] == "completed":
        return record
    if record["status"] == "cancelled":
        raise ToolError("USER_CANCELLED", "The work was cancelled on the Supernet.")
    errors = [step.get("error") for step in record.get("steps") or () if isinstance(step, Mapping)]
    error = next((each for each in [*errors, record.get("error")] if each), None)
    said = error.get("message") if isinstance(error, Mapping) else error
    raise ToolError("GPU_WORKER_FAILED", f"The Supernet failed: {str(said or 'no reason given').rstrip('.')[:300]}.")


def _paused(reason: str) -> ToolError:
    if reason in ("cost_approval_required", "cost_reauthorization_required"):
        return ToolError("COST_LIMIT_EXCEEDED", "The Supernet asks for approval of a higher cost, so it was cancelled.")
    if reason == "insufficient_credit":
        return ToolError("COST_LIMIT_EXCEEDED", "The Supernet account has no credit left, so the work was cancelled.")
    if reason == "safety_review_required":
        return ToolError("SAFETY_REJECTED", "The Supernet wants to review this request, so it was cancelled.")
    return ToolError("PERMISSION_REQUIRED", f"The Supernet waits ({reason.replace('_', ' ')}), so it was cancelled.")


def _outcome(ability: Ability, record: Mapping[str, Any], model: str, made: list[Made]) -> ToolOutcome:
    steps = [step for step in record.get("steps") or () if isinstance(step, Mapping)]
    generation = steps[0].get("generation") if steps else None
    chosen = generation.get("selectedModel") if isinstance(generation, Mapping) else None
    kind = {"image": "picture", "video": "film", "audio": "sound", "model": "model"}[made[0].media_type]
    what = f"a {kind}" if len(made) == 1 else f"{len(made)} {kind}s"
    size = f" at {made[0].width} × {made[0].height} px" if made[0].width else ""
    length = f", {made[0].duration_s:.1f} s" if made[0].duration_s else ""
    by = f" with {chosen or model}" if chosen or model != AUTOMATIC else ""
    return ToolOutcome(
        message=f"Made {what}{size}{length}{by} on the Sogni Supernet.",
        renderer=RENDERER,
        model=str(chosen or model),
        made=made,
        data={
            "workflow": str(record.get("workflowId")),
            "units": catalogue()[ability].capacity_weight * len(made),
        },
    )


def _http_error() -> type[Exception]:
    error: type[Exception] = importlib.import_module("httpx").HTTPError
    return error
