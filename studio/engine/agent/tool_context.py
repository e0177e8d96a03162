"""The engine as one tool call sees it: sources, progress, the render pool, the language model."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from studio.contract.chat import ChatRequest, ImagePart, ImageUrl, MediaKind, Message, SogniProgress, TextPart
from studio.contract.errors import InvalidRequest, StudioError, ToolError
from studio.contract.media import MediaIndex, UnknownPiece
from studio.engine.agent.backends.base import Backend, Round, TextDelta
from studio.engine.data_uri import data_uri, is_data_uri
from studio.engine.media_desk import Caller
from studio.engine.pictures import vision_copy
from studio.engine.tools.base import Folders, SourceMedia

if TYPE_CHECKING:
    from studio.engine.agent.calls import Workshop
    from studio.engine.renderers.registry import Ability, Choice

P = ParamSpec("P")
R = TypeVar("R")

_TICK_S = 0.1
"""Ten ticks a second are enough for a progress bar."""
_TELLING_FRACTION, _TELLING_S = 0.02, 1.0
"""How much must be done, for how long, before the rest can be foretold."""


class Renders(Protocol):
    """What a tool context needs of the render pool."""

    async def run(
        self,
        function: Callable[..., R],
        *args: Any,
        on_progress: Callable[[float | None, str | None], None],
        **kwargs: Any,
    ) -> R:
        """Run *function* in a worker."""


class CallContext:
    """One call's ``ToolContext``."""

    def __init__(
        self,
        *,
        tool: str,
        call_id: str,
        request_text: str,
        media: MediaIndex,
        caller: Caller,
        workshop: "Workshop",
        backend: Backend,
        tick: Callable[[SogniProgress], None],
    ) -> None:
        self._tool = tool
        self._call_id = call_id
        self._request_text = request_text
        self._media = media
        self._caller = caller
        self._workshop = workshop
        self._desk, self._pool = workshop.desk, workshop.pool
        self._backend = backend
        self._tick = tick
        self._ticked_at = 0.0
        self._label: str | None = None
        self._pace = Pace()

    @property
    def request_text(self) -> str:
        """The person's newest message, as typed."""
        return self._request_text

    @property
    def manifest(self) -> Mapping[str, Any] | None:
        """The session's asset manifest, or None."""
        return self._media.manifest

    @property
    def folders(self) -> Folders:
        """Where rebuildable files and packs are."""
        if self._workshop.folders is None:
            raise RuntimeError("this workshop has no folders")
        return self._workshop.folders

    def count(self, kind: MediaKind, *, uploaded: bool = False) -> int:
        """Return how many indices of *kind* the session holds, tombstones included."""
        return self._media.count(kind, uploaded=uploaded)

    async def choose(self, ability: "Ability", model: str | None = None) -> "Choice":
        """Return the best renderer that there is for *ability*, preferring one that has *model*."""
        from studio.engine.renderers.registry import Renderers

        return await (self._workshop.renderers or Renderers(())).choose(ability, model)

    async def media_at(self, kind: MediaKind, url: str) -> SourceMedia:
        """Return the piece at *url*: inline data, one of our own addresses, or a public one.

        Raises:
            ToolError: ASSET_NOT_FOUND, or it is not of that kind.
        """
        if is_data_uri(url):
            try:
                asset = await self._desk.take_in(self._caller, url, kind, param=kind)
            except InvalidRequest as error:
                raise ToolError("PARAMETER_INVALID", error.message) from error
        else:
            asset = await self._desk.find(self._caller, url)
        if not asset.mime.startswith(f"{kind}/"):
            raise ToolError("PARAMETER_INVALID", f"The referenced address holds no {kind}.")
        return SourceMedia(kind, 0, url, asset.path, asset.mime, asset.filename)

    async def ask_model(self, system: str, user: str, images: Sequence[Path] = ()) -> str | None:
        """Ask the connected language model; None when there is none, or none with vision for *images*."""
        if self._backend.tools_mode == "director" or (images and not self._backend.vision):
            return None
        content: str | list[TextPart | ImagePart] = user
        if images:
            copies = [await asyncio.to_thread(_vision_copy, path) for path in images]
            content = [TextPart(user), *(ImagePart(ImageUrl(data_uri(data, mime))) for data, mime in copies)]
        messages = [Message("system", system), Message("user", content)]
        round_ = Round(messages, (), "none", self._media, ChatRequest(messages=messages))
        text = []
        try:
            async with aclosing(self._backend.stream(round_)) as events:  # type: ignore[type-var]
                async for event in events:
                    if isinstance(event, TextDelta):
                        text.append(event.text)
        except StudioError:
            return None  # a tool that asks has an answer of its own without a model
        return "".join(text).strip() or None

    async def source(self, kind: MediaKind, index: int | None = None) -> SourceMedia:
        """Return the piece at *index* (None: the default piece of the kind).

        Raises:
            ToolError: ASSET_NOT_FOUND, or it could not be fetched.
        """
        try:
            last = "last" if self._tool == "upscale_video" else "first"
            place = self._media.latest(kind, uploaded=last) if index is None else index  # type: ignore[arg-type]
            url = self._media.resolve(kind, place)
        except UnknownPiece as error:
            raise ToolError("ASSET_NOT_FOUND", str(error)) from error
        asset = await self._desk.find(self._caller, url)
        return SourceMedia(kind, place, url, asset.path, asset.mime, asset.filename)

    def progress(self, fraction: float | None, label: str | None = None, *, eta_s: float | None = None) -> None:
        """Report progress 0.0–1.0 of this call; more than ten reports a second are thinned out."""
        now = time.monotonic()
        if fraction is not None and eta_s is None:
            eta_s = self._pace.eta_s(fraction, now)
        if now - self._ticked_at < _TICK_S and label == self._label:
            return
        self._ticked_at, self._label = now, label
        self._tick(
            SogniProgress(
                tool_call_id=self._call_id,
                tool_name=self._tool,
                status="processing",
                progress=None if fraction is None else max(0.0, min(1.0, fraction)),
                step_label=label,
                eta_seconds=eta_s,
            )
        )

    async def render(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a picklable *function* in the render pool; its reports become this call's progress."""
        running: Awaitable[R] = self._pool.run(function, *args, on_progress=self.progress, **kwargs)
        return await running


class Pace:
    """How fast a call's work goes, from the fractions that it reports; times in seconds of one clock."""

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._eta_s: float | None = None

    def eta_s(self, fraction: float, now_s: float) -> float | None:
        """Return the seconds left when *fraction* is done at *now_s*; None while that cannot be told.

        Measured from the first report, because the time before it was spent in the queue or on loading.
        """
        if self._first is None or fraction < self._first[0]:
            self._first = fraction, now_s
            return None
        done, spent_s = fraction - self._first[0], now_s - self._first[1]
        if done < _TELLING_FRACTION or spent_s < _TELLING_S:
            return None
        left_s = spent_s * max(0.0, 1.0 - fraction) / done
        self._eta_s = left_s if self._eta_s is None else 0.7 * self._eta_s + 0.3 * left_s
        return round(self._eta_s, 1)


def _vision_copy(path: Path) -> tuple[bytes, str]:
    return vision_copy(path.read_bytes())
