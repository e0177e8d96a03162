"""Durable chat runs of a connection. Source: contract/chat-runs.md.

Every start and decision carries an idempotency key, so that one whose answer was lost is repeated
without being done twice. Records are read forgivingly; ``record`` holds all that the server sent.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.contract import wire
from studio.contract.chat import ToolResult
from studio.contract.errors import InvalidRequest
from studio.service import events
from studio.service.reading import (
    Page,
    dicts,
    either,
    epoch_ms,
    items_of,
    mapping,
    member,
    next_offset,
    quoted,
    text,
    unwrapped,
    words_of_failure,
)
from studio.service.transport import Transport, new_idempotency_key

PATH = "/v1/chat/runs"
Decision = Literal["confirm", "cancel"]


@dataclass(frozen=True)
class Pause:
    """What a run or workflow waits for.

    Attributes:
        reason: one of the documented waiting reasons.
        call_id: the paused call of a run, to be named in the decision.
        preview: what a confirmation must echo; None when this pause cannot be confirmed.
    """

    reason: str
    message: str = ""
    call_id: str = ""
    preview: dict[str, Any] | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def asks_for_money(self) -> bool:
        """Whether it is a decision on cost."""
        return self.reason in ("cost_approval_required", "cost_reauthorization_required")


@dataclass(frozen=True)
class Artifact:
    """One file that a run or workflow made."""

    url: str
    kind: str
    id: str = ""
    tool: str = ""
    step_id: str = ""
    partial: bool = False
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A run as it stands.

    Attributes:
        text: the final answer; empty while there is none.
        failure: the server's sentence about a run that failed.
        created_ms, updated_ms: epoch milliseconds; 0 where the server does not say.
        record: everything, as it was sent.
    """

    id: str
    status: str
    text: str = ""
    finish_reason: str = ""
    failure: str = ""
    pause: Pause | None = None
    artifacts: list[Artifact] = field(default_factory=list)
    created_ms: int = 0
    updated_ms: int = 0
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The newest message of the person that the run answers."""
        for message in reversed(dicts(mapping(self.record.get("request")).get("messages"))):
            if message.get("role") == "user":
                return plain_text(message.get("content"))
        return ""


@dataclass(frozen=True)
class Started:
    """A started run; ``again`` when an earlier request with the same key had started it."""

    run: Run
    again: bool = False


async def start(transport: Transport, body: object, *, key: str | None = None) -> Started:
    """Start a run, or find the one that *key* started.

    Args:
        body: a start body: struct, builtins or ready JSON bytes.
        key: idempotency key; a fresh one if omitted. Keep it to ask again after a failure.

    Raises:
        InvalidRequest: the body breaks the contract; inline media are named by path.
        Conflict, InsufficientCredit, RateLimited: as the server says.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    answer = await transport.post_json(PATH, body, idempotency_key=key or new_idempotency_key(), repeatable=True)
    return Started(read_run(member(answer, "run", "runId")), unwrapped(answer).get("idempotent") is True)


async def get(transport: Transport, run_id: str) -> Run:
    """Return a run.

    Raises:
        NotFound: unknown here, or somebody else's.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    return read_run(member(await transport.get_json(path_of(run_id)), "run", "runId"))


async def page(transport: Transport, *, limit: int = 20, offset: int = 0) -> Page[Run]:
    """Return runs, newest first: an extension of studio engines, other servers answer 404 or 405.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    answer = await transport.get_json(PATH, params={"limit": str(limit), "offset": str(offset)})
    return Page([read_run(item) for item in items_of(answer, "runs") if text(item.get("runId"))], next_offset(answer))


async def log(transport: Transport, run_id: str, after: int = -1) -> list[events.Event]:
    """Return the stored events above *after*; see ``events.read_log``."""
    return await events.read_log(transport, path_of(run_id), after)


def follow(
    way: events.Way, run_id: str, after: int = -1, *, pace: events.Pace | None = None
) -> AsyncGenerator[events.Item, None]:
    """Follow a run; see ``events.follow``."""
    return events.follow(way, path_of(run_id), after, pace=pace)


async def cancel(transport: Transport, run_id: str, reason: str = "") -> Run:
    """Ask the server to end a run; one that is over stays as it is.

    Raises:
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    body = {"reason": reason} if reason else {}
    answer = await transport.post_json(f"{path_of(run_id)}/cancel", body, repeatable=True)
    return read_run(member(answer, "run", "runId"))


async def decide(
    transport: Transport,
    run_id: str,
    decision: Decision,
    *,
    call_id: str,
    preview: dict[str, Any] | None = None,
    overrides: dict[str, Any] | None = None,
    reason: str = "",
    key: str | None = None,
) -> Run:
    """Approve or decline the paid call that a run holds back.

    Args:
        preview: what was shown, echoed unchanged; needed to confirm.
        overrides: quality tier, filter or prompt to go on with.
        key: idempotency key of this decision.

    Raises:
        InvalidRequest: confirmed without a preview.
        Conflict: the preview is out of date, or the run waits for nothing of the kind; read it again.
        ApiError, TransportError: as in ``Transport.post_json``.
    """
    body: dict[str, Any] = {"tool_call_id": call_id, "decision": decision}
    if preview is not None:
        body["acceptedCostPreview"] = preview
    if overrides:
        body["overrides"] = overrides
    if reason:
        body["reason"] = reason
    answer = await transport.post_json(
        f"{path_of(run_id)}/confirm-cost", body, idempotency_key=key or new_idempotency_key(), repeatable=True
    )
    return read_run(member(answer, "run", "runId"))


def path_of(run_id: str) -> str:
    """Return the path of a run."""
    return f"{PATH}/{quoted(run_id)}"


def read_run(record: dict[str, Any]) -> Run:
    """Read a run's record."""
    final = mapping(record.get("finalResponse"))
    times = mapping(record.get("timestamps"))
    status = text(record.get("status"))
    return Run(
        id=text(record.get("runId")),
        status=status,
        text=text(final.get("content")),
        finish_reason=text(final.get("finishReason")),
        failure=text(record.get("failureReason")) or words_of_failure(record.get("error")),
        pause=read_pause(mapping(record.get("waiting"))) if status == "waiting_for_user" else None,
        artifacts=read_artifacts(record.get("artifacts")),
        created_ms=epoch_ms(either(times, "createdAt") or either(record, "createTime", "createdAt")) or 0,
        updated_ms=epoch_ms(either(times, "updatedAt") or either(record, "updateTime", "updatedAt")) or 0,
        record=record,
    )


def read_pause(waiting: dict[str, Any]) -> Pause:
    """Read ``waiting`` of a record or the payload of ``run_waiting_for_user``."""
    details = mapping(waiting.get("details"))
    preview = details.get("costApprovalPreview")
    return Pause(
        reason=text(waiting.get("reason")) or "other",
        message=text(waiting.get("message")),
        call_id=text(details.get("toolCallId")),
        preview=preview if isinstance(preview, dict) else None,
        details=details,
    )


def read_artifacts(value: object) -> list[Artifact]:
    """Read ``artifacts[]`` or ``mediaUrls[]``; only what can be fetched, each address once."""
    found: dict[str, Artifact] = {}
    for item in dicts(value):
        url = text(item.get("url"))
        if url.startswith(("http://", "https://")):
            kind = text(item.get("mediaType")) or text(item.get("kind")) or "other"
            made_by, step = text(item.get("toolName")), text(item.get("stepId"))
            partial = item.get("partial") is True
            found.setdefault(url, Artifact(url, kind, text(item.get("id")), made_by, step, partial, item))
    return list(found.values())


def read_result(payload: dict[str, Any]) -> ToolResult:
    """Read what a ``tool_call_resolved`` event tells of its call, whole or in outline.

    Studio engines send the whole ``result``; others a status, a summary and addresses.
    """
    tool, call_id = text(payload.get("toolName")), text(payload.get("toolCallId"))
    status = text(payload.get("status")) or "ok"
    whole_result = payload.get("result")
    if isinstance(whole_result, dict):
        ok = whole_result.get("success", whole_result.get("ok", status == "ok"))
        try:
            return wire.convert(
                ToolResult, {"tool": tool, "success": ok, "ok": ok, "toolCallId": call_id, **whole_result}
            )
        except InvalidRequest:
            pass  # its outline is in the other members
    summary = text(payload.get("summary"))
    artifacts = {a.url: a for a in read_artifacts(payload.get("mediaUrls"))}
    artifacts |= {a.url: a for a in read_artifacts(payload.get("artifacts"))}
    urls: dict[str, list[str]] = {"video": [], "audio": []}
    pictures: list[str] = []
    for artifact in artifacts.values():
        urls.get(artifact.kind, pictures).append(artifact.url)
    ok = status == "ok"
    return ToolResult(
        tool=tool,
        success=ok,
        ok=ok,
        tool_call_id=call_id or None,
        message=summary or None,
        result_urls=pictures,
        video_result_urls=urls["video"],
        audio_result_urls=urls["audio"],
        error=None if ok else summary or f"{tool} didn't work.",
        error_type=None
        if ok
        else "USER_CANCELLED"
        if status == "cancelled"
        else text(payload.get("errorCode")) or None,
    )


def plain_text(content: object) -> str:
    """Return the text of a message's content, given as text or as parts."""
    if isinstance(content, str):
        return content
    return "\n".join(text(part.get("text")) for part in dicts(content) if part.get("type") == "text").strip()


def _with_whole_calls(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was said and done: words, and calls of which every result is known (or "undo" finds nothing)."""
    known = {text(m.get("tool_call_id")) for m in messages if m.get("role") == "tool"} - {""}
    kept: list[dict[str, Any]] = []
    done: set[str] = set()
    for message in messages:
        calls = {text(call.get("id")) for call in dicts(message.get("tool_calls"))}
        if message.get("role") == "tool" and text(message.get("tool_call_id")) in done:
            kept.append(dict(message))
        elif message.get("role") == "assistant" and calls and calls <= known:
            done |= calls
            kept.append(dict(message))
        elif message.get("role") == "assistant" and plain_text(message.get("content")).strip():
            kept.append({"role": "assistant", "content": plain_text(message.get("content"))})
    return kept


def answered(run: Run, answer: str) -> dict[str, Any]:
    """Return the start of the run that answers what *run* asked: its messages, its question, the answer, its media.

    A question ends a run's turn; its answer begins the next one (contract/chat-runs.md §1).
    """
    request = mapping(run.record.get("request"))
    messages = list(dicts(request.get("messages")))
    spoken = _with_whole_calls(list(dicts(run.record.get("messages"))))
    said = [plain_text(m.get("content")) for m in spoken]
    question = run.pause.message if run.pause is not None else ""
    texts = [words for words in (question, run.text) if words.strip() and words not in said]
    messages += spoken
    messages += [{"role": "assistant", "content": words} for words in dict.fromkeys(texts)]
    messages.append({"role": "user", "content": answer})
    body: dict[str, Any] = {"messages": messages}
    names = {
        "model": "model",
        "tools": "tools",
        "toolChoice": "tool_choice",
        "sampling": "sampling",
        "sogniTools": "sogni_tools",
        "sessionId": "session_id",
        "tokenType": "token_type",
        "billingMode": "billing_mode",
        "maxEstimatedCapacityUnits": "max_estimated_capacity_units",
        "confirmCost": "confirm_cost",
        "runtimeConfig": "runtime_config",
    }
    body |= {snake: request[camel] for camel, snake in names.items() if request.get(camel) not in (None, [], {})}
    context = mapping(run.record.get("mediaContext"))
    media = {wire_name(name): urls for name, urls in context.items() if isinstance(urls, list) and urls}
    if media:
        body["media_context"] = media
    return body


def wire_name(name: str) -> str:
    """Return the snake_case spelling of a camelCase member."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
