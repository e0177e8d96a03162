"""The scene: nodes and wires as the present document has them. An edit changes only the items that differ."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from studio.contract.editing.document import INPUTS, Document
from studio.contract.editing.layout import tidied
from studio.contract.editing.wires import CONDITION, Wire, wires_of
from studio.ui.templates.graph.facts import PLURAL_OF_KIND, TAB, WORD_OF_KIND, Side, facts_of
from studio.ui.templates.graph.nodes import NodeItem, StageRun
from studio.ui.templates.graph.wires import FlagItem, GroupItem, WireItem

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_AROUND = 600.0
_COLUMN = 154.0


class GraphScene(QGraphicsScene):
    """Items of one open template.

    Signals:
        arranged(): nodes have moved, for good or for the moment.
    """

    arranged = Signal()

    def __init__(self, editor: "EditorModel", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[str, WireItem] = {}
        self._flags: dict[str, FlagItem] = {}
        self._groups: dict[str, GroupItem] = {}
        self._fallback: dict[str, tuple[float, float]] = {}
        self._of_node: dict[str, list[WireItem]] = {}
        self._results: Mapping[str, Sequence[Path]] = {}
        self._texts: Mapping[str, str] = {}
        self._runs: Mapping[str, StageRun] = {}
        self._costs: Mapping[str, str] = {}
        self._content: QRectF | None = None
        self.chosen_wire = ""
        self.refresh()

    # --- what is in it -------------------------------------------------------------------------

    def content_rect(self) -> QRectF:
        """Return the box around every node; a small one without nodes."""
        if self._content is None:
            found = QRectF()
            for node in self.nodes.values():
                found = found.united(node.box.translated(node.pos()))
            self._content = found if not found.isNull() else QRectF(0, 0, 320, 200)
        return QRectF(self._content)

    def node_at(self, spot: QPointF) -> NodeItem | None:
        """Return the topmost node at a place."""
        inside = [node for node in self.nodes.values() if node.box.translated(node.pos()).contains(spot)]
        return max(inside, key=lambda node: node.zValue(), default=None)

    def port_at(self, spot: QPointF, reach: float = 11.0) -> tuple[NodeItem, Side, str] | None:
        """Return the port near a place, with its node and side; the nearest of several."""
        best: tuple[float, NodeItem, Side, str] | None = None
        for node in self.nodes.values():
            if not node.box.adjusted(-reach, 0, reach, 0).translated(node.pos()).contains(spot):
                continue
            port = node.port_at(spot, reach)
            if port is not None:
                way = (node.port_spot(port.side, port.name) - spot).manhattanLength()
                if best is None or way < best[0]:
                    best = (way, node, port.side, port.name)
        return best[1:] if best is not None else None

    def wire_at(self, spot: QPointF, reach: float = 12.0) -> WireItem | None:
        """Return the wire at a place."""
        return next((wire for wire in reversed(self.wires.values()) if wire.is_at(spot, reach)), None)

    def ordered(self) -> list[str]:
        """Return the nodes in the order of the flow: the inputs, then the stages as a run goes through them."""
        return list(self.nodes)

    def spots(self) -> dict[str, tuple[float, float]]:
        """Return where every node lies now."""
        return {each: (node.x(), node.y()) for each, node in self.nodes.items()}

    def wires_of(self, node: str) -> Sequence[WireItem]:
        """Return the wires that begin or end at a node."""
        return self._of_node.get(node, ())

    # --- following the document ----------------------------------------------------------------

    def refresh(self) -> None:
        """Show the present document."""
        document = self._editor.document.value
        facts = facts_of(document, self._editor.problems.value)
        for gone in self.nodes.keys() - facts.keys():
            self.removeItem(self.nodes.pop(gone))
        made: dict[str, NodeItem] = {}
        for node_id, fact in facts.items():
            node = self.nodes.get(node_id)
            if node is None:
                node = NodeItem(fact)
                self.addItem(node)
            else:
                node.set_facts(fact)
            made[node_id] = node
        self.nodes = made
        self._dress(made)
        self._put(document)
        self._make_room()
        self._wire(document)
        self._group()
        self.show_selection()
        self._rebound()

    def _put(self, document: Document) -> None:
        said = document.positions()
        without = [each for each in self.nodes if each not in said and each not in self._fallback]
        if without:
            self._fallback |= self._laid_out(document, said, without)
        for node_id, node in self.nodes.items():
            x, y = said.get(node_id) or self._fallback[node_id]
            if (node.x(), node.y()) != (x, y):
                node.setPos(x, y)
        self._fallback = {each: spot for each, spot in self._fallback.items() if each in self.nodes}

    def _laid_out(
        self, document: Document, said: Mapping[str, tuple[float, float]], without: Sequence[str]
    ) -> dict[str, tuple[float, float]]:
        """Return places for nodes that the document places nowhere: as tidied, beside what is there."""
        tidy = tidied(document, self.size_of).positions()
        known = [each for each in self.nodes if each in said]
        if not known:
            return {each: tidy.get(each, (0.0, 0.0)) for each in self.nodes}
        left = min(said[each][0] for each in known)
        bottom = max(said[each][1] + self.nodes[each].height for each in known)
        found = {}
        for each in without:
            if each == INPUTS:
                top = min(said[other][1] for other in known)
                found[each] = (left - self.nodes[each].width - 64, top)
            else:
                found[each] = (left, bottom + 48)
                left += self.nodes[each].width + 52
        return found

    def size_of(self, node: str) -> tuple[float, float]:
        """Return the size of a node, with what its last run made."""
        item = self.nodes.get(node)
        if item is None:
            return (154.0, 160.0)
        return (item.width, item.height + (22 if item.facts.tab else 0))

    def _wire(self, document: Document) -> None:
        wires = {
            wire.id: wire for wire in wires_of(document) if wire.source in self.nodes and wire.target in self.nodes
        }
        for gone in self.wires.keys() - wires.keys():
            self.removeItem(self.wires.pop(gone))
        self._of_node = {}
        for wire_id, wire in wires.items():
            item = self.wires.get(wire_id)
            if item is None:
                item = self.wires[wire_id] = WireItem(wire)
                self.addItem(item)
            item.wire = wire
            self._route(item)
            for end in {wire.source, wire.target}:
                self._of_node.setdefault(end, []).append(item)
        if self.chosen_wire not in self.wires:
            self.chosen_wire = ""
        self._flag()

    def _flag(self) -> None:
        wanted: dict[str, WireItem | None] = {}
        for node_id, node in self.nodes.items():
            if node.facts.checkpoint:
                leaving = [item for item in self._of_node.get(node_id, ()) if item.wire.source == node_id]
                wanted[node_id] = leaving[0] if leaving else None
        for gone in self._flags.keys() - wanted.keys():
            self.removeItem(self._flags.pop(gone))
        for node_id, wire in wanted.items():
            flag = self._flags.get(node_id)
            if flag is None:
                flag = self._flags[node_id] = FlagItem()
                self.addItem(flag)
            node = self.nodes[node_id]
            flag.setPos(wire.middle if wire is not None else node.pos() + QPointF(node.width + 18, 24))

    def _group(self) -> None:
        parents: dict[str, list[NodeItem]] = {}
        for node in self.nodes.values():
            if node.facts.parent in self.nodes:
                parents.setdefault(node.facts.parent, []).append(node)
        for gone in self._groups.keys() - parents.keys():
            self.removeItem(self._groups.pop(gone))
        for parent, children in parents.items():
            group = self._groups.get(parent)
            words = f"{self.nodes[parent].facts.title} and its sub-stages"
            if group is None:
                group = self._groups[parent] = GroupItem(words)
                self.addItem(group)
            group.words = words
            box = QRectF()
            for node in (self.nodes[parent], *children):
                box = box.united(node.box.translated(node.pos()))
            group.frame(box)

    def _route(self, item: WireItem) -> None:
        wire = item.wire
        item.route(*self.ends_of(wire))

    def ends_of(self, wire: Wire) -> tuple[QPointF, QPointF]:
        """Return where a wire begins and ends."""
        start = self.nodes[wire.source].port_spot("out", wire.output)
        port = CONDITION if wire.form == "condition" else wire.port
        return start, self.nodes[wire.target].port_spot("in", port)

    def _rebound(self) -> None:
        self._content = None
        self.arranged.emit()
        wanted = self.content_rect().adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        if not self.sceneRect().contains(wanted) or self.sceneRect().width() > 3 * wanted.width():
            self.setSceneRect(wanted)

    def tip_at(self, spot: QPointF) -> str:
        """Return what the tooltip says at a place: a port with its kind and ends, or the problem of a node."""
        found = self.port_at(spot)
        if found is not None:
            node, side, name = found
            port = node.facts.port(side, name)
            assert port is not None
            kind = PLURAL_OF_KIND[port.kind] if port.many else WORD_OF_KIND[port.kind]
            needed = ", required" if port.required else ""
            said = port.words if kind in port.words else f"{port.words}: {kind}"
            return f"{said}{needed}{self._ends_words(node.id, side, name)}"
        under = self.node_at(spot)
        if under is None:
            return ""
        return under.facts.problem if under.facts.problem else under.facts.title

    def _ends_words(self, node: str, side: str, name: str) -> str:
        said = []
        for item in self.wires_of(node):
            wire = item.wire
            if side == "in" and wire.target == node and wire.port == name:
                said.append(f"from {self.nodes[wire.source].facts.title} {wire.output}".strip())
            elif side == "out" and wire.source == node and wire.output == name:
                said.append(f"to {self.nodes[wire.target].facts.title}")
        return f"\n{', '.join(said)}" if said else ""

    # --- moving for the moment -----------------------------------------------------------------

    def shift(self, spots: Mapping[str, QPointF]) -> None:
        """Put nodes somewhere for the moment; wires follow. The document is not changed."""
        touched: dict[int, WireItem] = {}
        for node_id, spot in spots.items():
            self.nodes[node_id].setPos(spot)
            for item in self._of_node.get(node_id, ()):
                touched[id(item)] = item
        for item in touched.values():
            self._route(item)
        self._flag()
        if self._groups:
            self._group()
        self._rebound()

    # --- selection -----------------------------------------------------------------------------

    def show_selection(self) -> None:
        """Show what is selected."""
        chosen = set(self._editor.selection.value)
        for node_id, node in self.nodes.items():
            node.mark(chosen=node_id in chosen)
            node.setZValue(2.5 if node_id in chosen else 2)
        for item in self.wires.values():
            is_chosen = item.wire.id == self.chosen_wire
            bright = item.wire.target in chosen and item.wire.form in ("value", "text")
            item.restyle(chosen=is_chosen, bright=bright)

    def choose_wire(self, wire_id: str) -> None:
        """Show a wire as chosen; "" for none."""
        if wire_id != self.chosen_wire:
            self.chosen_wire = wire_id
            self.show_selection()

    # --- results and progress ------------------------------------------------------------------

    def set_results(self, results: Mapping[str, Sequence[Path]], texts: Mapping[str, str]) -> None:
        """Show what the last run made."""
        self._results, self._texts = dict(results), dict(texts)
        self._dress(self.nodes)
        self._after_sizes()

    def set_runs(self, runs: Mapping[str, StageRun]) -> None:
        """Show how far the stages of a run are."""
        self._runs = dict(runs)
        for node_id, node in self.nodes.items():
            node.set_run(self._runs.get(node_id))

    def set_costs(self, costs: Mapping[str, str]) -> None:
        """Show what the stages cost, in words; nothing for those that are left out."""
        self._costs = dict(costs)
        for node_id, node in self.nodes.items():
            node.mark(cost=self._costs.get(node_id, ""))

    def unsettled(self) -> Iterator[NodeItem]:
        """Yield the nodes whose bar moves by itself."""
        for node in self.nodes.values():
            run = node.run
            if run is None:
                continue
            entries = list(run.items) or [(run.fraction, run.state)]
            if any(state == "running" and fraction is None for fraction, state in entries):
                yield node

    def shows(self, path: str) -> None:
        """A picture or sound has come."""
        for node in self.nodes.values():
            if any(str(each) == path for each in node.results):
                node.update()

    def _dress(self, nodes: Mapping[str, NodeItem]) -> None:
        for node_id, node in nodes.items():
            node.set_results(self._results.get(node_id, ()), self._texts.get(node_id, ""))
            node.set_run(self._runs.get(node_id))
            node.mark(cost=self._costs.get(node_id, ""))

    def _make_room(self) -> None:
        """Let no picture push a node over the one below it."""
        columns: dict[int, list[NodeItem]] = {}
        for node in self.nodes.values():
            for column in range(int(node.x() // _COLUMN), int((node.x() + node.width) // _COLUMN) + 1):
                columns.setdefault(column, []).append(node)
        for node in self.nodes.values():
            if not node.results:
                continue
            beside = columns.get(int(node.x() // _COLUMN), []) + columns.get(
                int((node.x() + node.width) // _COLUMN), []
            )
            tops = [
                other.y() - (TAB if other.facts.tab else 8 if other.cards else 0)
                for other in beside
                if other.y() > node.y() and other.x() < node.x() + node.width and node.x() < other.x() + other.width
            ]
            node.set_room(min(tops) - node.y() - 6 if tops else None)

    def _after_sizes(self) -> None:
        self._make_room()
        self._group()
        self._rebound()

    def restyle(self) -> None:
        """The theme is another one."""
        for item in self.items():
            item.update()
        self.show_selection()
