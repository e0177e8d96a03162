"""The graph tab of the template editor: canvas, tools, overview and menus, on one open template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from studio.contract.editing.document import INPUTS, StageKind
from studio.contract.editing.ports import InPort, OutPort, port_for, spoken
from studio.contract.tools import catalogue
from studio.ui.create.bindings import cut_with
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.templates.graph import accessible, actions
from studio.ui.templates.graph.canvas import Canvas
from studio.ui.templates.graph.dropping import Media
from studio.ui.templates.graph.facts import (
    COLOR_OF_KIND,
    ICON_OF_KIND,
    PLURAL_OF_KIND,
    WITH_ARTICLE,
    WORD_OF_KIND,
)
from studio.ui.templates.graph.gestures import DrawWire
from studio.ui.templates.graph.nodes import StageRun
from studio.ui.templates.graph.panels import Minimap, ToolBar, Words
from studio.ui.templates.graph.scene import GraphScene
from studio.ui.templates.graph.stage_menu import Choice, StageMenu
from studio.ui.theme import icons, theme
from studio.ui.widgets.labels import EmptyState
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

ASK: Final = "?ask"
INPUT: Final = "?input"
_MINIMAP_FROM: Final = 760
_SWEEP_MS: Final = 40
_SWEEP_STEP: Final = 0.04
_OF_TOOL: Final = {"image": "image", "video": "video", "audio": "audio", "model": "model"}
_LATER: Final = frozenset(
    {
        "ask_clarifying_question", "finalize_response", "create_asset_manifest", "inspect_asset", "label_asset",
        "map_assets_for_model", "validate_asset_references",
    }
)  # fmt: skip
"""Tools of agents rather than of artists: at the end of the menu."""


@dataclass(frozen=True)
class OutlineEntry:
    """A node for a list or a screen reader: its id, words, description, and what it is connected with."""

    id: str
    words: str
    description: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]


class GraphView(QWidget):
    """The graph of the open template. Everything it changes goes through the editor as one named step.

    Signals:
        stage_opened(str): a node was double-clicked, or Enter was pressed on it: lead to its form.
    """

    stage_opened = Signal(str)

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shown = self._late = False
        self.graph = GraphScene(editor, self)
        self.canvas = Canvas(editor, self.graph, self)
        self.tools = ToolBar(self)
        self.minimap = Minimap(self.graph, self.canvas, self)
        self.words = Words(self)
        self._menu: StageMenu | None = None
        self._empty = EmptyState(
            "A clean table",
            "A template is a recipe of stages. Add the first one.",
            "Stage",
            "plus",
            self.add_stage,
            self,
        )
        self.setFocusProxy(self.canvas)
        self.setAccessibleName("Graph")
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(6000)
        self._quiet.timeout.connect(lambda: self.words.say(""))
        self._sweep = QTimer(self)
        self._sweep.setInterval(_SWEEP_MS)
        self._sweep.timeout.connect(self._turn)
        accessible.install()
        self._connect()
        cut_with(self, [editor.changed.connect(self._refresh), editor.selection.changed.connect(self._selected)])
        theme().on_change(self, self._restyle)
        self._refresh()

    def _connect(self) -> None:
        canvas, tools = self.canvas, self.tools
        tools.zoom_out.clicked.connect(lambda: canvas.zoom_step(-1))
        tools.zoom_in.clicked.connect(lambda: canvas.zoom_step(1))
        tools.zoom.clicked.connect(lambda: canvas.zoom_to(1.0))
        tools.fit.clicked.connect(canvas.fit)
        tools.add.clicked.connect(self.add_stage)
        tools.tidy.clicked.connect(canvas.tidy)
        canvas.zoomed.connect(tools.show_zoom)
        canvas.looked.connect(self.minimap.update)
        canvas.menu_wanted.connect(self._menu_on_ground)
        canvas.offered.connect(self._menu_for_wire)
        canvas.ports_offered.connect(self._menu_of_ports)
        canvas.media_offered.connect(self._menu_for_media)
        canvas.context_wanted.connect(lambda spot, at: self.context_menu(spot).popup(at))
        canvas.said.connect(self._say)
        canvas.stage_opened.connect(self.stage_opened)
        self.minimap.wanted.connect(canvas.centre_on)
        thumbnails().ready.connect(self._picture_came)

    # --- for others ----------------------------------------------------------------------------

    def set_results(self, results: Mapping[str, Sequence[Path]], texts: Mapping[str, str] | None = None) -> None:
        """Show what the last run made: files by stage, and texts by stage."""
        self.graph.set_results(results, texts or {})
        self.minimap.renew()

    def set_running(self, stages: Mapping[str, tuple[float | None, str, Sequence[tuple[float | None, str]]]]) -> None:
        """Show how far the stages of a run are: fraction, state, and the same of each item. Empty: no run."""
        self.graph.set_runs({stage: StageRun(*said) for stage, said in stages.items()})
        moving = next(self.graph.unsettled(), None) is not None and not theme().reduced_motion
        if moving and not self._sweep.isActive():
            self._sweep.start()
        elif not moving:
            self._sweep.stop()

    def set_costs(self, costs: Mapping[str, str]) -> None:
        """Show what each stage costs, as a short figure; leave out those that are free here."""
        self.graph.set_costs(costs)

    def centre_on(self, node: str) -> None:
        """Bring a node into the middle: a problem of it was chosen."""
        item = self.graph.nodes.get(node)
        if item is not None:
            self.canvas.centre_on(item.pos() + QPointF(item.width / 2, item.height / 2))

    def outline(self) -> list[OutlineEntry]:
        """Return the nodes in the order of the flow, for a list or a screen reader."""
        found = []
        for node_id, node in self.graph.nodes.items():
            wires = [item.wire for item in self.graph.wires_of(node_id)]
            found.append(
                OutlineEntry(
                    node_id,
                    node.facts.title,
                    node.facts.description,
                    tuple(dict.fromkeys(wire.source for wire in wires if wire.target == node_id)),
                    tuple(dict.fromkeys(wire.target for wire in wires if wire.source == node_id)),
                )
            )
        return found

    @property
    def menu(self) -> StageMenu | None:
        """The menu of stages while it is open."""
        return self._menu if self._menu is not None and self._menu.isVisible() else None

    # --- menus ---------------------------------------------------------------------------------

    def add_stage(self) -> None:
        """Offer every stage, at a free place."""
        self._menu_on_ground(self.canvas.free_spot())

    def _menu_on_ground(self, spot: QPointF) -> None:
        choices = [_ask_choice(), *map(_choice, _artists_first(actions.tools_taking(None)))]
        self._open(spot, "Add a stage", choices, lambda key: self._add(spot, key))

    def _menu_for_wire(self, wire: DrawWire, spot: QPointF) -> None:
        if wire.wanted is not None:
            wanted = wire.wanted
            choices = [Choice(INPUT, "Ask for it when it runs", "sliders", "text.secondary", "input")]
            choices = choices if wanted.name else []
            choices += [_choice(tool) for tool in _artists_first(actions.tools_making(wanted))]
            hint = f"What gives “{spoken(wanted.name)}”?"
            self._open(spot, "What gives it", choices, lambda key: self._add_before(wire, spot, key), hint)
        elif wire.given is not None:
            given = wire.given
            choices = [_choice(tool, given) for tool in _artists_first(actions.tools_taking(given))]
            if wire.node != INPUTS:
                choices.append(_ask_choice())
            hint = f"Stages that take {PLURAL_OF_KIND[given.kind] if given.many else WITH_ARTICLE[given.kind]}"
            self._open(spot, hint, choices, lambda key: self._add_after(wire, spot, key), hint)

    def _menu_for_media(self, media: Media, spot: QPointF) -> None:
        given = media.port
        hint = f"Stages that take {PLURAL_OF_KIND[given.kind] if given.many else WITH_ARTICLE[given.kind]}"
        choices = [Choice(INPUT, "Only ask for it when it runs", "sliders", "text.secondary", "input")]
        choices += [_choice(tool, given) for tool in _artists_first(actions.tools_taking(given))]
        self._open(spot, hint, choices, lambda key: self._add_media(media, spot, key), hint)

    def _menu_of_ports(self, wire: DrawWire, node: str, spot: QPointF) -> None:
        ports: Sequence[InPort | OutPort] = (
            wire.choices(node) if not wire.backwards else [port for _node, port in self._outs(wire, node)]
        )
        choices = [
            Choice(port.name, spoken(port.name) if port.name != "overBinding" else "for each of",
                   ICON_OF_KIND[port.kind], COLOR_OF_KIND[port.kind], WORD_OF_KIND[port.kind])
            for port in ports
        ]  # fmt: skip
        title = self.graph.nodes[node].facts.title
        self._open(spot, f"Which of {title}?", choices, lambda key: wire.finish(node, key), f"Which of {title}?")

    @staticmethod
    def _outs(wire: DrawWire, node: str) -> list[tuple[str, OutPort]]:
        document = wire.editor.document.value
        if wire.wanted is None:
            return []
        return [(node, port) for port in actions.fitting_outs(document, wire.node, wire.wanted).get(node, [])]

    def _menu_on_wire(self, wire_id: str, spot: QPointF) -> None:
        wire = actions.wire_of(self._editor.document.value, wire_id)
        if wire is None:
            return
        tools = _artists_first(actions.tools_between(self._editor.document.value, wire))
        if not tools:
            self._say("No stage takes and gives what this wire carries.")
            return
        self._open(
            spot, "Insert a stage", [_choice(tool) for tool in tools], lambda key: self._insert(wire_id, spot, key),
            "Stages that fit between",
        )  # fmt: skip

    def context_menu(self, spot: QPointF) -> QMenu:
        """Return what can be done with the selection, the chosen wire, or the ground."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self._editor.selection.value
        stages = [node for node in chosen if node != INPUTS]
        if self.graph.chosen_wire:
            wire = self.graph.chosen_wire
            self._entry(menu, "Insert a stage…", "plus", lambda: self._menu_on_wire(wire, spot))
            self._entry(menu, "Disconnect", "close", self.canvas.delete, "Del")
        elif stages:
            self._stage_entries(menu, stages)
        else:
            self._entry(menu, "Add a stage…", "plus", lambda: self._menu_on_ground(spot), "N")
            self._entry(menu, "Paste", "copy", lambda: self.canvas.paste(spot), "Ctrl+V")
            self._entry(menu, "Select all", "grid", lambda: self._editor.select(self.graph.ordered()), "Ctrl+A")
            menu.addSeparator()
            self._entry(menu, "Tidy", "grid", self.canvas.tidy, "T")
            self._entry(menu, "Show everything", "fit", self.canvas.fit, "Ctrl+0")
        if len(chosen) > 1:
            self._align_entries(menu, len(chosen))
        return menu

    def _stage_entries(self, menu: QMenu, stages: list[str]) -> None:
        editor, document = self._editor, self._editor.document.value
        if len(stages) == 1:
            stage = document.stage(stages[0])
            self._entry(menu, "Connect…", "link", self.canvas.connect_by_keys, "C")
            kinds: tuple[tuple[str, str, StageKind], ...] = (
                ("Run once", "lock", "fixed"), ("Ask the person", "hand", "interactive"),
                ("Run for each", "layers", "batch"),
            )  # fmt: skip
            for words, icon, kind in kinds:
                entry = self._entry(menu, words, icon, lambda kind=kind: actions.convert(editor, stage.id, kind))
                entry.setEnabled(stage.kind != kind)
            paused = stage.body.get("checkpointRequired") is True
            words = "Don't pause afterwards" if paused else "Pause for a look afterwards"
            self._entry(menu, words, "flag", lambda: actions.set_checkpoint(editor, stage.id, not paused))
            menu.addSeparator()
        self._entry(menu, "Cut", "cutout", lambda: self.canvas.copy() and self.canvas.delete(), "Ctrl+X")
        self._entry(menu, "Copy", "copy", self.canvas.copy, "Ctrl+C")
        spots = self.graph.spots
        self._entry(menu, "Duplicate", "copy", lambda: actions.duplicate(editor, stages, spots()), "Ctrl+D")
        self._entry(menu, "Delete", "trash", self.canvas.delete, "Del")
        if len(stages) > 1:
            menu.addSeparator()
            first = self.graph.nodes[stages[0]].facts.title
            self._entry(menu, f"Make sub-stages of {first}", "layers", lambda: actions.group(editor, stages))
        if any(document.stage(stage).parent for stage in stages):
            self._entry(menu, "Take out of the group", "layers", lambda: actions.ungroup(editor, stages))

    def _align_entries(self, menu: QMenu, count: int) -> None:
        menu.addSeparator()
        hows: tuple[tuple[str, actions.Alignment, int], ...] = (
            ("Align left", "left", 2), ("Align top", "top", 2), ("Distribute across", "across", 3),
            ("Distribute down", "down", 3),
        )  # fmt: skip
        for words, how, least in hows:
            entry = self._entry(menu, words, "sort", lambda how=how: self.canvas.align(how))
            entry.setEnabled(count >= least)

    def _entry(self, menu: QMenu, words: str, icon: str, run: Any, keys: str = "") -> Any:
        action = menu.addAction(icons.icon(icon, 16), words)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _on=False: run())
        return action

    def _open(self, spot: QPointF, name: str, choices: list[Choice], pick: Any, hint: str = "") -> None:
        if not choices:
            self._say("No stage takes that.")
            return
        window = self.window()
        if self._menu is None:
            self._menu = StageMenu(window)
            self.destroyed.connect(self._menu.deleteLater)
        at = self.canvas.viewport().mapTo(window, self.canvas.viewportTransform().map(spot).toPoint())
        self._menu.offer(at, name, choices, pick, hint)

    # --- what was picked -----------------------------------------------------------------------

    def _add(self, spot: QPointF, key: str) -> None:
        if key == ASK:
            made = actions.add(self._editor, (spot.x(), spot.y()), kind="interactive")
        else:
            made = actions.add(self._editor, (spot.x(), spot.y()), tool=key)
        self._added(made)

    def _add_after(self, wire: DrawWire, spot: QPointF, key: str) -> None:
        at = (spot.x(), spot.y() - 60)
        tool = "" if key == ASK else key
        self._added(actions.add_after(self._editor, wire.node, wire.name, at, tool=tool))

    def _add_before(self, wire: DrawWire, spot: QPointF, key: str) -> None:
        if key == INPUT:
            actions.ask_for(self._editor, wire.node, wire.name)
            return
        at = (spot.x() - 154, spot.y() - 60)
        self._added(actions.add_before(self._editor, wire.node, wire.name, at, tool=key))

    def _add_media(self, media: Media, spot: QPointF, key: str) -> None:
        self._added(self.canvas.drops.fill(media, "" if key == INPUT else key, spot))

    def _insert(self, wire_id: str, spot: QPointF, key: str) -> None:
        wire = actions.wire_of(self._editor.document.value, wire_id)
        if wire is not None:
            at = (spot.x() - 77, spot.y() - 60)
            self._added(actions.insert(self._editor, wire, key, at, self.graph.spots(), self.graph.size_of))

    def _added(self, made: str) -> None:
        if made:
            self.canvas.reveal(made)
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- following -----------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._late = self._shown and not self.isVisible()  # another tab is shown
        if self._late:
            return
        self.canvas.give_up()
        self.graph.refresh()
        self.canvas.selection_changed()
        self.minimap.renew()
        empty = not self.graph.nodes
        self._empty.setVisible(empty)
        if empty:
            self._place()

    def _selected(self, _nodes: tuple[str, ...]) -> None:
        self.canvas.selection_changed()
        self.minimap.renew()

    def _picture_came(self, path: str) -> None:
        self.graph.shows(path)

    def _turn(self) -> None:
        if not self.isVisible():
            return
        for node in self.graph.unsettled():
            node.sweep = (node.sweep + _SWEEP_STEP) % 1.0
            node.update(0, 40, node.width, 12)

    def _say(self, words: str) -> None:
        self.words.say(words)
        self._place()
        if words:
            self._quiet.start()
        else:
            self._quiet.stop()

    # --- layout --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The first time, show the beginning."""
        super().showEvent(event)
        if self._late:
            self._refresh()
        if not self._shown:
            self._shown = True
            self._place()
            self.canvas.show_start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the panels in their corners."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        shade = theme()
        edge = shade.px("space.5")
        self.canvas.setGeometry(self.rect())
        self.tools.adjustSize()
        bottom = self.height() - edge
        self.tools.move(edge, bottom - self.tools.height())
        self.minimap.setVisible(self.width() >= shade.px(_MINIMAP_FROM))
        self.minimap.move(self.width() - edge - self.minimap.width(), bottom - self.minimap.height())
        self.words.setMaximumWidth(max(40, self.width() - 2 * edge))
        self.words.adjustSize()
        self.words.move(edge, self.tools.y() - self.words.height() - shade.px("space.3"))
        hint = self._empty.sizeHint()
        self._empty.setGeometry(
            (self.width() - hint.width()) // 2, (self.height() - hint.height()) // 2, hint.width(), hint.height()
        )

    def _restyle(self) -> None:
        self.tools.restyle()
        self.minimap.restyle()
        self.canvas.restyle()
        self._place()


def _choice(tool: str, given: OutPort | None = None) -> Choice:
    found = catalogue().get(tool)
    kind = _OF_TOOL.get(str(found.produces) if found is not None else "", "text")
    note = tool
    if given is not None:
        port = port_for(tool, given)
        note = "for each" if port is not None and given.many and not port.many else spoken(port.name) if port else ""
    return Choice(tool, tool_title(tool), ICON_OF_KIND[kind], COLOR_OF_KIND[kind], note)


def _ask_choice() -> Choice:
    return Choice(ASK, "Ask the person", "hand", "status.warning", "interactive")


def _artists_first(tools: Sequence[str]) -> list[str]:
    return sorted(tools, key=lambda tool: tool in _LATER)


__all__ = ["GraphView", "OutlineEntry"]
