"""Looking at media that another renderer made, in the render pool; imports what reads them only when it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.renderers.rendered import RenderedMedia

_RATE: Final = 48_000
_FADE_S: Final = 0.02


@dataclass(frozen=True)
class Facts:
    """What a finished file is: pixels, seconds for films and sounds, triangles for models."""

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    triangles: int | None = None


def facts(path: str, kind: str, sender: str) -> Facts:
    """Open a finished file of *kind* (image, video, audio, model) and return what it is.

    Raises:
        ToolError: GPU_WORKER_FAILED, it is not what *sender* said.
    """
    from studio.contract.errors import ToolError

    try:
        if kind == "image":
            from studio.engine.renderers import pictures

            picture = pictures.load(path)
            return Facts(picture.width, picture.height)
        if kind == "video":
            from studio.engine.renderers.video import probe

            film = probe.video(path)
            return Facts(film.width, film.height, film.duration_s)
        if kind == "audio":
            from studio.engine.renderers.video import probe

            return Facts(duration_s=probe.audio(path).duration_s)
    except ToolError as error:
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a file that is no whole {kind}.") from error
    with open(path, "rb") as file:
        return Facts(triangles=_triangles(file.read(), sender))


def _triangles(data: bytes, sender: str) -> int | None:
    """Return how many triangles a GLB model has; None when it does not say.

    Raises:
        ToolError: GPU_WORKER_FAILED, it is no GLB model.
    """
    import json
    import struct

    from studio.contract.errors import ToolError

    try:
        magic, _, length, size = struct.unpack_from("<4s3I", data)
        if magic != b"glTF" or length != len(data):
            raise ValueError("not whole")
        document = json.loads(data[20 : 20 + size])
    except (struct.error, ValueError) as error:
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a file that is no whole GLB model.") from error
    try:
        parts = [part for mesh in document.get("meshes", ()) for part in mesh["primitives"]]
        return sum(int(document["accessors"][part["indices"]]["count"]) // 3 for part in parts) or None
    except (KeyError, IndexError, TypeError, AttributeError):
        return None


def conformed(
    path: str,
    out: str,
    size: tuple[int, int],
    fps: int,
    frames: int,
    sound: bool,
    about: Mapping[str, str],
    sender: str,
) -> RenderedMedia:
    """Write a received film anew as H.264: exactly *size* (both even) and *frames* at *fps*.

    Frames beyond are left out; where some are missing the last one stays.

    Args:
        sound: keep the sound that it has.

    Raises:
        ToolError: GPU_WORKER_FAILED, it is no film.
    """
    from contextlib import closing
    from fractions import Fraction

    from studio.contract.errors import ToolError
    from studio.engine.renderers.video import probe
    from studio.engine.renderers.video.frames import FilmWriter, read_frames
    from studio.engine.renderers.worker import report

    try:
        info = probe.video(path)
        came = 0
        kept = path if sound and info.has_audio else None
        with (
            FilmWriter(out, *size, Fraction(fps), sound=kept, about=about) as writer,
            closing(read_frames(path, size=size, fit="cover", info=info)) as pictures,
        ):
            for picture in pictures:
                writer.write(picture)
                came += 1
                report(came / frames, "Writing the film")
                if came == frames:
                    break
            while writer.last is not None and writer.frames < frames:
                writer.write(writer.last)
            last = None if writer.last is None else writer.last.copy()
    except ToolError as error:
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a file that is no whole film.") from error
    if last is None:
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a film without pictures.")
    from studio.engine.renderers import pictures as stills

    notes = {
        "fps": fps,
        "frames": frames,
        "came": came,
        "made_at": f"{info.width} × {info.height}",
        "sound": kept is not None,
        "last_frame": stills.encode(last, None, "png", about),
    }
    return RenderedMedia(out, "video/mp4", "video", *size, duration_s=frames / fps, notes=notes)


def conformed_sound(
    path: str,
    out: str,
    format: Literal["mp3", "wav", "flac"],  # noqa: A002 - the word that everybody uses for it
    duration_s: float,
    about: Mapping[str, str],
    sender: str,
) -> RenderedMedia:
    """Write a received piece of music anew: exactly *duration_s* long, at -14 LUFS, its end without a click.

    What is missing at its end is silent.

    Raises:
        ToolError: GPU_WORKER_FAILED, it is no sound.
    """
    import numpy as np

    from studio.contract.errors import ToolError
    from studio.engine.renderers.video import sound

    try:
        samples = sound.read_sound(path, _RATE)
    except ToolError as error:
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a file that is no whole sound.") from error
    if not len(samples):
        raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a sound without samples.")
    came_s, wanted = len(samples) / _RATE, round(duration_s * _RATE)
    samples = samples[:wanted]
    fade = min(len(samples), round(_FADE_S * _RATE))
    samples[len(samples) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    whole = np.zeros((wanted, 2), np.float32)
    whole[: len(samples)] = samples
    sound.write_sound(out, sound.normalise(whole, _RATE), _RATE, format, about)
    return RenderedMedia(out, sound.MIME[format], "audio", duration_s=duration_s, notes={"came_s": came_s})
