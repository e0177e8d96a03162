"""Looking at media that another renderer made, in the render pool; imports what reads them only when it runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.engine.renderers.rendered import RenderedMedia


@dataclass(frozen=True)
class Facts:
    """What a finished file is: pixels, and seconds for films and sounds."""

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


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
        if file.read(4) != b"glTF":
            raise ToolError("GPU_WORKER_FAILED", f"{sender} sent a file that is no GLB model.")
    return Facts()


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
