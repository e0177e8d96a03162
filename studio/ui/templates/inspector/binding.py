"""Choosing what an argument is bound to: a list of fitting outputs, the nearest first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document
from studio.contract.editing.ports import InPort, OutPort, fits, input_port, output_ports
from studio.contract.editing.wires import Wire
from studio.ui.templates.graph import actions
from studio.ui.templates.graph.facts import COLOR_OF_KIND, ICON_OF_KIND
from studio.ui.theme import icons

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel


@dataclass(frozen=True)
class Offer:
    """Something that can be bound: “Variations → images”."""

    source: str
    port: OutPort
    words: str


def offers(document: Document, stage_id: str, wanted: InPort) -> list[Offer]:
    """Return what fits an argument: stages before it, the nearest first, then the inputs."""
    behind = actions.following(document, stage_id)
    found = []
    for stage in reversed(document.stages):
        if stage.id in behind:
            continue
        for port in output_ports(stage):
            if fits(port, wanted):
                found.append(Offer(stage.id, port, f"{stage.label} → {port.name}"))
    for entry in document.inputs:
        port = input_port(entry)
        if fits(port, wanted):
            found.append(Offer(INPUTS, port, f"Input → {port.name}"))
    return found


def source_words(document: Document, wire: Wire) -> str:
    """Return where a wire comes from."""
    if wire.source == INPUTS:
        return f"Input → {wire.output}"
    label = document.stage(wire.source).label if document.has_stage(wire.source) else wire.source
    return f"{label} → {wire.output}"


def bind_menu(editor: "EditorModel", stage_id: str, wanted: InPort, parent: QWidget) -> QMenu:
    """Return the menu that binds an argument; it says so when nothing fits."""
    menu = QMenu(parent)
    document = editor.document.value
    label = document.stage(stage_id).label
    for offer in offers(document, stage_id, wanted):
        kind = offer.port.kind
        action = menu.addAction(icons.icon(ICON_OF_KIND[kind], 16, COLOR_OF_KIND[kind]), offer.words)
        action.triggered.connect(
            lambda _on=False, offer=offer: editor.apply(
                f"Connect {offer.words.partition(' → ')[0]} to {label}",
                lambda doc: ops.connect(doc, offer.source, offer.port.name, stage_id, wanted.name),
            )
        )
    if menu.isEmpty():
        menu.addAction("Nothing here makes what fits").setEnabled(False)
    menu.addSeparator()
    ask = menu.addAction(icons.icon("plus", 16), "A new input")
    ask.triggered.connect(lambda: actions.ask_for(editor, stage_id, wanted.name))
    return menu


def popup(menu: QMenu, anchor: QWidget) -> None:
    """Open a menu below a button."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height())))
