"""The picture being painted: pixels, coordinates, seeded noise, and the few ways to put paint on it.

Coordinates. `u`, `v` run 0..1 across and down. `x`, `y` are in *units*: one unit is the geometric mean of the edges,
bounded so that very long pictures keep sensible sizes; features sized in units look alike at every resolution.
All four are kept as a row or a column (1 x W, H x 1) and broadcast, so that they cost nothing.

Masks are float32, 0..1, and may cover only a `Box` of the picture; painting then touches only that box.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from studio.engine.renderers.painter.colour import Rgb
from studio.engine.renderers.painter.noise import Field, Mode, fbm, generator, warp

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Box:
    """Pixel rectangle, right and bottom excluded; always inside the picture."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top


def smooth(low: float | Field, high: float | Field, values: Field) -> Field:
    """Smoothstep from 0 at `low` to 1 at `high` (which may be below `low`)."""
    part = np.clip((values - low) / (high - low), 0, 1)
    return part * part * (3 - 2 * part)


class Canvas:
    """A float32 picture with helpers; see the module text for its coordinates."""

    def __init__(self, width: int, height: int, seed: int, report: Report | None = None) -> None:
        self.width, self.height, self.seed = width, height, seed
        self.aspect = width / height
        self.unit_px = float(np.sqrt(min(width, height * 1.9) * min(height, width * 1.9)))
        self.pixels: Field = np.zeros((height, width, 3), np.float32)
        self.u: Field = ((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :]
        self.v: Field = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        self.x: Field = (self.u * width / self.unit_px).astype(np.float32)
        self.y: Field = (self.v * height / self.unit_px).astype(np.float32)
        self.notes: list[str] = []
        self.drawn: set[str] = set()
        self.counts: list[tuple[int, str]] = []
        self.falling = True
        self._report = report
        self._noise_count = 0

    # -- bookkeeping ------------------------------------------------------------------------------------------------
    def progress(self, fraction: float, label: str) -> None:
        """Tell the caller how far the picture is (0..1) and what is being painted."""
        if self._report is not None:
            self._report(fraction, label)

    def note(self, words: str, *elements: str) -> None:
        """Record, in words, what was really drawn, and which elements of the brief that answers."""
        if words and words not in self.notes:
            self.notes.append(words)
        self.drawn.update(elements)

    def counted(self, number: int, kind: str) -> None:
        """Record how many of a kind were drawn."""
        self.counts.append((number, kind))

    def next_seed(self) -> int:
        """A fresh seed, different on every call, the same on every run."""
        self._noise_count += 1
        return (self.seed * 1_000_003 + self._noise_count * 7919) & 0x7FFFFFFF

    def rng(self) -> np.random.Generator:
        """A fresh generator for one element, independent of how many numbers other elements used."""
        return generator(self.next_seed(), 5)

    # -- geometry ---------------------------------------------------------------------------------------------------
    @property
    def whole(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def box(self, left: float, top: float, right: float, bottom: float, pad_px: float = 2) -> Box:
        """The pixel box around a rectangle in pixels, padded and cut to the picture."""
        return Box(
            int(np.clip(np.floor(left - pad_px), 0, self.width)),
            int(np.clip(np.floor(top - pad_px), 0, self.height)),
            int(np.clip(np.ceil(right + pad_px), 0, self.width)),
            int(np.clip(np.ceil(bottom + pad_px), 0, self.height)),
        )

    def px(self, units: float) -> float:
        """Units to pixels."""
        return units * self.unit_px

    def distance(self, u: float, v: float, stretch_y: float = 1.0) -> Field:
        """Distance of every pixel from the point (u, v), in units, H x W."""
        dx = (self.u - u) * (self.width / self.unit_px)
        dy = (self.v - v) * (self.height / self.unit_px) * stretch_y
        return np.sqrt(dx * dx + dy * dy)

    # -- noise ------------------------------------------------------------------------------------------------------
    def noise(
        self,
        size: float | tuple[float, float],
        octaves: int = 5,
        gain: float = 0.5,
        mode: Mode = "smooth",
        box: Box | None = None,
        seed: int | None = None,
    ) -> Field:
        """Fractal noise over the picture or a box; largest feature `size` in units, or (vertical, horizontal)."""
        area = box or self.whole
        cell = (size[0] * self.unit_px, size[1] * self.unit_px) if isinstance(size, tuple) else size * self.unit_px
        key = self.next_seed() if seed is None else seed
        return fbm(area.height, area.width, cell, key, octaves=octaves, gain=gain, mode=mode)

    # -- paint ------------------------------------------------------------------------------------------------------
    def _part(self, box: Box | None) -> Field:
        if box is None:
            return self.pixels
        return self.pixels[box.top : box.bottom, box.left : box.right]

    def fill(self, colours: Field | Rgb) -> None:
        """Cover everything; a column of colours (H x 1 x 3) or a full picture broadcasts."""
        self.pixels[:] = np.asarray(colours, np.float32)

    def lay(self, colours: Field | Rgb, mask: Field | float, box: Box | None = None) -> None:
        """Opaque paint through a mask."""
        part = self._part(box)
        amount = np.asarray(mask, np.float32)
        if amount.ndim == 2:
            amount = amount[..., None]
        part += (np.asarray(colours, np.float32) - part) * amount

    def screen(self, colour: Field | Rgb, mask: Field | float, box: Box | None = None) -> None:
        """Light added through a mask, never beyond white."""
        part = self._part(box)
        amount = np.asarray(mask, np.float32)
        if amount.ndim == 2:
            amount = amount[..., None]
        light = np.clip(np.asarray(colour, np.float32) * amount, 0, 1)
        part += (1 - part) * light

    def multiply(self, colour: Field | Rgb, mask: Field | float, box: Box | None = None) -> None:
        """A glaze: the picture times a colour, through a mask."""
        part = self._part(box)
        amount = np.asarray(mask, np.float32)
        if amount.ndim == 2:
            amount = amount[..., None]
        part *= 1 + (np.asarray(colour, np.float32) - 1) * amount

    # -- whole-picture treatments -------------------------------------------------------------------------------------
    def bloom(self, amount: float, threshold: float = 0.62, radius: float = 0.02) -> None:
        """Let bright parts glow. `radius` in units."""
        small = cv2.resize(self.pixels, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        bright = np.clip(small - threshold, 0, 1) * (1 / max(0.05, 1 - threshold)) * 0.6
        sigma = max(0.6, radius * self.unit_px / 4)
        halo = cv2.GaussianBlur(bright, (0, 0), sigma) + 0.6 * cv2.GaussianBlur(bright, (0, 0), sigma * 3.5)
        light = cv2.resize(halo * amount, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        self.pixels += (1 - self.pixels) * np.clip(light, 0, 1)

    def brush(self, amount: float = 0.4, length: float = 0.0013, scale: float = 0.2) -> None:
        """Smear along a slow flow, which takes the computer out of hard noise. `length`, `scale` in units."""
        flow = self.noise(scale, 3) * 9
        length_px = length * self.unit_px
        along_x, along_y = np.cos(flow) * length_px, np.sin(flow) * length_px
        smeared = warp(self.pixels, along_x, along_y)
        smeared += warp(self.pixels, -along_x, -along_y)
        self.pixels *= 1 - amount
        self.pixels += smeared * (amount * 0.5)

    def vignette(self, amount: float) -> None:
        """Darken the corners a little."""
        self.pixels *= 1 - amount * 2 * ((self.u - 0.5) ** 2 + (self.v - 0.5) ** 2)[..., None]

    def grain(self, amount: float) -> None:
        """Film grain, which also dithers the final eight bits."""
        noise = generator(self.seed, 991).standard_normal((self.height, self.width), dtype=np.float32)
        self.pixels += (noise * amount)[..., None]

    def bytes(self) -> Field:
        """The picture as uint8 H x W x 3."""
        return (np.clip(self.pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
