"""A dance montage: cut-outs of pictures that move like paper puppets, cut on the beat of music composed for it.

The presets name famous dances; neither their choreographies nor their songs are copied. Each stands for a kind of
music, a tempo, a set of puppet moves and lights of its own.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.music.bed import bed
from studio.engine.renderers.painter import paint
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.sound_analysis import analyse
from studio.engine.renderers.sound_analysis.beats import Beats
from studio.engine.renderers.video import puppet, rhythm
from studio.engine.renderers.video.dances import DANCES, Dance
from studio.engine.renderers.video.frames import FilmWriter, count_of
from studio.engine.renderers.video.orders import MontageOrder
from studio.engine.renderers.video.puppet import Bend, Place, Puppet
from studio.engine.renderers.video.sound import normalise, write_sound
from studio.engine.renderers.video.sounding import glowing
from studio.engine.renderers.worker import report

SIZE: Final = (480, 854)
FPS: Final = Fraction(24)
_BEATS_PER_SHOT: Final = 4
_BLEND_BEATS: Final = 0.5
_LEAST_SHOT_S: Final = 0.8
_PAINTED: Final = 2
_PAINTING: Final = (768, 1024)
_COARSE: Final = 4
_FACE: Final = 0.8
"""Where a close-up looks, as a part of the figure's height."""
_REST_S: Final = 0.6
"""At the end the dancers come to rest: nobody stays edge-on or in the air."""
_SHADOW_REACH: Final = 2.7
"""How many of its own widths a shadow reaches: there it is too faint to be seen."""
_FORMATIONS: Final = ("solo", "close", "trio", "solo", "mirror", "low", "echo", "close", "line")


@dataclass(frozen=True)
class _Shot:
    """Frames with one puppet, formation, move and light."""

    first: int
    last: int
    who: Puppet
    formation: str
    move: str
    light: tuple[int, int, int]
    number: int


def render(order: MontageOrder) -> RenderedMedia:
    """Make a dance montage (runs in a render worker).

    ``notes``: fps, frames, tempo_bpm, genre, shots, puppets, painted, cuts_s.

    Raises:
        ToolError: PARAMETER_INVALID, a picture that cannot be read.
    """
    runtime.prepare_opencv()
    dance = DANCES[order.dance]
    report(0.0, "Composing the music")
    music = bed(dance.music, order.duration_s, order.seed, Path(order.cache), dance.bpm)
    samples = normalise(np.ascontiguousarray(music.samples), music.rate)
    track = Path(order.target).with_suffix(".wav")
    write_sound(track, samples, music.rate)
    count = count_of(order.duration_s, FPS)
    report(0.08, "Listening for the beat")
    beats = np.asarray(music.beats, np.float64)
    heard = replace(analyse(samples, music.rate), pulse=Beats(dance.bpm, 1.0, beats, 4, beats[::4]))
    beat = rhythm.of(heard, 0.0, count, FPS)
    puppets, painted = _puppets(order)
    shots = _shots(puppets, beat, dance, single=order.single)
    with FilmWriter(order.target, *SIZE, FPS, sound=track, about=order.about) as film:
        for frame in _frames(shots, beat, dance):
            film.write(frame)
            report(0.3 + 0.66 * film.frames / count, f"Frame {film.frames} of {count}")
        report(0.97, "Finishing the film")
    track.unlink()
    return RenderedMedia(
        order.target, "video/mp4", "video", *SIZE, film.duration_s,
        {
            "fps": float(FPS), "frames": film.frames, "tempo_bpm": dance.bpm, "genre": music.genre, "key": music.key,
            "shots": len(shots), "pictures": len(puppets), "cut_outs": sum(p.rgb is not None for p in puppets),
            "painted": painted, "cuts_s": [round(float(shot.first / FPS), 3) for shot in shots[1:]],
        },
    )  # fmt: skip


def _puppets(order: MontageOrder) -> tuple[list[Puppet], str | None]:
    found, painted = [], None
    total = max(_PAINTED, len(order.pictures))
    for i in range(len(order.pictures) or _PAINTED):
        report(0.1 + 0.2 * i / total, "Cutting out the dancer")
        if order.pictures:
            picture = pictures.load(order.pictures[i])
            found.append(puppet.of(picture.rgb, picture.alpha))
        else:
            painting = paint(order.prompt, width=_PAINTING[0], height=_PAINTING[1], seed=order.seed + i)
            painted = painting.used_prompt
            found.append(puppet.of(np.ascontiguousarray(painting.pixels, np.uint8), None))
    return found, painted


def _shots(puppets: list[Puppet], beat: rhythm.Rhythm, dance: Dance, *, single: bool) -> list[_Shot]:
    """Return the shots: cut every four beats, and every two in the last quarter; one for a single clip."""
    if single:
        return [_Shot(0, beat.frames, puppets[0], "solo", dance.moves[0], dance.lights[0], 0)]
    edges, number = [0], 0.0
    last_beat = float(beat.beat[-1])
    while True:
        number += _BEATS_PER_SHOT if number < 0.72 * last_beat else _BEATS_PER_SHOT / 2
        frame = int(np.searchsorted(beat.beat, number - 1e-3))
        if frame >= beat.frames - _LEAST_SHOT_S * FPS:
            break
        edges.append(frame)
    shots = []
    for i, (first, last) in enumerate(zip(edges, [*edges[1:], beat.frames], strict=True)):
        who = puppets[i % len(puppets)]
        formation = _FORMATIONS[i % len(_FORMATIONS)]
        move, light = dance.moves[i % len(dance.moves)], dance.lights[i % len(dance.lights)]
        shots.append(_Shot(first, last, who, formation, move, light, i))
    return shots


def _frames(shots: list[_Shot], beat: rhythm.Rhythm, dance: Dance) -> Iterator[Rgb]:
    single = len(shots) == 1
    for shot in shots:
        stage = _Stage(shot)
        for i in range(shot.first, shot.last):
            if single:
                stage.light(dance, float(beat.beat[i]))
            frame = stage.frame(_bend(shot, beat, i, dance, single), beat, i)
            yield glowing(frame, beat, max(i, 6), 0.4)  # the stage has lights of its own


def _bend(shot: _Shot, beat: rhythm.Rhythm, i: int, dance: Dance, single: bool) -> Bend:
    number = float(beat.beat[i])
    force = dance.force * (0.55 + 0.45 * float(beat.level[i]))
    left_s = float((beat.frames - 1 - i) / FPS)
    rest = max(0.0, 1.0 - left_s / _REST_S)
    if not single:
        made: Bend = puppet.MOVES[shot.move](number, force)
        return made.mixed(Bend(), rest) if rest else made
    # Without cuts the moves follow each other every four beats, gliding from one to the next.
    place, way = divmod(number / _BEATS_PER_SHOT, 1.0)
    moves = [dance.moves[(int(place) + k) % len(dance.moves)] for k in (0, 1)]
    here, there = (puppet.MOVES[move](number, force) for move in moves)
    left = (1.0 - way) * _BEATS_PER_SHOT
    glided: Bend = here if left > _BLEND_BEATS else here.mixed(there, 1.0 - left / _BLEND_BEATS)
    return glided.mixed(Bend(), rest) if rest else glided


class _Stage:
    """The background of one shot, and the puppets on it."""

    def __init__(self, shot: _Shot) -> None:
        self._shot = shot
        width, height = SIZE
        crop = _cover(shot.who.behind, width, height)
        blur = {"close": 12.0, "low": 9.0}.get(shot.formation, 7.0) if shot.who.rgb is not None else 0.0
        self._ground: Any = (cv2.GaussianBlur(crop, (0, 0), blur) if blur else crop).astype(np.float32)
        if shot.who.rgb is not None:
            self._ground *= np.float32(0.72)
        # Beams are smooth: they are calculated on every fourth pixel.
        self._coarse = width // _COARSE, height // _COARSE
        across, down = ((np.arange(n, dtype=np.float32) + 0.5) / n for n in self._coarse)
        self._xs, self._ys = (across - 0.5)[None, :], down[:, None]
        self._floor = np.exp(-(((self._ys - 0.93) / 0.09) ** 2)) * np.exp(-((self._xs / 0.42) ** 2))
        self._face = 0.0
        if shot.who.rgb is not None:
            stands = puppet.standing(shot.who, width, height)
            self._face = (stands.foot - _FACE * stands.height) / height - 0.5
        self._light = np.array(shot.light, np.float32)
        self._tinted: tuple[tuple[float, ...], Any] | None = None

    def light(self, dance: Dance, number: float) -> None:
        """Turn the light slowly from colour to colour, a colour for eight beats."""
        place, way = divmod(number / 8, 1.0)
        here, there = (np.array(dance.lights[(int(place) + k) % len(dance.lights)], np.float32) for k in (0, 1))
        share = max(0.0, (way - 0.75) * 4)
        self._light = here * np.float32(1 - share) + there * np.float32(share)

    def frame(self, bend: Bend, beat: rhythm.Rhythm, i: int) -> Rgb:
        """Return frame *i*, H×W×3."""
        shot, (width, height) = self._shot, SIZE
        push, number = float(beat.pulse[i]), float(beat.beat[i])
        if shot.who.rgb is None:
            stage = self._whole(bend, push)
        else:
            stage = self._lit(push, number)
            for place, late, shade, ghost in _formation(shot, width, height):
                self._shadow(stage, place, bend)
                moved = bend if not late else _late(bend, late)
                puppet.drawn(stage, shot.who, place, moved, shade=shade, ghost=ghost)
        frame = self._camera(stage, shot, i, push, number)
        since = i - shot.first
        if shot.number > 0 and since < 3:  # the cut itself flashes
            flash = (self._light * np.float32(0.16) + 8.0) * np.float32((3 - since) / 3)
            frame = np.asarray(np.clip(frame + flash + 0.5, 0, 255), np.uint8)
        return frame

    def _lit(self, push: float, number: float) -> Any:
        """Return the background under two sweeping beams and a floor of light."""
        sweep = 0.35 * math.sin(math.pi * number / 4 + self._shot.number)
        glow: Any = np.zeros_like(self._floor)
        wide = 0.035 + 0.16 * self._ys
        for side in (-1.0, 1.0):
            middle = side * 0.28 + (sweep * side) * self._ys
            glow += np.exp(-(((self._xs - middle) / wide) ** 2)) * (1.05 - 0.6 * self._ys)
        amount = (0.30 + 0.45 * push) * glow + (0.30 + 0.5 * push) * self._floor
        beams = (amount[:, :, None] * (self._light * np.float32(0.62))).astype(np.float32)
        stage = cv2.resize(beams, SIZE, interpolation=cv2.INTER_LINEAR)
        light = tuple(self._light)
        if self._tinted is None or self._tinted[0] != light:
            self._tinted = light, self._ground * (0.75 + 0.25 * self._light / 255.0).astype(np.float32)
        stage += self._tinted[1]
        return stage

    def _shadow(self, stage: Any, place: Place, bend: Bend) -> None:
        if self._shot.who.bust:
            return
        wide = place.height * (0.20 - 0.25 * bend.y)
        x = place.x + bend.x * place.height
        reach_x, reach_y = _SHADOW_REACH * wide, _SHADOW_REACH * 0.16 * wide
        left, right = max(0, round(x - reach_x)), min(SIZE[0], round(x + reach_x))
        top, bottom = max(0, round(place.foot - reach_y)), min(SIZE[1], round(place.foot + reach_y))
        if right <= left or bottom <= top:
            return
        across = np.exp(-(((np.arange(left, right, dtype=np.float32) - x) / wide) ** 2))
        down = np.exp(-(((np.arange(top, bottom, dtype=np.float32) - place.foot) / (0.16 * wide)) ** 2))
        stage[top:bottom, left:right] *= 1 - np.float32(0.55) * np.outer(down, across).astype(np.float32)[:, :, None]

    def _whole(self, bend: Bend, push: float) -> Any:
        """Return the picture as one sheet that moves as a whole, where nothing stands out of it."""
        width, height = SIZE
        scale = 1.12 + 0.05 * push - 0.3 * bend.squash
        matrix: Any = cv2.getRotationMatrix2D((width / 2, height / 2), -0.5 * bend.lean_deg - 12 * bend.sway, scale)
        matrix[:, 2] += (bend.x * 0.4 + bend.wave * 0.3) * width, -0.4 * bend.y * height
        moved = cv2.warpAffine(self._ground, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return moved * (0.80 + 0.20 * self._light / 255.0) + self._light * np.float32(0.10 + 0.16 * push)

    def _camera(self, stage: Any, shot: _Shot, i: int, push: float, number: float) -> Rgb:
        width, height = SIZE
        zoom, x, y, roll = {
            "close": (1.55, 0.0, self._face, 0.0), "low": (1.22, 0.0, -0.02, -5.0), "echo": (1.0, 0.0, 0.0, 0.0),
        }.get(shot.formation, (1.03, 0.0, 0.0, 0.0))  # fmt: skip
        drift = (i - shot.first) / 48.0 * 0.03
        zoom *= 1.0 + drift + 0.035 * push
        roll += 1.2 * math.sin(math.pi * number / 2) * (1 if shot.number % 2 else -1)
        if shot.who.rgb is None and shot.formation == "close":
            y = 0.0
        matrix: Any = cv2.getRotationMatrix2D((width * (0.5 + x), height * (0.5 + y)), roll, zoom)
        matrix[:, 2] += -x * width, -y * height * 0.9
        seen = cv2.convertScaleAbs(np.maximum(stage, 0, out=stage))
        return np.asarray(
            cv2.warpAffine(seen, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8
        )


def _formation(shot: _Shot, width: int, height: int) -> list[tuple[Place, float, float, float]]:
    """Return place, lateness, brightness and opacity of every copy of the puppet, back to front."""
    main = puppet.standing(shot.who, width, height)
    mirrored = bool(shot.number % 2)
    front = (replace(main, mirrored=mirrored), 0.0, 1.0, 1.0)
    if shot.formation == "trio":
        back = [
            (
                Place(width * (0.5 + side * 0.30), main.foot - 0.05 * height, main.height * 0.66, side > 0),
                0.0,
                0.62,
                1.0,
            )
            for side in (-1, 1)
        ]
        return [*back, front]
    if shot.formation == "mirror":
        tall = main.height * 0.78
        return [(Place(width * (0.5 + side * 0.22), main.foot, tall, side > 0), 0.0, 1.0, 1.0) for side in (-1, 1)]
    if shot.formation == "line":
        tall = main.height * 0.55
        places = (-0.36, -0.12, 0.12, 0.36)
        return [
            (Place(width * (0.5 + x), main.foot - 0.02 * height, tall, k % 2 == 1), 0.0, 0.95, 1.0)
            for k, x in enumerate(places)
        ]
    if shot.formation == "echo":
        return [(replace(main, mirrored=mirrored), late, 1.15, 0.30) for late in (0.5, 0.25)] + [front]
    return [front]


def _late(bend: Bend, share: float) -> Bend:
    """Return an echo of a bend: farther out, as if seen a moment before."""
    return Bend(
        bend.x * (1 + 2 * share), bend.y, bend.squash, bend.sway * (1 + 2.4 * share), bend.wave * (1 + 2 * share),
        bend.lean_deg * (1 + 1.5 * share), bend.turn, bend.nod,
    )  # fmt: skip


def _cover(rgb: Rgb, width: int, height: int) -> Rgb:
    have_h, have_w = rgb.shape[:2]
    w, h = min(have_w, round(have_h * width / height)), min(have_h, round(have_w * height / width))
    left, top = (have_w - w) // 2, (have_h - h) // 2
    return pictures.resize(np.ascontiguousarray(rgb[top : top + max(1, h), left : left + max(1, w)]), width, height)
