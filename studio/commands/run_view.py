"""A durable run as a terminal shows it: its text as it comes, progress, results and what it asks."""

import argparse
import sys
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.commands.progress import Progress
from studio.commands.results import WrittenFile, write_results
from studio.commands.server import PACE, Server, ask, can_ask, out, print_json, say
from studio.contract.chat import SogniProgress, ToolResult
from studio.contract.errors import Conflict, InvalidRequest, TransportError
from studio.service import runs
from studio.service.events import Cut, Ended, Event, Gap, RoundBegunAgain
from studio.service.reading import mapping, number, text
from studio.service.transport import new_idempotency_key
from studio.viewmodels.words import done_sentence, joined

SILENT_TOOLS = frozenset({"ask_clarifying_question", "finalize_response"})
"""Calls whose whole effect is in the answer."""
REFRESHES = 3
DOWNLOADS = 6


@dataclass
class Asked:
    """What a paid call that waits would cost, as far as the server says."""

    tool: str
    summary: str = ""
    cost: float | None = None
    token: str = ""
    usd: float | None = None


@dataclass
class RunView:
    """Shows the events of one run, and remembers what ``--json`` needs.

    Attributes:
        folder: where results are written; None leaves them where they are.
        last: sequence of the last event that was shown.
    """

    args: argparse.Namespace
    server: Server
    folder: Path | None = None
    lines: bool = False
    last: int = -1
    text: list[str] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)
    files: list[WrittenFile] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    answered_by: str = ""
    asked: dict[str, Asked] = field(default_factory=dict)
    _round_at: int = 0
    _arguments: dict[str, dict[str, Any]] = field(default_factory=dict)
    _progress: Progress = field(default_factory=Progress)

    async def follow(self, run_id: str) -> str:
        """Show the run until it is over or waits; return its status.

        Raises:
            ApiError, TransportError, EngineDown: it cannot be followed any more.
        """
        status = ""
        async with aclosing(runs.follow(self.server.transport, run_id, self.last, pace=PACE)) as items:
            async for item in items:
                if isinstance(item, Event):
                    await self._take(item)
                    self.last = item.sequence
                elif isinstance(item, Cut):
                    self._cut(item)
                elif isinstance(item, RoundBegunAgain):
                    self._begin_again()
                elif isinstance(item, Gap):
                    say(f"The server doesn't have the events {item.first} to {item.last} any more.")
                elif isinstance(item, Ended):
                    status = item.status
        self._progress.clear()
        self._end_line()
        return status

    async def _take(self, event: Event) -> None:
        if self.lines:
            print_json(event.body, lines=True)
        payload = event.payload
        match event.type:
            case "llm_round_started":
                self._end_line()
                self._round_at = len(self.text)
            case "assistant_message_delta":
                self._write(text(payload.get("content")))
            case "assistant_message_completed":
                self._complete(text(payload.get("content")))
            case "tool_call_dispatched":
                self._arguments[text(payload.get("toolCallId"))] = mapping(payload.get("arguments"))
                self._tick(payload)
            case "tool_call_progress":
                self._tick(payload)
            case "tool_call_resolved":
                await self._resolved(payload)
            case "run_awaiting_cost_confirmation":
                self.asked[text(payload.get("toolCallId"))] = Asked(
                    text(payload.get("toolName")),
                    text(payload.get("summary")),
                    number(payload.get("estimatedCost")),
                    text(payload.get("tokenType")),
                    number(payload.get("estimatedUsdCost")),
                )
            case "run_completed" | "run_partial_failure":
                studio = mapping(payload.get("x_studio")) or mapping(payload.get("xStudio"))
                self.answered_by = text(studio.get("answered_by") or studio.get("answeredBy")) or self.answered_by
                told = studio.get("notices")
                self.notices += [words for words in told if isinstance(words, str)] if isinstance(told, list) else []

    def _write(self, words: str) -> None:
        if not words:
            return
        if len(self.text) == self._round_at and self.text:
            words = words.lstrip("\n")
        self.text.append(words)
        if not self.args.json:
            self._progress.clear()
            sys.stdout.write(words)
            sys.stdout.flush()

    def _complete(self, content: str) -> None:
        """Take the whole message for what came of it in pieces; what is missing of it is shown."""
        shown = "".join(self.text[self._round_at :])
        if content and shown != content:
            if content.startswith(shown):
                self._write(content[len(shown) :])
            self.text[self._round_at :] = [content]
        self._end_line()
        self._round_at = len(self.text)

    def _begin_again(self) -> None:
        if len(self.text) > self._round_at:
            self._end_line()
            del self.text[self._round_at :]
            say("The server was started again, and says this once more:")

    def _end_line(self) -> None:
        if self.text and not self.text[-1].endswith("\n"):
            round_is_empty = len(self.text) == self._round_at
            self.text.append("\n")
            if round_is_empty:
                self._round_at = len(self.text)
            if not self.args.json:
                self._progress.clear()
                out("")

    def _tick(self, payload: dict[str, Any]) -> None:
        call_id, tool = text(payload.get("toolCallId")), text(payload.get("toolName"))
        if not call_id or tool in SILENT_TOOLS:
            return
        progress = number(payload.get("progress"))
        if progress is None and payload.get("jobIndex") is None:
            progress = number(payload.get("jobProgress"))
        self._progress.show(
            SogniProgress(
                tool_call_id=call_id,
                tool_name=tool,
                status="processing",
                progress=progress,
                step_label=text(payload.get("stepLabel")) or text(payload.get("jobLabel")) or None,
                arguments=self._arguments.get(call_id),
            )
        )

    async def _resolved(self, payload: dict[str, Any]) -> None:
        result = runs.read_result(payload)
        known = {known.tool_call_id for known in self.results}
        if result.tool in SILENT_TOOLS or payload.get("status") == "waiting_for_user" or result.tool_call_id in known:
            return
        self.results.append(result)
        self._progress.clear()
        if not result.success:
            say(result.error or result.message or f"{result.tool} didn't work.")
        if self.folder is None:
            for url in result.urls:
                say(f"  {url}")
            return
        made = await bring_home(self.server, result, self.folder, self.files)
        if made:
            say(done_sentence(result.tool, {}, len(made)) + ":")
            for file in made:
                say(f"  {file.badge or file.kind}  {file.path}")

    def _cut(self, cut: Cut) -> None:
        self.server.failed()
        if cut.failures == 2:
            self._progress.clear()
            say("The connection broke. Trying again; nothing is lost.")


async def bring_home(server: Server, result: ToolResult, folder: Path, files: list[WrittenFile]) -> list[WrittenFile]:
    """Write the files of a result, through broken connections; they are added to *files*.

    Raises:
        ApiError, TransportError: one could not be fetched.
        StorageError, OSError: one cannot be kept there.
    """
    made: list[WrittenFile] = []
    failures = 0
    while True:
        before = len(made)
        try:
            await write_results(await server.transport(), result, folder, already=files, into=made)
            files += made
            return made
        except TransportError as error:
            failures = 1 if len(made) > before else failures + 1
            if failures >= DOWNLOADS:
                raise
            server.failed()
            await PACE.sleep(PACE.wait_s(failures, error))


async def decide(args: argparse.Namespace, server: Server, run: runs.Run, view: RunView | None = None) -> bool | None:
    """Have what *run* will cost approved or declined; None when nobody could be asked.

    ``--yes`` approves and ``--decline`` declines without asking. A preview that has expired is read again:
    the same price counts as approved, another one is asked about anew.

    Raises:
        Conflict: the pause cannot be confirmed, or it was decided elsewhere.
        ApiError, TransportError: as in ``runs.decide``.
    """
    decision = _given(args)
    agreed: tuple[object, ...] | None = None
    first: tuple[object, ...] | None = None
    for _ in range(REFRESHES):
        pause = run.pause
        if pause is None or not pause.asks_for_money:
            raise Conflict(f"{run.id} doesn't wait for an approval (it is {words_of_status(run.status)}).")
        # What the events told is the first price.
        first = first or _price(pause.preview)
        say(cost_sentence(pause, view if _price(pause.preview) == first else None))
        if pause.preview is None and decision != "cancel":
            raise Conflict("This can't be approved just now: there is not enough credit. Cancel it, or add credit.")
        price = _price(pause.preview)
        if decision is None and price != agreed:
            if not can_ask(args):
                return None
            answer = ask("Go on? [y/N] ").lower()
            if answer in ("y", "yes"):
                agreed = price
        chosen: runs.Decision = decision or ("confirm" if agreed == price else "cancel")
        try:
            await server.call(
                runs.decide,
                run.id,
                chosen,
                call_id=pause.call_id,
                preview=pause.preview if chosen == "confirm" else None,
                key=new_idempotency_key(),
            )
            return chosen == "confirm"
        except (Conflict, InvalidRequest):
            fresh = await server.call(runs.get, run.id)
            if fresh.pause is None or fresh.pause == pause:
                raise
            run = fresh
            say("The price was out of date.")
    raise Conflict("The price went out of date again and again. Try once more.")


def cost_sentence(pause: runs.Pause, view: RunView | None = None) -> str:
    """Return what a paused call would cost, in words."""
    asked = view.asked.get(pause.call_id) if view is not None else None
    preview = pause.preview or {}
    calls = [text(row.get("toolName")) for row in preview.get("perToolBreakdown") or [] if isinstance(row, dict)]
    tools = list(dict.fromkeys(filter(None, [asked.tool if asked else "", *calls])))
    if asked is not None and asked.cost is not None:
        cost = f"{asked.cost:g} {(asked.token or text(preview.get('tokenType')) or 'tokens').capitalize()}"
        cost += f" (about {asked.usd:.2f} USD)" if asked.usd is not None else ""
    else:
        units = number(preview.get("totalEstimatedCapacityUnits"))
        unit_name = "capacity unit" if units == 1 else "capacity units"
        cost = f"about {units:g} {unit_name}" if units is not None else "something"
        token = text(preview.get("tokenType"))
        cost += f", paid in {token.capitalize()}" if token and units is not None else ""
    who = joined([name.replace("_", " ") for name in tools]) or "What comes next"
    return f"{who[:1].upper()}{who[1:]} would cost {cost}."


def words_of_status(status: str) -> str:
    """Return a status as people say it."""
    return {
        "waiting_for_user": "waiting for you",
        "partial_failure": "done in part",
        "completed": "done",
        "queued": "waiting for its turn",
    }.get(status, status)


def _given(args: argparse.Namespace) -> runs.Decision | None:
    if getattr(args, "decline", False):
        return "cancel"
    return "confirm" if getattr(args, "yes", False) else None


def _price(preview: dict[str, Any] | None) -> tuple[object, ...]:
    preview = preview or {}
    return preview.get("totalEstimatedCapacityUnits"), preview.get("tokenType")
