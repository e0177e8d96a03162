"""What can be heard in a sound: onsets, beats and tempo, key, loudness and sections. NumPy only.

    heard = analyse(samples, rate)
    heard.tempo_bpm, heard.beats, heard.key.name

Every function takes float samples of shape (n,) or (n, channels), nominally −1…1, and a rate in Hz.
Times are in seconds from the first sample. Nothing here is random.
"""

from studio.engine.renderers.sound_analysis.analysis import Heard, analyse
from studio.engine.renderers.sound_analysis.keys import Key

__all__ = ["Heard", "Key", "analyse"]
