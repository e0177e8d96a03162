"""About: version, licences of what is shipped, and the logs folder."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit

from studio import __version__, resources
from studio.ui.settings.parts import Card, Page, Row, Rule
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from studio.viewmodels.settings import SettingsModel


def notices() -> str:
    """Return the notices of everything shipped with the app: fonts, icons, models."""
    parts = [(resources.path("fonts", "NOTICE")).read_text(encoding="utf-8")]
    models = resources.path("models")
    for name in ("NOTICE", "NOTICE.md", "README.md", "ORIGINS.md"):
        if (models / name).is_file():
            parts.append((models / name).read_text(encoding="utf-8"))
    for licence in sorted((models / "licenses").glob("*.txt")) if (models / "licenses").is_dir() else []:
        parts.append(f"{licence.stem}\n\n{licence.read_text(encoding='utf-8')}")
    for licence in sorted(resources.path("fonts").glob("OFL-*.txt")):
        parts.append(licence.read_text(encoding="utf-8"))
    return f"\n\n{'—' * 40}\n\n".join(parts)


class AboutPage(Page):
    """What this is."""

    def __init__(self, settings: "SettingsModel") -> None:
        super().__init__("Sogni Intelligence Studio", "A creative studio for artists, on this computer first.")
        self._settings = settings
        card = Card()
        version = Label(__version__, "mono")
        card.column.addWidget(Row("Version", f"Qt {qVersion()}, used under the LGPL 3.", version))
        card.column.addWidget(Rule())
        card.column.addWidget(Row("Licence", "MIT. The code may be used, changed and passed on.", Label("MIT", "mono")))
        card.column.addWidget(Rule())
        self.logs = Button("Open logs folder", icon="folder")
        self.logs.clicked.connect(self._open_logs)
        card.column.addWidget(
            Row("Logs", "They hold no keys and no prompts, and never leave this computer.", self.logs)
        )
        self.add(card)
        row = QHBoxLayout()
        row.addWidget(Label("Notices", "title"), 1)
        self.column.addLayout(row)
        self.text = QPlainTextEdit()
        self.text.setProperty("mono", True)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licences and notices")
        self.text.setMinimumHeight(theme().px(300))
        self.text.setPlainText(notices())
        self.column.addWidget(self.text, 1)

    def close_bindings(self) -> None:
        """Nothing is listened to."""

    def _open_logs(self) -> None:
        folder = self._settings.data_dir / "logs"
        if not folder.is_dir():
            folder = self._settings.data_dir
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
