"""Opens the real widgets on models in memory and takes pictures of them.

``python -m tests.helpers.preview OUT [--theme dark] [--size 1440x900] [--scene create]``
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.gallery.thumbnails import close_thumbnails
from studio.ui.theme import theme
from tests.helpers.fake_models import StudioInMemory, sample_studio

SCENES: dict[str, Callable[[StudioInMemory], QWidget]] = {}


def scene(call: Callable[[StudioInMemory], QWidget]) -> Callable[[StudioInMemory], QWidget]:
    """Register a function that builds what is shown."""
    SCENES[call.__name__] = call
    return call


@scene
def gallery(studio: StudioInMemory) -> QWidget:
    from studio.ui.gallery.pane import GalleryPane

    pane = GalleryPane(studio.create)  # type: ignore[arg-type]
    studio.create.selection.value = ("p3",)
    pane.resize(352, 900)
    return pane


@scene
def gallery_empty(studio: StudioInMemory) -> QWidget:
    studio.create.show([], [])
    pane = gallery(studio)
    studio.create.selection.value = ()
    return pane


@scene
def create(studio: StudioInMemory) -> QWidget:
    from studio.ui.shell import MainWindow

    window = MainWindow(studio)  # type: ignore[arg-type]
    studio.create.selection.value = ("p3",)
    return window


@scene
def empty(studio: StudioInMemory) -> QWidget:
    studio.create.title.value = "New session"
    studio.create.show([], [])
    from studio.ui.shell import MainWindow

    return MainWindow(studio)  # type: ignore[arg-type]


@scene
def library(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_workspace("library")  # type: ignore[attr-defined]
    return window


@scene
def settings(studio: StudioInMemory) -> QWidget:
    studio.connection.keys["supernet"] = "sk-preview-9f2c"
    window = create(studio)
    window.show_settings("connections")  # type: ignore[attr-defined]
    return window


@scene
def appearance(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_settings("appearance")  # type: ignore[attr-defined]
    return window


@scene
def storage(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_settings("storage")  # type: ignore[attr-defined]
    return window


@scene
def about(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_settings("about")  # type: ignore[attr-defined]
    return window


@scene
def viewer(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.open_viewer("p3")  # type: ignore[attr-defined]
    return window


@scene
def toasts(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    post = studio.notices.post
    post("success", "Saved 3 pictures", "In Pictures, Studio, Lighthouse above the clouds.", action="Show in folder",
         run=lambda: None)  # fmt: skip
    post("info", "Moved 2 pictures to the bin", "They stay there for 30 days.", action="Undo", run=lambda: None)
    post("error", "Couldn't save the picture", "The disk is full. Nothing was lost. Free 12 MB, then try again.",
         action="Try again", run=lambda: None, details="ENOSPC")  # fmt: skip
    return window


@scene
def connection_popover(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.rail.connection.click()  # type: ignore[attr-defined]
    return window


@scene
def palette(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.open_palette()  # type: ignore[attr-defined]
    return window


def settle(app: QApplication, seconds: float = 0.8) -> None:
    """Let layouts, decoders and animations come to rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.01)


def take(names: list[str], out: Path, choice: str, size: tuple[int, int], scale: float) -> list[Path]:
    """Take a picture of each scene and return the files."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme().apply_to(app)
    theme().choose(choice, scale=scale)  # type: ignore[arg-type]
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            studio = sample_studio(Path(folder), working=name != "viewer")
            studio.settings.theme.value = choice  # type: ignore[assignment]
            studio.settings.scale.value = scale
            widget = SCENES[name](studio)
            if not name.startswith("gallery"):
                widget.resize(*size)
            widget.show()
            settle(app)
            file = out / f"{name}-{choice}-{size[0]}x{size[1]}.png"
            widget.grab().save(str(file))
            files.append(file)
            widget.close()
            widget.deleteLater()
            settle(app, 0.05)
    close_thumbnails()
    return files


def main() -> int:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", default="dark", choices=["dark", "light", "high-contrast"])
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--scene", action="append", choices=sorted(SCENES))
    given = parser.parse_args()
    width, height = (int(part) for part in given.size.split("x"))
    for file in take(given.scene or ["create"], given.out, given.theme, (width, height), given.scale):
        sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
