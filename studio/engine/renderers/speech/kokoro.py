"""The Kokoro-82M network: symbols and a style in, sound out."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.engine.packs.store import Installed
from studio.engine.renderers import runtime

Sound = NDArray[np.float32]

PACK: Final = "voice"
RATE_HZ: Final = 24_000
_MODEL: Final = "kokoro-82m-int8.onnx"
_SYMBOLS: Final = {
    symbol: number
    for symbols, first in (
        (';:,.!?', 1), ('—…"()“” ', 9), ("\u0303ʣʥʦʨᵝꭧ", 17), ("A", 24), ("I", 25), ("O", 31), ("Q", 33), ("ST", 35),
        ("W", 39), ("Y", 41), ("ᵊabcdef", 42), ("hijklmnopqrstuvwxyz", 50), ("ɑɐɒæ", 69), ("βɔɕç", 75), ("ɖðʤə", 80),
        ("ɚɛɜ", 85), ("ɟ", 90), ("ɡ", 92), ("ɥ", 99), ("ɨɪʝ", 101), ("ɯɰŋɳɲɴø", 110), ("ɸθœ", 118), ("ɹ", 123),
        ("ɾɻ", 125), ("ʁɽʂʃʈʧ", 128), ("ʊʋ", 135), ("ʌɣɤ", 138), ("χʎ", 142), ("ʒʔ", 147), ("ˈˌː", 156), ("ʰ", 162),
        ("ʲ", 164), ("↓", 169), ("→↗↘", 171), ("ᵻ", 177),
    )
    for number, symbol in enumerate(symbols, first)
}  # fmt: skip
"""The numbers under which the network knows its symbols."""


class Speaker:
    """The loaded network; make one for each call, the network itself stays loaded."""

    def __init__(self, pack: Installed) -> None:
        self._session = runtime.session_at(str(pack.file(_MODEL)))

    def say(self, symbols: str, style: NDArray[np.float32], pace: float, *, row_shift: int = 0) -> Sound:
        """Return the sound of *symbols* (at most 510) at 24 kHz, silence at both ends cut off.

        Args:
            style: rows × 256; the row for a text of this length is used.
            pace: above 1 faster.
            row_shift: takes the row of a text that is so many symbols longer, for another delivery.
        """
        numbers = [_SYMBOLS[symbol] for symbol in symbols if symbol in _SYMBOLS]
        row = int(np.clip(len(numbers) - 1 + row_shift, 0, len(style) - 1))
        (sound,) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *numbers, 0]], np.int64),
                "style": np.ascontiguousarray(style[row : row + 1], np.float32),
                "speed": np.array([pace], np.float32),
            },
        )
        return _trimmed(np.asarray(sound, np.float32).reshape(-1))


def known_symbols() -> frozenset[str]:
    """Return every symbol that the network can say."""
    return frozenset(_SYMBOLS)


def _trimmed(sound: Sound, quiet: float = 0.004, margin_s: float = 0.03) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > quiet)
    if not len(loud):
        return sound[:0]
    margin = int(margin_s * RATE_HZ)
    cut = sound[max(0, loud[0] - margin) : loud[-1] + 1 + margin].copy()
    fade = min(len(cut), int(0.005 * RATE_HZ))
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    cut[:fade] *= ramp
    cut[len(cut) - fade :] *= ramp[::-1]
    return cut
