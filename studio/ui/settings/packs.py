"""Optional models: what each does, costs in room and is licensed as; install, stop and remove."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from studio.ui.settings.parts import Card, Page, Strip
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import Label
from studio.ui.widgets.progress import ProgressBar
from studio.viewmodels.observable import Binding
from studio.viewmodels.words import size_words, tool_title

if TYPE_CHECKING:
    from studio.contract.packs import PackInfo
    from studio.viewmodels.packs import PacksModel

_FILTERS = {"gguf": "Language models (*.gguf)"}


class PackCard(Card):
    """One pack; ``show_pack`` keeps it up to date."""

    def __init__(self, model: "PacksModel", pack: "PackInfo") -> None:
        super().__init__()
        self._model, self._pack = model, pack
        shade = theme()
        self.setAccessibleName(pack.title)
        self.column.setSpacing(shade.px("space.3"))
        row = QHBoxLayout()
        row.setSpacing(shade.px("space.4"))
        words = QVBoxLayout()
        words.setSpacing(shade.px("space.1"))
        self.title = Label(pack.title, "bodyStrong")
        words.addWidget(self.title)
        words.addWidget(Label(pack.does, "body", "secondary", wrap=True))
        row.addLayout(words, 1)
        self.install = Button("", kind="default")
        self.stop = Button("Stop", kind="quiet", icon="stop")
        self.remove = Button("Remove", kind="quiet", icon="trash")
        for button in (self.install, self.stop, self.remove):
            row.addWidget(button)
        self.column.addLayout(row)
        self.working = QWidget()
        progress = QHBoxLayout(self.working)
        progress.setContentsMargins(0, 0, 0, 0)
        progress.setSpacing(shade.px("space.4"))
        self.bar = ProgressBar()
        self.doing = Label("", "small", "secondary")
        progress.addWidget(self.bar, 1)
        progress.addWidget(self.doing)
        self.column.addWidget(self.working)
        self.facts = Label("", "small", "secondary", wrap=True)
        self.column.addWidget(self.facts)
        self.column.addWidget(Label(f"From {pack.origin}.", "small", "muted", wrap=True))
        if pack.limits:
            self.column.addWidget(Label(pack.limits, "small", "muted", wrap=True))
        self.strip = Strip()
        self.column.addWidget(self.strip)
        self.install.clicked.connect(self._install)
        self.stop.clicked.connect(lambda: model.cancel(pack.id))
        self.remove.clicked.connect(self._remove)
        self.show_pack(pack)

    def show_pack(self, pack: "PackInfo") -> None:
        """Show how it stands."""
        self._pack = pack
        busy, here = pack.state == "installing", pack.installed_version is not None
        self.set_on(here and not busy)
        self.install.setVisible(not busy and (not here or pack.outdated or pack.own_model is not None))
        self.install.set_words(self._install_words(here))
        self.stop.setVisible(busy)
        self.remove.setVisible(here and not busy)
        self.working.setVisible(busy)
        if busy:
            self.bar.set_progress(pack.fraction, "working")
            self.doing.setText(pack.label or "")
        self.facts.setText(self._facts_words(here))
        if pack.error and not busy:
            self.strip.say("danger", pack.error)
        else:
            self.strip.hide()

    def _install_words(self, here: bool) -> str:
        if self._pack.own_model is not None:
            return "Choose another file…" if here else "Choose a file…"
        if here:
            return "Update"
        return "Try again" if self._pack.error else f"Install, {size_words(self._pack.download_bytes)}"

    def _facts_words(self, here: bool) -> str:
        pack = self._pack
        if here:
            size = f"Installed, {size_words(pack.disk_bytes)} on disk"
        else:
            size = f"{size_words(pack.download_bytes)} to fetch, {size_words(pack.installed_bytes)} on disk"
        used = ", ".join(tool_title(tool) for tool in pack.tools)
        model = f"Uses {pack.model_file}" if pack.model_file else ""
        return "\n".join(filter(None, (f"{size} · {pack.licence}", f"For: {used}" if used else "", model)))

    def _install(self) -> None:
        kind = self._pack.own_model
        if kind is None:
            self._model.install(self._pack.id)
            return
        chosen, _filter = QFileDialog.getOpenFileName(self, "Choose a model file", "", _FILTERS[kind])
        if chosen:
            self._model.install(self._pack.id, chosen)

    def _remove(self) -> None:
        asked = QMessageBox.question(
            self,
            "Remove",
            f"Remove “{self._pack.title}” from this computer? It can be installed again at any time.",
            QMessageBox.StandardButton.Cancel | QMessageBox.StandardButton.Yes,
            QMessageBox.StandardButton.Cancel,
        )
        if asked == QMessageBox.StandardButton.Yes:
            self._model.remove(self._pack.id)


class PacksPage(Page):
    """All packs."""

    def __init__(self, model: "PacksModel") -> None:
        super().__init__(
            "Optional models",
            "The studio works without these. Each is fetched once from your package index, checked, and stays on this "
            "computer.",
        )
        self._model = model
        self.strip = Strip()
        self.add(self.strip)
        self.nothing = Label("Asking this computer's engine…", "body", "secondary")
        self.add(self.nothing)
        self.cards: dict[str, PackCard] = {}
        self.cards_column = QVBoxLayout()
        self.cards_column.setSpacing(theme().px("space.5"))
        self.column.addLayout(self.cards_column)
        self.finish()
        self._bindings: list[Binding] = [
            model.packs.changed.connect(self.refresh),
            model.trouble.changed.connect(self.refresh),
            model.wanted.changed.connect(self.refresh),
        ]
        self.refresh()
        model.load()

    def refresh(self, _value: object = None) -> None:
        """Show the packs as they stand, and the one that the person came for."""
        if self._model.trouble.value:
            self.strip.say("danger", self._model.trouble.value)
        else:
            self.strip.hide()
        self.nothing.setVisible(not self._model.packs.value and not self._model.trouble.value)
        for pack in self._model.packs.value:
            if pack.id in self.cards:
                self.cards[pack.id].show_pack(pack)
            else:
                card = self.cards[pack.id] = PackCard(self._model, pack)
                self.cards_column.addWidget(card)
        wanted = self.cards.get(self._model.wanted.value)
        if wanted is not None:
            self._model.wanted.value = ""
            self.ensureWidgetVisible(wanted)
            wanted.install.setFocus()

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()
