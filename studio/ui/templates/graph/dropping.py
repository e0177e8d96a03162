"""What is dragged over the canvas from elsewhere: copied stages, template files, and pieces or media files.

A template is a recipe and holds no pieces. A medium that is dropped therefore becomes an input of its kind, bound where
it fell, and the run form begins with it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QPointF

from studio.contract.editing.document import INPUTS
from studio.contract.editing.form import FILE, PIECE
from studio.contract.editing.ports import InPort, Kind, OutPort, spoken
from studio.ui.create.drop_rules import kind_of
from studio.ui.gallery.actions import PIECES_MIME, piece_ids_of
from studio.ui.templates.graph import actions
from studio.ui.templates.graph.facts import PLURAL_OF_KIND, WORD_OF_KIND

if TYPE_CHECKING:
    from studio.ui.templates.graph.canvas import Canvas

MIME: Final = "application/x-sogni-stages"
_MOST_FILE_BYTES: Final = 4_000_000
_KINDS: Final[dict[str, Kind]] = {"image": "image", "video": "video", "audio": "audio"}


class Media:
    """Pieces or files of one kind.

    Attributes:
        refs: as the run form keeps them: ``piece:ID`` or ``file:PATH``.
        name: what the first is called.
    """

    def __init__(self, kind: Kind, refs: list[str], name: str) -> None:
        self.kind, self.refs, self.name = kind, refs, name

    @property
    def port(self) -> OutPort:
        """What they give, as if an input gave it already."""
        return OutPort(self.kind, self.kind, len(self.refs) > 1)


def media_of(data: QMimeData) -> Media | None:
    """Return what a drag carries: everything of the kind of the first usable one; None when nothing is."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    kinds = [_KINDS.get(kind_of(path)) for path in paths]
    first = next((kind for kind in kinds if kind is not None), None)
    if first is None:
        return None
    ids = piece_ids_of(data) if data.hasFormat(PIECES_MIME) else []
    # Our own drags carry a file and an id for each piece, in the same order; a piece without its file has only an id.
    refs = [f"{PIECE}{each}" for each in ids] if len(ids) == len(paths) else [f"{FILE}{path}" for path in paths]
    chosen = [number for number, kind in enumerate(kinds) if kind == first]
    return Media(first, [refs[number] for number in chosen], paths[chosen[0]].name)


def stages_of(data: QMimeData) -> str:
    """Return the text of stages or of a template file that a drag carries; "" for none."""
    if data.hasFormat(MIME):
        return bytes(data.data(MIME).data()).decode("utf-8", "replace")
    for path in (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()):
        try:
            if path.suffix.lower() == ".json" and path.stat().st_size <= _MOST_FILE_BYTES:
                return path.read_text("utf-8", "replace")
        except OSError:
            continue
    return ""


class Drops:
    """The drag that is over the canvas now: lights up what fits, and does what a drop means."""

    def __init__(self, canvas: "Canvas") -> None:
        self._canvas = canvas
        self._media: Media | None = None
        self._fits: dict[str, list[InPort]] = {}
        self._hot: tuple[str, str] | None = None

    def enter(self, data: QMimeData) -> bool:
        """Return whether something of it can be used; light up where it fits."""
        if data.hasFormat(MIME) or any(url.toLocalFile().lower().endswith(".json") for url in data.urls()):
            return True
        self._media = media_of(data)
        if self._media is None:
            return False
        self._canvas.give_up()
        document = self._canvas.editor.document.value
        self._fits = actions.fitting_ins(document, INPUTS, OutPort("", self._media.kind))
        for node_id, node in self._canvas.graph.nodes.items():
            names = {port.name for port in self._fits.get(node_id, ())}
            node.mark(
                fitting=frozenset((p.side, p.name) for p in node.facts.ports if p.side == "in" and p.name in names)
            )
        return True

    def over(self, spot: QPointF) -> None:
        """Show where it would go."""
        self._heat(self._target(spot))

    def leave(self) -> None:
        """It went away."""
        self._heat(None)
        for node in self._canvas.graph.nodes.values():
            node.mark(fitting=None)
        self._media = None

    def drop(self, data: QMimeData, spot: QPointF) -> bool:
        """Do it, and return whether something was taken."""
        canvas, media, target = self._canvas, self._media or media_of(data), self._target(spot)
        under = canvas.graph.node_at(spot)
        self.leave()
        text = stages_of(data)
        if text:
            return canvas.paste_text(text, (spot.x(), spot.y()))
        if media is None:
            return False
        if target is not None:
            self._fill(media, actions.input_for(canvas.editor, *target, many=len(media.refs)))
        elif under is None or under.id == INPUTS:
            canvas.media_offered.emit(media, spot)
        else:
            canvas.said.emit(f"{under.facts.title} takes no {WORD_OF_KIND[media.kind]}.")
        return True

    def fill(self, media: Media, tool: str, spot: QPointF) -> str:
        """Ask for *media*, with a stage that takes it (none for an empty *tool*), and return the stage's id."""
        made, name = actions.add_with_input(self._canvas.editor, media.port, tool, (spot.x(), spot.y()))
        self._fill(media, name)
        return made

    def _fill(self, media: Media, name: str) -> None:
        editor = self._canvas.editor
        entry = editor.document.value.input(name) if name else None
        if entry is None:
            return
        many = isinstance(entry.get("multiple"), dict)
        editor.fill_form(name, media.refs if many else media.refs[0])
        count, more = len(media.refs), PLURAL_OF_KIND[media.kind]
        said = f"“{spoken(name)}” is asked for when it runs. "
        if count > 1 and not many:
            self._canvas.said.emit(f"{said}It takes one: {media.name} is filled in.")
        else:
            self._canvas.said.emit(
                said + (f"{count} {more} are filled in." if count > 1 else f"{media.name} is filled in.")
            )

    def _target(self, spot: QPointF) -> tuple[str, str] | None:
        if self._media is None:
            return None
        graph = self._canvas.graph
        found = graph.port_at(spot, 16)
        if found is not None:
            node, side, name = found
            if side == "in" and any(port.name == name for port in self._fits.get(node.id, ())):
                return node.id, name
        under = graph.node_at(spot)
        if under is None or under.id not in self._fits:
            return None
        document = self._canvas.editor.document.value
        return under.id, actions.best_first(document, under.id, self._media.port, self._fits[under.id])[0].name

    def _heat(self, hot: tuple[str, str] | None) -> None:
        if hot == self._hot:
            return
        for target, on in ((self._hot, False), (hot, True)):
            if target is not None and target[0] in self._canvas.graph.nodes:
                self._canvas.graph.nodes[target[0]].mark(hot=("in", target[1]) if on else None, hovered=on)
        self._hot = hot
