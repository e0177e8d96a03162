"""Optional models in Settings: terms before installing, progress, failures, removal, and the way there from a card."""

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from studio.engine.packs.store import not_installed
from studio.ui.create.transcript.trouble_card import TroubleCard
from studio.ui.settings.packs import PacksPage
from studio.ui.shell import MainWindow
from studio.ui.widgets.labels import Label
from studio.viewmodels.troubles import pack_trouble
from tests.helpers.fake_models import StudioInMemory


@pytest.fixture
def page(qtbot: QtBot, model: StudioInMemory) -> PacksPage:
    widget = PacksPage(model.packs)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(900, 1400)
    widget.show()
    return widget


def test_size_licence_and_origin_stand_there_before_anything_is_installed(
    page: PacksPage, model: StudioInMemory
) -> None:
    assert model.packs.asked == [("load",)]
    assert list(page.cards) == [pack.id for pack in model.packs.packs.value]
    for pack in model.packs.packs.value:
        words = "\n".join(label.text() for label in page.cards[pack.id].findChildren(Label))
        assert pack.licence in words
        assert pack.origin in words
        assert "to fetch" in words
    assert page.cards["voice"].install.text().startswith("Install, ")
    assert not page.cards["voice"].remove.isVisible()


def test_an_install_is_followed_and_can_be_stopped(page: PacksPage, model: StudioInMemory) -> None:
    card = page.cards["voice"]
    card.install.click()
    assert model.packs.asked[-1] == ("install", "voice", "")
    model.packs.change("voice", state="installing", fraction=0.5, label="Fetching part 2 of 5")
    assert card.working.isVisible()
    assert card.bar.fraction == 0.5
    assert not card.install.isVisible()
    card.stop.click()
    assert model.packs.asked[-1] == ("cancel", "voice")
    model.packs.change("voice", state="failed", error="The index did not answer.", fraction=None)
    assert card.strip.isVisible()
    assert card.install.text() == "Try again"
    model.packs.change("voice", state="installed", installed_version="1", disk_bytes=110_000_000, error=None)
    assert card.facts.text().startswith("Installed, 110.0 MB on disk")
    assert not card.strip.isVisible()


def test_removing_asks_first(page: PacksPage, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    model.packs.change("voice", state="installed", installed_version="1", disk_bytes=110_000_000)
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_args: answers.pop(0))
    page.cards["voice"].remove.click()
    assert model.packs.asked == [("load",)]
    page.cards["voice"].remove.click()
    assert model.packs.asked[-1] == ("remove", "voice")


def test_a_model_of_ones_own_is_chosen(page: PacksPage, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    own = next(pack.id for pack in model.packs.packs.value if pack.own_model)
    answers = ["", "/models/small.gguf"]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (answers.pop(0), ""))
    page.cards[own].install.click()
    assert model.packs.asked == [("load",)]
    page.cards[own].install.click()
    assert model.packs.asked[-1] == ("install", own, "/models/small.gguf")


def test_the_card_of_a_missing_pack_installs_it_and_shows_how_it_goes(qtbot: QtBot, model: StudioInMemory) -> None:
    trouble = pack_trouble(not_installed("voice").data or {})
    assert trouble is not None
    assert "Apache-2.0" in trouble.kept
    assert trouble.action.startswith("Install, ")
    window = MainWindow(model)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    card = TroubleCard("Speaking", "generate_speech", trouble, window)
    wanted: list[tuple[str, str]] = []
    card.action_wanted.connect(lambda action, subject: wanted.append((action, subject)))
    card._buttons[0].click()
    assert wanted == [("install", "voice")]
    window.workspace("create").transcript.pack_wanted.emit("voice")  # type: ignore[attr-defined]
    assert ("fetch", "voice") in model.packs.asked
    page = window.workspace("settings").page("packs")  # type: ignore[attr-defined]
    assert isinstance(page, PacksPage)
    assert page.isVisible()
    assert model.packs.wanted.value == ""
