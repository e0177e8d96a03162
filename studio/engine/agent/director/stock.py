"""What a request can refer to: living pieces per modality, seen as they were when the turn began."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.contract.chat import MediaKind
from studio.contract.media import KINDS, MediaIndex, UnknownPiece
from studio.engine.agent.director.history import Conversation, Done


@dataclass
class Shelf:
    """The pieces of one modality, as wire indices; deleted ones are left out."""

    made: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    """Uploads, oldest first: −1, −2 …"""
    attached: list[int] = field(default_factory=list)
    """Uploads that came with the newest message."""
    batch: list[int] = field(default_factory=list)
    """Outputs of the latest earlier call that made pieces of this modality."""
    aside: list[int] = field(default_factory=list)
    """Results that were taken back: still there by name, but not what "it" means."""
    back: int | None = None
    """What the person went back to, until a newer piece is made."""

    @property
    def everything(self) -> list[int]:
        """Uploads, then results."""
        return [*self.sent, *self.made]

    @property
    def current(self) -> int | None:
        """The piece that "this" means: just attached, else the latest result, else the newest upload."""
        if self.attached:
            return self.attached[-1]
        if self.back is not None:
            return self.back
        standing = [index for index in self.made if index not in self.aside]
        return standing[-1] if standing else self.sent[-1] if self.sent else None


@dataclass
class Stock:
    """All shelves, and the modality that a bare "it" means."""

    image: Shelf
    video: Shelf
    audio: Shelf
    focus: MediaKind | None
    last: str | None = None
    """Name of the tool that made the latest standing result, a text included."""

    def shelf(self, kind: MediaKind) -> Shelf:
        """Return the shelf of *kind*."""
        return {"image": self.image, "video": self.video, "audio": self.audio}[kind]

    def has(self, kind: MediaKind) -> bool:
        """Whether there is any piece of *kind*."""
        return self.shelf(kind).current is not None


def take_stock(media: MediaIndex, talk: Conversation) -> Stock:
    """Look at the session as it was before this turn made anything."""
    shelves = {kind: _shelf(kind, media, talk) for kind in KINDS}
    images = talk.request.images if talk.request else []
    if images:
        found = [media.find(image.url) for image in images]
        known = [place[1] for place in found if place and place[0] == "image"]
        shelf = shelves["image"]
        if len(known) < len(images):
            missing = len(images) - len(known)
            if not shelf.sent:
                shelf.sent = [-1 - i for i in range(len(images))]
            known = [*known, *[i for i in shelf.sent if i not in known][-missing:]]
        shelf.attached = list(dict.fromkeys(known))
    return Stock(
        shelves["image"],
        shelves["video"],
        shelves["audio"],
        _focus(shelves, talk.standing),
        next((done.name for done in reversed(talk.standing) if not done.failed), None),
    )


def _shelf(kind: MediaKind, media: MediaIndex, talk: Conversation) -> Shelf:
    fresh = {index for done in talk.turn if done.kind == kind for index in done.indices}
    floor = min(fresh, default=None)
    shelf = Shelf()
    for index in range(media.count(kind)):
        if _alive(media, kind, index) and (floor is None or index < floor):
            shelf.made.append(index)
    shelf.sent = [-1 - i for i in range(media.count(kind, uploaded=True)) if _alive(media, kind, -1 - i)]
    for done in talk.earlier:
        if done.kind == kind and not done.failed and done.indices:
            known = media.count(kind)
            shelf.made += [i for i in done.indices if i >= known and i not in shelf.made]
            alive = [i for i in done.indices if i in shelf.made]
            if any(done is other for other in talk.undone):
                shelf.aside += done.indices
            else:
                shelf.batch = alive or shelf.batch
    shelf.back = talk.back.get(kind)
    return shelf


def _alive(media: MediaIndex, kind: MediaKind, index: int) -> bool:
    try:
        media.resolve(kind, index)
    except UnknownPiece:
        return False
    return True


def _focus(shelves: dict[MediaKind, Shelf], earlier: Sequence[Done]) -> MediaKind | None:
    if shelves["image"].attached:
        return "image"
    for done in reversed(earlier):
        if done.kind and done.indices and not done.failed:
            return done.kind
    order: tuple[MediaKind, ...] = ("video", "image", "audio") if shelves["video"].made else ("image", "video", "audio")
    return next((kind for kind in order if shelves[kind].current is not None), None)
