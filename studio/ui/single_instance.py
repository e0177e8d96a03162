"""One window per data folder: a second start raises the first window and leaves."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 400
_RAISE = b"raise\n"


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


class SingleInstance(QObject):
    """Listens for later starts.

    Signals:
        raised(): another start asks this window to come to the front.
    """

    raised = Signal()

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        name = name_of(data_dir)
        if not self._server.listen(name):
            # A crash leaves the socket's file behind; nobody answered on it, or we would not be here.
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(self._heard)
            if socket.bytesAvailable():
                self.raised.emit()

    def _heard(self) -> None:
        self.raised.emit()
