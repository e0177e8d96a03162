"""A film again with something on its frames: same size, rate, length and sound."""

from collections.abc import Callable, Mapping
from typing import Any

from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.frames import FilmWriter, Rgb, even, read_frames, refuse_too_much
from studio.engine.renderers.video.probe import VideoInfo
from studio.engine.renderers.worker import report


def burn(
    path: str,
    target: str,
    info: VideoInfo,
    change: Callable[[int, Rgb], Rgb],
    about: Mapping[str, str],
    *,
    label: str,
    notes: Mapping[str, Any] | None = None,
) -> RenderedMedia:
    """Write the film at *path* to *target* with every frame replaced by ``change(number, frame)``.

    An odd edge becomes even, as films need it. The soundtrack is kept as it is where its kind allows.

    Raises:
        ToolError: PARAMETER_INVALID, the film is too long for its size.
    """
    size = even(info.width), even(info.height)
    refuse_too_much(info.frames, size, info.fps)
    sound = path if info.has_audio else None
    with FilmWriter(target, *size, info.fps, sound=sound, keep_sound=True, crf=17, about=about) as writer:
        for number, frame in enumerate(read_frames(path, size=size, fps=info.fps, info=info)):
            writer.write(change(number, frame))
            report(0.98 * (number + 1) / max(info.frames, number + 1), label)
    facts = {"fps": round(float(info.fps), 3), "frames": writer.frames, **(notes or {})}
    return RenderedMedia(target, "video/mp4", "video", *size, writer.duration_s, facts)
