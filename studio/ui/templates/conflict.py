"""A template that changed here and on a server: both editions in words, and a choice that loses nothing."""

import json
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.contract.editing.comparing import Change, Merge, changes, merged
from studio.contract.editing.document import REMOVE, Document
from studio.ui.settings.parts import IconLabel
from studio.ui.templates.inputs.table import Dot
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.choices import Radio
from studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from studio.library.templates import StoredTemplate

_DOTS: Final = {"added": "status.success", "removed": "status.danger", "changed": "status.warning"}
_MOST: Final = 6


class Edition(QFrame):
    """One of the two editions.

    Signals:
        chosen(): keep this one.
    """

    chosen = Signal()

    def __init__(self, icon: str, words: str, found: list[Change]) -> None:
        super().__init__()
        shade = theme()
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, shade.px("space.5"), pad, shade.px("space.5"))
        column.setSpacing(shade.px("space.3"))
        head = QHBoxLayout()
        head.setSpacing(shade.px("space.4"))
        head.addWidget(IconLabel(icon, 16))
        head.addWidget(Label(words, "bodyStrong"), 1)
        column.addLayout(head)
        for change in found[:_MOST]:
            column.addLayout(_row(change))
        if len(found) > _MOST:
            column.addWidget(Label(f"and {len(found) - _MOST} more", "small", "muted"))
        if not found:
            column.addWidget(Label("Only its layout changed", "body", "muted"))
        column.addStretch(1)
        self.keep = Button("Keep this one")
        self.keep.clicked.connect(self.chosen)
        column.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignLeft)


class ConflictCard(QFrame):
    """Both editions, and the three ways out.

    Signals:
        mine_wanted(), theirs_wanted(), both_wanted(), compare_wanted(): the buttons.
    """

    mine_wanted = Signal()
    theirs_wanted = Signal()
    both_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self, stored: "StoredTemplate", server: str) -> None:
        super().__init__()
        shade = theme()
        self.setProperty("strip", "warning")
        self.setAccessibleName(f"This template changed here and on {server}")
        column = QVBoxLayout(self)
        pad = shade.px("space.6")
        column.setContentsMargins(pad, shade.px("space.5"), pad, pad)
        column.setSpacing(shade.px("space.5"))
        head = QHBoxLayout()
        head.setSpacing(shade.px("space.4"))
        head.addWidget(IconLabel("alert", 16, "status.warning"))
        head.addWidget(Label(f"This template changed here and on {server}", "bodyStrong"), 1)
        head.addWidget(Label("Nothing is lost until you choose", "small", "secondary"))
        column.addLayout(head)
        base = Document(stored.sync.base or {})
        mine, theirs = Document(stored.content), Document(stored.sync.theirs or {})
        both = QHBoxLayout()
        both.setSpacing(shade.px("space.5"))
        self.mine = Edition("computer", "On this computer", changes(base, mine))
        self.theirs = Edition("supernet", f"On {server}", changes(base, theirs))
        both.addWidget(self.mine, 1)
        both.addWidget(self.theirs, 1)
        column.addLayout(both)
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.4"))
        self.both = Button("Keep both", kind="primary")
        self.compare = Button("Compare in detail", icon="compare")
        row.addWidget(self.both)
        row.addWidget(self.compare)
        row.addStretch(1)
        row.addWidget(Label(f"Keep both saves a copy called “{mine.name} (2)”", "small", "secondary"))
        column.addLayout(row)
        self.mine.chosen.connect(self.mine_wanted)
        self.theirs.chosen.connect(self.theirs_wanted)
        self.both.clicked.connect(self.both_wanted)
        self.compare.clicked.connect(self.compare_wanted)


class MergeView(QWidget):
    """Everything that both changed, one choice for each; what only one side changed is taken from it.

    Signals:
        done(object): the merged Document.
        left(): nothing is to be merged now.
    """

    done = Signal(object)
    left = Signal()

    def __init__(self, stored: "StoredTemplate", server: str) -> None:
        super().__init__()
        shade = theme()
        base = Document(stored.sync.base or {})
        mine, theirs = Document(stored.content), Document(stored.sync.theirs or {})
        self.merge: Merge = merged(base, mine, theirs)
        self.choices: list[tuple[tuple[str, ...], Radio, Radio]] = []
        column = QVBoxLayout(self)
        pad = shade.px("space.7")
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(shade.px("space.5"))
        column.addWidget(Label("Both editions together", "heading"))
        count = len(self.merge.conflicts)
        words = (
            "Both changed different things, so both changes fit together."
            if not count
            else f"{count} place{'s' * (count != 1)} changed on both sides. Choose one for each."
        )
        column.addWidget(Label(words, "body", "secondary"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        ground = QWidget()
        ground.setProperty("ground", "none")
        ground.setMaximumWidth(shade.px("size.settingsColumn"))
        outer = QVBoxLayout(ground)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(shade.px("space.8"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(grid)
        grid.setVerticalSpacing(shade.px("space.5"))
        grid.setHorizontalSpacing(shade.px("space.6"))
        for place, heading in enumerate(("", "On this computer", f"On {server}") if count else ()):
            grid.addWidget(Label(heading, "small", "muted"), 0, place)
        for number, conflict in enumerate(self.merge.conflicts, 1):
            grid.addWidget(Label(conflict.words, "bodyStrong", wrap=True), number, 0)
            pair = []
            for place, value in ((1, conflict.mine), (2, conflict.theirs)):
                radio = Radio(f"{conflict.words}: {'this computer' if place == 1 else server}")
                cell = QWidget()
                row = QHBoxLayout(cell)
                row.setContentsMargins(0, 0, 0, 0)
                row.addWidget(radio, 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(Label(_shown(value), "body", wrap=True), 1)
                grid.addWidget(cell, number, place)
                pair.append(radio)
            pair[0].setChecked(True)
            pair[0].clicked.connect(lambda _on=False, a=pair[0], b=pair[1]: (a.setChecked(True), b.setChecked(False)))
            pair[1].clicked.connect(lambda _on=False, a=pair[0], b=pair[1]: (a.setChecked(False), b.setChecked(True)))
            self.choices.append((conflict.path, pair[0], pair[1]))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        both = {conflict.path for conflict in self.merge.conflicts}
        for words, side in (("Taken from this computer", mine), (f"Taken from {server}", theirs)):
            found = [change for change in changes(base, side) if change.path not in both]
            if found:
                outer.addLayout(_taken(words, found))
        outer.addStretch(1)
        area.setWidget(ground)
        column.addWidget(area, 1)
        buttons = QHBoxLayout()
        self.save = Button("Save this", kind="primary")
        self.back = Button("Not now", kind="quiet")
        buttons.addWidget(self.save)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.save.clicked.connect(self._finish)
        self.back.clicked.connect(self.left)

    def _finish(self) -> None:
        from studio.contract.editing.comparing import resolved

        theirs = frozenset(path for path, _mine, other in self.choices if other.isChecked())
        self.done.emit(resolved(self.merge, theirs))


def _taken(words: str, found: list[Change]) -> QVBoxLayout:
    """Return what only one side changed, as a list."""
    column = QVBoxLayout()
    column.setSpacing(theme().px("space.3"))
    column.addWidget(Label(words, "bodyStrong"))
    for change in found:
        column.addLayout(_row(change))
    return column


def _row(change: Change) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme().px("space.4"))
    row.addWidget(Dot(_DOTS[change.kind]), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(Label(change.words, "body", wrap=True), 1)
    return row


def _shown(value: object) -> str:
    if value is REMOVE:
        return "taken out"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:399] + "…"
