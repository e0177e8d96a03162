"""From a session to one chat request: earlier rounds, the media index, the pictures of the newest message.

Earlier rounds carry no picture bytes; whatever they made or got is named by the media index
(``media_context``), whose places never change: a deleted piece leaves an empty one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from studio.contract.chat import (
    MAX_IMAGES,
    ChatRequest,
    FunctionCall,
    ImagePart,
    ImageUrl,
    MediaContext,
    Message,
    TextPart,
    ToolCall,
)
from studio.contract.media import find_mentions
from studio.library.records import IndexEntry
from studio.service.connection import Connection, is_loopback, origin
from studio.viewmodels.pictures_in import data_uri, picture_for_wire
from studio.viewmodels.state import Piece, TextItem, ToolItem, ToolsChoice, Turn
from studio.viewmodels.words import joined

INLINE_BUDGET_BYTES = 40 * 1024 * 1024
"""Bytes of media sent inline in one request; as text a third more, within the 64 MiB of a body."""


@dataclass(frozen=True)
class Plan:
    """Everything that a request is built from, read on the loop; ``build`` may then run on any thread.

    Attributes:
        earlier: the rounds before *turn*, oldest first.
        entries: the session's media index, tombstones included.
        pieces: living pieces by id.
    """

    turn: Turn
    earlier: Sequence[Turn]
    entries: Sequence[IndexEntry]
    pieces: dict[str, Piece]
    connection: Connection
    tools: ToolsChoice
    model: str


@dataclass
class Built:
    """The request, and sentences for the artist about what was changed on the way."""

    request: ChatRequest
    notices: list[str] = field(default_factory=list)


def build(plan: Plan) -> Built:
    """Build the request of a turn. Reads and encodes files: call it on a worker thread."""
    notices: list[str] = []
    attached = [plan.pieces[i] for i in plan.turn.attachments if i in plan.pieces]
    shown = [piece for piece in attached if piece.uploaded and piece.kind == "image"][:MAX_IMAGES]
    uris = {
        piece.id: picture_for_wire(piece.path, piece.mime_type, piece.badge, notices)
        for piece in shown
        if piece.path.is_file()
    }
    for piece in shown:
        if piece.id not in uris:
            notices.append(f"{piece.badge} was left out: its file is not there any more.")
    text = with_references(plan.turn.user_text, attached, shown_ids=set(uris))
    parts: list[TextPart | ImagePart] = [TextPart(text)] if text else []
    parts += [ImagePart(ImageUrl(uri)) for uri in uris.values()]
    newest = Message(role="user", content=parts if uris else text)
    request = ChatRequest(
        messages=[*history(plan.earlier, plan.pieces), newest],
        model=plan.model,
        stream=True,
        sogni_tools=plan.tools,
        media_context=context(plan, attached, uris, text),
    )
    return Built(request, notices)


def with_references(text: str, attached: Sequence[Piece], *, shown_ids: set[str]) -> str:
    """Return *text* with the names of attached pieces that it neither mentions nor carries as pictures."""
    mentioned = {(m.kind, m.index) for m in find_mentions(text)}
    names = [p.badge for p in attached if p.id not in shown_ids and (p.kind, p.index) not in mentioned]
    if not names:
        return text
    words = joined(names)
    return f"{text}\n\n(This is about {words}.)" if text else f"This is about {words}."


def history(turns: Sequence[Turn], pieces: dict[str, Piece]) -> list[Message]:
    """Return earlier rounds as messages: texts, and tool calls with their short results; no picture bytes."""
    messages: list[Message] = []
    for turn in turns:
        attached = [pieces[i] for i in turn.attachments if i in pieces]
        messages.append(
            Message(role="user", content=with_references(turn.user_text, attached, shown_ids=set()) or "(pictures)")
        )
        answer = _answer(turn, pieces)
        messages += answer or [Message(role="assistant", content="(This was stopped before an answer.)")]
    return messages


def _answer(turn: Turn, pieces: dict[str, Piece]) -> list[Message]:
    out: list[Message] = []
    text = ""
    calls: list[ToolItem] = []

    def close_calls() -> None:
        nonlocal text
        if calls:
            out.append(Message(role="assistant", content=text or None, tool_calls=[_call(item) for item in calls]))
            out.extend(
                Message(role="tool", tool_call_id=i.call_id, name=i.tool, content=_result(i, pieces)) for i in calls
            )
            calls.clear()
            text = ""

    for item in turn.items:
        if isinstance(item, TextItem):
            close_calls()
            text += item.text
        else:
            calls.append(item)
    close_calls()
    if text:
        out.append(Message(role="assistant", content=text))
    return out


def _call(item: ToolItem) -> ToolCall:
    return ToolCall(FunctionCall(item.tool, json.dumps(item.arguments, ensure_ascii=False)), id=item.call_id)


def _result(item: ToolItem, pieces: dict[str, Piece]) -> str:
    made = [pieces[i] for i in item.piece_ids if i in pieces]
    ok = item.status == "done"
    result: dict[str, Any] = {"tool": item.tool, "success": ok, "ok": ok, "message": item.message}
    if made:
        indices = [piece.index for piece in made if piece.index is not None]
        result |= {"indices": indices, "names": [piece.badge for piece in made]}
        if indices:
            result["startIndex"] = indices[0]
        if made[0].used_prompt:
            result["prompt"] = made[0].used_prompt
    if not ok:
        result["error"] = item.trouble.what if item.trouble else "It was stopped."
    return json.dumps(result, ensure_ascii=False)


def context(
    plan: Plan, attached: Sequence[Piece], uris: dict[str, str], text: str, *, inline: bool = True
) -> MediaContext:
    """Return the session's media index as the wire wants it.

    Pieces that the connection can read are cited by URL; others are sent inline, those that
    the message refers to first, within ``INLINE_BUDGET_BYTES``. Gaps and tombstones are empty,
    and so is, without *inline*, what the connection cannot read.
    """
    wanted = {(m.kind, m.index) for m in find_mentions(text)} | {(p.kind, p.index) for p in attached}
    lanes: dict[tuple[str, bool], list[str]] = {}
    unread: list[tuple[IndexEntry, list[str], int]] = []
    for entry in sorted(plan.entries, key=lambda e: abs(e.index)):
        uploaded = entry.index < 0
        lane = lanes.setdefault((entry.kind, uploaded), [])
        place = -1 - entry.index if uploaded else entry.index
        lane.extend([""] * (place + 1 - len(lane)))
        if entry.deleted:
            continue
        if entry.piece_id in uris:
            lane[place] = uris[entry.piece_id]
        elif readable(entry.source_url, plan.connection):
            lane[place] = entry.source_url
        else:
            unread.append((entry, lane, place))
    if inline:
        _send_inline(unread, wanted, plan)
    return MediaContext(
        images=lanes.get(("image", False), []),
        videos=lanes.get(("video", False), []),
        audio=lanes.get(("audio", False), []),
        uploaded_images=lanes.get(("image", True), []),
        uploaded_videos=lanes.get(("video", True), []),
        uploaded_audio=lanes.get(("audio", True), []),
    )


def _send_inline(waiting: list[tuple[IndexEntry, list[str], int]], wanted: set[tuple[Any, Any]], plan: Plan) -> None:
    """Fill places with inline data: what is meant first, then the newest."""
    left = INLINE_BUDGET_BYTES
    meant_first = sorted(waiting, key=lambda w: ((w[0].kind, w[0].index) not in wanted, -abs(w[0].index)))
    for entry, lane, place in meant_first:
        piece = plan.pieces.get(entry.piece_id)
        lane[place] = entry.source_url  # an old address still says that there was something
        if piece is None or not piece.path.is_file() or piece.byte_length > left:
            continue
        if entry.kind == "image":
            lane[place] = picture_for_wire(piece.path, piece.mime_type, piece.badge, [])
        elif (entry.kind, entry.index) in wanted:
            lane[place] = data_uri(piece.mime_type, piece.path.read_bytes())
        left -= len(lane[place]) * 3 // 4


def readable(url: str, connection: Connection) -> bool:
    """Whether *connection* can read *url*: its own address, or a public one; never this machine's for another."""
    if not url.startswith(("http://", "https://")):
        return False
    parts = urlsplit(url)
    if connection.kind == "local":
        return is_loopback(parts.hostname) and parts.path.startswith("/v1/media/")
    if is_loopback(parts.hostname):
        return connection.loopback and origin(url) == origin(connection.base_url)
    return True
