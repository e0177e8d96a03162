"""Connections: three cards, one in use; key, address, a test with a readable result, and who answers here."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.ui.async_glue import Slots
from studio.ui.connection_popover import KINDS
from studio.ui.settings.key_field import KeyField
from studio.ui.settings.parts import Card, IconLabel, Page, Rule, Strip
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.choices import Radio
from studio.ui.widgets.labels import Label, StatusPill
from studio.viewmodels.observable import Binding

if TYPE_CHECKING:
    from studio.viewmodels.connection import ConnectionModel
    from studio.viewmodels.state import ConnectionKind

_ENGINES = (
    ("Ollama", "ollama.com", "localhost:11434", "ollama pull qwen3:4b"),
    ("LM Studio", "lmstudio.ai", "localhost:1234", "Developer, Start server"),
    ("llama.cpp", "github.com/ggml-org/llama.cpp", "localhost:8080", "llama-server -m model.gguf"),
)


class ConnectionCard(Card):
    """One connection: radio, name, line; open when it is in use or being set up."""

    def __init__(
        self, connection: "ConnectionModel", slots: Slots, kind: "ConnectionKind", facts: tuple[str, str, str]
    ):
        super().__init__()
        self._connection, self._kind = connection, kind
        name, icon, line = facts
        self._opened = False
        self.radio = Radio(f"Use {name}")
        self.radio.clicked.connect(self._choose)
        self.pill = StatusPill("running", "In use")
        self.line = Label(line, "small", "secondary", wrap=True)
        self.set_up = Button("Set up", size="compact")
        self.set_up.clicked.connect(self._open)
        self._head(name, icon)
        self.details = QWidget()
        self.inner = QVBoxLayout(self.details)
        self.inner.setContentsMargins(theme().px(30), 0, 0, 0)
        self.inner.setSpacing(theme().px("space.5"))
        self.inner.addWidget(Rule())
        self.key: KeyField | None = None
        self.address: QLineEdit | None = None
        if kind == "custom":
            self._add_address()
        if kind != "local":
            self.key = KeyField(connection, kind)
            self.key.changed.connect(self.refresh)
            self.inner.addWidget(self.key)
        self._add_test(slots)
        self.column.addWidget(self.details)
        self.refresh()

    def refresh(self) -> None:
        """Show what is in use, and how it answers."""
        on = self._connection.kind.value == self._kind
        self.set_on(on)
        self.radio.setChecked(on)
        if on:
            self.pill.set_status(*self._state())
        self.pill.setVisible(on)
        self.details.setVisible(on or self._opened)
        self.set_up.setVisible(not on and not self._opened and self._kind != "local")
        if self.key is not None:
            self.key.refresh()
        if on and self._kind == "local" and self._connection.answered_by.value:
            self.line.setText(f"{self._connection.answered_by.value} answers; pictures are made on this computer.")

    def _state(self) -> tuple[str, str]:
        return {
            "reachable": ("running", "In use"),
            "starting": ("queued", "Starting"),
            "degraded": ("warning", "Answers slowly"),
            "unreachable": ("danger", "Not reachable"),
        }[self._connection.reachability.value]

    def _head(self, name: str, icon: str) -> None:
        shade = theme()
        head = QHBoxLayout()
        # The radio's hit area is wider than its mark; the mark is what lines up.
        head.setContentsMargins(-shade.px("space.3"), 0, 0, 0)
        head.setSpacing(shade.px("space.3"))
        head.addWidget(self.radio)
        head.addWidget(IconLabel(icon))
        head.addSpacing(shade.px("space.2"))
        words = QVBoxLayout()
        words.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(shade.px("space.4"))
        top.addWidget(Label(name, "bodyStrong", semibold=True))
        top.addWidget(self.pill)
        if self._kind == "local":
            top.addWidget(StatusPill("success", "Works offline"))
            top.addWidget(Label("Free", "small", "secondary"))
        top.addStretch(1)
        words.addLayout(top)
        words.addWidget(self.line)
        head.addLayout(words, 1)
        head.addWidget(self.set_up)
        self.column.addLayout(head)

    def _add_address(self) -> None:
        self.inner.addWidget(Label("Address", "small", "secondary"))
        self.address = QLineEdit(self._connection.custom_url.value)
        self.address.setAccessibleName("Address of the service")
        self.address.setProperty("mono", True)
        self.address.setPlaceholderText("http://localhost:8000/v1")
        self.address.editingFinished.connect(self._keep_address)
        self.inner.addWidget(self.address)

    def _add_test(self, slots: Slots) -> None:
        self.result = Strip()
        self.test = Button("Test", size="compact", icon="retry")
        self.test.clicked.connect(slots.slot(f"test.{self._kind}", self._run_test))
        row = QHBoxLayout()
        row.addWidget(self.result, 100)
        row.addStretch(1)
        row.addWidget(self.test, 0, Qt.AlignmentFlag.AlignVCenter)
        self.inner.addLayout(row)

    async def _run_test(self, *_checked: object) -> None:
        self._keep_address()
        self.test.set_working(True, "Testing…")
        try:
            sentence = await self._connection.test(self._kind)
        finally:
            self.test.set_working(False)
        self.test.set_words("Test again")
        self.result.say("success" if "answered in" in sentence.lower() else "danger", sentence)

    def _choose(self) -> None:
        needs = (self._kind == "supernet" and not self._connection.has_key("supernet")) or (
            self._kind == "custom" and not self._connection.custom_url.value
        )
        if needs:
            self._open()
        else:
            self._connection.switch(self._kind)
        self.refresh()

    def _open(self) -> None:
        self._opened = True
        self.refresh()
        if self.address is not None:
            self.address.setFocus()
        elif self.key is not None:
            self.key.field.setFocus()

    def _keep_address(self) -> None:
        if self.address is not None:
            self._connection.custom_url.value = self.address.text().strip()


class ConnectionsPage(Page):
    """Where work is made."""

    def __init__(self, connection: "ConnectionModel", slots: Slots) -> None:
        super().__init__(
            "Where your work is made", "Pick the one to start with. You can switch at any time from the rail."
        )
        self._connection = connection
        self.cards: dict[str, ConnectionCard] = {}
        for kind, name, icon, line in KINDS:
            card = ConnectionCard(connection, slots, kind, (name, icon, line))
            self.cards[kind] = card
            self.add(card)
        self._add_language_models()
        self.finish()
        self._bindings: list[Binding] = [
            connection.kind.changed.connect(self.refresh),
            connection.reachability.changed.connect(self.refresh),
            connection.answered_by.changed.connect(self.refresh),
            connection.key_place.changed.connect(self.refresh),
        ]
        if hasattr(connection, "keys"):
            keys = connection.keys
            if hasattr(keys, "changed"):
                self._bindings.append(keys.changed.connect(self.refresh))
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """Show the present state."""
        for card in self.cards.values():
            card.refresh()
        who = self._connection.answered_by.value
        if self._connection.kind.value != "local":
            self.who.setText("This is about the connection “This computer”, which is not in use now.")
        elif not who or "director" in who.lower():
            self.who.setText(
                "No language model is connected. The built-in director understands plain requests in English and "
                "chooses the tools. Start one of these, and it is found by itself:"
            )
        else:
            self.who.setText(f"{who} answers. Others that are found by themselves when they run:")

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _add_language_models(self) -> None:
        shade = theme()
        head = QHBoxLayout()
        head.addWidget(Label("Language model on this computer", "title"), 1)
        self.look = Button("Look again", size="compact", icon="retry")
        self.look.clicked.connect(self._look_again)
        head.addWidget(self.look)
        self.column.addSpacing(shade.px("space.2"))
        self.column.addLayout(head)
        card = Card()
        self.who = Label("", "body", "secondary", wrap=True)
        card.column.addWidget(self.who)
        for name, site, address, hint in _ENGINES:
            card.column.addWidget(Rule())
            row = QHBoxLayout()
            row.setSpacing(shade.px("space.4"))
            row.addWidget(IconLabel("speech"))
            title = Label(name, "bodyStrong")
            title.setFixedWidth(shade.px(96))
            row.addWidget(title)
            place = Label(address, "mono", "muted")
            place.setFixedWidth(shade.px(136))
            row.addWidget(place)
            how = Label(hint, "mono", "secondary")
            how.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row.addWidget(how, 1)
            row.addWidget(Label(site, "small", "muted"))
            card.column.addLayout(row)
        self.add(card)

    def _look_again(self) -> None:
        look = getattr(self._connection, "look_again", None)
        if callable(look):
            look()
