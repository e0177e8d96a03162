"""Everything known about a piece: label, prompt, tool, seed, model, size, and what it came from."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.ui.gallery import actions
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import Label
from studio.viewmodels.state import Piece
from studio.viewmodels.words import relative_date, size_words, tool_title

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

_WIDTH_PX = 288
_RENDERERS = {"painter": "Built-in painter", "": ""}


class InfoPane(QScrollArea):
    """The side of the viewer.

    Signals:
        parent_wanted(str): a piece that this one was made from.
        used(): the piece was put into the message.
    """

    parent_wanted = Signal(str)
    used = Signal()

    def __init__(self, create: "CreateModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._create = create
        self.setObjectName("panel")
        self.setFixedWidth(theme().px(_WIDTH_PX))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("About this piece")

    def show_piece(self, piece: Piece) -> None:
        """Show *piece*."""
        shade = theme()
        page = QWidget()
        page.setObjectName("panel")
        column = QVBoxLayout(page)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(shade.px("space.4"))
        if piece.title:
            column.addWidget(Label(piece.title, "label", wrap=True))
        size = f"{piece.width} × {piece.height}" if piece.width and piece.height else ""
        kind = piece.path.suffix.lstrip(".").upper()
        facts = " · ".join(filter(None, (piece.badge, size, kind, size_words(piece.byte_length))))
        column.addWidget(Label(facts, "small", "secondary", wrap=True))
        column.addWidget(Label(_sentence(relative_date(piece.created_ms)), "small", "muted"))
        column.addLayout(self._buttons(piece))
        self._add_text(column, "What you asked", piece.prompt)
        if piece.used_prompt and piece.used_prompt != piece.prompt:
            self._add_text(column, "What was used", piece.used_prompt)
        rows = (
            ("Tool", tool_title(piece.tool) if piece.tool else "", piece.tool),
            ("Model", piece.model, ""),
            ("Made by", _RENDERERS.get(piece.renderer, piece.renderer), ""),
            ("Seed", "" if piece.seed is None else str(piece.seed), "copy"),
        )
        for name, words, extra in rows:
            if words:
                column.addWidget(self._fact(name, words, extra))
        self._add_parents(column, piece)
        column.addStretch(1)
        self.setWidget(page)

    def _buttons(self, piece: Piece) -> QVBoxLayout:
        create = self._create
        box = QVBoxLayout()
        box.setSpacing(theme().px("space.3"))
        use = Button("Use as reference", icon="reference", kind="primary")
        use.setEnabled(not piece.missing)
        use.clicked.connect(lambda: self._use(piece))
        box.addWidget(use)
        row = QHBoxLayout()
        row.setSpacing(theme().px("space.3"))
        save = Button("Save as…", icon="save")
        save.setEnabled(not piece.missing)
        save.clicked.connect(lambda: actions.save_as(self, create, piece))
        copy = Button("Copy", icon="copy", name=f"Copy {piece.badge}")
        copy.setEnabled(not piece.missing)
        copy.clicked.connect(lambda: actions.copy_picture(piece))
        row.addWidget(save, 1)
        row.addWidget(copy, 1)
        box.addLayout(row)
        return box

    def _use(self, piece: Piece) -> None:
        self._create.use_as_reference(piece.id)
        self.used.emit()

    def _add_text(self, column: QVBoxLayout, name: str, words: str) -> None:
        if not words:
            return
        head = QHBoxLayout()
        head.addWidget(Label(name, "caption", "muted"), 1)
        copy = IconButton("copy", f"Copy: {name.lower()}", size=24, icon_size=12)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(words))
        head.addWidget(copy)
        column.addLayout(head)
        text = Label(words, "body", wrap=True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(text)

    def _fact(self, name: str, words: str, extra: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        title = Label(name, "small", "muted")
        title.setFixedWidth(theme().px(64))
        row.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
        value = Label(words, "mono" if extra == "copy" else "small", wrap=True)
        row.addWidget(value, 1)
        if extra == "copy":
            copy = IconButton("copy", f"Copy the {name.lower()}", size=24, icon_size=12)
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(words))
            row.addWidget(copy)
        elif extra:
            value.setToolTip(extra)
        return line

    def _add_parents(self, column: QVBoxLayout, piece: Piece) -> None:
        parents = [found for found in map(self._create.piece, piece.parents) if found is not None]
        if not parents:
            return
        column.addWidget(Label("Made from", "caption", "muted"))
        for parent in parents:
            link = Button(parent.badge, kind="link", icon="image")
            link.clicked.connect(lambda _on=False, parent=parent: self.parent_wanted.emit(parent.id))
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
