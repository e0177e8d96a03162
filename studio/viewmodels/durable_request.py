"""From a session to the start of a durable run: every piece that it cites has an address, and no bytes are inline.

Sources: contract/chat-runs.md §2, contract/media-uploads.md §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.contract import wire
from studio.contract.chat import MAX_IMAGES, ImagePart, ImageUrl, Message, TextPart
from studio.contract.media import find_mentions
from studio.library.records import IndexEntry
from studio.viewmodels.request import Plan, context, history, readable, with_references
from studio.viewmodels.state import Piece

SHORT_OF_ALL = 8
"""Pieces that nothing in the message points at are sent to a distant server only for the newest so many."""


@dataclass(frozen=True)
class Started:
    """A body that can be sent, again and again with the same key, and sentences for the artist."""

    body: bytes
    notices: list[str] = field(default_factory=list)


def to_upload(plan: Plan) -> list[Piece]:
    """Return the pieces that the connection cannot read yet and that this message may need, the most needed first.

    A server on this machine gets everything of the session (once); a distant one what the message
    names, what is attached, and the newest few, because "make it brighter" names nothing.
    """
    named = {(m.kind, m.index) for m in find_mentions(plan.turn.user_text)}
    attached = set(plan.turn.attachments)
    meant: list[Piece] = []
    rest: list[Piece] = []
    for entry in plan.entries:
        piece = plan.pieces.get(entry.piece_id)
        if entry.deleted or piece is None or not _must_go(entry, piece, plan):
            continue
        is_meant = piece.id in attached or (entry.kind, entry.index) in named
        (meant if is_meant else rest).append(piece)
    rest.sort(key=lambda piece: -piece.created_ms)
    return meant + (rest if plan.connection.loopback else rest[:SHORT_OF_ALL])


def _must_go(entry: IndexEntry, piece: Piece, plan: Plan) -> bool:
    return not readable(entry.source_url, plan.connection) and piece.path.is_file()


def build_start(plan: Plan, urls: dict[str, str], *, session_id: str, ask_above_usd: float) -> Started:
    """Build the body of a start.

    Args:
        urls: where the connection can read each uploaded piece, by piece id.
        ask_above_usd: the run pauses before a call that costs more.
    """
    notices: list[str] = []
    attached = [plan.pieces[i] for i in plan.turn.attachments if i in plan.pieces]
    shown = _shown(attached, urls, notices)
    text = with_references(plan.turn.user_text, attached, shown_ids=set(shown))
    parts: list[TextPart | ImagePart] = [TextPart(text)] if text else []
    parts += [ImagePart(ImageUrl(url)) for url in shown.values()]
    messages = [*history(plan.earlier, plan.pieces), Message(role="user", content=parts if shown else text)]
    body: dict[str, Any] = {
        "messages": wire.to_builtins(messages),
        "model": plan.model,
        "sogni_tools": plan.tools,
        "media_context": wire.to_builtins(context(plan, attached, urls, text, inline=False)),
        "session_id": session_id,
        "client_message_id": plan.turn.id,
        "app_source": "studio",
        "runtime_config": {"requireJobConfirmation": True, "jobConfirmationThresholdUsd": ask_above_usd},
    }
    return Started(wire.encode(body), notices)


def _shown(attached: Sequence[Piece], urls: dict[str, str], notices: list[str]) -> dict[str, str]:
    """The pictures that the newest message carries, in order."""
    found: dict[str, str] = {}
    for piece in [p for p in attached if p.uploaded and p.kind == "image"][:MAX_IMAGES]:
        if piece.id in urls:
            found[piece.id] = urls[piece.id]
        else:
            notices.append(f"{piece.badge} was left out: its file is not there any more.")
    return found
