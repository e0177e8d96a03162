"""Start of the window, in the order that paints it soonest, and its end in good order.

Widgets, fonts, style sheet and titles, then the first paint; only then the engine, asyncio, and the slow
libraries on a thread.
"""

import gc
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.ui.guard import guarded
from studio.ui.shell import MainWindow
from studio.ui.theme import theme

if TYPE_CHECKING:
    from studio.ui.single_instance import SingleInstance
    from studio.viewmodels.studio import StudioModel

_PAINT_LIMIT_S = 10.0
_CLOSE_LIMIT_S = 8.0
_WARM = ("httpx", "msgspec", "keyring", "studio.service.transport", "studio.service.chat", "PIL.Image")
_log = logging.getLogger("studio.ui")


class _FirstPaint(QObject):
    """Notes when the window has been painted for the first time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.painted = False
        self._target = window.rail
        self._target.installEventFilter(self)

    @guarded(False)
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted = True
            self._target.removeEventFilter(self)
        return False


def run(model: "StudioModel", *, exit_after_first_paint: bool = False) -> int:
    """Open the window on *model* and return the exit code when it is closed.

    Args:
        exit_after_first_paint: leave as soon as the window is painted and print when its first frame was, and
            when the Create workspace stood in it (seconds since 1970, as one JSON object), to measure the start.
    """
    from studio.ui.single_instance import StillClosing, claim

    if exit_after_first_paint:
        return _open(model, None)
    application()
    # Before anything is opened: who starts twice in a hurry must not have two windows on one library.
    try:
        instance = claim(model.settings.data_dir)
    except StillClosing:
        sys.stderr.write("Studio is still closing on this folder. Start it again in a moment.\n")
        return 1
    if instance is None:
        sys.stdout.write("Studio is open already; its window comes to the front.\n")
        return 0
    try:
        return _open(model, instance)
    finally:
        instance.release()


def _open(model: "StudioModel", instance: "SingleInstance | None") -> int:
    """Open the window and return when it is closed and everything is saved; without *instance*, measure its start."""
    model.start()
    app = application()
    _use_disk_cache(model)
    theme().choose(
        model.settings.theme.value,
        scale=model.settings.scale.value,
        density=model.settings.density.value,
        reduced_motion=model.settings.reduced_motion.value,
    )
    theme().apply_to(app)
    # The frame with the rail comes first; the workspace, whose modules take as long again, follows at once.
    window = MainWindow(model, workspace="")
    paint_once(app, window)
    painted_s = time.time()
    window.show_workspace("create")
    app.processEvents()
    complete_s = time.time()
    # After the paint: on two threads of one core the engine's start costs the window a quarter of a second.
    model.engine.spawn()
    from studio.ui.async_glue import run_loop

    if instance is None:
        sys.stdout.write(json.dumps({"event": "first_paint", "at_s": painted_s, "complete_at_s": complete_s}) + "\n")
        return run_loop(app, lambda: _leave(window, model))
    return run_loop(app, lambda: _live(app, window, model, instance))


def application() -> QApplication:
    """Return the application, made on first use."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QGuiApplication.setApplicationName("Studio")
    QGuiApplication.setApplicationDisplayName("Studio")
    QGuiApplication.setDesktopFileName("sogni-intelligence-studio")
    # By argument: the call that sets a style returns it, and PySide then builds all of its 900 constants.
    app = QApplication([*sys.argv[:1], "-style", "fusion"])
    # The loop ends when the shutdown is through, not when the last window hides.
    app.setQuitOnLastWindowClosed(False)
    return app


def paint_once(app: QApplication, window: MainWindow) -> None:
    """Show *window* and return when it has been painted."""
    first = _FirstPaint(window)
    window.show()
    limit = time.monotonic() + _PAINT_LIMIT_S
    while not first.painted and time.monotonic() < limit:
        app.processEvents()


async def _live(app: QApplication, window: MainWindow, model: "StudioModel", instance: "SingleInstance") -> int:
    """Everything between the first paint and the end of the program."""
    import asyncio

    closed = asyncio.Event()

    def leave() -> None:
        instance.stop_listening()
        closed.set()

    window.on_close = leave
    app.commitDataRequest.connect(lambda _session: leave())
    _leave_on_signals(leave)
    instance.raised.connect(window.raise_window)
    loop = asyncio.get_running_loop()
    warmed = loop.run_in_executor(None, _warm)
    await warmed
    await model.start_services()
    # What lives now lives until the end; a full collection need not look at it again.
    gc.collect()
    gc.freeze()
    await closed.wait()
    window.let_go()
    try:
        await asyncio.wait_for(model.close(), _CLOSE_LIMIT_S)
    except TimeoutError:
        _log.warning("ui.close_took_too_long", extra={"limit_s": _CLOSE_LIMIT_S})
    _put_away(window)
    return 0


def _leave_on_signals(leave: Callable[[], object]) -> None:
    """Leave in good order when the system asks by a signal; Windows has none of these."""
    import asyncio
    import signal
    from contextlib import suppress

    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            with suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(getattr(signal, name), leave)


async def _leave(window: MainWindow, model: "StudioModel") -> int:
    window.let_go()
    await model.engine.leave()
    _put_away(window)
    return 0


def _put_away(window: MainWindow) -> None:
    """End the decoding threads, then the widgets, while the application is still there."""
    from studio.ui.gallery.peaks import close_peaks
    from studio.ui.gallery.thumbnails import close_thumbnails

    window.hide()
    close_peaks()
    close_thumbnails()
    window.deleteLater()


def _warm() -> None:
    """Import the slow libraries on a thread, so that the window's thread finds them ready."""
    from contextlib import suppress
    from importlib import import_module

    for name in _WARM:
        with suppress(ImportError):
            import_module(name)


def _use_disk_cache(model: "StudioModel") -> None:
    from studio.library.thumbs import ThumbCache
    from studio.ui.gallery.thumbnails import thumbnails

    thumbnails().use_disk(ThumbCache(model.settings.data_dir / "thumbs"))
