"""Drags on the canvas: moving nodes, drawing wires, the rubber band, the hand. One is active at a time.

A drag shows what it would do and changes the document once, when it is dropped; Esc takes it back.
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem

from studio.contract.editing import operations as ops
from studio.contract.editing.document import EditError
from studio.contract.editing.ports import OVER, InPort, OutPort, spoken
from studio.ui.templates.graph import actions
from studio.ui.templates.graph.facts import COLOR_OF_KIND, GRID
from studio.ui.templates.graph.wires import WireItem, curve
from studio.ui.theme import theme

if TYPE_CHECKING:
    from studio.ui.templates.graph.canvas import Canvas
    from studio.ui.templates.graph.nodes import NodeItem

_STARTS_AFTER_PX = 4
ARROWS: Final = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
"""Steps of the arrow keys, in cells of the grid."""


class Gesture:
    """Something that is dragged. Places are those of the scene."""

    def __init__(self, canvas: "Canvas", start: QPointF) -> None:
        self.canvas, self.scene, self.editor = canvas, canvas.graph, canvas.editor
        self.start = start
        self.begun = False

    def move(self, spot: QPointF) -> None:
        """The pointer is at *spot*."""
        if not self.begun and self.canvas.distance_px(self.start, spot) >= _STARTS_AFTER_PX:
            self.begun = True
            self.begin()
        if self.begun:
            self.drag(spot)

    def begin(self) -> None:
        """It has gone far enough to be meant."""

    def drag(self, spot: QPointF) -> None:
        """Show what would happen at *spot*."""

    def drop(self, spot: QPointF) -> None:
        """Do it; without having begun it was a click."""

    def cancel(self) -> None:
        """Take everything back."""


class MoveNodes(Gesture):
    """Selected nodes follow the pointer in steps of the grid. One alone can be dropped onto a wire."""

    def __init__(self, canvas: "Canvas", start: QPointF, node: "NodeItem", nodes: list[str]) -> None:
        super().__init__(canvas, start)
        self._node = node
        self._from = {each: QPointF(self.scene.nodes[each].pos()) for each in nodes if each in self.scene.nodes}
        self._wire: WireItem | None = None

    def begin(self) -> None:
        """Show the hand."""
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def drag(self, spot: QPointF) -> None:
        """Move for the moment."""
        by, origin = spot - self.start, self._from[self._node.id]
        wanted = QPointF(round((origin.x() + by.x()) / GRID) * GRID, round((origin.y() + by.y()) / GRID) * GRID)
        by = wanted - origin
        self.scene.shift({each: place + by for each, place in self._from.items()})
        self._try_wire()

    def drop(self, spot: QPointF) -> None:
        """Move for good, or put the node onto the wire under it."""
        self.canvas.viewport().unsetCursor()
        if not self.begun:
            self.canvas.clicked_on(self._node.id)
            return
        spots = {each: (self.scene.nodes[each].x(), self.scene.nodes[each].y()) for each in self._from}
        wire, self._wire = self._wire, None
        now = self.scene.spots() | {each: (place.x(), place.y()) for each, place in self._from.items()}
        if wire is not None:
            done = actions.onto_wire(
                self.editor, self._node.id, spots[self._node.id], wire.wire, now, self.scene.size_of
            )
        else:
            done = actions.move(self.editor, spots, now)
        if not done:
            self.scene.shift(self._from)
            self.scene.show_selection()

    def cancel(self) -> None:
        """Put them back."""
        self.canvas.viewport().unsetCursor()
        if self.begun:
            self.scene.shift(self._from)
            self.scene.show_selection()

    def _try_wire(self) -> None:
        found = None
        if len(self._from) == 1 and not self.scene.wires_of(self._node.id):
            box = self._node.box.translated(self._node.pos())
            for spot in (box.center(), QPointF(box.center().x(), box.top() + 30)):
                found = found or self.scene.wire_at(spot, 40)
            if found is not None:
                try:
                    actions.insert_existing(self.editor.document.value, found.wire, self._node.id)
                except EditError:
                    found = None
        if found is not self._wire:
            self._wire = found
            self.scene.show_selection()
            if found is not None:
                found.restyle(chosen=True)


class DrawWire(Gesture):
    """A wire from an output to an argument, or the other way round. Only what fits lights up."""

    def __init__(
        self, canvas: "Canvas", start: QPointF, node: str, name: str, *, backwards: bool = False, instead: str = ""
    ) -> None:
        """*instead*: the id of the wire that is picked up at its end."""
        super().__init__(canvas, start)
        self.node, self.name, self.backwards, self.instead = node, name, backwards, instead
        self._line: QGraphicsPathItem | None = None
        self._fits: dict[str, list[InPort]] = {}
        self._fits_out: dict[str, list[OutPort]] = {}
        self._hot: tuple[str, str] | None = None
        self.given: OutPort | None = None
        self.wanted: InPort | None = None

    def begin(self) -> None:
        """Light up what fits."""
        document = self.editor.document.value
        try:
            if self.backwards:
                self.wanted = actions.in_port(document, self.node, self.name)
                if self.wanted is not None:
                    self._fits_out = actions.fitting_outs(document, self.node, self.wanted)
            else:
                self.given = ops.output_of(document, self.node, self.name)
                self._fits = actions.fitting_ins(document, self.node, self.given)
        except EditError as error:
            self.editor.refused.emit(str(error))
        side = "out" if self.backwards else "in"
        lit: dict[str, list[InPort]] | dict[str, list[OutPort]] = self._fits_out if self.backwards else self._fits
        for node_id, node in self.scene.nodes.items():
            names = {port.name for port in lit.get(node_id, ())}
            shown = {(port.side, port.name) for port in node.facts.ports if port.side == side and port.name in names}
            if node_id == self.node:
                shown.add(("in" if self.backwards else "out", self.name))
            node.mark(fitting=frozenset(shown))
        kind = self.wanted.kind if self.wanted is not None else self.given.kind if self.given is not None else "data"
        self._line = QGraphicsPathItem()
        self._line.setZValue(4)
        pen = QPen(theme().color(COLOR_OF_KIND[kind]), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self._line.setPen(pen)
        self.scene.addItem(self._line)
        if self.instead in self.scene.wires:
            self.scene.wires[self.instead].hide()

    def drag(self, spot: QPointF) -> None:
        """Draw the wire to the pointer, or to the port that it would go into."""
        target = self._target(spot)
        hot = None
        end = spot
        if target is not None:
            node_id, name = target
            node = self.scene.nodes[node_id]
            side = "out" if self.backwards else "in"
            if node.facts.port("out" if self.backwards else "in", name) is not None:
                hot = target
                end = node.port_spot("out" if side == "out" else "in", name)
        self._heat(hot)
        fixed = self.scene.nodes[self.node].port_spot("in" if self.backwards else "out", self.name)
        if self._line is not None:
            self._line.setPath(curve(end, fixed) if self.backwards else curve(fixed, end))

    def drop(self, spot: QPointF) -> None:
        """Connect, offer what could be here, or let go of what was picked up."""
        if not self.begun:
            self.canvas.clicked_on(self.node)
            return
        target, node = self._target(spot), self.scene.node_at(spot)
        on_port = self._port_under(spot)
        self._end()
        if target is not None and (on_port or self._only(target[0])):
            self.finish(*target)
        elif target is not None:
            self.canvas.ask_port(self, target[0], spot)
        elif node is not None:
            if node.id != self.node:
                self.canvas.say_why(self, node.id)
        elif self.instead:
            actions.disconnect(self.editor, self.instead)
        else:
            self.canvas.offer(self, spot)

    def finish(self, node: str, name: str) -> bool:
        """Connect with a port of another node."""
        if self.backwards:
            return actions.connect(self.editor, node, name, self.node, self.name)
        return actions.connect(self.editor, self.node, self.name, node, name, instead=self.instead)

    def cancel(self) -> None:
        """Take it away."""
        if self.begun:
            self._end()

    def choices(self, node: str) -> list[InPort]:
        """Return the arguments of a node that it may go into, the likeliest first."""
        if self.given is None:
            return []
        return actions.best_first(self.editor.document.value, node, self.given, self._fits.get(node, []))

    def targets(self) -> list[tuple[str, str]]:
        """Return every port that it may go into, the nearest node first: for the keyboard."""
        here = self.scene.nodes[self.node].pos()
        lit: dict[str, list[InPort]] | dict[str, list[OutPort]] = self._fits_out if self.backwards else self._fits
        order = sorted(lit, key=lambda node: (self.scene.nodes[node].pos() - here).manhattanLength())
        found = []
        for node in order:
            ports = [port.name for port in lit[node]] if self.backwards else [port.name for port in self.choices(node)]
            found += [(node, name) for name in ports]
        return found

    def show_target(self, node: str, name: str) -> None:
        """Draw it to a port, also one that is not shown: for the keyboard."""
        side = "out" if self.backwards else "in"
        item = self.scene.nodes[node]
        self._heat((node, name))
        fixed = self.scene.nodes[self.node].port_spot("in" if self.backwards else "out", self.name)
        end = item.port_spot("out" if side == "out" else "in", name)
        if self._line is not None:
            self._line.setPath(curve(end, fixed) if self.backwards else curve(fixed, end))

    def _target(self, spot: QPointF) -> tuple[str, str] | None:
        found = self.scene.port_at(spot, 16)
        lit: dict[str, list[InPort]] | dict[str, list[OutPort]] = self._fits_out if self.backwards else self._fits
        if found is not None:
            node, side, name = found
            if side == ("out" if self.backwards else "in") and any(port.name == name for port in lit.get(node.id, ())):
                return node.id, name
            if node.port_at(spot, 9) is not None:
                return None
        under = self.scene.node_at(spot)
        if under is None or under.id == self.node or under.id not in lit:
            return None
        if self.backwards:
            return under.id, self._fits_out[under.id][0].name
        return under.id, self.choices(under.id)[0].name

    def _port_under(self, spot: QPointF) -> bool:
        found = self.scene.port_at(spot, 16)
        return found is not None and found[1] == ("out" if self.backwards else "in")

    def _only(self, node: str) -> bool:
        return len((self._fits_out if self.backwards else self._fits).get(node, ())) == 1

    def _heat(self, hot: tuple[str, str] | None) -> None:
        if hot == self._hot:
            return
        for target, on in ((self._hot, False), (hot, True)):
            if target is not None and target[0] in self.scene.nodes:
                node = self.scene.nodes[target[0]]
                node.mark(hot=("out" if self.backwards else "in", target[1]) if on else None, hovered=on)
        self._hot = hot

    def _end(self) -> None:
        self._heat(None)
        if self._line is not None:
            self.scene.removeItem(self._line)
            self._line = None
        for node in self.scene.nodes.values():
            node.mark(fitting=None)
        if self.instead in self.scene.wires:
            self.scene.wires[self.instead].show()


class Band(Gesture):
    """The rubber band over the ground."""

    def __init__(self, canvas: "Canvas", start: QPointF, keep: tuple[str, ...]) -> None:
        super().__init__(canvas, start)
        self._keep = keep
        self._box: QGraphicsRectItem | None = None

    def begin(self) -> None:
        """Show the band."""
        shade = theme()
        self._box = QGraphicsRectItem()
        self._box.setZValue(5)
        fill = QColor(shade.color("accent.base"))
        fill.setAlphaF(0.10)
        self._box.setBrush(fill)
        pen = QPen(shade.color("accent.base"), 1)
        pen.setCosmetic(True)
        self._box.setPen(pen)
        self.scene.addItem(self._box)

    def drag(self, spot: QPointF) -> None:
        """Select what it touches."""
        box = QRectF(self.start, spot).normalized()
        if self._box is not None:
            self._box.setRect(box)
        touched = [
            node_id for node_id, node in self.scene.nodes.items() if node.box.translated(node.pos()).intersects(box)
        ]
        self.editor.select((*self._keep, *touched))

    def drop(self, spot: QPointF) -> None:
        """Keep what is selected; a click on the ground selects nothing."""
        if not self.begun:
            self.scene.choose_wire("")
            self.editor.select(self._keep)
        self._end()

    def cancel(self) -> None:
        """Select what was selected before."""
        if self.begun:
            self.editor.select(self._keep)
        self._end()

    def _end(self) -> None:
        if self._box is not None:
            self.scene.removeItem(self._box)
            self._box = None


class KeyWire:
    """Connecting with the keyboard: arrows go through what fits, Enter connects, Esc leaves."""

    def __init__(self, canvas: "Canvas", node: str) -> None:
        self._canvas = canvas
        self._node = node
        self._outs = [port.name for port in canvas.graph.nodes[node].facts.ports if port.side == "out"]
        self._out = 0
        self._wire: DrawWire | None = None
        self._targets: list[tuple[str, str]] = []
        self._at = 0
        self.usable = bool(self._outs)
        if self.usable:
            self._draw()

    @property
    def words(self) -> str:
        """What Enter would do, for the line below and for screen readers."""
        name = self._canvas.graph.nodes[self._node].facts.title
        if not self._targets:
            return f"Nothing takes “{self._outs[self._out]}” of {name}. Esc leaves."
        node, port = self._targets[self._at]
        title = self._canvas.graph.nodes[node].facts.title
        return f"{name}, {self._outs[self._out]} → {title}, {_words(port)}. Arrows choose, Enter connects, Esc leaves."

    def step(self, by: int) -> None:
        """Go to another port that fits."""
        if self._targets:
            self._at = (self._at + by) % len(self._targets)
            self._show()

    def step_output(self, by: int) -> None:
        """Begin at another output."""
        if len(self._outs) > 1:
            self.leave()
            self._out = (self._out + by) % len(self._outs)
            self._draw()

    def take(self) -> bool:
        """Connect."""
        wire, self._wire = self._wire, None
        if wire is None:
            return False
        wire.cancel()
        return bool(self._targets) and wire.finish(*self._targets[self._at])

    def leave(self) -> None:
        """Take it away."""
        if self._wire is not None:
            self._wire.cancel()
            self._wire = None

    def _draw(self) -> None:
        name = self._outs[self._out]
        start = self._canvas.graph.nodes[self._node].port_spot("out", name)
        self._wire = DrawWire(self._canvas, start, self._node, name)
        self._wire.begun = True
        self._wire.begin()
        self._targets, self._at = self._wire.targets(), 0
        self._show()

    def _show(self) -> None:
        if self._wire is not None and self._targets:
            node, port = self._targets[self._at]
            self._wire.show_target(node, port)
            self._canvas.reveal(node)


def _words(port: str) -> str:
    return "for each of" if port == OVER else spoken(port)
