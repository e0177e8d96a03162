"""What the events of a durable run mean for its turn. Source: contract/chat-runs.md §4.

Folding the same events again, from the first one, gives the same turn; so a turn is rebuilt from the
library's log and then goes on with what arrives. Unknown events and members are passed over.
"""

import mimetypes
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from studio.contract.chat import SogniProgress, ToolResult
from studio.library.records import PieceKind, Waiting
from studio.viewmodels.saving import Result, kind_of, results_of

if TYPE_CHECKING:
    from studio.viewmodels.folding import Folding

Take = Callable[[ToolResult, "list[Result]"], object]

SILENT_TOOLS = frozenset({"ask_clarifying_question", "finalize_response"})
"""Calls whose whole effect is in the answer itself; they get no card."""
DECLINED = "You declined this · nothing charged"
TERMINAL = {
    "run_completed": "completed",
    "run_partial_failure": "partial_failure",
    "run_failed": "failed",
    "run_cancelled": "cancelled",
}
_STATUS = {"ok": "completed", "err": "failed", "cancelled": "cancelled"}


class RunFold:
    """Folds one run's events into one turn.

    Attributes:
        status: how the run ended; empty while it has not.
        failure: the server's sentence about a run that failed.
        waiting: what it asks of the person just now.
        cut_short: the answer reached its length limit.
        answered_by, notices: as far as the server says them.
    """

    def __init__(self, folding: "Folding", take: Take) -> None:
        """*take* gets every tool result with its files, once for each call."""
        self._folding = folding
        self._take = take
        self._prices: dict[str, dict[str, Any]] = {}
        self._questions: dict[str, Any] = {}
        self._declined: set[str] = set()
        self.status = ""
        self.failure = ""
        self.failure_code = ""
        self.waiting: Waiting | None = None
        self.cut_short = False
        self.answered_by = ""
        self.notices: list[str] = []

    def fold(self, kind: str, payload: dict[str, Any]) -> None:
        """Take in one event."""
        match kind:
            case "assistant_message_delta":
                if content := _text(payload.get("content")):
                    self._folding.text(content)
            case "tool_call_progress":
                self._progress(payload)
            case "llm_round_started":
                if isinstance(number := payload.get("round"), int):
                    self._folding.begin_round(number)
            case "assistant_message_completed":
                self._folding.complete_message(_text(payload.get("content")))
            case "tool_call_dispatched":
                self._dispatched(payload)
            case "tool_call_resolved":
                self._resolved(payload)
            case "run_awaiting_cost_confirmation":
                self._prices[_text(payload.get("toolCallId"))] = payload
            case "run_waiting_for_user":
                self.waiting = self._asked(payload)
            case "run_cost_confirmation_resolved":
                self.waiting = None
                self._note_decline(payload)
            case "run_resumed":
                self.waiting = None
            case _ if kind in TERMINAL:
                self._ended(TERMINAL[kind], payload)

    def end_as(self, record: dict[str, Any]) -> None:
        """Take the end from a run's record, where the events do not tell it."""
        final = record.get("finalResponse")
        payload = dict(final) if isinstance(final, dict) else {}
        if reason := _text(record.get("failureReason")):
            payload.setdefault("error", {"message": reason})
        if not self._folding.received and (content := _text(payload.get("content"))):
            self._folding.text(content)
        self._ended(_text(record.get("status")) or "failed", payload)

    def _ended(self, status: str, payload: dict[str, Any]) -> None:
        self.status, self.waiting = status, None
        error = payload.get("error")
        if isinstance(error, dict):
            self.failure, self.failure_code = _text(error.get("message")), _text(error.get("code"))
        elif isinstance(error, str):
            self.failure = error
        self.cut_short = payload.get("finishReason") == "length"
        studio = payload.get("x_studio") or payload.get("xStudio")
        if isinstance(studio, dict):
            self.answered_by = _text(studio.get("answered_by") or studio.get("answeredBy"))
            notices = studio.get("notices")
            self.notices = [_text(words) for words in notices] if isinstance(notices, list) else []

    def _dispatched(self, payload: dict[str, Any]) -> None:
        call_id, tool, arguments = _call(payload)
        if tool in SILENT_TOOLS:
            self._questions = arguments
        elif call_id:
            self._folding.tick(
                SogniProgress(tool_call_id=call_id, tool_name=tool, status="queued", arguments=arguments)
            )

    def _progress(self, payload: dict[str, Any]) -> None:
        call_id, tool, _ = _call(payload)
        if not call_id or tool in SILENT_TOOLS:
            return
        overall = _number(payload.get("progress"))
        if overall is None and payload.get("jobIndex") is None:
            overall = _number(payload.get("jobProgress"))
        self._folding.tick(
            SogniProgress(
                tool_call_id=call_id,
                tool_name=tool,
                status="queued" if payload.get("status") == "queued" else "processing",
                progress=overall,
                eta_seconds=_number(payload.get("etaSeconds")),
                step_label=_text(payload.get("stepLabel")) or _text(payload.get("jobLabel")) or None,
            )
        )

    def _resolved(self, payload: dict[str, Any]) -> None:
        call_id, tool, _ = _call(payload)
        if not call_id or tool in SILENT_TOOLS or payload.get("status") == "waiting_for_user":
            return
        result = _rich(payload, call_id, tool) or _plain(payload, call_id, tool)
        if call_id in self._declined and not result.success:
            result = msgspec.structs.replace(result, error_type="USER_CANCELLED", message=DECLINED)
        self._take(result, files_of_event(payload))

    def _note_decline(self, payload: dict[str, Any]) -> None:
        if payload.get("decision") not in ("confirm", "approved"):
            ids = payload.get("toolCallIds")
            self._declined |= {i for i in ids if isinstance(i, str)} if isinstance(ids, list) else set()
            self._declined.add(_text(payload.get("toolCallId")))

    def _asked(self, payload: dict[str, Any]) -> Waiting:
        details = payload.get("details")
        details = details if isinstance(details, dict) else {}
        reason = _text(payload.get("reason")) or "other"
        call_id = _text(details.get("toolCallId"))
        preview = details.get("costApprovalPreview")
        price = self._prices.get(call_id) or next(reversed(self._prices.values()), {}) if self._prices else {}
        waiting = Waiting(reason, _text(payload.get("message")), call_id=call_id)
        if reason != "cost_approval_required":
            offered = details.get("options") or details.get("choices") or self._questions.get("options")
            return replace(
                waiting,
                message=waiting.message or _text(self._questions.get("question")),
                options=tuple(filter(None, map(_option, offered if isinstance(offered, list) else [])))[:6],
            )
        arguments = price.get("toolArgs")
        return replace(
            waiting,
            message=_text(price.get("summary")) or waiting.message,
            call_id=call_id or _text(price.get("toolCallId")),
            tool=_text(price.get("toolName")) or _tool_of(preview),
            model=_text(price.get("modelDisplayName")) or _text(price.get("modelKey")),
            arguments=arguments if isinstance(arguments, dict) else {},
            preview=preview if isinstance(preview, dict) else None,
            cost=_cost(price, preview),
            token_type=_text(price.get("tokenType")) or (_text(preview.get("tokenType")) if preview else ""),
            usd=_number(price.get("estimatedUsdCost")),
        )


def files_of_event(payload: dict[str, Any]) -> list[Result]:
    """Return what a resolved call made; of a failed one, what it had made before."""
    call_id, tool, _ = _call(payload)
    result = _rich(payload, call_id, tool)
    if result is not None and (files := results_of(result)):
        return files
    return _files(payload)


def refreshed(waiting: Waiting, record: dict[str, Any]) -> Waiting | None:
    """Return *waiting* with the price of a run's present record; None when it does not wait for a price any more."""
    if record.get("status") != "waiting_for_user":
        return None
    asked = record.get("waiting")
    asked = asked if isinstance(asked, dict) else {}
    details = asked.get("details")
    details = details if isinstance(details, dict) else {}
    preview = details.get("costApprovalPreview")
    if asked.get("reason") != "cost_approval_required" or not isinstance(preview, dict):
        return replace(waiting, preview=None)
    cost = _number(preview.get("totalEstimatedCapacityUnits"))
    same = waiting.preview is not None and cost == _number(waiting.preview.get("totalEstimatedCapacityUnits"))
    return replace(
        waiting,
        preview=preview,
        call_id=_text(details.get("toolCallId")) or waiting.call_id,
        cost=waiting.cost if same else cost,
        usd=waiting.usd if same else None,
        token_type=_text(preview.get("tokenType")) or waiting.token_type,
    )


def same_price(one: Waiting, other: Waiting) -> bool:
    """Whether two previews ask for the same, however long they hold."""
    first, second = one.preview or {}, other.preview or {}
    return all(first.get(key) == second.get(key) for key in ("totalEstimatedCapacityUnits", "tokenType"))


def _call(payload: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    arguments = payload.get("arguments")
    return (
        _text(payload.get("toolCallId")),
        _text(payload.get("toolName")),
        arguments if isinstance(arguments, dict) else {},
    )


def _rich(payload: dict[str, Any], call_id: str, tool: str) -> ToolResult | None:
    """The whole result, as our engine sends it."""
    raw = payload.get("result")
    if not isinstance(raw, dict):
        return None
    try:
        result = msgspec.convert({"tool": tool, "ok": raw.get("success", False), **raw}, ToolResult)
    except msgspec.ValidationError:
        return None
    return msgspec.structs.replace(result, tool_call_id=call_id)


def _plain(payload: dict[str, Any], call_id: str, tool: str) -> ToolResult:
    """The result of a server that tells only status, summary and addresses."""
    ok = payload.get("status", "ok") == "ok"
    summary = _text(payload.get("summary"))
    cancelled = payload.get("status") == "cancelled"
    return ToolResult(
        tool=tool,
        success=ok,
        ok=ok,
        tool_call_id=call_id,
        message=summary or None,
        error=None if ok else summary or None,
        error_type=None if ok else "USER_CANCELLED" if cancelled else _text(payload.get("errorCode")) or None,
    )


def _files(payload: dict[str, Any]) -> list[Result]:
    found: dict[str, Result] = {}
    for item in [*_list(payload.get("mediaUrls")), *_list(payload.get("artifacts"))]:
        url = _text(item.get("url"))
        if url.startswith(("http://", "https://")):
            kind: PieceKind = kind_of(_text(item.get("mediaType")))
            found.setdefault(url, Result(url, kind, None, _mime(url, kind), model=_model(item, payload)))
    return list(found.values())


def _model(item: dict[str, Any], payload: dict[str, Any]) -> str:
    names = (_text(source.get(key)) for source in (item, payload) for key in ("modelDisplayName", "modelKey"))
    return next(filter(None, names), "")


def _mime(url: str, kind: str) -> str:
    defaults = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg", "model3d": "model/gltf-binary"}
    return mimetypes.guess_type(urlsplit(url).path)[0] or defaults.get(kind, "application/octet-stream")


def _cost(price: dict[str, Any], preview: object) -> float | None:
    cost = _number(price.get("estimatedCost"))
    if cost is None and isinstance(preview, dict):
        cost = _number(preview.get("totalEstimatedCapacityUnits"))
    return cost


def _tool_of(preview: object) -> str:
    rows = _list(preview.get("perToolBreakdown")) if isinstance(preview, dict) else []
    return _text(rows[0].get("toolName")) if rows else ""


def _option(raw: object) -> str:
    if isinstance(raw, dict):
        raw = raw.get("label") or raw.get("title") or raw.get("value")
    return _text(raw).strip()


def _list(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
