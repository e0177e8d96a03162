"""The pictures of a film, one at a time, in and out: never a whole film in memory."""

import contextlib
import math
import os
from collections.abc import Generator, Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers.video import ffmpeg, probe
from studio.engine.renderers.video.probe import VideoInfo

Rgb = NDArray[np.uint8]
"""Pixels H×W×3, sRGB."""
Fit = Literal["stretch", "contain", "cover"]
MAX_EDGE: Final = 8192
MOST_WORK: Final = 90_000.0
"""Longest film that is written again as a whole: frames × megapixels, about half an hour of 1080p."""
_HD_HEIGHT: Final = 720
_ROUNDING_S: Final = 0.0007
_SAME_LENGTH_S: Final = 0.03
_TONE_MAP: Final = (
    "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)


def even(edge: float) -> int:
    """Return the nearest even number of pixels, at least 2: 4:2:0 films have no other."""
    return max(2, 2 * round(edge / 2))


def count_of(seconds: float, fps: Fraction) -> int:
    """Return how many frames last *seconds*, at least one."""
    return max(1, round(seconds * fps))


def refuse_too_much(frames: int, size: tuple[int, int], fps: Fraction) -> None:
    """Refuse a film that could not be finished within the time limit of a render.

    Raises:
        ToolError: PARAMETER_INVALID, with the length that is possible.
    """
    megapixels = size[0] * size[1] / 1e6
    if frames * megapixels > MOST_WORK:
        minutes = MOST_WORK / megapixels / float(fps) / 60
        raise ToolError(
            "PARAMETER_INVALID",
            f"{float(frames / fps) / 60:.0f} minutes at {size[0]} × {size[1]} px are too much for one step; "
            f"up to {minutes:.0f} minutes of this size are done at once.",
        )


def read_frames(
    path: str | Path,
    *,
    size: tuple[int, int] | None = None,
    fps: Fraction | None = None,
    start_s: float = 0.0,
    duration_s: float | None = None,
    fit: Fit = "stretch",
    info: VideoInfo | None = None,
) -> Generator[Rgb, None, None]:
    """Yield the frames of a film, upright, as H×W×3 uint8 RGB; every array is a new one.

    The ffmpeg process ends when the generator is exhausted or closed.

    Args:
        size: width and height of the frames; None is the film's own as it is shown.
        fps: resample to this rate, repeating or leaving out frames; None yields every frame of the file once.
        start_s: the first frame is the one on screen at this time.
        duration_s: yield exactly ``round(duration_s × rate)`` frames, fewer only where the film ends;
            None reads to the end.
        fit: how another shape gets into *size*: stretched, whole with black bars, or filling and cropped.
        info: what ``probe.video`` said, when it is known already.

    Raises:
        ToolError: PARAMETER_INVALID, no film, or damaged so that no frame can be read.
    """
    info = info or probe.video(path)
    width, height = size or (info.width, info.height)
    first = math.floor(start_s * info.fps + 1e-6)  # the frame on screen
    late_s = 0.0 if fps is None else max(0.0, start_s - first / float(info.fps))
    start_s = max(0.0, first / float(info.fps) + late_s)
    left_s = info.duration_s - start_s
    if left_s <= 0:
        return
    rate = fps or info.fps
    wanted = None if duration_s is None else count_of(min(duration_s, left_s), rate)
    if wanted is None and fps is not None:
        wanted = count_of(left_s, fps)
    # Half a frame early: rounding must not skip the very frame that is meant.
    seek_s = start_s - late_s - 0.5 / float(info.fps)
    arguments = ["-ss", f"{seek_s:.6f}"] if seek_s > 0 else []
    arguments += [*ffmpeg.source(path), "-map", "0:V:0", "-an", "-sn", "-dn"]
    arguments += ["-vf", ",".join(_filters(info, width, height, fps, late_s, fit)), "-filter_threads", "1"]
    arguments += ["-fps_mode", "passthrough"]
    if wanted is not None:
        arguments += ["-frames:v", str(wanted)]
    arguments += ["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    yield from _pipe(arguments, width, height, wanted if fps is not None else None)


def _filters(info: VideoInfo, width: int, height: int, fps: Fraction | None, late_s: float, fit: Fit) -> list[str]:
    filters: list[str] = ["yadif"] if info.interlaced else []
    if fps is not None:
        # Time 0 is the start; rounding up shows, at each moment, the last frame that has begun. Times are taken
        # a little early, because some files round them to milliseconds.
        filters.append(f"settb=AVTB,setpts=PTS-STARTPTS-{late_s + _ROUNDING_S:.6f}/TB")
        filters.append(f"fps={fps.numerator}/{fps.denominator}:start_time=0:round=up")
    if info.transfer in ("smpte2084", "arib-std-b67") and ffmpeg.has_filter("zscale"):
        filters.append(_TONE_MAP)
    # Files that do not name their matrix: BT.709 from 720 lines up, as players assume.
    unknown = info.matrix is None and min(info.width, info.height) >= _HD_HEIGHT and "rgb" not in info.pixel_format
    colour = ":in_color_matrix=bt709" if unknown else ""
    flags = "flags=bicubic+accurate_rnd+full_chroma_int"
    if fit == "stretch":
        filters.append(f"scale={width}:{height}:{flags}{colour}")
    else:
        inner = _fitted(info.width, info.height, width, height, fit)
        filters.append(f"scale={inner[0]}:{inner[1]}:{flags}{colour}")
        filters.append("format=rgb24")  # whole pixels, so that bars and crops may begin anywhere
        if fit == "contain":
            filters.append(f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black")
        else:
            filters.append(f"crop={width}:{height}")
    return [*filters, "format=rgb24"]


def _fitted(width: int, height: int, into_width: int, into_height: int, fit: Fit) -> tuple[int, int]:
    ratios = into_width / width, into_height / height
    ratio = min(ratios) if fit == "contain" else max(ratios)
    inner = max(1, round(width * ratio)), max(1, round(height * ratio))
    if fit == "contain":
        return min(inner[0], into_width), min(inner[1], into_height)
    return max(inner[0], into_width), max(inner[1], into_height)


def _pipe(arguments: list[str], width: int, height: int, wanted: int | None) -> Generator[Rgb, None, None]:
    count = 0
    last: Rgb | None = None
    with ffmpeg.process(arguments, reads=True) as child:
        while True:
            frame = np.empty((height, width, 3), np.uint8)
            if child.read_into(ffmpeg.view(frame)) < frame.nbytes:
                break
            count += 1
            last = frame if wanted is not None else None
            yield frame
        if child.wait() != 0 or not count:
            raise ToolError("PARAMETER_INVALID", "This film is damaged: its pictures cannot be read to the end.")
    if wanted is not None and last is not None:
        for _ in range(wanted - count):  # the last frame stays on screen for the rest of its time
            yield last.copy()


def frame_at(path: str | Path, seconds: float, *, info: VideoInfo | None = None) -> Rgb:
    """Return the frame on screen at *seconds*, H×W×3; beyond the end the last one, before the start the first.

    Raises:
        ToolError: PARAMETER_INVALID, no film or damaged.
    """
    info = info or probe.video(path)
    step = 1 / float(info.fps)
    seconds = min(max(0.0, seconds), info.duration_s - 0.5 * step)
    # The stated end may hold no frame of its own where the rate varies: then look a little earlier.
    for back in (0.0, 1.0, 4.0, 16.0, 1e9):
        frames = read_frames(path, start_s=max(0.0, seconds - back * step), duration_s=step, info=info)
        with contextlib.closing(frames), contextlib.suppress(ToolError):
            for frame in frames:
                return frame
    raise ToolError("PARAMETER_INVALID", "This film is damaged: its pictures cannot be read.")


class FilmWriter:
    """A new MP4 film: H.264 High, 4:2:0, BT.709, AAC 48 kHz stereo, ready to stream.

    It holds exactly the frames that were written. The sound is cut, or continued with silence, to their length.
    The file appears under its name when it is complete; after an error there is none.
    """

    def __init__(
        self,
        path: str | Path,
        width: int,
        height: int,
        fps: Fraction,
        *,
        sound: str | Path | None = None,
        keep_sound: bool = False,
        crf: int = 18,
        preset: str = "fast",
        about: Mapping[str, str] | None = None,
    ) -> None:
        """Start the encoder.

        Args:
            width, height: size in pixels, even numbers (``even``).
            sound: a sound file or a film with sound, from its start; may also be set (attribute ``sound``)
                until the film is closed.
            keep_sound: leave the sound's own AAC encoding as it is if it is as long as the film.
            crf: quality of x264, 0 best.
            about: provenance texts for the file.

        Raises:
            ValueError: an odd or impossible size or rate.
        """
        if width % 2 or height % 2 or not 2 <= min(width, height) <= max(width, height) <= MAX_EDGE:
            raise ValueError(f"a film cannot be {width} × {height} px: edges are even, 2–{MAX_EDGE}")
        if not 0 < fps <= probe.MAX_FPS:
            raise ValueError(f"a film cannot have {fps} frames per second")
        self.path, self.width, self.height, self.fps = Path(path), width, height, Fraction(fps)
        self.sound, self.keep_sound = sound, keep_sound
        self.frames = 0
        self.last: Rgb | None = None
        self._about = dict(about or {})
        self._silent = self.path.with_name(self.path.name + ".pictures.part.mp4")
        self._part = self.path.with_name(self.path.name + ".part.mp4")
        rate = f"{self.fps.numerator}/{self.fps.denominator}"
        self._stack = contextlib.ExitStack()
        self._encoder = self._stack.enter_context(
            ffmpeg.process(
                [
                    *("-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", rate),
                    *("-i", "pipe:0", "-an", "-filter_threads", "1", "-vf"),
                    "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,"
                    "format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
                    *ffmpeg.h264(self.fps, crf, preset),
                    ffmpeg.target(self._silent),
                ],
                writes=True,
            )
        )

    @property
    def duration_s(self) -> float:
        """Length in seconds of what was written so far."""
        return float(self.frames / self.fps)

    def write(self, rgb: Rgb) -> None:
        """Append one frame, H×W×3 uint8.

        Raises:
            ValueError: another shape or type.
            ToolError: the encoder failed.
        """
        if rgb.shape != (self.height, self.width, 3) or rgb.dtype != np.uint8:
            raise ValueError(f"frame {rgb.shape} {rgb.dtype} in a film of {self.width} × {self.height}")
        frame = np.ascontiguousarray(rgb)
        try:
            self._encoder.write_all(ffmpeg.view(frame))
        except OSError as error:
            self._encoder.wait()
            raise self._encoder.failed() from error
        self.frames += 1
        self.last = frame

    def close(self) -> None:
        """Finish the file.

        Raises:
            ToolError: nothing was written, or the encoder failed.
        """
        try:
            if not self.frames:
                raise ToolError("GPU_WORKER_FAILED", "The film has no frames.")
            self._encoder.input.close()
            if self._encoder.wait() != 0:
                raise self._encoder.failed()
            self._stack.close()
            self._finish()
            os.replace(self._part, self.path)
        finally:
            self._clean()

    def _finish(self) -> None:
        arguments = ffmpeg.source(self._silent)
        if self.sound is not None:
            arguments += [*ffmpeg.source(self.sound), "-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy"]
            heard = probe.audio(self.sound)
            if self.keep_sound and heard.codec == "aac" and abs(heard.duration_s - self.duration_s) < _SAME_LENGTH_S:
                arguments += ["-c:a", "copy"]
            else:
                samples = round(self.frames / self.fps * 48_000)
                mix = "pan=stereo|c0=c0|c1=c0," if heard.channels == 1 else ""
                cut = f"aresample=48000,apad,atrim=end_sample={samples}"
                arguments += [*ffmpeg.AAC, "-af", mix + cut]
        else:
            arguments += ["-map", "0:v:0", "-c:v", "copy"]
        arguments += ["-y", "-map_metadata", "-1", "-map_chapters", "-1", *ffmpeg.notes(self._about)]
        arguments += ["-movflags", "+faststart+use_metadata_tags", ffmpeg.target(self._part)]
        with ffmpeg.process(arguments) as child:
            if child.wait() != 0:
                raise child.failed()

    def _clean(self) -> None:
        self._stack.close()
        for left in (self._silent, self._part):
            left.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._clean()
