"""The media index of a session: how a number or a badge names one piece.

Source: contract/chat-completions.md §6. The single implementation, used by the view
models and by the engine. ``Image 1`` (a name for people, from one) is index 0;
``Upload 1`` is the first uploaded image, index −1; video and sound uploads count on
their own (``Upload video 1``, ``Upload sound 1``). Names of 3D models and texts carry
no index. Indices never change: deleting leaves a tombstone (``None``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.contract.chat import MediaContext, MediaKind, Message

KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")

_GENERATED_WORD: dict[MediaKind, str] = {"image": "Image", "video": "Video", "audio": "Audio"}
_UPLOAD_WORD: dict[MediaKind, str] = {"image": "Upload", "video": "Upload video", "audio": "Upload sound"}
_BADGE = re.compile(r"\b(?:(image|video|audio|upload video|upload sound|upload))\s+#?(\d{1,4})\b", re.IGNORECASE)
_BADGE_KIND: dict[str, tuple[MediaKind, bool]] = {
    "image": ("image", False),
    "video": ("video", False),
    "audio": ("audio", False),
    "upload": ("image", True),
    "upload video": ("video", True),
    "upload sound": ("audio", True),
}


def badge(kind: MediaKind, index: int) -> str:
    """Return the name for people of wire *index*: ``Image 1`` for 0, ``Upload 1`` for −1."""
    return f"{_GENERATED_WORD[kind]} {index + 1}" if index >= 0 else f"{_UPLOAD_WORD[kind]} {-index}"


@dataclass(frozen=True)
class Mention:
    """A badge found in a text, with its wire index and its span."""

    kind: MediaKind
    index: int
    start: int
    end: int


def find_mentions(text: str) -> list[Mention]:
    """Find every badge name (``Image 3``, ``upload 1``) in *text*, in order."""
    found = []
    for match in _BADGE.finditer(text):
        kind, uploaded = _BADGE_KIND[match[1].lower()]
        number = int(match[2])
        if number >= 1:
            found.append(Mention(kind, -number if uploaded else number - 1, match.start(), match.end()))
    return found


class UnknownPiece(LookupError):
    """An index names no piece of the session; ``str(error)`` is a sentence."""


@dataclass
class _Lane:
    generated: list[str | None] = field(default_factory=list)
    uploaded: list[str | None] = field(default_factory=list)


class MediaIndex:
    """Ordered lists of generated and uploaded URLs, one pair for each modality."""

    def __init__(self) -> None:
        self._lanes: dict[MediaKind, _Lane] = {kind: _Lane() for kind in KINDS}
        self.manifest: Mapping[str, Any] | None = None
        """The session's asset manifest as plain JSON (see ``contract.manifest``)."""

    @classmethod
    def from_context(cls, context: MediaContext | None) -> "MediaIndex":
        """Build an index from a wire snapshot."""
        index = cls()
        if context is not None:
            for kind, made, sent in _lanes_of(context):
                lane = index._lanes[kind]
                lane.generated.extend(url or None for url in made)
                for url in sent:
                    index.add_upload(kind, url)
        return index

    def context(self) -> MediaContext:
        """Return the wire snapshot; tombstones are empty strings."""
        lanes = {k: ([u or "" for u in v.generated], [u or "" for u in v.uploaded]) for k, v in self._lanes.items()}
        return MediaContext(
            images=lanes["image"][0],
            videos=lanes["video"][0],
            audio=lanes["audio"][0],
            uploaded_images=lanes["image"][1],
            uploaded_videos=lanes["video"][1],
            uploaded_audio=lanes["audio"][1],
        )

    def add_generated(self, kind: MediaKind, url: str) -> int:
        """Append a result and return its index (0, 1, 2 …)."""
        lane = self._lanes[kind].generated
        lane.append(url)
        return len(lane) - 1

    def add_upload(self, kind: MediaKind, url: str | None) -> int:
        """Append an upload and return its index (−1, −2 …); a URL already there keeps its index."""
        lane = self._lanes[kind].uploaded
        if url and url in lane:
            return -1 - lane.index(url)
        lane.append(url or None)
        return -len(lane)

    def bury(self, kind: MediaKind, index: int) -> None:
        """Leave a tombstone at *index*; no other index changes."""
        lane, place = self._place(kind, index)
        lane[place] = None

    def count(self, kind: MediaKind, *, uploaded: bool = False) -> int:
        """Return how many indices of *kind* are in use, tombstones included."""
        lane = self._lanes[kind]
        return len(lane.uploaded if uploaded else lane.generated)

    def latest(self, kind: MediaKind, *, uploaded: Literal["first", "last"] = "first") -> int:
        """Return the default index: the latest result, else an upload.

        Raises:
            UnknownPiece: the session holds no living piece of *kind*.
        """
        lane = self._lanes[kind]
        for place in range(len(lane.generated) - 1, -1, -1):
            if lane.generated[place]:
                return place
        places = range(len(lane.uploaded)) if uploaded == "first" else range(len(lane.uploaded) - 1, -1, -1)
        for place in places:
            if lane.uploaded[place]:
                return -1 - place
        raise UnknownPiece(f"There is no {kind} here yet. Make one or drop one in first.")

    def resolve(self, kind: MediaKind, index: int | None) -> str:
        """Return the URL of *index*; ``None`` means the default piece (``latest``).

        Raises:
            UnknownPiece: no living piece has that index.
        """
        wanted = self.latest(kind) if index is None else index
        try:
            lane, place = self._place(kind, wanted)
        except IndexError:
            raise UnknownPiece(f"{badge(kind, wanted)} does not exist. {self._what_there_is(kind)}") from None
        url = lane[place]
        if not url:
            raise UnknownPiece(f"{badge(kind, wanted)} was deleted.")
        return url

    def find(self, url: str) -> tuple[MediaKind, int] | None:
        """Return the kind and index of *url*, or None."""
        for kind, lane in self._lanes.items():
            if url in lane.generated:
                return kind, lane.generated.index(url)
            if url in lane.uploaded:
                return kind, -1 - lane.uploaded.index(url)
        return None

    def _place(self, kind: MediaKind, index: int) -> tuple[list[str | None], int]:
        lane = self._lanes[kind].generated if index >= 0 else self._lanes[kind].uploaded
        place = index if index >= 0 else -1 - index
        if place >= len(lane):
            raise IndexError(index)
        return lane, place

    def _what_there_is(self, kind: MediaKind) -> str:
        lane = self._lanes[kind]
        names = [badge(kind, 0), badge(kind, len(lane.generated) - 1)] if lane.generated else []
        if lane.uploaded:
            names += [badge(kind, -1), badge(kind, -len(lane.uploaded))]
        return f"This session has {', '.join(dict.fromkeys(names))}." if names else f"This session has no {kind} yet."


def _lanes_of(context: MediaContext) -> list[tuple[MediaKind, list[str], list[str]]]:
    return [
        ("image", context.images, context.uploaded_images),
        ("video", context.videos, context.uploaded_videos),
        ("audio", context.audio, context.uploaded_audio),
    ]


def seed_index(
    context: MediaContext | None, references: list[tuple[MediaKind, str]], messages: list[Message]
) -> MediaIndex:
    """Seed the index of one request in the documented order of uploads.

    ``media_references`` first, then ``media_context.uploaded*``, then ``image_url`` parts
    in message order; a URL counts once.
    """
    index = MediaIndex()
    for kind, url in references:
        index.add_upload(kind, url)
    for kind, made, sent in _lanes_of(context) if context else ():
        for url in sent:
            index.add_upload(kind, url)
        for url in made:
            index._lanes[kind].generated.append(url or None)
    for message in messages:
        if message.role == "user":
            for image in message.images:
                index.add_upload("image", image.url)
    return index
