"""Everything at once, from one pass of preparation."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers.sound_analysis import beats, keys, loudness, onsets, sections
from studio.engine.renderers.sound_analysis.spectrum import Curve, reduced

CHROMA_STEP_S: Final = 0.1
LEVEL_STEP_S: Final = 0.05


@dataclass(frozen=True)
class Heard:
    """What was heard in a sound.

    Attributes:
        duration_s: of the sound.
        flux: onset strength over time, all and by range.
        onsets_s: where sounds begin.
        pulse: tempo and beats; ``pulse.tempo_bpm`` is 0 without a pulse.
        key: None when nothing tonal sounds.
        level_db: level of every ``LEVEL_STEP_S``, dBFS.
        sections: without gaps, at least one.
    """

    duration_s: float
    flux: onsets.Flux
    onsets_s: NDArray[np.float64]
    pulse: beats.Beats
    key: keys.Key | None
    level_db: Curve
    sections: list[sections.Section]

    @property
    def tempo_bpm(self) -> float:
        """Beats per minute, 0 without a pulse."""
        return self.pulse.tempo_bpm

    @property
    def beats(self) -> NDArray[np.float64]:
        """Times of the beats in seconds."""
        return self.pulse.times_s

    @property
    def silent(self) -> bool:
        """Whether nothing can be heard."""
        return float(self.level_db.max()) <= loudness.SILENCE_DB + 20


def analyse(samples: NDArray[Any], rate: int) -> Heard:
    """Return what can be heard in *samples* of (n,) or (n, channels) at *rate* Hz."""
    signal, work_rate = reduced(samples, rate)
    if not signal.size:
        signal = np.zeros(1, np.float32)
    heard = onsets.flux(signal, work_rate)
    chroma = keys.chromagram(signal, work_rate, CHROMA_STEP_S)
    return Heard(
        duration_s=len(samples) / rate,
        flux=heard,
        onsets_s=onsets.peaks(heard.strength, heard.rate_hz),
        pulse=beats.find(heard),
        key=keys.find(chroma),
        level_db=loudness.level_db(signal, work_rate, LEVEL_STEP_S),
        sections=sections.find(signal, work_rate, chroma, CHROMA_STEP_S),
    )
