"""A template that is not being edited: cover, facts, stages as a strip, and what it needs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.contract.editing.document import Document, Stage, texts
from studio.contract.editing.estimating import estimate_of
from studio.contract.editing.form import label_of
from studio.ui.guard import guarded
from studio.ui.settings.parts import IconLabel
from studio.ui.templates.cover import Cover
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label, StatusPill
from studio.viewmodels.templates.launching import minutes
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel
    from studio.viewmodels.templates.listing import TemplateRow, TemplatesModel
    from studio.viewmodels.templates.looks import Look

_COVER_PX: Final = (330, 220)
_KIND_ICONS: Final = {"fixed": "lock", "interactive": "hand", "batch": "layers"}
_KIND_WORDS: Final = {"fixed": "Fixed", "interactive": "Interactive", "batch": "Batch"}
_MEDIA_ICONS: Final = {"image": "image", "video": "video", "audio": "audio", "model": "cube", "text": "text"}
_MOST_STAGES: Final = 12


class StageCard(QFrame):
    """One stage of the strip."""

    def __init__(self, icon: str, color: str, name: str, kind: str, mark: str) -> None:
        super().__init__()
        shade = theme()
        self.setProperty("card", True)
        self.setAccessibleName(f"{name}, {kind}")
        row = QHBoxLayout(self)
        row.setContentsMargins(shade.px("space.5"), shade.px("space.4"), shade.px("space.5"), shade.px("space.4"))
        row.setSpacing(shade.px("space.4"))
        row.addWidget(IconLabel(icon, 16, color))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(name, "bodyStrong"))
        words.addWidget(Label(kind, "small", "muted"))
        row.addLayout(words, 1)
        row.addSpacing(shade.px("space.6"))
        row.addWidget(IconLabel(mark, 16, "status.warning" if mark == "hand" else "text.muted"))


class Row(QWidget):
    """Cards in a row that wraps."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[QWidget] = []

    def show_cards(self, cards: Sequence[QWidget]) -> None:
        """Show these cards in place of the former ones."""
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = list(cards)
        for card in cards:
            card.setParent(self)
            card.show()
        self._place()

    @guarded(False)
    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    @guarded(60)
    def heightForWidth(self, width: int) -> int:
        """Height of all rows."""
        return self._place(width, apply=False)

    @guarded(QSize(200, 60))
    def sizeHint(self) -> QSize:
        """As high as it needs."""
        return QSize(theme().px(400), self.heightForWidth(max(self.width(), theme().px(400))))

    def resizeEvent(self, _event: object) -> None:
        """Wrap again."""
        self._place()

    def _place(self, width: int = 0, *, apply: bool = True) -> int:
        gap, x, y, tall = theme().px("space.4"), 0, 0, 0
        highest = max((card.sizeHint().height() for card in self._cards), default=0)
        for card in self._cards:
            size = card.sizeHint()
            if x and x + size.width() > (width or self.width()):
                x, y, tall = 0, y + tall + gap, 0
            if apply:
                card.setGeometry(x, y + (highest - size.height()) // 2, size.width(), size.height())
            x += size.width() + gap
            tall = highest
        if apply:
            self.setMinimumHeight(y + tall)
        return y + tall


class TemplatePage(QWidget):
    """The page of one template.

    Signals:
        edit_wanted(str), run_wanted(str), duplicate_wanted(str), export_wanted(str): buttons of the header.
    """

    edit_wanted = Signal(str)
    run_wanted = Signal(str)
    duplicate_wanted = Signal(str)
    export_wanted = Signal(str)

    def __init__(self, model: "TemplatesModel", connection: "ConnectionModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._connection = model, connection
        self._id = ""
        self._build()

    @property
    def template_id(self) -> str:
        """Which one is shown."""
        return self._id

    def show_template(self, row: "TemplateRow", document: Document, look: "Look | None" = None) -> None:
        """Show a template; *look* is what it made last."""
        self._id = row.id
        self.title.setText(row.name)
        self.name.setText(row.name)
        if look is not None:
            self.cover.show_cover(look.after.path, look.before.path if look.before is not None else None)
        else:
            self.cover.show_cover(row.cover)
        content = document.content
        said = content.get("description")
        self.description.setText(said if isinstance(said, str) and said else "No description yet.")
        self._show_tags(texts(content.get("tags")))
        self._show_facts(document)
        self._show_state(row)
        self.edit.setText("Edit" if row.group == "mine" else "Look inside")
        self.duplicate.setText("Duplicate" if row.group == "mine" else "Make it mine")
        self.strip.show_cards(_cards_of(document))
        can_run = bool(document.stages)
        self.run.setEnabled(can_run)
        self.run.setToolTip("" if can_run else "It has no stages yet.")

    def add_section(self, widget: QWidget) -> None:
        """Add a section above the stages: a conflict."""
        self.sections.addWidget(widget)

    def add_strip(self, widget: QWidget) -> None:
        """Add the strip of a run that is under way, below the header."""
        self.strips.addWidget(widget)

    def add_runs(self, widget: QWidget) -> None:
        """Add what was made with it, below the stages."""
        self.runs.addWidget(widget)

    def _build(self) -> None:
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QFrame()
        head.setObjectName("editorHeader")
        head.setFixedHeight(shade.px("size.header"))
        row = QHBoxLayout(head)
        row.setContentsMargins(shade.px("space.6"), 0, shade.px("space.6"), 0)
        row.setSpacing(shade.px("space.3"))
        self.title = Label("", "title")
        self.state = StatusPill("info", "")
        self.duplicate = Button("Duplicate", icon="fork")
        self.export = Button("Export", icon="external")
        self.edit = Button("Edit", icon="pencil")
        self.run = Button("Run…", icon="play", kind="primary")
        row.addWidget(self.title)
        row.addWidget(self.state)
        row.addStretch(1)
        for button, signal in (
            (self.duplicate, self.duplicate_wanted),
            (self.export, self.export_wanted),
            (self.edit, self.edit_wanted),
            (self.run, self.run_wanted),
        ):
            button.clicked.connect(lambda _on=False, signal=signal: signal.emit(self._id))
            row.addWidget(button)
        column.addWidget(head)
        self.strips = QVBoxLayout()
        column.addLayout(self.strips)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("ground", "none")
        body = QVBoxLayout(ground)
        pad = shade.px("space.7")
        body.setContentsMargins(pad, shade.px("space.6"), pad, pad)
        body.setSpacing(shade.px("space.6"))
        top = QHBoxLayout()
        top.setSpacing(shade.px("space.6"))
        self.cover = Cover()
        self.cover.setFixedSize(shade.px(_COVER_PX[0]), shade.px(_COVER_PX[1]))
        top.addWidget(self.cover, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(shade.px("space.4"))
        self.name = Label("", "display", wrap=True)
        self.description = Label("", "reading", "secondary", wrap=True)
        self.description.setMaximumWidth(shade.px(560))
        words.addWidget(self.name)
        words.addWidget(self.description)
        self.tags = QHBoxLayout()
        self.tags.setSpacing(shade.px("space.3"))
        words.addLayout(self.tags)
        self.facts = QVBoxLayout()
        self.facts.setSpacing(shade.px("space.3"))
        words.addLayout(self.facts)
        words.addStretch(1)
        top.addLayout(words, 1)
        body.addLayout(top)
        self.sections = QVBoxLayout()
        self.sections.setSpacing(shade.px("space.6"))
        body.addLayout(self.sections)
        body.addWidget(Label("Stages", "small", "secondary"))
        self.strip = Row()
        body.addWidget(self.strip)
        self.runs = QVBoxLayout()
        body.addLayout(self.runs)
        body.addStretch(1)
        area.setWidget(ground)
        column.addWidget(area, 1)

    def _show_tags(self, tags: tuple[str, ...]) -> None:
        _empty(self.tags)
        for tag in tags[:6]:
            chip = Label(tag, "small", "secondary")
            chip.setProperty("tag", True)
            self.tags.addWidget(chip)
        self.tags.addStretch(1)

    def _show_facts(self, document: Document) -> None:
        _empty(self.facts)
        estimate = estimate_of(document)
        units = _range(estimate.units.least, estimate.units.most)
        local = self._connection.kind.value == "local"
        least, most = minutes(estimate.seconds.least), minutes(estimate.seconds.most)
        takes = f"about {most}" if least == most else f"{least} to {most}"
        needs = [str(entry.get("description") or label_of(entry)) for entry in document.inputs if entry.get("required")]
        asks = sum(1 for s in document.stages if s.kind == "interactive" or s.body.get("checkpointRequired") is True)
        rows = [
            ("Usually costs", "nothing on this computer" if local else f"{units} Spark"),
            ("Usually takes", f"{takes}, plus your choices" if asks else takes),
            ("Stops for you", {0: "never", 1: "once", 2: "twice"}.get(asks, f"{asks} times")),
            ("Needs", _one_sentence(needs) or "nothing; everything has a default"),
        ]
        for name, value in rows:
            row = QHBoxLayout()
            key = Label(name, "body", "muted")
            key.setFixedWidth(theme().px(110))
            row.addWidget(key, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(value, "body", wrap=True), 1)
            self.facts.addLayout(row)

    def _show_state(self, row: "TemplateRow") -> None:
        from studio.ui.templates.rows import sync_words

        status = {"conflict": "warning", "changed": "info", "synced": "success"}.get(row.state, "info")
        shown = row.state in ("changed", "conflict") or row.unsaved
        self.state.set_status(status, sync_words(row))
        self.state.setVisible(shown)


def _cards_of(document: Document) -> list[QWidget]:
    cards: list[QWidget] = []
    if document.inputs:
        cards.append(StageCard("sliders", "text.muted", "Inputs", f"{len(document.inputs)} to fill in", "sliders"))
    stages = document.stages
    for stage in stages[:_MOST_STAGES]:
        if cards:
            cards.append(IconLabel("arrow-right", 14, "text.muted"))
        icon, color = _icon_of(stage)
        kind = tool_title(stage.tool) if stage.tool else _KIND_WORDS.get(stage.kind, stage.kind)
        cards.append(StageCard(icon, color, stage.label, kind, _KIND_ICONS.get(stage.kind, "question")))
    if len(stages) > _MOST_STAGES:
        cards.append(Label(f"and {len(stages) - _MOST_STAGES} more", "small", "muted"))
    return cards


def _icon_of(stage: Stage) -> tuple[str, str]:
    from studio.contract.editing.ports import output_ports

    ports = output_ports(stage)
    kind = ports[0].kind if ports else "text"
    known = kind if kind in _MEDIA_ICONS else "text"
    return _MEDIA_ICONS[known], f"media.{'model3d' if known == 'model' else known}"


def _range(least: float, most: float) -> str:
    return f"{most:g}" if least == most else f"{least:g}–{most:g}"


def _one_sentence(parts: Sequence[str]) -> str:
    """Join descriptions with semicolons; only the first keeps its capital, unless it is a word in capitals."""
    return "; ".join(part if not number or part[:2].isupper() else part[:1].lower() + part[1:]
                     for number, part in enumerate(parts))  # fmt: skip


def _empty(layout: "QHBoxLayout | QVBoxLayout") -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QHBoxLayout | QVBoxLayout):
            _empty(inner)
