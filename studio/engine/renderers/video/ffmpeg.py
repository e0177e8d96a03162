"""The ffmpeg program: where it is, how it is started, watched and ended.

It always runs as a program of its own (its licence and its crashes stay outside of this
process), with few threads, without a keyboard, and only on local files of known media
formats: a film that is really a playlist cannot make it open another file or address.
"""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.worker import report, threads

_FORMATS: Final = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,gif,apng,webp_anim,ogg,wav,w64,mp3,flac,"
    "aac,aiff,caf,ac3,eac3,wv,mxf,dv,h264,hevc,m4v,ivf,nut,yuv4mpegpipe"
)
_QUIET: Final = ("-hide_banner", "-nostdin", "-loglevel", "error")
_TAIL_BYTES: Final = 4096
PIPE_BYTES: Final = 1 << 20
_NO_WINDOW: Final = 0x08000000 if sys.platform == "win32" else 0


@cache
def executable() -> str:
    """Return the path of the ffmpeg program.

    Raises:
        ToolError: MODEL_UNAVAILABLE, it is not installed.
    """
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise ToolError("MODEL_UNAVAILABLE", "The ffmpeg program that films need is missing here.") from error


@cache
def has_filter(name: str) -> bool:
    """Return whether this ffmpeg has the filter *name*; builds differ."""
    done = subprocess.run(
        [executable(), "-hide_banner", "-nostdin", "-filters"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        creationflags=_NO_WINDOW,
    )
    return any(line.split()[1:2] == [name.encode()] for line in done.stdout.splitlines())


def source(path: str | Path) -> list[str]:
    """Return the arguments that make *path* an input, safely: local media files only."""
    address = f"file:{Path(path).resolve()}"
    return [
        "-threads",
        str(threads()),
        "-protocol_whitelist",
        "file,pipe",
        "-format_whitelist",
        _FORMATS,
        "-i",
        address,
    ]


def target(path: str | Path) -> str:
    """Return *path* as an output argument that cannot be mistaken for an option or a protocol."""
    return f"file:{Path(path).resolve()}"


def h264(fps: Fraction, crf: int = 18, preset: str = "fast") -> list[str]:
    """Return the encoder arguments of every film: H.264 High, 4:2:0, BT.709, a key frame every two seconds."""
    return [
        *("-c:v", "libx264", "-profile:v", "high", "-pix_fmt", "yuv420p", "-preset", preset, "-crf", str(crf)),
        *("-g", str(max(1, round(2 * fps))), "-threads", str(threads())),
        *("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
    ]


AAC: Final = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")
"""The encoder arguments of the sound of every film."""


def notes(about: Mapping[str, str]) -> list[str]:
    """Return the arguments that write the provenance *about* into a file: JSON in the comment, the prompt as title."""
    import json

    if not about:
        return []
    texts = ["-metadata", "comment=" + json.dumps(dict(about), ensure_ascii=False)]
    if prompt := about.get("prompt"):
        texts += ["-metadata", f"title={prompt[:200]}"]
    return texts


def view(array: Any) -> memoryview:
    """Return the bytes of a contiguous array, for ``Running.read_into`` and ``Running.write_all``."""
    flat: memoryview = array.reshape(-1).view("uint8").data
    return flat


@contextlib.contextmanager
def process(
    arguments: Sequence[str], *, reads: bool = False, writes: bool = False, loglevel: str = "error"
) -> Iterator["Running"]:
    """Start ffmpeg and yield it; whatever happens, it has ended afterwards.

    Args:
        reads: this process reads its standard output.
        writes: this process writes its standard input.
    """
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [executable(), *_QUIET[:2], "-loglevel", loglevel, *arguments],
            stdin=subprocess.PIPE if writes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
            stderr=errors,
            bufsize=0,
            pipesize=PIPE_BYTES if sys.platform == "linux" else -1,
            creationflags=_NO_WINDOW,
        )
        try:
            yield Running(child, errors)
        finally:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            if child.poll() is None:
                child.kill()
            child.wait()


class Running:
    """A started ffmpeg."""

    def __init__(self, child: "subprocess.Popen[bytes]", errors: IO[bytes]) -> None:
        self._child = child
        self._errors = errors

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def output(self) -> Any:
        """The raw pipe of its standard output."""
        return self._child.stdout

    @property
    def input(self) -> Any:
        """The raw pipe of its standard input."""
        return self._child.stdin

    def read_into(self, view: memoryview) -> int:
        """Fill *view* from its output; return how many bytes came before the end."""
        filled = 0
        while filled < len(view):
            count = self.output.readinto(view[filled:])
            if not count:
                break
            filled += count
        return filled

    def write_all(self, view: memoryview) -> None:
        """Write all of *view* to its input.

        Raises:
            OSError: it has ended.
        """
        while view:
            view = view[self.input.write(view) :]

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        return self._child.wait()

    def complaint(self, limit: int | None = 400) -> str:
        """Return the last words of its standard error."""
        size = self._errors.seek(0, 2)
        if limit is not None:
            self._errors.seek(max(0, size - _TAIL_BYTES))
        else:
            self._errors.seek(0)
        text = self._errors.read().decode("utf-8", "replace").strip()
        return text if limit is None else " ".join(text.split())[-limit:]

    def failed(self, what: str = "The film could not be made") -> ToolError:
        """Return the error that says what went wrong."""
        words = self.complaint()
        return ToolError("GPU_WORKER_FAILED", f"{what}. ffmpeg said: {words}" if words else f"{what}.")


def run(arguments: Sequence[str], *, total_s: float | None, label: str, span: tuple[float, float] = (0.0, 1.0)) -> None:
    """Run ffmpeg to its end and report its progress.

    Args:
        arguments: inputs (see ``source``), filters and outputs.
        total_s: length of the output in seconds, for progress; None when unknown.
        span: the part of the whole job that this is, 0–1.

    Raises:
        ToolError: GPU_WORKER_FAILED, with ffmpeg's last words.
    """
    start, end = span
    count = str(threads())
    limits = ["-filter_threads", count, "-filter_complex_threads", count]
    with process(["-y", "-progress", "pipe:1", "-stats_period", "0.2", *limits, *arguments], reads=True) as child:
        report(start, label)
        rest = b""
        while chunk := child.output.read(4096):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                key, _, value = line.partition(b"=")
                if key == b"out_time_us" and total_s and value.strip().lstrip(b"-").isdigit():
                    share = max(0.0, min(1.0, int(value) / 1e6 / total_s))
                    report(start + (end - start) * share, label)
        if child.wait() != 0:
            raise child.failed()
    report(end, label)
