"""Settings: keys, tests, appearance, folder, about."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from studio.ui.async_glue import Slots
from studio.ui.settings.about import AboutPage, notices
from studio.ui.settings.appearance import AppearancePage
from studio.ui.settings.connections import ConnectionsPage
from studio.ui.settings.storage import StoragePage
from studio.ui.settings.workspace import SettingsWorkspace
from studio.viewmodels.tasks import TaskOwner
from tests.helpers.fake_models import StudioInMemory


@pytest.fixture
def settings(qtbot: QtBot, model: StudioInMemory) -> SettingsWorkspace:
    """Settings, shown."""
    widget = SettingsWorkspace(model)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(1200, 900)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def connections(settings: SettingsWorkspace) -> ConnectionsPage:
    """The first page."""
    page = settings.page("connections")
    assert isinstance(page, ConnectionsPage)
    return page


def test_the_one_in_use_is_open(connections: ConnectionsPage) -> None:
    assert connections.cards["local"].radio.isChecked()
    assert connections.cards["local"].details.isVisible()
    assert not connections.cards["supernet"].details.isVisible()


def test_a_key_is_masked_with_its_last_four(qtbot: QtBot, connections: ConnectionsPage, model: StudioInMemory) -> None:
    card = connections.cards["supernet"]
    card.set_up.click()
    assert card.key is not None
    assert card.key.field.echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClicks(card.key.field, "sk-secret-1234-9f2c")
    card.key.save.click()
    assert model.connection.keys["supernet"] == "sk-secret-1234-9f2c"
    assert card.key.field.text().endswith("9f2c")
    assert "secret" not in card.key.field.text()
    assert card.key.field.isReadOnly()
    assert card.key.place.text() == "Kept in the system keychain, never in settings, logs or exports"


def test_a_key_is_replaced_and_removed(qtbot: QtBot, connections: ConnectionsPage, model: StudioInMemory) -> None:
    model.connection.keys["supernet"] = "sk-first-0001"
    model.connection.kind.value = "supernet"
    card = connections.cards["supernet"]
    assert card.key is not None
    card.key.replace.click()
    assert card.key.field.text() == ""
    qtbot.keyClicks(card.key.field, "sk-next-0002")
    qtbot.keyClick(card.key.field, Qt.Key.Key_Return)
    assert model.connection.keys["supernet"] == "sk-next-0002"
    card.key.remove.click()
    assert "supernet" not in model.connection.keys
    assert card.key.field.text() == ""


def test_a_key_that_cannot_be_one_is_refused(
    qtbot: QtBot, connections: ConnectionsPage, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(kind: str, key: str) -> None:
        raise ValueError("A key has no spaces or special characters.")

    monkeypatch.setattr(model.connection, "set_key", refuse)
    card = connections.cards["supernet"]
    card.set_up.click()
    assert card.key is not None
    qtbot.keyClicks(card.key.field, "no key")
    card.key.save.click()
    assert card.key.place.text() == "A key has no spaces or special characters."
    assert card.key.field.property("state") == "error"


def test_without_a_keychain_it_says_where_the_key_goes(connections: ConnectionsPage, model: StudioInMemory) -> None:
    model.connection.key_place.value = "a protected file"
    key = connections.cards["supernet"].key
    assert key is not None
    assert "a file that only you can read" in key.place.text()


def test_a_connection_needs_its_key_before_it_is_used(connections: ConnectionsPage, model: StudioInMemory) -> None:
    connections.cards["supernet"].radio.click()
    assert model.connection.kind.value == "local"
    assert connections.cards["supernet"].details.isVisible()
    model.connection.keys["supernet"] = "sk-000000000001"
    connections.cards["supernet"].radio.click()
    assert model.connection.kind.value == "supernet"
    assert connections.cards["supernet"].radio.isChecked()
    assert not connections.cards["local"].radio.isChecked()


def test_the_address_of_a_custom_service_is_kept(
    qtbot: QtBot, connections: ConnectionsPage, model: StudioInMemory
) -> None:
    card = connections.cards["custom"]
    card.set_up.click()
    assert card.address is not None
    qtbot.keyClicks(card.address, "http://localhost:9000/v1")
    qtbot.keyClick(card.address, Qt.Key.Key_Return)
    assert model.connection.custom_url.value == "http://localhost:9000/v1"


def run_test(connections: ConnectionsPage, kind: str) -> None:
    asyncio.run(connections.cards[kind]._run_test())


def test_a_test_gives_a_readable_result(connections: ConnectionsPage, model: StudioInMemory) -> None:
    card = connections.cards["local"]
    run_test(connections, "local")
    assert card.result.words.text() == "Answered in 84 ms. 41 models, all tools available."
    assert card.result.kind == "success"
    assert card.test.text() == "Test again"
    model.connection.answer = "Nothing answers at that address."
    run_test(connections, "local")
    assert card.result.kind == "danger"
    assert card.test.isEnabled()


def test_it_says_how_to_connect_a_language_model(connections: ConnectionsPage, model: StudioInMemory) -> None:
    assert "No language model is connected" in connections.who.text()
    model.connection.answered_by.value = "qwen3:14b through Ollama"
    assert connections.who.text().startswith("qwen3:14b through Ollama answers.")


def test_the_search_finds_a_page(qtbot: QtBot, settings: SettingsWorkspace) -> None:
    qtbot.keyClicks(settings.search, "contrast")
    assert settings.current == "appearance"
    assert not settings.buttons["about"].isVisible()
    settings.search.setText("zzzz")
    assert settings.nothing.isVisible()


def test_appearance_applies_at_once(qtbot: QtBot, settings: SettingsWorkspace, model: StudioInMemory) -> None:
    page = settings.page("appearance")
    assert isinstance(page, AppearancePage)
    page.themes["light"].click()
    assert model.settings.theme.value == "light"
    assert [name for name, picture in page.themes.items() if picture.isChecked()] == ["light"]
    page.scale.setFocus()
    qtbot.keyClick(page.scale, Qt.Key.Key_Right)
    assert model.settings.scale.value == 1.1
    page.motion.setChecked(False)
    assert model.settings.reduced_motion.value is False
    qtbot.keyClick(page.density, Qt.Key.Key_Right)
    assert model.settings.density.value == "compact"


def test_the_folder_is_shown_copied_and_measured(settings: SettingsWorkspace, model: StudioInMemory) -> None:
    page = settings.page("storage")
    assert isinstance(page, StoragePage)
    assert page.path.text() == str(model.settings.data_dir)
    page.copy.click()
    assert QGuiApplication.clipboard().text() == str(model.settings.data_dir)
    model.settings.media_bytes.value = 2_100_000
    assert page.used.text() == "2.1 MB"


def test_about_shows_version_and_notices(settings: SettingsWorkspace) -> None:
    from studio import __version__

    page = settings.page("about")
    assert isinstance(page, AboutPage)
    assert __version__ in [label.text() for label in page.findChildren(QLabel)]
    assert "SIL Open Font License" in page.text.toPlainText()
    assert "Inter" in notices()


# -- asynchronous slots ---------------------------------------------------------------------------


class Trigger:
    """Remembers whether it is on."""

    def __init__(self) -> None:
        self.enabled = True

    def setEnabled(self, enabled: bool, /) -> None:
        self.enabled = enabled


def in_loop(work: Callable[[Slots, TaskOwner], Coroutine[Any, Any, None]]) -> list[str]:
    """Run *work* with slots in a loop and return the names of tasks that failed."""
    failed: list[str] = []

    async def main() -> None:
        owner = TaskOwner("test", lambda name, error: failed.append(name))
        owner.begin()
        await work(Slots(owner), owner)
        await owner.aclose()

    asyncio.run(main())
    return failed


def test_a_second_press_is_dropped_while_the_first_runs() -> None:
    calls: list[int] = []
    trigger = Trigger()

    async def work(slots: Slots, owner: TaskOwner) -> None:
        gate = asyncio.Event()

        async def call(number: int) -> None:
            calls.append(number)
            await gate.wait()

        press = slots.slot("call", call, trigger=trigger)
        press(1)
        press(2)
        await asyncio.sleep(0)
        assert not trigger.enabled
        gate.set()
        await owner.wait("call")

    assert in_loop(work) == []
    assert calls == [1]
    assert trigger.enabled


def test_typing_restarts_a_search() -> None:
    done: list[str] = []

    async def work(slots: Slots, owner: TaskOwner) -> None:
        async def search(words: str) -> None:
            await asyncio.sleep(0.01)
            done.append(words)

        find = slots.slot("search", search, policy="restart")
        find("fe")
        await asyncio.sleep(0)
        find("fern")
        await owner.wait("search")

    assert in_loop(work) == []
    assert done == ["fern"]


def test_sending_queues_in_order() -> None:
    sent: list[int] = []

    async def work(slots: Slots, owner: TaskOwner) -> None:
        async def send(number: int) -> None:
            await asyncio.sleep(0)
            sent.append(number)

        post = slots.slot("send", send, policy="queue")
        for number in (1, 2, 3):
            post(number)
        await owner.wait("send")

    assert in_loop(work) == []
    assert sent == [1, 2, 3]


def test_a_failure_is_reported_and_the_trigger_comes_back() -> None:
    trigger = Trigger()

    async def work(slots: Slots, owner: TaskOwner) -> None:
        async def call() -> None:
            raise RuntimeError("no")

        slots.slot("call", call, trigger=trigger)()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert in_loop(work) == ["call"]
    assert trigger.enabled
