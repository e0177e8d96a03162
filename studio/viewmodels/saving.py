"""Bringing results home: each is downloaded, verified, hashed and kept before its card says that it is saved."""

import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from studio.contract.chat import Output, ToolResult
from studio.library.records import NewPiece
from studio.service.media import download
from studio.service.transport import Transport
from studio.viewmodels.conversation import Conversation
from studio.viewmodels.desk import Desk
from studio.viewmodels.state import Piece, PieceKind, ToolItem, Turn

if TYPE_CHECKING:
    from studio.library.library import Library

_WORKS_ON_ONE = frozenset(
    {
        *("edit_image", "apply_style", "restore_photo", "refine_result", "change_angle", "upscale_image"),
        *("remove_background", "segment_image", "image_to_3d", "animate_photo", "orbit_video"),
    }
)
_KINDS: dict[str, PieceKind] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "model": "model3d",
    "model3d": "model3d",
    "text": "text",
}


@dataclass(frozen=True)
class Result:
    """One produced file: where it is, what is known of it, its place in the index."""

    url: str
    kind: PieceKind
    index: int | None
    mime_type: str
    output: Output | None = None
    renderer: str = ""
    model: str = ""


def kind_of(media_type: str) -> PieceKind:
    """Return the kind of piece for a media type of the wire; a picture where it is unknown."""
    return _KINDS.get(media_type, "image")


def results_of(result: ToolResult) -> list[Result]:
    """Return the files of a tool's result; facts come from ``x_studio.outputs`` where the server gives them."""
    listed: list[tuple[str, PieceKind, str, Output | None]]
    outputs = list(result.x_studio.outputs) if result.x_studio is not None else []
    if outputs:
        listed = [(output.url, kind_of(output.media_type), output.mime_type, output) for output in outputs]
    else:
        groups: tuple[tuple[list[str], PieceKind, str], ...] = (
            (result.result_urls, "image", "image/png"),
            (result.video_result_urls, "video", "video/mp4"),
            (result.audio_result_urls, "audio", "audio/mpeg"),
        )
        listed = [(url, kind, _mime(url, default), None) for urls, kind, default in groups for url in urls]
    indices = iter(result.indices)
    renderer = result.x_studio.renderer if result.x_studio is not None else ""
    return [
        Result(url, kind, next(indices, None) if kind in ("image", "video", "audio") else None, mime, output, renderer)
        for url, kind, mime, output in listed
    ]


@dataclass(frozen=True)
class Errand:
    """One result to bring home: the call it came from, its place among the results of that call, the file."""

    turn: Turn
    item: ToolItem
    number: int
    file: Result


async def save(
    desk: Desk,
    transport: Transport,
    conversation: Conversation,
    errand: Errand,
    before_commit: Callable[[], Awaitable[object]],
) -> Piece:
    """Bring one result home and return its piece; safe to repeat, and to cancel at any moment.

    Args:
        before_commit: awaited between download and commit, so that files come in parallel and pieces in order.

    Raises:
        ApiError, TransportError: it could not be fetched.
        StorageError: it cannot be kept on this disk.
    """
    file = errand.file
    suffix = Path(urlsplit(file.url).path).suffix if not file.url.startswith("data:") else ""
    target = await desk.call(lambda lib: lib.media.incoming_path(suffix))
    expected = file.output.sha256 if file.output is not None else None
    done = await download(transport, file.url, target, expected_sha256=expected or None)
    await before_commit()
    new = _new_piece(conversation, errand, done.mime_type)

    def commit(lib: "Library") -> Piece:
        return lib.media.commit_file(target, new, done.sha256)

    return await desk.call(commit)


async def saved_before(desk: Desk, conversation: Conversation, errand: Errand) -> Piece | None:
    """Return the piece that a result has become already; None when it has not."""
    return await desk.call(lambda lib: lib.media.by_origin(conversation.id, origin_of(errand)))


def origin_of(errand: Errand) -> str:
    """Return what a result is recognised by, however often it is handed in."""
    return f"{errand.turn.id}/{errand.item.call_id}/{errand.number}"


def _new_piece(conversation: Conversation, errand: Errand, mime_type: str) -> NewPiece:
    turn, item, file = errand.turn, errand.item, errand.file
    output = file.output
    # A server that serves everything as bytes says nothing about the type.
    mime_type = file.mime_type if output is not None or mime_type == "application/octet-stream" else mime_type
    return NewPiece(
        session_id=conversation.id,
        kind=file.kind,
        mime_type=mime_type,
        index=file.index,
        turn_id=turn.id,
        call_id=item.call_id,
        round=turn.round,
        origin=origin_of(errand),
        title=(output.title or "") if output else "",
        width=output.width if output else None,
        height=output.height if output else None,
        duration_s=output.duration_s if output else None,
        prompt=turn.user_text,
        used_prompt=(output.prompt or "") if output else _text(item.arguments.get("prompt")),
        tool=item.tool,
        arguments=item.arguments,
        seed=output.seed if output else None,
        model=file.model or item.model,
        renderer=file.renderer,
        parents=parents_of(conversation, item.tool, item.arguments),
        source_url="" if file.url.startswith("data:") else file.url,
    )


def parents_of(conversation: Conversation, tool: str, arguments: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids of the pieces that a call works on, by the indices in its *arguments*."""
    by_place: dict[tuple[str, int | None], str] = {(piece.kind, piece.index): piece.id for piece in conversation.pieces}
    found: list[str] = []
    for key, value in arguments.items():
        lower = key.lower()
        if "index" not in lower and "indices" not in lower:
            continue
        kind = "video" if "video" in lower else "audio" if "audio" in lower or "voice" in lower else "image"
        for index in value if isinstance(value, list) else [value]:
            if isinstance(index, int) and (kind, index) in by_place:
                found.append(by_place[kind, index])
    if not found and tool in _WORKS_ON_ONE:
        found = _default_source(conversation)
    return tuple(dict.fromkeys(found))


def _default_source(conversation: Conversation) -> list[str]:
    """The picture that a call without an index works on: the latest result, else the first upload."""
    pictures = [piece for piece in conversation.pieces if piece.kind == "image"]
    made = [piece for piece in pictures if not piece.uploaded]
    return [made[-1].id] if made else [pictures[0].id] if pictures else []


def _mime(url: str, default: str) -> str:
    return mimetypes.guess_type(urlsplit(url).path)[0] or default


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
