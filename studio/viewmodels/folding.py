"""Folding a streamed answer into its turn, at most once a frame, at a cost per delta that never grows.

Deltas go into a list; a frame joins what came since the last one. Kept text reaches the
library in blocks, so that what had arrived survives a crash of the window as well.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.viewmodels.state import TextItem, ToolItem, Turn
from studio.viewmodels.troubles import pack_trouble, tool_trouble
from studio.viewmodels.words import done_sentence, tool_title, working_sentence

if TYPE_CHECKING:
    import asyncio

    from studio.contract.chat import SogniProgress, ToolResult

FRAME_S = 0.033
KEEP_S = 0.5
_ETA_AFTER_S = 3.0


class Folding:
    """Writes one answer into one turn.

    ``on_change`` is called at most once in 33 ms while deltas come, and at once when something ends.
    ``keep_text`` gets blocks of text to append, ``keep_tool`` the newest state of a call.
    """

    def __init__(
        self,
        turn: Turn,
        loop: "asyncio.AbstractEventLoop",
        *,
        on_change: Callable[[], object],
        keep_text: Callable[[str], object],
        keep_tool: Callable[[ToolItem], object],
        badge_of: Callable[[str, int | None], str],
    ) -> None:
        """*badge_of* names the piece at an index of a kind; None is the default piece."""
        self._turn = turn
        self._loop = loop
        self._on_change = on_change
        self._keep_text = keep_text
        self._keep_tool = keep_tool
        self._badge_of = badge_of
        self._pending: list[str] = []
        self._unkept: list[str] = []
        self._frame: asyncio.TimerHandle | None = None
        self._keeping: asyncio.TimerHandle | None = None
        self._last_frame_s = 0.0
        self._tools: dict[str, ToolItem] = {}
        self._began: dict[str, float] = {}
        self._targets: dict[str, str] = {}
        self._rounds: dict[int, int] = {}
        self._message_at: int | None = None
        self._apart = False
        self.received = False

    def text(self, delta: str) -> None:
        """Take in a piece of text."""
        self.received = True
        if self._message_at is None:
            self._flush()
            self._message_at = len(self._turn.items)
        self._pending.append(delta)
        self._unkept.append(delta)
        self.changed()
        if self._keeping is None:
            self._keeping = self._loop.call_later(KEEP_S, self._keep_now)

    def begin_round(self, number: int) -> None:
        """Note that the model begins round *number*; what a round that is begun again had said is dropped."""
        self._flush()
        self._message_at = self._rounds.setdefault(number, len(self._turn.items))
        self._drop_message()

    def complete_message(self, content: str) -> None:
        """Take in a whole message; it replaces the deltas that came for it."""
        self._flush()
        at = len(self._turn.items) if self._message_at is None else self._message_at
        said = "".join(item.text for item in self._turn.items[at:] if isinstance(item, TextItem))
        if content != said:
            self._message_at = at
            self._drop_message()
            if content:
                self.text(content)
                self._flush()
        self._message_at, self._apart = None, True
        self.changed()

    def _drop_message(self) -> None:
        at, self._apart = self._message_at or 0, True
        items = self._turn.items
        if any(isinstance(item, TextItem) for item in items[at:]):
            items[at:] = [item for item in items[at:] if not isinstance(item, TextItem)]
            self.changed()

    def changed(self) -> None:
        """Show what changed with the next frame; at once if the last one is long ago."""
        if self._frame is not None:
            return
        wait_s = self._last_frame_s + FRAME_S - self._loop.time()
        if wait_s <= 0:
            self._show()
        else:
            self._frame = self._loop.call_later(wait_s, self._show)

    def tick(self, progress: "SogniProgress") -> ToolItem:
        """Take in progress of a tool call and return its item; results are handled by ``result``."""
        self.received = True
        item = self._tool(progress.tool_call_id, progress.tool_name, progress.arguments)
        if item.status in ("queued", "working") and progress.result is None:
            item.status = "queued" if progress.status == "queued" else "working"
            item.seconds = self._loop.time() - self._began[item.call_id]
            if progress.progress is not None:
                # A bar never goes back.
                item.progress = max(item.progress or 0.0, min(1.0, progress.progress))
            item.eta_s = progress.eta_seconds if item.seconds >= _ETA_AFTER_S else None
            item.step = progress.step_label or item.step
            self.changed()
        return item

    def result(self, result: "ToolResult", files: int) -> ToolItem:
        """Take in the result of a call that made *files* files; it is done when ``saved`` has counted them."""
        item = self._tool(result.tool_call_id or result.tool, result.tool, None)
        item.eta_s, item.step = None, ""
        provenance = result.x_studio
        if provenance is not None:
            item.model, item.seconds = provenance.model, provenance.seconds
        item.message = result.message or ""
        drafted = (result.data or {}).get("template_draft")
        if result.success and isinstance(drafted, dict):
            item.draft = drafted
        if not result.success:
            item.status = "stopped" if result.error_type == "USER_CANCELLED" else "failed"
            item.progress = None
            item.trouble = pack_trouble(result.data or {}) or tool_trouble(
                tool_title(item.tool), result.error or item.message, result.error_type or ""
            )
            if files:  # it failed, but not before it had made something
                item.status, item.saving = "working", files
        elif files:
            item.status, item.progress, item.saving = "working", 1.0, files
        else:
            self._done(item)
        self.keep_now()
        self._keep_tool(item)
        self.changed()
        return item

    def saved(self, item: ToolItem, piece_id: str | None) -> None:
        """Note that one file of *item* is verified on disk, or (None) could not be."""
        item.saving -= 1
        if piece_id is not None:
            item.piece_ids = (*item.piece_ids, piece_id)
        if item.saving == 0:
            if item.trouble is None:
                self._done(item)
            else:
                item.status = "failed"
        self._keep_tool(item)
        self.changed()

    def stop_tools(self, status: str) -> None:
        """End calls that are still open: the turn ended without them. What is being saved goes on."""
        for item in self._tools.values():
            if item.status in ("queued", "working") and not item.saving:
                item.status = "failed" if status == "failed" else "stopped"
                item.progress = item.eta_s = None

    def keep_now(self) -> None:
        """Hand everything that is not kept yet to the library, in order."""
        if self._keeping is not None:
            self._keeping.cancel()
        self._keep_now()

    def close(self) -> None:
        """Show and keep the rest, and stop the timers."""
        if self._frame is not None:
            self._frame.cancel()
        self._show()
        self.keep_now()

    def suspend(self) -> None:
        """Stop the timers without showing or keeping anything: somebody else will go on."""
        for timer in (self._frame, self._keeping):
            if timer is not None:
                timer.cancel()
        self._frame = self._keeping = None

    def _tool(self, call_id: str, tool: str, arguments: dict[str, object] | None) -> ToolItem:
        item = self._tools.get(call_id)
        if item is None:
            self._flush()
            item = ToolItem(call_id, tool, arguments=dict(arguments or {}))
            self._targets[call_id] = self._target(item)
            item.sentence = working_sentence(tool, item.arguments, self._targets[call_id])
            self._tools[call_id] = item
            self._began[call_id] = self._loop.time()
            self._turn.items.append(item)
            self.keep_now()
            self._keep_tool(item)
        return item

    def _target(self, item: ToolItem) -> str:
        arguments = item.arguments
        for key, kind in (
            ("sourceImageIndex", "image"),
            ("videoIndex", "video"),
            ("sourceVideoIndex", "video"),
            ("videoSourceIndex", "video"),
            ("audioSourceIndex", "audio"),
        ):
            if isinstance(arguments.get(key), int):
                return self._badge_of(kind, arguments[key])
        kind = "video" if "video" in item.tool and item.tool != "generate_video" else "image"
        return self._badge_of(kind, None)

    def _done(self, item: ToolItem) -> None:
        item.status, item.progress = "done", 1.0
        item.sentence = done_sentence(
            item.tool, item.arguments, len(item.piece_ids) or None, self._targets.get(item.call_id, "")
        )

    def _flush(self) -> None:
        if not self._pending:
            return
        text = "".join(self._pending)
        self._pending.clear()
        last = self._turn.items[-1] if self._turn.items else None
        if isinstance(last, TextItem) and not self._apart:
            last.text += text
        else:
            self._turn.items.append(TextItem(text))
        self._apart = False

    def _show(self) -> None:
        self._frame = None
        self._last_frame_s = self._loop.time()
        self._flush()
        self._on_change()

    def _keep_now(self) -> None:
        self._keeping = None
        if self._unkept:
            text = "".join(self._unkept)
            self._unkept.clear()
            self._keep_text(text)


def now_ms() -> int:
    """Return the time as epoch milliseconds."""
    return int(time.time() * 1000)
