"""The canvas: selection, drags, drops and keys over the scene of one template."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QToolTip, QWidget

from studio.ui.guard import guarded
from studio.ui.templates.graph import actions
from studio.ui.templates.graph.dropping import MIME, Drops, stages_of
from studio.ui.templates.graph.facts import GRID, WORD_OF_KIND
from studio.ui.templates.graph.frame import FrameView
from studio.ui.templates.graph.gestures import ARROWS, Band, DrawWire, Gesture, KeyWire, MoveNodes
from studio.ui.templates.graph.scene import GraphScene
from studio.ui.widgets.drops import take

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_EDGE_PX: Final = 20.0
_EDGE_MS: Final = 30


class Canvas(FrameView):
    """The view of the graph.

    Signals:
        menu_wanted(QPointF): a place of the scene where a stage is to be added.
        offered(object, QPointF): a wire was dropped on the ground there.
        ports_offered(object, str, QPointF): a wire was dropped onto a node with several ports that fit.
        context_wanted(QPointF, QPoint): a context menu, at a place of the scene and of the screen.
        said(str): a line for the person, also read out; "" takes it away.
        media_offered(object, QPointF): pieces or files were dropped on the ground there.
        stage_opened(str): a node was double-clicked, or Enter was pressed on it.
    """

    menu_wanted = Signal(QPointF)
    offered = Signal(object, QPointF)
    ports_offered = Signal(object, str, QPointF)
    media_offered = Signal(object, QPointF)
    context_wanted = Signal(QPointF, QPoint)
    said = Signal(str)
    stage_opened = Signal(str)

    def __init__(self, editor: "EditorModel", graph: GraphScene, parent: QWidget | None = None) -> None:
        super().__init__(graph, parent)
        self.editor = editor
        self.drops = Drops(self)
        self._gesture: Gesture | None = None
        self._keys: KeyWire | None = None
        self._panning: QPoint | None = None
        self._space = False
        self._hovered = ""
        self._pointer = QPointF()
        self._edge = QTimer(self)
        self._edge.setInterval(_EDGE_MS)
        self._edge.timeout.connect(self._pan_at_edge)
        self.setAccessibleName("Graph of the template")
        self.setProperty("focusRing", "own")
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- mouse ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._use_mouse()
        self.drop_still()
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self._space):
            self._panning = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if button != Qt.MouseButton.LeftButton or self._gesture is not None:
            return
        self._gesture = self._gesture_at(self._to_scene(event.position()), event.modifiers())

    def _gesture_at(self, spot: QPointF, modifiers: Qt.KeyboardModifier) -> Gesture | None:
        graph, adding = self.graph, bool(modifiers & (_CTRL | _SHIFT))
        found = graph.port_at(spot)
        if found is not None and not adding:
            node, side, name = found
            if side == "out":
                return DrawWire(self, spot, node.id, name)
            bound = [
                each.wire
                for each in graph.wires_of(node.id)
                if each.wire.target == node.id
                and each.wire.port == name
                and each.wire.form in ("value", "text", "order")
            ]
            if bound:
                return DrawWire(self, spot, bound[-1].source, bound[-1].output, instead=bound[-1].id)
            if actions.in_port(self.editor.document.value, node.id, name) is not None:
                return DrawWire(self, spot, node.id, name, backwards=True)
        under = graph.node_at(spot)
        chosen = self.editor.selection.value
        if under is not None:
            graph.choose_wire("")
            if adding:
                self.editor.select(
                    [each for each in chosen if each != under.id] if under.id in chosen else [*chosen, under.id]
                )
                return None
            if under.id not in chosen:
                self.editor.select([under.id])
            return MoveNodes(self, spot, under, list(self.editor.selection.value))
        wire = graph.wire_at(spot, max(12.0, 12.0 / self._zoom))
        if wire is not None:
            self.editor.select(())
            graph.choose_wire(wire.wire.id)
            return None
        return Band(self, spot, chosen if adding else ())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag, or light up what is under the pointer."""
        if self._panning is not None:
            at = event.position().toPoint()
            self.pan(at.x() - self._panning.x(), at.y() - self._panning.y())
            self._panning = at
        elif self._gesture is not None:
            self._pointer = event.position()
            self._gesture.move(self._to_scene(self._pointer))
            if not self._edge_way().isNull() and not self._edge.isActive():
                self._edge.start()
        else:
            self._hover(self._to_scene(event.position()))

    def _edge_way(self) -> QPointF:
        """Return how far to pan while something is dragged to the edge."""
        box, at = QRectF(self.viewport().rect()).adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX), self._pointer
        over_x = min(0.0, at.x() - box.left()) + max(0.0, at.x() - box.right())
        over_y = min(0.0, at.y() - box.top()) + max(0.0, at.y() - box.bottom())
        return QPointF(max(-_EDGE_PX, min(_EDGE_PX, over_x)), max(-_EDGE_PX, min(_EDGE_PX, over_y)))

    def _pan_at_edge(self) -> None:
        way = self._edge_way()
        if self._gesture is None or not self._gesture.begun or way.isNull():
            self._edge.stop()
            return
        self.pan(-way.x(), -way.y())
        self._gesture.move(self._to_scene(self._pointer))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if self._panning is not None:
            self._panning = None
            self.viewport().unsetCursor()
        elif self._gesture is not None and event.button() == Qt.MouseButton.LeftButton:
            self._edge.stop()
            gesture, self._gesture = self._gesture, None
            gesture.drop(self._to_scene(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a node, or add a stage on the ground."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        spot = self._to_scene(event.position())
        node = self.graph.node_at(spot)
        if node is not None:
            self.editor.select([node.id])
            self.stage_opened.emit(node.id)
        elif self.graph.port_at(spot) is None:
            self.menu_wanted.emit(spot)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, spot: QPointF | None) -> None:
        port = self.graph.port_at(spot) if spot is not None else None
        node = port[0] if port is not None else self.graph.node_at(spot) if spot is not None else None
        now = node.id if node is not None else ""
        if self._hovered and self._hovered != now and self._hovered in self.graph.nodes:
            self.graph.nodes[self._hovered].mark(hovered=False, hot=None)
        self._hovered = now
        if node is not None:
            node.mark(hovered=True, hot=(port[1], port[2]) if port is not None else None)
        if port is not None:
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        elif self._space:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.viewport().unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the pointer; else it scrolls."""
        delta, pixels = event.angleDelta(), event.pixelDelta()
        if event.modifiers() & _CTRL:
            turn = delta.y() or delta.x()
            self.zoom_to(self._zoom * 1.0015**turn, event.position())
        elif not pixels.isNull():
            self.pan(pixels.x(), pixels.y())
        elif event.modifiers() & _SHIFT:
            self.pan(delta.y() or delta.x(), 0)
        else:
            self.pan(delta.x(), delta.y())
        event.accept()

    @guarded(False)
    def viewportEvent(self, event: QEvent) -> bool:
        """Two fingers zoom, on a touchpad or the screen; tooltips say what ports and marks mean."""
        if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self._zoom * (1 + event.value()), event.position())
                return True
        elif event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.give_up()  # the first finger has begun to drag something
                at = QPointF(self.viewport().mapFromGlobal(pinch.centerPoint().toPoint()))
                self.zoom_to(self._zoom * pinch.scaleFactor(), at)
                event.accept(pinch)
                return True
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.graph.tip_at(self._to_scene(QPointF(event.pos())))
            if words:
                QToolTip.showText(event.globalPos(), words, self.viewport())
            else:
                QToolTip.hideText()
            return True
        return bool(super().viewportEvent(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is under the pointer, or with the selection."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            node = self.graph.nodes.get(self.current)
            spot = node.pos() + QPointF(node.width / 2, 20) if node is not None else self.visible_rect().center()
            self.context_wanted.emit(spot, self.viewport().mapToGlobal(self._from_scene(spot).toPoint()))
        else:
            spot = self._to_scene(QPointF(self.viewport().mapFromGlobal(event.globalPos())))
            under, wire = self.graph.node_at(spot), self.graph.wire_at(spot)
            if under is not None and under.id not in self.editor.selection.value:
                self.editor.select([under.id])
            elif under is None and wire is not None:
                self.editor.select(())
                self.graph.choose_wire(wire.wire.id)
            self.context_wanted.emit(spot, event.globalPos())
        event.accept()

    # --- drops ---------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take stages, template files, pieces and media files."""
        if self.drops.enter(event.mimeData()):
            take(event)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        self.drops.over(self._to_scene(event.position()))
        take(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """It went away."""
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped, or bind it where it fell."""
        if self.drops.drop(event.mimeData(), self._to_scene(event.position())):
            take(event)

    # --- keys ----------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The node at which the keyboard is: the last selected one."""
        chosen = self.editor.selection.value
        return chosen[-1] if chosen and chosen[-1] in self.graph.nodes else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, walk, add, connect, delete, copy, zoom."""
        if self._gesture is not None:
            if event.key() == Qt.Key.Key_Escape:
                gesture, self._gesture = self._gesture, None
                gesture.cancel()
            return
        if self._keys is not None:
            self._steer(event)
            return
        handled = self._command(event) if event.modifiers() & _CTRL else self._plain(event)
        if handled:
            self._use_keys()
            event.accept()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The hand goes with the space bar; a row of arrow steps is over."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
        elif event.key() in ARROWS and not event.isAutoRepeat():
            self.editor.end_gesture()
        super().keyReleaseEvent(event)

    def _command(self, event: QKeyEvent) -> bool:
        key, chosen = event.key(), self.editor.selection.value
        if key == Qt.Key.Key_A:
            self.editor.select(self.graph.ordered())
        elif key == Qt.Key.Key_C:
            self.copy()
        elif key == Qt.Key.Key_X:
            if self.copy():
                actions.remove(self.editor, chosen)
        elif key == Qt.Key.Key_V:
            self.paste()
        elif key == Qt.Key.Key_D:
            actions.duplicate(self.editor, chosen, self.graph.spots())
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_step(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_step(-1)
        else:
            return False
        return True

    def _plain(self, event: QKeyEvent) -> bool:
        key = event.key()
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            return False
        if key in ARROWS:
            self._nudge(*ARROWS[Qt.Key(key)], 4 * GRID if event.modifiers() & _SHIFT else GRID)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete()
        elif key == Qt.Key.Key_Escape:
            return self._escape()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.current:
                self.stage_opened.emit(self.current)
        elif key == Qt.Key.Key_T:
            self.tidy()
        elif key == Qt.Key.Key_N:
            self.menu_wanted.emit(self.free_spot())
        elif key == Qt.Key.Key_C:
            self.connect_by_keys()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_step(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_step(-1)
        elif key == Qt.Key.Key_Home and self.graph.nodes:
            self._go(self.graph.ordered()[0])
        elif key == Qt.Key.Key_End and self.graph.nodes:
            self._go(self.graph.ordered()[-1])
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            return key == Qt.Key.Key_Space
        return True

    def _escape(self) -> bool:
        if self.graph.chosen_wire or self.editor.selection.value:
            self.graph.choose_wire("")
            self.editor.select(())
            return True
        return False

    def _steer(self, event: QKeyEvent) -> None:
        key, keys = event.key(), self._keys
        assert keys is not None
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            keys.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            keys.step_output(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._keys = None
            self.said.emit("")
            keys.take()
            return
        elif key == Qt.Key.Key_Escape:
            self.leave_keys()
            return
        self.said.emit(keys.words)

    def connect_by_keys(self) -> bool:
        """Begin to connect from the current node with the keyboard."""
        node = self.current
        if not node:
            self.said.emit("Select a stage first, then press C to connect it.")
            return False
        keys = KeyWire(self, node)
        if not keys.usable:
            self.said.emit(f"{self.graph.nodes[node].facts.title} gives nothing that could be connected.")
            return False
        self._keys = keys
        self.said.emit(keys.words)
        return True

    def leave_keys(self) -> None:
        """End connecting with the keyboard."""
        if self._keys is not None:
            self._keys.leave()
            self._keys = None
            self.said.emit("")

    @guarded(False)
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks through the nodes in the order of the flow, and leaves at the ends."""
        order = self.graph.ordered()
        self.leave_keys()
        if order:
            here = order.index(self.current) if self.current in order else (-1 if forward else len(order))
            there = here + (1 if forward else -1)
            if 0 <= there < len(order):
                self._use_keys()
                self._go(order[there])
                return True
        return bool(super().focusNextPrevChild(forward))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard came: show where it is."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._use_keys()
            order = self.graph.ordered()
            if order and not self.current:
                first = event.reason() == Qt.FocusReason.TabFocusReason
                self._go(order[0] if first else order[-1])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._space = False
        self.leave_keys()
        self._show_ring()

    def _go(self, node: str) -> None:
        self.graph.choose_wire("")
        self.editor.select([node])
        self.reveal(node)

    def _use_keys(self) -> None:
        self._by_keys = True
        self._show_ring()

    def _use_mouse(self) -> None:
        self.leave_keys()
        self.said.emit("")
        self._by_keys = False
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._show_ring()

    def _show_ring(self) -> None:
        current = self.current if self._by_keys and self.hasFocus() else ""
        for node_id, node in self.graph.nodes.items():
            node.mark(ringed=node_id == current)

    def selection_changed(self) -> None:
        """Another node is selected: show it, and let screen readers say it."""
        if self.editor.selection.value:
            self.graph.chosen_wire = ""
        self.graph.show_selection()
        self._show_ring()
        node = self.graph.nodes.get(self.current)
        self.setAccessibleDescription(node.facts.description if node is not None else "")
        if node is not None and self.hasFocus() and QAccessible.isActive():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(self.graph.ordered().index(node.id))
            QAccessible.updateAccessibility(event)

    def give_up(self) -> None:
        """Take back what is being dragged: the document has changed under it."""
        self.leave_keys()
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.cancel()

    # --- what it does --------------------------------------------------------------------------

    def clicked_on(self, node: str) -> None:
        """A node was clicked without dragging it."""
        self.graph.choose_wire("")
        self.editor.select([node])

    def delete(self) -> bool:
        """Delete the chosen wire, or the selected stages with their wires."""
        if self.graph.chosen_wire:
            return actions.disconnect(self.editor, self.graph.chosen_wire)
        return actions.remove(self.editor, self.editor.selection.value)

    def copy(self) -> bool:
        """Copy the selected stages to the clipboard, as JSON."""
        text = actions.copied(self.editor.document.value, self.editor.selection.value, self.graph.spots())
        if not text:
            return False
        data = QMimeData()
        data.setData(MIME, QByteArray(text.encode()))
        data.setText(text)
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def paste(self, at: QPointF | None = None) -> bool:
        """Add the stages of the clipboard: at a place, under the pointer, or beside where they were."""
        spot = at
        if spot is None and self.viewport().underMouse():
            spot = self._to_scene(QPointF(self.viewport().mapFromGlobal(QCursor.pos())))
        done = self._paste_from(
            QGuiApplication.clipboard().mimeData(), (spot.x(), spot.y()) if spot is not None else None
        )
        if not done:
            self.said.emit("There are no stages on the clipboard.")
        return done

    def _paste_from(self, data: QMimeData | None, at: tuple[float, float] | None) -> bool:
        if data is None:  # an empty clipboard
            return False
        return self.paste_text(stages_of(data) or data.text(), at)

    def paste_text(self, text: str, at: tuple[float, float] | None) -> bool:
        """Add the stages of a text: of ours, or of a whole template."""
        clip = actions.read_clip(text)
        if clip is None:
            return False
        made = actions.paste(self.editor, clip, at)
        if made:
            self.reveal(*made)
        return bool(made)

    def tidy(self) -> None:
        """Lay the graph out anew, and show it."""
        if actions.tidy(self.editor, self.graph.size_of):
            self.fit()

    def align(self, how: actions.Alignment) -> bool:
        """Align the selected nodes."""
        return actions.align(self.editor, self.editor.selection.value, how, self.graph.spots(), self.graph.size_of)

    def free_spot(self) -> QPointF:
        """Return a place for a new stage: right of the current node, else in the middle of what is seen."""
        node = self.graph.nodes.get(self.current)
        spot = node.pos() + QPointF(node.width + 52, 0) if node is not None else self.visible_rect().center()
        taken = [each.box.translated(each.pos()) for each in self.graph.nodes.values()]
        for _try in range(12):
            box = QRectF(spot.x(), spot.y(), 154, 120)
            if not any(each.intersects(box) for each in taken):
                break
            spot = spot + QPointF(0, 9 * GRID)
        return spot

    def offer(self, wire: DrawWire, spot: QPointF) -> None:
        """A wire was dropped on the ground."""
        self.offered.emit(wire, spot)

    def ask_port(self, wire: DrawWire, node: str, spot: QPointF) -> None:
        """A wire was dropped onto a node where several ports fit."""
        self.ports_offered.emit(wire, node, spot)

    def say_why(self, wire: DrawWire, node: str) -> None:
        """A wire was dropped onto a node that takes nothing of its kind."""
        title = self.graph.nodes[node].facts.title
        kind = wire.given.kind if wire.given is not None else wire.wanted.kind if wire.wanted is not None else "data"
        words = "takes no" if not wire.backwards else "gives no"
        self.said.emit(f"{title} {words} {WORD_OF_KIND[kind]}, or it would go in a circle.")

    def _nudge(self, dx: int, dy: int, step: int) -> None:
        chosen = [node for node in self.editor.selection.value if node in self.graph.nodes]
        if not chosen:
            self.pan(-dx * 64, -dy * 64)
            return
        nodes = self.graph.nodes
        spots = {each: (nodes[each].x() + dx * step, nodes[each].y() + dy * step) for each in chosen}
        gesture = f"nudge:{','.join(chosen)}"
        actions.move(self.editor, spots, self.graph.spots(), gesture=gesture)
        self.reveal(chosen[0])


_CTRL: Final = Qt.KeyboardModifier.ControlModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
