"""A text that a run wrote, as a card."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QHBoxLayout, QVBoxLayout

from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label

_TEXT_FILES: Final = "Markdown (*.md);;Text (*.txt)"


class TextCard(QFrame):
    """A text that a stage wrote: to read, to copy, and to save as a file."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self.heading, self.text = heading, text
        self.setProperty("card", True)
        shade = theme()
        column = QVBoxLayout(self)
        pad = shade.px("space.5")
        column.setContentsMargins(pad, shade.px("space.3"), pad, pad)
        column.setSpacing(shade.px("space.3"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.3"))
        self.copy = Button("Copy", icon="copy", size="compact", kind="quiet", name=f"Copy {heading}")
        self.save = Button("Save…", icon="save", size="compact", kind="quiet", name=f"Save {heading} as a file")
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._save)
        row.addWidget(Label(heading, "bodyStrong"), 1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        column.addLayout(row)
        words = Label(text, "reading", wrap=True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(words)

    def write(self, path: Path) -> None:
        """Write the text to *path*.

        Raises:
            OSError: it cannot be written there.
        """
        path.write_text(self.text.rstrip() + "\n", encoding="utf-8")

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text)
        self.copy.set_words("Copied")

    def _save(self) -> None:
        name = "".join(letter for letter in self.heading if letter.isalnum() or letter in " -_").strip() or "text"
        chosen, _filter = QFileDialog.getSaveFileName(self, "Save the text", f"{name}.md", _TEXT_FILES)
        if not chosen:
            return
        try:
            self.write(Path(chosen))
        except OSError as error:
            self.save.set_words("It can't be written there")
            self.save.setToolTip(error.strerror or "")
        else:
            self.save.set_words("Saved")
