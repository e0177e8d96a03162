"""Films made from films: another style or light, finer, wider, without a thing, or its movement on a picture.

Everything streams: the film is read once or twice, and a few frames at a time are held.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures, runtime, style, style_names
from studio.engine.renderers.editing import edit, reading
from studio.engine.renderers.editing.wishes import Plan, Wish
from studio.engine.renderers.painter import paint
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.style_names import Style
from studio.engine.renderers.video import plates, probe, subjects, tones, transfer
from studio.engine.renderers.video.frames import FilmWriter, count_of, even, read_frames
from studio.engine.renderers.video.motion import brief as briefs
from studio.engine.renderers.video.motion.camera import Pose
from studio.engine.renderers.video.motion.particles import Moment, Particles
from studio.engine.renderers.video.orders import MOST_S, Mode, Order
from studio.engine.renderers.video.shots import LOOK_EDGE, Watcher
from studio.engine.renderers.video.temporal import Mover, carried, explained, is_cut, warp
from studio.engine.renderers.worker import report

MOST_FPS: Final = 30
LONGEST_EDGE: Final = 1280
LONGEST_ASKED: Final = 1920
_DRAW_EDGE: Final = 768
_LEAST_DRAW_EDGE: Final = 448
_STILL_STYLES: Final = {"noir", "sepia photograph", "vintage film", "cyanotype"}
_EVERY: Final[dict[str, int]] = {"oil painting": 6, "pointillist": 6, "impressionist": 8, "pixel art": 2, "mosaic": 2}
_FACETED: Final = {"low poly", "mosaic", "stained glass", "pixel art", "halftone", "pointillist"}
"""Styles whose pieces have edges of their own: two of them mixed are neither."""
_KEEP: Final = {"watercolour": 0.18, "oil painting": 0.25, "impressionist": 0.25, "charcoal": 0.25, "engraving": 0.2}
_TONAL: Final = frozenset(
    {"balance", "dehaze", "season", "hour", "weather", "auto", "shadows", "highlights", "brightness", "contrast"}
    | {"warmth", "saturation", "look", "grey", "sepia", "tint", "duotone"}
)
"""Edits of a picture that are changes of light and colour, so that they may be the same for every frame."""
_GUIDE: Final = (512, 320)
_SAMPLES: Final = 8
_LINES: Final = "comic book"


@dataclass
class _Job:
    """A film being made; ``notes`` become those of the result."""

    order: Order
    info: probe.VideoInfo
    size: tuple[int, int]
    fps: Fraction
    count: int
    notes: dict[str, object]

    def frames(self, size: tuple[int, int] | None = None) -> Iterator[Rgb]:
        """Yield exactly ``count`` source frames; close it when it is left early."""
        return read_frames(
            self.order.path,
            size=size or self.size,
            fps=self.fps,
            duration_s=float(self.count / self.fps),
            info=self.info,
        )

    @property
    def seconds(self) -> float:
        return float(self.count / self.fps)


def render(order: Order) -> RenderedMedia:
    """Make a film from a film (runs in a render worker). ``notes``: fps, frames, style, model, seconds_missing, …

    Raises:
        ToolError: PARAMETER_INVALID, a file that cannot be read, no subject, an unfitting shape.
    """
    runtime.prepare_opencv()
    report(0.0, "Opening the film")
    info = probe.video(order.path)
    job = _plan(order, info)
    frames = _MAKERS[order.mode](job)
    canvas: Any = job.notes.pop("canvas", job.size)
    width, height = int(canvas[0]), int(canvas[1])
    sound = Path(order.path) if order.sound and info.has_audio else None
    with FilmWriter(order.target, width, height, job.fps, sound=sound, about=order.about) as film:
        with contextlib.closing(frames):  # type: ignore[type-var]
            for frame in frames:
                film.write(frame)
                report(0.06 + 0.9 * film.frames / job.count, f"Frame {film.frames} of {job.count}")
        report(0.97, "Finishing the film")
        last = film.last
    assert last is not None
    still = pictures.encode(last, None, "png", order.about)
    return RenderedMedia(
        order.target, "video/mp4", "video", width, height, film.duration_s,
        {**job.notes, "fps": float(job.fps), "frames": film.frames, "has_sound": sound is not None, "last": still.data},
    )  # fmt: skip


def _plan(order: Order, info: probe.VideoInfo) -> _Job:
    wanted = min(MOST_S, order.duration_s or info.duration_s)
    seconds = min(wanted, info.duration_s)
    fps = info.fps
    while fps > MOST_FPS:
        fps /= 2
    edge, longest = max(info.width, info.height), LONGEST_EDGE
    scale = min(1.0, longest / edge)
    if order.short_edge:
        scale = min(order.short_edge / min(info.width, info.height), LONGEST_ASKED / edge)
    size = even(info.width * scale), even(info.height * scale)
    notes: dict[str, object] = {
        "seconds_missing": round(max(0.0, (order.duration_s or 0.0) - seconds), 3),
        "seconds_left_out": round(max(0.0, info.duration_s - seconds), 3) if order.duration_s is None else 0.0,
        "source_fps": float(info.fps),
        "source_size": [info.width, info.height],
    }
    return _Job(order, info, size, fps, count_of(seconds, fps), notes)


def draw_size(width: int, height: int) -> tuple[int, int]:
    """Return the size at which frames are drawn: marks have the right size there."""
    work = pictures.fit_within(width, height, _DRAW_EDGE)
    grow = max(1.0, _LEAST_DRAW_EDGE / max(work))
    return max(16, round(work[0] * grow)), max(16, round(work[1] * grow))


def drawer(chosen: Style, seed: int) -> Callable[[Rgb], Rgb]:
    """Return what draws one frame, at its own size, in a style; the seed fixes paper and strokes."""

    def draw(frame: Rgb) -> Rgb:
        # At the frame's own size: ``style.stylise`` works at picture sizes, which no film can wait for.
        made = style._network(frame, chosen) if chosen.engine == "network" else style._drawn(frame, chosen, seed)
        if chosen.strength < 1.0:
            made = np.asarray(cv2.addWeighted(made, chosen.strength, frame, 1 - chosen.strength, 0), np.uint8)
        return made

    return draw


def _each(change: Callable[[Rgb], Rgb], frames: Iterator[Rgb]) -> Iterator[Rgb]:
    """Yield every frame changed; a generator, so that it can be closed and closes its source."""
    with contextlib.closing(frames):  # type: ignore[type-var]
        for frame in frames:
            yield change(frame)


def _styled(job: _Job) -> Iterator[Rgb]:
    """Follow the words: a named style, named changes of light and colour, weather that falls, else a painted look."""
    match = style_names.resolve(job.order.prompt)
    plan = reading.read(job.order.prompt)
    tonal = tuple(wish for wish in plan.wishes if wish.kind in _TONAL and wish.where is None)
    air = briefs.read(job.order.prompt)
    change = _graded(job, tonal) if tonal else None
    if any(wish.kind == "style" for wish in plan.wishes) or (match.known and change is None):
        frames = _in_style(job, match.style, change)
    elif change is not None:
        frames = _each(change, job.frames())
    elif air.particles:
        frames = job.frames()
        job.notes["model"] = "Particles"
    else:
        return _in_tones(job, None)
    return _with_air(job, frames, air) if air.particles else frames


def _graded(job: _Job, wishes: tuple[Wish, ...]) -> tones.Tones:
    """Return the change that the picture editor makes for *wishes*, learned from a few frames, the same in all."""
    report(0.02, "Grading")
    samples = _samples(job, 360)
    edited = [edit.on_pixels(rgb, None, Plan(wishes), job.order.seed) for rgb in samples]
    done = list(dict.fromkeys(clause for _, _, clauses, _ in edited for clause in clauses))
    job.notes |= {"graded": done, "model": "Learned tone map"}
    return tones.learned([(rgb, made) for rgb, (made, *_) in zip(samples, edited, strict=True)])


def _with_air(job: _Job, frames: Iterator[Rgb], air: briefs.Brief) -> Iterator[Rgb]:
    """Let rain, snow, fog, embers, … move over the film."""
    width, height = job.size
    kinds = [
        Particles(kind, amount, air.wind, job.order.seed + 101 * i, (width, height))
        for i, (kind, amount) in enumerate(air.particles)
    ]
    job.notes["air"] = [particles.kind for particles in kinds]
    with contextlib.closing(frames):  # type: ignore[type-var]
        for i, frame in enumerate(frames):
            canvas = np.ascontiguousarray(frame)
            moment = Moment(float(i / job.fps), 1.0, Pose())
            for particles in kinds:
                particles.draw(canvas, moment, near=False)
                particles.draw(canvas, moment, near=True)
            yield canvas


def _lined(job: _Job) -> Iterator[Rgb]:
    match = style_names.resolve(job.order.prompt)
    if match.known:
        return _in_style(job, match.style, None)
    return _in_tones(job, style_names.by_name(_LINES))


def _in_style(job: _Job, chosen: Style, change: tones.Tones | None) -> Iterator[Rgb]:
    job.notes |= {"style": chosen.name, "model": style.model_name(chosen)}
    work = draw_size(*job.size)
    every = 1 if chosen.name in _STILL_STYLES else _EVERY.get(chosen.name, 3)
    draw = drawer(chosen, job.order.seed)
    job.notes["drawn_every"] = every
    source = job.frames(work if every > 1 else None)
    if change is not None:
        source = _each(change, source)
    if every == 1:
        return _each(draw, source)
    keep = 0.0 if chosen.name in _FACETED else _KEEP.get(chosen.name, 0.35)
    return carried(source, draw, every, keep=keep, size=job.size)


def _in_tones(job: _Job, chosen: Style | None) -> Iterator[Rgb]:
    """Give the film the light and palette of a painting of the prompt, which is painted once."""
    report(0.01, "Painting what the words describe")
    painting = paint(job.order.prompt, width=_GUIDE[0], height=_GUIDE[1], seed=job.order.seed)
    samples = _samples(job)
    change = tones.like(samples, np.ascontiguousarray(painting.pixels, np.uint8))
    job.notes |= {"guide": painting.used_prompt, "model": "Built-in painter · light and colours"}
    if chosen is None:
        return _each(change, job.frames())
    guide, model = painting.used_prompt, f"{style.model_name(chosen)} · light and colours"
    frames = _in_style(job, chosen, change)
    job.notes |= {"guide": guide, "model": model}
    return frames


def _samples(job: _Job, edge: int = 192) -> list[Rgb]:
    """Return a few frames from the whole film, their longer edge at most *edge*."""
    step = max(1, job.count // _SAMPLES)
    size = pictures.fit_within(*job.size, edge)
    with contextlib.closing(job.frames((max(16, size[0]), max(16, size[1])))) as frames:  # type: ignore[type-var]
        return list(itertools.islice(frames, step // 2, None, step))


def _finer(job: _Job) -> Iterator[Rgb]:
    """Take out noise along the movement and bring out fine structure."""
    job.notes["model"] = "Motion-compensated noise reduction, local contrast"
    mover = Mover()
    held: Rgb | None = None
    before: Mask | None = None
    for frame in job.frames():
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
        noise = _noise(grey)
        calm = frame
        if held is not None and before is not None and not is_cut(before, grey):
            places = mover.sources(grey, before)
            share = (0.72 * explained(grey, before, places, noise=noise) ** 2)[:, :, None]
            calm = np.asarray(frame * (1 - share) + warp(held, places, sharp=True) * share + 0.5, np.uint8)
        held, before = calm, grey
        yield _sharper(calm, 0.6 * noise)


def _noise(grey: Mask) -> float:
    """Return the standard deviation of a frame's noise (J. Immerkær, 1996), from its evener half."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel))
    blocks = cv2.resize(rough, (32, 18), interpolation=cv2.INTER_AREA)
    return float(np.sqrt(np.pi / 2) / 6 * np.percentile(blocks, 40))


def _sharper(rgb: Rgb, core: float) -> Rgb:
    """Return more local contrast at two scales, without halos at strong edges and not of what is below *core*."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    light = lab[:, :, 0].astype(np.float32)
    out = light
    for sigma, gain, most, least in ((1.1, 0.75, 12.0, 1.6 * core), (6.0, 0.3, 14.0, 0.5 * core)):
        detail = light - cv2.GaussianBlur(light, (0, 0), sigma)
        detail = np.sign(detail) * np.maximum(0.0, np.abs(detail) - least)
        out = out + gain * most * np.tanh(detail / most)
    lab[:, :, 0] = np.clip(out, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def _in_shots(job: _Job) -> Iterator[tuple[plates.Plate, list[Mask] | None, int]]:
    """Yield for every shot its finished plate, its masks (for ``remove`` and ``replace``) and its length."""
    masked = job.order.mode in ("remove", "replace")
    fixed = _mask_of(job) if job.order.mode == "remove" and job.order.picture else None
    bounds, moving = _bounds(job)
    job.notes["moving"] = any(mask is not None for mask in moving)
    plate, masks = plates.Plate(*job.size), list[Mask]()
    with contextlib.closing(job.frames()) as ahead:  # type: ignore[type-var]
        first, second = itertools.tee(ahead)
        looked_for = masked and fixed is None and any(mask is None for mask in moving)
        found = subjects.masks(second) if looked_for else itertools.repeat(fixed)
        for number, (frame, soft) in enumerate(zip(first, found, strict=False)):
            if number in bounds:
                plate.finish()
                yield plate, masks if masked else None, len(plate.places)
                plate, masks = plates.Plate(*job.size), []
            moves = moving[number] if masked and fixed is None else None
            if moves is not None:
                soft = pictures.resize(moves, *job.size)  # what moves is meant, not what stands out
            mask = None if soft is None else soft if fixed is not None else subjects.generous(soft)
            plate.add(frame, mask)
            if soft is not None:
                masks.append(_packed(soft))
    plate.finish()
    yield plate, masks if masked else None, len(plate.places)


def _bounds(job: _Job) -> tuple[set[int], list[Mask | None]]:
    """Return the frames that begin shots, and what moves in each frame (None: nothing clearly does).

    Dissolves and fades count as the middle of their change. Movement is looked for only where a subject is wanted.
    """
    size = pictures.fit_within(*job.size, LOOK_EDGE)
    watcher, tracker = Watcher(float(job.fps)), plates.Tracker()
    wanted = job.order.mode == "replace" or (job.order.mode == "remove" and not job.order.picture)
    small: list[Rgb] = []
    steps: list[plates.Matrix] = []
    with contextlib.closing(job.frames((max(32, size[0]), max(32, size[1])))) as frames:  # type: ignore[type-var]
        for i, frame in enumerate(frames):
            watcher.add(frame, float(i / job.fps))
            if wanted:
                small.append(frame)
                steps.append(tracker.step(frame, None))
            report(0.05 * i / job.count, "Watching the film")
    bounds = [round(shot.start_s * job.fps) for shot in watcher.shots(job.seconds)[1:]]
    moving: list[Mask | None] = []
    for first, last in zip([0, *bounds], [*bounds, len(small)], strict=True):
        places = list(itertools.accumulate(steps[first + 1 : last], lambda a, b: a @ b, initial=np.eye(3)))
        moving += subjects.movers(small[first:last], places) or [None] * (last - first)
    return set(bounds), moving


def _packed(mask: Mask) -> Mask:
    """Return a mask small enough to keep one for every frame."""
    size = pictures.fit_within(mask.shape[1], mask.shape[0], 480)
    return pictures.resize(mask, *size)


def _mask_of(job: _Job) -> Mask:
    """Return the given mask as 0/255 at the film's size."""
    picture = pictures.load(str(job.order.picture))
    grey = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
    if picture.alpha is not None and int(grey.max()) < 128:
        grey = 255 - picture.alpha  # a picture with a hole: what is transparent is to be repainted
    mask = pictures.resize(np.where(grey > 127, 255, 0).astype(np.uint8), *job.size)
    mask = np.where(mask > 127, 255, 0).astype(np.uint8)
    share = float((mask > 0).mean())
    if share == 0 or share > 0.9:
        raise ToolError(
            "PARAMETER_INVALID", "The mask must be white where the film is to be repainted, black elsewhere."
        )
    return mask


def _removed(job: _Job) -> Iterator[Rgb]:
    """Fill the masked part of every frame with what other frames show behind it, else with its surroundings."""
    job.notes["model"] = "Background from other frames, inpainting"
    given = job.order.picture is not None
    hidden = unseen = 0.0
    with contextlib.closing(job.frames()) as frames:  # type: ignore[type-var]
        for plate, masks, length in _in_shots(job):
            assert masks is not None
            for i, frame in enumerate(itertools.islice(frames, length)):
                soft = pictures.resize(masks[i], *job.size)
                behind, seen = plate.around(i, job.size, (0, 0))
                mask = np.where(soft > 127, 255, 0).astype(np.uint8) if given else subjects.generous(soft)
                if not given:
                    mask = subjects.completed(mask, frame, behind, seen)
                hidden += float((mask > 0).mean())
                unseen += float(((mask > 0) & (seen < 128)).mean())
                yield plates.fill_in(frame, behind, mask)
    if hidden / job.count < 0.001:
        raise ToolError("PARAMETER_INVALID", "Nothing stands out in this film that could be taken out. Give a mask.")
    job.notes |= {"hidden_share": round(hidden / job.count, 4), "invented_share": round(unseen / max(hidden, 1e-9), 3)}


def _wider(job: _Job) -> Iterator[Rgb]:
    """Set the film into a larger canvas and continue it: with what the camera showed before or after, else mirrored."""
    width, height = job.size
    shape = job.order.shape or 16 / 9
    grown = (even(height * shape), height) if shape > width / height else (width, even(width / shape))
    scale = min(1.0, LONGEST_ASKED / max(grown))
    if grown == (width, height) or max(grown[0] / width, grown[1] / height) < 1.01:
        raise ToolError("PARAMETER_INVALID", "The film already has this shape. Choose another outpaintAspectRatio.")
    if scale < 1:
        job.size = width, height = even(width * scale), even(height * scale)
        grown = even(grown[0] * scale), even(grown[1] * scale)
    share = {"left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0)}.get(
        job.order.place, (0.5, 0.5)
    )
    left, top = round((grown[0] - width) * share[0]), round((grown[1] - height) * share[1])
    job.notes |= {"canvas": grown, "model": "Mosaic of the film's own frames, mirrored continuation", "at": [left, top]}
    return _continued(job, grown, left, top)


def _continued(job: _Job, grown: tuple[int, int], left: int, top: int) -> Iterator[Rgb]:
    width, height = job.size
    inside = np.zeros((grown[1], grown[0]), np.float32)
    inside[top : top + height, left : left + width] = 1.0
    away = cv2.distanceTransform((1 - inside).astype(np.uint8), cv2.DIST_L2, 5) / max(1, min(width, height))
    # The seam is soft inside the film, by one per cent, where both sides say the same.
    rim = max(2.0, 0.01 * min(width, height))
    soft = np.clip(cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5) / rim, 0, 1)[:, :, None]
    known = 0.0
    strip = max(2, round(0.02 * max(width, height)))  # what was seen only this narrowly is no gain
    with contextlib.closing(job.frames()) as frames:  # type: ignore[type-var]
        for plate, _, length in _in_shots(job):
            for i, frame in enumerate(itertools.islice(frames, length)):
                behind, seen = plate.around(i, grown, (left, top))
                sides = _mirrored(frame, grown, left, top, away)
                core = cv2.erode(seen, np.ones((2 * strip + 1,) * 2, np.uint8), borderType=cv2.BORDER_REPLICATE)
                trust = np.clip(cv2.GaussianBlur(core, (0, 0), strip / 2).astype(np.float32) / 127.5 - 1.0, 0, 1)
                trust = np.minimum(trust, seen.astype(np.float32) / 255)
                known += float(trust[inside == 0].mean())
                filled = behind * trust[:, :, None] + sides * (1 - trust[:, :, None])
                canvas = filled * (1 - soft)
                canvas[top : top + height, left : left + width] += frame * soft[top : top + height, left : left + width]
                yield np.asarray(np.clip(canvas + 0.5, 0, 255), np.uint8)
    job.notes["from_other_frames"] = round(known / job.count, 3)


def _mirrored(frame: Rgb, grown: tuple[int, int], left: int, top: int, away: np.ndarray) -> np.ndarray:
    """Return the frame mirrored outwards, softer and a little darker the farther from it."""
    height, width = frame.shape[:2]
    sides: tuple[int, ...] = (left, grown[0] - width - left, top, grown[1] - height - top)
    wide: Any = frame
    while any(sides):  # one reflection reaches at most the film's own size
        part = [
            min(side, edge - 1) for side, edge in zip(sides, (wide.shape[1],) * 2 + (wide.shape[0],) * 2, strict=True)
        ]
        wide = cv2.copyMakeBorder(wide, part[2], part[3], part[0], part[1], cv2.BORDER_REFLECT_101)
        sides = tuple(side - done for side, done in zip(sides, part, strict=True))
    out: Any = wide.astype(np.float32)
    small = max(8, grown[0] // 4), max(8, grown[1] // 4)
    tiny = cv2.resize(wide, small, interpolation=cv2.INTER_AREA)
    for reach, sigma in ((0.02, 2.0), (0.08, 5.0), (0.25, 12.0)):
        blurred = cv2.resize(cv2.GaussianBlur(tiny, (0, 0), sigma), grown, interpolation=cv2.INTER_CUBIC)
        share = np.clip(away / reach, 0, 1)[:, :, None]
        out = out * (1 - share) + blurred * share
    return np.asarray(out * (1 - 0.18 * np.clip(away / 0.5, 0, 1))[:, :, None])


def _moved(job: _Job) -> Iterator[Rgb]:
    """Let a picture move as the film does."""
    picture = pictures.load(str(job.order.picture))
    rgb = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha)
    scale = min(1.0, LONGEST_EDGE / max(picture.width, picture.height))
    size = even(picture.width * scale), even(picture.height * scale)
    job.notes |= {"model": "Optical flow", "canvas": size}
    return transfer.moved(rgb, size, job.frames(transfer.look_size(*job.size)), float(job.fps))


def _replaced(job: _Job) -> Iterator[Rgb]:
    """Put the subject of a picture in the place of the film's subject."""
    job.notes["model"] = "U2-Net-p cut-outs, background from other frames"
    figure = transfer.figure(str(job.order.picture))
    placer = transfer.Placer(figure, job.size)
    found = 0
    with contextlib.closing(job.frames()) as frames, contextlib.closing(job.frames()) as again:  # type: ignore[type-var]
        for plate, masks, length in _in_shots(job):
            assert masks is not None
            spots = placer.spots(_bodies(job, plate, masks, again))
            for i, frame in enumerate(itertools.islice(frames, length)):
                behind, seen = plate.around(i, job.size, (0, 0))
                mask = subjects.generous(pictures.resize(masks[i], *job.size))
                mask = subjects.completed(mask, frame, behind, seen)
                clean = plates.fill_in(frame, behind, mask) if mask.any() else frame
                found += spots[i] is not None
                yield placer.put(clean, frame, spots[i])
    if not found:
        raise ToolError("PARAMETER_INVALID", "No subject stands out in this film that could be replaced.")
    job.notes["subject_share"] = round(found / job.count, 3)


def _bodies(job: _Job, plate: plates.Plate, masks: list[Mask], frames: Iterator[Rgb]) -> list[Mask]:
    """Return for every frame of a shot the mask of its subject alone: what moves, where something moves."""
    bodies = []
    for i, frame in enumerate(itertools.islice(frames, len(masks))):
        behind, seen = plate.around(i, job.size, (0, 0))
        soft = pictures.resize(masks[i], *job.size)
        bodies.append(_packed(subjects.body(soft, frame, behind, seen)))
    return bodies


_MAKERS: Final[dict[Mode, Callable[[_Job], Iterator[Rgb]]]] = {
    "style": _styled,
    "lines": _lined,
    "finer": _finer,
    "wider": _wider,
    "remove": _removed,
    "move": _moved,
    "replace": _replaced,
}
