"""Playing a film or a sound: the one place that knows Qt's multimedia, loaded with the first film or sound."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QAudioOutput, QMediaMetaData, QMediaPlayer, QVideoFrame, QVideoSink

_FPS: Final = 24.0
_BACKWARD_MS: Final = 100
_SPEEDS: Final = (1.0, 2.0, 4.0)


class Playback(QObject):
    """A player without a face.

    Signals:
        framed(QImage): a frame to show.
        moved(int): the position in milliseconds.
        measured(int): the length in milliseconds.
        played(bool): it plays, or it stands.
        failed(str): it cannot be played; a sentence.
    """

    framed = Signal(QImage)
    moved = Signal(int)
    measured = Signal(int)
    played = Signal(bool)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._sound = QAudioOutput(self)
        self._player.setVideoSink(self._sink)
        self._player.setAudioOutput(self._sound)
        self._speed = 0.0
        self._back = QTimer(self)
        self._back.setInterval(_BACKWARD_MS)
        self._back.timeout.connect(self._go_back)
        self._sink.videoFrameChanged.connect(self._frame)
        self._player.positionChanged.connect(lambda at: self.moved.emit(int(at)))
        self._player.durationChanged.connect(lambda length: self.measured.emit(int(length)))
        self._player.playbackStateChanged.connect(self._changed)
        self._player.errorOccurred.connect(self._failed)

    @property
    def position_ms(self) -> int:
        """Where it is."""
        return int(self._player.position())

    @property
    def duration_ms(self) -> int:
        """How long it is; 0 while that is unknown."""
        return int(self._player.duration())

    @property
    def is_playing(self) -> bool:
        """Whether it runs, in either direction."""
        return self._speed != 0

    @property
    def frame_ms(self) -> float:
        """Length of one frame."""
        rate = self._player.metaData().value(QMediaMetaData.Key.VideoFrameRate)
        return 1000 / (float(rate) if rate else _FPS)

    @property
    def loops(self) -> bool:
        """Whether it begins again at the end."""
        return self._player.loops() == QMediaPlayer.Loops.Infinite.value

    def open(self, path: Path) -> None:
        """Load *path* and show its first frame; does not play."""
        self.halt()
        self._player.setSource(QUrl.fromLocalFile(str(path)))
        self._player.pause()

    def close(self) -> None:
        """Let go of the file."""
        self.halt()
        self._player.stop()
        self._player.setSource(QUrl())

    def toggle(self) -> None:
        """Play, or stand."""
        if self.is_playing:
            self.halt()
        else:
            self.run(1.0)

    def halt(self) -> None:
        """Stand at this frame."""
        self._run_at(0.0)

    def run(self, speed: float) -> None:
        """Play at *speed* (1 is its own; negative goes backwards, without sound)."""
        if speed > 0 and self.duration_ms and self.position_ms >= self.duration_ms - self.frame_ms:
            self._player.setPosition(0)
        self._run_at(speed)

    def shuttle(self, direction: int) -> None:
        """Go on in *direction* (1 or −1), faster with each call: the keys L and J."""
        faster = [speed for speed in _SPEEDS if speed > self._speed * direction]
        self.run(direction * (faster[0] if faster else _SPEEDS[-1]))

    def step(self, frames: int) -> None:
        """Stand, and go on by whole frames."""
        self.halt()
        number = round((self.position_ms - self.frame_ms / 2) / self.frame_ms) + frames
        self.seek(round((max(0, number) + 0.5) * self.frame_ms))

    def seek(self, position_ms: int) -> None:
        """Go to a position."""
        self._player.setPosition(max(0, min(position_ms, self.duration_ms or position_ms)))

    def set_loops(self, loops: bool) -> None:
        """Begin again at the end, or not."""
        self._player.setLoops(QMediaPlayer.Loops.Infinite.value if loops else QMediaPlayer.Loops.Once.value)

    def set_muted(self, muted: bool) -> None:
        """Be silent, or not."""
        self._sound.setMuted(muted)

    def _run_at(self, speed: float) -> None:
        was = self.is_playing
        self._speed = speed
        if speed > 0:
            self._back.stop()
            self._player.setPlaybackRate(speed)
            self._player.play()
        else:
            self._player.pause()
            if speed < 0:
                self._back.start()
            else:
                self._back.stop()
        if was != self.is_playing:
            self.played.emit(self.is_playing)

    def _go_back(self) -> None:
        at = self.position_ms + round(_BACKWARD_MS * self._speed)
        self.seek(at)
        if at <= 0:
            self.halt()

    def _changed(self, state: QMediaPlayer.PlaybackState) -> None:
        if state == QMediaPlayer.PlaybackState.StoppedState and self._speed > 0:  # it came to its end
            self.halt()

    def _frame(self, frame: QVideoFrame) -> None:
        image = frame.toImage()
        if not image.isNull():
            self.framed.emit(image)

    def _failed(self, error: QMediaPlayer.Error, words: str) -> None:
        if error != QMediaPlayer.Error.NoError:
            self.halt()
            self.failed.emit(words.strip().rstrip(".") or "The file is damaged or of an unknown kind")
