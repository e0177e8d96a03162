"""Looking at media that another renderer made, in the render pool; imports what reads them only when it runs."""

from dataclasses import dataclass


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
