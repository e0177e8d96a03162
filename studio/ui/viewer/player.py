"""A playback wired to what shows it: the stage, the waveform and the bar below them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.ui.viewer.stage import Stage
from studio.ui.viewer.transport import Transport
from studio.ui.viewer.waveform import Waveform

if TYPE_CHECKING:
    from studio.ui.viewer.playback import Playback


def make_playback(
    owner: QObject, stage: Stage, wave: Waveform, transport: Transport, cannot_play: Callable[[str], None]
) -> "Playback | None":
    """Return a playback of *owner* that obeys *transport*; None, told to *cannot_play*, where there can be none."""
    try:
        from studio.ui.viewer.playback import Playback
    except ImportError as error:  # a Linux without its sound library
        cannot_play(str(error).partition(":")[0])
        return None
    playback = Playback(owner)

    def moved(at_ms: int) -> None:
        transport.show_position(at_ms)
        if playback.duration_ms:
            wave.show_place(at_ms / playback.duration_ms)

    playback.framed.connect(stage.show_frame)
    playback.moved.connect(moved)
    playback.measured.connect(transport.show_length)
    playback.played.connect(transport.show_playing)
    playback.failed.connect(cannot_play)
    transport.toggled.connect(playback.toggle)
    transport.stepped.connect(playback.step)
    transport.sought.connect(playback.seek)
    transport.loop_wanted.connect(playback.set_loops)
    transport.mute_wanted.connect(playback.set_muted)
    wave.sought.connect(lambda share: playback.seek(round(share * playback.duration_ms)))
    playback.set_loops(transport.loop.isChecked())
    playback.set_muted(transport.sound.isChecked())
    return playback
