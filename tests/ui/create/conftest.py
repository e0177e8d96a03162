"""The workspace's parts on models in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.ui.create.pictures import Pictures
from studio.ui.create.transcript.transcript import Transcript
from studio.ui.create.workspace import Centre
from studio.ui.theme import theme
from tests.ui.create.fakes import FakeStudio


@pytest.fixture(scope="session")
def painted(qapp: QApplication) -> QApplication:
    """The application in its clothes."""
    theme().apply_to(qapp)
    return qapp


@pytest.fixture(autouse=True)
def dressed(painted: QApplication) -> None:
    """The dark theme at 100 %, whatever a test before has chosen, and none of its widgets."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    theme().choose("dark", scale=1.0, density="comfortable", reduced_motion=True)


@pytest.fixture
def studio() -> FakeStudio:
    """All models."""
    return FakeStudio()


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    """A service of its own."""
    service = Pictures()
    yield service
    service.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Four picture files, 96 × 64."""
    out = []
    for number in range(4):
        image = QImage(96, 64, QImage.Format.Format_RGB32)
        image.fill(0xFF203040 + number * 0x203000)
        path = tmp_path / f"{number}.png"
        assert image.save(str(path))
        out.append(path)
    return out


@pytest.fixture
def transcript(qtbot: QtBot, studio: FakeStudio, pictures: Pictures) -> Transcript:
    """The conversation, 776 × 600, shown."""
    view = Transcript(studio.create, pictures)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(776, 600)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def centre(qtbot: QtBot, studio: FakeStudio, pictures: Pictures) -> Centre:
    """Header, conversation and composer, 776 × 900, shown."""
    widget = Centre(studio, pictures)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(776, 900)
    widget.show()
    qtbot.waitExposed(widget)
    return widget
