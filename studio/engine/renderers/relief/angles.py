"""Camera positions as ``change_angle`` names them, and how much of them a relief can show. Imports nothing heavy."""

import re
from dataclasses import dataclass
from typing import Final

from studio.contract.errors import ToolError

_AZIMUTHS: Final = {
    "front view": 0, "front-right quarter view": 45, "right side view": 90, "back-right quarter view": 135,
    "back view": 180, "back-left quarter view": 225, "left side view": 270, "front-left quarter view": 315,
}  # fmt: skip
_ELEVATIONS: Final = {"low-angle shot": -30, "eye-level shot": 0, "elevated shot": 30, "high-angle shot": 60}
_DISTANCES: Final = {"close-up": 1.5, "medium shot": 1.0, "wide shot": 0.8}
_REACHED: Final = {0: 0.0, 45: 17.0, 90: 25.0, -45: -17.0, -90: -25.0}
_RAISED: Final = {-30: -9.0, 0: 0.0, 30: 9.0, 60: 15.0}
_USUAL_STRENGTH: Final = 0.9


@dataclass(frozen=True)
class Angle:
    """A camera position relative to that of the source picture.

    Attributes:
        asked_yaw, asked_pitch: degrees that the words mean, to the right and upwards.
        yaw, pitch: degrees that are shown.
        zoom: factor of the subject's size.
    """

    asked_yaw: int
    asked_pitch: int
    yaw: float
    pitch: float
    zoom: float


def parse(description: str, strength: float = _USUAL_STRENGTH) -> Angle:
    """Read a description such as “front-right quarter view eye-level shot medium shot”.

    Args:
        strength: 0.1–1.0; 0.9 shows the usual part of an angle.

    Raises:
        ToolError: PARAMETER_INVALID, a token is missing or the strength is out of range; MODEL_UNAVAILABLE, a
            view from behind.
    """
    if not 0.1 <= strength <= 1.0:
        raise ToolError("PARAMETER_INVALID", "loraStrength must be between 0.1 and 1.")
    plain = re.sub(r"\s+", " ", description.strip().lower())
    azimuth, plain = _take(plain, _AZIMUTHS)
    elevation, plain = _take(plain, _ELEVATIONS)
    distance, plain = _take(plain, _DISTANCES)
    if plain.strip(" ,.;"):
        raise ToolError("PARAMETER_INVALID", f"“{plain.strip()[:60]}” is no camera position. {_help()}")
    yaw = azimuth if azimuth <= 180 else azimuth - 360
    if abs(yaw) > 90:
        raise ToolError(
            "MODEL_UNAVAILABLE",
            "One picture does not show the back, and no network that would invent it is installed on this computer. "
            "Front, quarter and side views can be hinted at.",
        )
    share = strength / _USUAL_STRENGTH
    return Angle(int(yaw), int(elevation), _REACHED[int(yaw)] * share, _RAISED[int(elevation)] * share, distance)


def _take(text: str, tokens: dict[str, int] | dict[str, float]) -> tuple[float, str]:
    # The longest first: “back view” is no part of another token, but “right side view” must not leave “side view”.
    for token in sorted(tokens, key=len, reverse=True):
        if re.search(rf"(?<![\w-]){re.escape(token)}(?![\w-])", text):
            return tokens[token], text.replace(token, " ", 1)
    raise ToolError("PARAMETER_INVALID", _help())


def _help() -> str:
    return (
        f"description takes one of {', '.join(_AZIMUTHS)}; then one of {', '.join(_ELEVATIONS)}; "
        f"then one of {', '.join(_DISTANCES)}."
    )
