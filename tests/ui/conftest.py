"""Models in memory and a theme for tests of the window."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.ui.gallery.pane import GalleryPane
from studio.ui.gallery.peaks import close_peaks
from studio.ui.gallery.thumbnails import close_thumbnails
from studio.ui.shell import MainWindow
from studio.ui.theme import theme
from tests.helpers.fake_models import StudioInMemory, sample_studio


@pytest.fixture(scope="session", autouse=True)
def multimedia(qapp: QApplication) -> None:
    """QtMultimedia and its plugin are loaded before any thread works.

    They log while the system loads them. In a test that line goes to pytest-qt's handler in Python, which may have to
    wait for another thread; one that loads OpenCV just then waits for the loader in turn, and nothing goes on.
    """
    with contextlib.suppress(ImportError):  # a Linux without its sound library
        from PySide6.QtMultimedia import QMediaPlayer

        QMediaPlayer()


@pytest.fixture(autouse=True)
def tidy(qapp: QApplication) -> Iterator[None]:
    """Widgets of a test are really gone after it: no loop runs between tests that would delete them."""
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def dark(qapp: QApplication) -> None:
    """The dark theme at 100 % without motion."""
    theme().apply_to(qapp)
    theme().choose("dark", scale=1.0, density="comfortable", reduced_motion=True)


@pytest.fixture
def model(tmp_path: Path, dark: None) -> Iterator[StudioInMemory]:
    """Two rounds of pictures, an upload, and a call in progress."""
    studio = sample_studio(tmp_path)
    studio.settings.theme.value = "dark"
    studio.settings.reduced_motion.value = True
    yield studio
    close_peaks()
    close_thumbnails()


@pytest.fixture
def pane(qtbot: QtBot, model: StudioInMemory) -> GalleryPane:
    """The gallery of that session, 352 × 800, shown."""
    widget = GalleryPane(model.create)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(352, 800)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def window(qtbot: QtBot, model: StudioInMemory) -> MainWindow:
    """The main window at 1440 × 900, shown; nothing is working."""
    model.create.working.value = False
    model.sessions.set_rows([])
    main = MainWindow(model)  # type: ignore[arg-type]
    qtbot.addWidget(main, before_close_func=lambda widget: setattr(widget, "_leaving", True))
    main.resize(1440, 900)
    main.show()
    qtbot.waitExposed(main)
    main.activateWindow()
    return main
