"""One window per data folder: a second start raises the first window and leaves.

A lock on a file decides, because the system gives it back however a process ends, and because two starts in the
same moment cannot both have it. The socket beside it only carries the wish to come to the front.
"""

import errno
import hashlib
import sys
import time
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

LEAVING_LIMIT_S = 20.0
"""How long a start waits for a window that is closing; its last saves have 8 s, its threads a little more."""
_WAIT_MS = 400
_LOOK_AGAIN_S = 0.05
_RAISE = b"raise\n"
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class StillClosing(Exception):
    """Another process holds the folder, and nobody answers there."""


def name_of(data_dir: Path) -> str:
    """Return the name of the local socket for a data folder."""
    return "studio-" + hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:24]


def raise_other(data_dir: Path) -> bool:
    """Ask a window that is open on *data_dir* to come to the front; return whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(name_of(data_dir))
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(_RAISE)
    socket.flush()
    socket.waitForBytesWritten(_WAIT_MS)
    socket.disconnectFromServer()
    return True


def claim(data_dir: Path, limit_s: float = LEAVING_LIMIT_S) -> "SingleInstance | None":
    """Return the claim on *data_dir*, or None when a window is open there; it comes to the front then.

    A window that is just starting is waited for, so that it can be raised; one that is leaving, until it has saved.

    Raises:
        StillClosing: neither happened within *limit_s* seconds.
    """
    limit = time.monotonic() + limit_s
    while True:
        try:
            return SingleInstance(data_dir)
        except BlockingIOError:
            if raise_other(data_dir):
                return None
        if time.monotonic() > limit:
            raise StillClosing
        time.sleep(_LOOK_AGAIN_S)


class SingleInstance(QObject):
    """Holds a data folder and listens for later starts.

    Signals:
        raised(): another start asks this window to come to the front.
    """

    raised = Signal()

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        """Hold *data_dir* from now on.

        Raises:
            BlockingIOError: another process holds it.
        """
        super().__init__(parent)
        self._lock = _locked(data_dir)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        name = name_of(data_dir)
        # A crash leaves the socket's file behind; whoever has the lock knows that nobody listens on it.
        QLocalServer.removeServer(name)
        self._server.listen(name)

    def stop_listening(self) -> None:
        """The window is leaving and can be raised no more; later starts wait for ``release``."""
        self._server.close()

    def release(self) -> None:
        """Let the next window have the folder: everything is saved."""
        self._server.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(self._heard)
            if socket.bytesAvailable():
                self.raised.emit()

    def _heard(self) -> None:
        self.raised.emit()


def _locked(data_dir: Path) -> "IO[str] | None":
    """Return the open, locked file; None where the folder's file system has no locks or nothing can be written."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (data_dir / "window.lock").open("a+")
    except OSError:
        return None  # opening the library says what is wrong
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            file.close()
            raise BlockingIOError(error.errno, "another window holds the folder") from error
    return file
