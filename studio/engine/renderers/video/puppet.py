"""A cut-out that dances like a paper puppet: it bounces, sways, hops, leans and turns as one piece of paper.

There is no skeleton: arms and legs do not move by themselves.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, pictures
from studio.engine.renderers.filling import fill
from studio.engine.renderers.pictures import Rgb

Plane = NDArray[np.float32]

_LARGEST: Final = 1100
_MARGIN: Final = 0.06
_STEP: Final = 4
_MOST_CUT_OFF: Final = 0.15
"""How much of its upper edge a figure may leave the picture with; with more it is no cut-out."""
_FADE: Final = 0.14


@dataclass(frozen=True)
class Bend:
    """How the puppet is bent; lengths are shares of its height.

    Attributes:
        x, y: where its foot goes (right, up).
        squash: how much lower and wider it becomes.
        sway: how far its head goes to the right of its foot.
        wave: how far its middle goes to the right.
        lean_deg: turn around its foot, clockwise.
        turn: width as seen: 1 from the front, 0 edge-on, −1 mirrored.
        nod: how far its upper part sinks.
    """

    x: float = 0.0
    y: float = 0.0
    squash: float = 0.0
    sway: float = 0.0
    wave: float = 0.0
    lean_deg: float = 0.0
    turn: float = 1.0
    nod: float = 0.0

    def mixed(self, other: "Bend", share: float) -> "Bend":
        """Return the bend *share* of the way to *other*."""
        return Bend(*(
            (1 - share) * getattr(self, field.name) + share * getattr(other, field.name) for field in fields(Bend)
        ))  # fmt: skip


def _soft(x: float) -> float:
    """Return a swing −1…1 that stops for a moment at its ends, as dancers do."""
    return math.tanh(1.8 * math.sin(x)) / math.tanh(1.8)


def bounce(beat: float, force: float) -> Bend:
    """Return a dip on every beat."""
    return Bend(squash=0.075 * force * (0.5 + 0.5 * math.cos(2 * math.pi * beat)), y=0.0)


def sway(beat: float, force: float) -> Bend:
    """Return a swing of head and shoulders, one side for each beat."""
    side = _soft(math.pi * (beat + 0.5))
    return Bend(
        sway=0.12 * force * side, lean_deg=3.0 * force * side, squash=0.03 * force * math.cos(2 * math.pi * beat)
    )


def step(beat: float, force: float) -> Bend:
    """Return a step to the side and back with a small hop in between."""
    side = _soft(math.pi * (beat + 0.5))
    return Bend(
        x=0.11 * force * side, y=0.035 * force * abs(math.cos(math.pi * (beat + 0.5))), sway=-0.05 * force * side
    )


def hop(beat: float, force: float) -> Bend:
    """Return a jump that lands on the beat."""
    rise = abs(math.sin(math.pi * beat))
    landing = max(0.0, 1 - 4 * min(beat % 1, 1 - beat % 1))
    return Bend(y=0.11 * force * rise, squash=0.11 * force * landing - 0.03 * force * rise)


def wave(beat: float, force: float) -> Bend:
    """Return a wave that runs through the body in two beats."""
    return Bend(
        wave=0.085 * force * math.sin(math.pi * beat), sway=0.07 * force * math.sin(math.pi * beat - 1.2),
        squash=0.03 * force * math.cos(2 * math.pi * beat),
    )  # fmt: skip


def spin(beat: float, force: float) -> Bend:
    """Return a whole turn of the paper in four beats, landing on the front."""
    turn = math.cos(math.pi * (beat % 4) / 2)
    return Bend(
        turn=turn if abs(turn) > 0.12 else math.copysign(0.12, turn or 1.0),
        squash=0.05 * force * math.cos(2 * math.pi * beat),
    )


def lean(beat: float, force: float) -> Bend:
    """Return a stiff lean like a metronome's, two beats a side."""
    side = _soft(math.pi * beat / 2)
    return Bend(
        lean_deg=13.0 * force * side, x=-0.03 * force * side, squash=0.03 * force * math.cos(2 * math.pi * beat)
    )


def nod(beat: float, force: float) -> Bend:
    """Return a nod of the upper body on every beat."""
    down = max(0.0, math.cos(2 * math.pi * beat)) ** 0.7
    return Bend(nod=0.075 * force * down, squash=0.03 * force * down, sway=0.02 * force * math.sin(math.pi * beat))


def shimmy(beat: float, force: float) -> Bend:
    """Return a quick shake of the shoulders, four times a beat."""
    return Bend(wave=0.03 * force * _soft(4 * math.pi * beat), sway=-0.02 * force * _soft(4 * math.pi * beat),
                squash=0.05 * force * math.cos(2 * math.pi * beat))  # fmt: skip


MOVES: Final[Mapping[str, Any]] = {
    move.__name__: move for move in (bounce, sway, step, hop, wave, spin, lean, nod, shimmy)
}


@dataclass(frozen=True)
class Puppet:
    """A cut-out and what is behind it.

    Attributes:
        rgb: h×w×3, the figure in its box; None when nothing stands out, and the picture dances as a whole.
        alpha: h×w, 0–1.
        behind: H×W×3, the picture without the figure.
        bust: the figure leaves the picture at its lower edge, so it has no feet.
        ring: colours of light that suit it.
    """

    rgb: Rgb | None
    alpha: Plane
    behind: Rgb
    bust: bool


def of(rgb: Rgb, alpha: NDArray[np.uint8] | None) -> Puppet:
    """Return the puppet in a picture H×W×3; *alpha* (H×W) is used when it was cut out already."""
    size = pictures.fit_within(rgb.shape[1], rgb.shape[0], _LARGEST)
    work = pictures.resize(rgb, *size)
    if alpha is None:
        soft = cutout.soft_mask(work)
        if soft is None or not 0.015 < float((soft > 0.5).mean()) < 0.85:
            return Puppet(None, np.ones(work.shape[:2], np.float32), work, False)
        mask = pictures.to_bytes(soft)
        hole = cv2.dilate(mask, np.ones((2 * round(max(size) / 45) + 1,) * 2, np.uint8)) > 20
        behind = fill(work, hole)
        work = cutout.free_from_background(work, mask)
    else:
        mask = pictures.resize(alpha, *size)
        around = cv2.GaussianBlur(pictures.fill_behind(work, mask), (0, 0), max(size) / 12)
        behind = np.asarray(around * np.float32(0.55), np.uint8)
        work = pictures.fill_behind(work, mask)
    whole = np.asarray(mask / 255.0, np.float32)
    box = cutout.subject_box(whole, 0.0)
    if box is None:
        return Puppet(None, np.ones(work.shape[:2], np.float32), work, False)
    left, top, right, bottom = box
    rim = max(2, round(0.012 * size[1]))
    figure = whole[top:bottom, left:right].copy()
    if top <= rim and float((figure[0] > 0.5).mean()) > _MOST_CUT_OFF:
        return Puppet(None, np.ones(work.shape[:2], np.float32), pictures.resize(rgb, *size), False)
    for cut, side in ((left <= rim, figure), (right >= size[0] - rim, figure[:, ::-1])):
        if cut:
            _fade(side)
    bust = bottom >= size[1] - rim
    return Puppet(work[top:bottom, left:right].copy(), figure, np.asarray(behind, np.uint8), bust)


def _fade(alpha: Plane) -> None:
    """Let a figure that leaves its picture at the left fade out there: its cut would be a straight line."""
    reach = max(2, round(_FADE * alpha.shape[1]))
    way = np.linspace(0, 1, reach, dtype=np.float32)
    alpha[:, :reach] *= way * way * (3 - 2 * way)


@dataclass(frozen=True)
class Place:
    """Where a puppet stands on the stage: middle of its foot in pixels, height in pixels, mirrored or not."""

    x: float
    foot: float
    height: float
    mirrored: bool = False


def standing(who: Puppet, width: int, height: int) -> Place:
    """Return a good place for one puppet on a stage of *width* × *height*."""
    assert who.rgb is not None
    rows, columns = who.alpha.shape
    scale = min((0.80 if who.bust else 0.70) * height / rows, (1.02 if who.bust else 0.86) * width / columns)
    tall = rows * scale
    return Place(width / 2, height * (1.02 if who.bust else 0.90), tall)


def drawn(stage: Any, who: Puppet, place: Place, bend: Bend, *, shade: float = 1.0, ghost: float = 1.0) -> Any:
    """Draw the puppet on H×W×3 float32 *stage*, in place, and return it.

    Args:
        shade: brightness of the figure.
        ghost: opacity, 0–1.
    """
    assert who.rgb is not None
    height, width = stage.shape[:2]
    rows, columns = who.alpha.shape
    scale = place.height / rows
    reach_x = place.height * 0.42 + columns * scale * 0.62
    left, right = int(max(0, place.x - reach_x)), int(min(width, place.x + reach_x))
    top, bottom = int(max(0, place.foot - place.height * 1.30)), int(min(height, place.foot + place.height * 0.06))
    if right - left < 2 or bottom - top < 2:
        return stage
    # What bends the paper is smooth: it is calculated on every fourth pixel.
    coarse = -(-(right - left) // _STEP), -(-(bottom - top) // _STEP)
    xs = (left + (np.arange(coarse[0], dtype=np.float32) + 0.5) * _STEP - 0.5)[None, :]
    ys = (top + (np.arange(coarse[1], dtype=np.float32) + 0.5) * _STEP - 0.5)[:, None]
    x = (xs - place.x) / place.height - bend.x
    y = (place.foot - ys) / place.height - bend.y
    angle = math.radians(bend.lean_deg)
    x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    tall = 1.0 - bend.squash
    y = y / tall
    y = y + bend.nod * np.clip((y - 0.45) / 0.55, 0, 1.4)
    up = np.clip(y, 0, 1.3)
    x = x - bend.sway * up**1.4 - bend.wave * np.sin(np.pi * np.clip(up, 0, 1.05))
    x = x / ((1.0 + 0.55 * bend.squash) * (bend.turn if not place.mirrored else -bend.turn))
    map_x, map_y = (x * rows + columns / 2).astype(np.float32), ((1.0 - y) * rows).astype(np.float32)
    there = (map_x > -2 * _STEP) & (map_x < columns + 2 * _STEP) & (map_y > -2 * _STEP) & (map_y < rows + 2 * _STEP)
    if not there.any():
        return stage
    # Only where the figure is, with a cell around it.
    across, down = np.flatnonzero(there.any(0)), np.flatnonzero(there.any(1))
    first_x, last_x = max(0, int(across[0]) - 1), min(coarse[0], int(across[-1]) + 2)
    first_y, last_y = max(0, int(down[0]) - 1), min(coarse[1], int(down[-1]) + 2)
    wide, high = (last_x - first_x) * _STEP, (last_y - first_y) * _STEP
    map_x, map_y = (
        cv2.resize(plane[first_y:last_y, first_x:last_x], (wide, high), interpolation=cv2.INTER_LINEAR)
        for plane in (map_x, map_y)
    )
    left, top = left + first_x * _STEP, top + first_y * _STEP
    right, bottom = min(right, left + wide), min(bottom, top + high)
    map_x, map_y = map_x[: bottom - top, : right - left], map_y[: bottom - top, : right - left]
    how = cv2.INTER_LINEAR
    source, alpha = _reduced(who, scale)
    ratio = source.shape[0] / rows
    colour = cv2.remap(source, map_x * ratio, map_y * ratio, how, borderMode=cv2.BORDER_REPLICATE)
    where = cv2.remap(alpha, map_x * ratio, map_y * ratio, how, borderMode=cv2.BORDER_CONSTANT)
    where = cv2.cvtColor(where * np.float32(ghost), cv2.COLOR_GRAY2RGB)
    part = stage[top:bottom, left:right]
    part += where * (colour * np.float32(shade) - part)
    return stage


def _reduced(who: Puppet, scale: float) -> tuple[Any, Any]:
    """Return the figure no larger than twice what is drawn: sampling does not average."""
    assert who.rgb is not None
    if scale >= 0.6:
        return who.rgb, who.alpha
    rows, columns = who.alpha.shape
    size = max(2, round(columns * scale * 1.3)), max(2, round(rows * scale * 1.3))
    return (
        cv2.resize(who.rgb, size, interpolation=cv2.INTER_AREA),
        cv2.resize(who.alpha, size, interpolation=cv2.INTER_AREA),
    )
