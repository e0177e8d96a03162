"""What the tools of moving pictures share: sizes and lengths from arguments, and what is said of a film."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from studio.contract.errors import ToolError
from studio.engine.renderers.jobs import one_of_many
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.motion import brief, jobs
from studio.engine.renderers.video.motion.ambience_names import NAMES
from studio.engine.renderers.video.motion.orders import Order
from studio.engine.renderers.video.motion.shape import Wanted
from studio.engine.tools.base import Made, ToolContext
from studio.engine.tools.common import made
from studio.engine.tools.films import listed

RENDERER = "motion"
MODEL = "Camera, depth, weather and light from a still picture"
REASON = "No video model is installed on this computer, so still pictures are moved: camera, depth, weather, light."


def wanted(arguments: Mapping[str, Any]) -> Wanted:
    """Return the size that *arguments* ask for.

    Raises:
        ToolError: PARAMETER_INVALID.
    """
    ratio = arguments.get("ratio")
    shape = arguments.get("aspectRatio") or (ratio if ratio and ratio != "adaptive" else None)
    size = Wanted(
        _edge(arguments.get("width")), _edge(arguments.get("height")), shape, _edge(arguments.get("targetResolution"))
    )
    size.check()
    return size


def _edge(value: Any) -> float | None:
    return None if value is None else float(value)


def with_sound(arguments: Mapping[str, Any]) -> bool:
    """Return whether the film gets a sound; it does unless that was refused."""
    return arguments.get("generateAudio") is not False


def refuse_retired(arguments: Mapping[str, Any]) -> None:
    """Raise ToolError (PARAMETER_INVALID) for an argument that no longer exists."""
    if arguments.get("outputScale") is not None:
        raise ToolError("PARAMETER_INVALID", "outputScale no longer exists; use width and height, or targetResolution.")


def reason_of(given: str, model: object) -> str:
    """Return why the built-in renderer did it, and that a named *model* is not here."""
    text = f"{REASON} {given}" if given and "needs no other program" not in given else REASON
    return f"{text} The model {model} is not available here." if model else text


async def filmed(context: ToolContext, orders: Sequence[Order], folder: Path) -> list[RenderedMedia]:
    """Make the films of *orders*, each a job of its own; several are counted as they finish."""
    if len(orders) == 1:
        context.progress(0.0, "Getting ready")
        return [await context.render(jobs.animate, orders[0], str(folder / "film-0.mp4"))]
    done = 0
    context.progress(0.0, f"Making {len(orders)} clips")

    animate: Callable[..., RenderedMedia] = jobs.animate

    async def one(place: int, order: Order) -> RenderedMedia:
        nonlocal done
        film = await context.render(partial(one_of_many, animate), order, str(folder / f"film-{place}.mp4"))
        done += 1
        context.progress(done / len(orders), f"Made {done} of {len(orders)}")
        return film

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(place, order)) for place, order in enumerate(orders)]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    return [task.result() for task in tasks]


def last_frames(films: Sequence[RenderedMedia]) -> list[Made]:
    """Return the last frames that films brought along."""
    return [
        Made(**{**made(film.notes["last_frame"]).__dict__, "role": "last_frame"})
        for film in films
        if film.notes.get("last_frame") is not None
    ]


def happenings(notes: Mapping[str, Any]) -> str:
    """Return what happens in a film as words: “camera moving in, rain and lightning”."""
    return brief.describe(notes.get("did") or [])


def limits(notes: Mapping[str, Any], track: str | None = None) -> str:
    """Return sentences on the sound and on what could not be done; empty or with a space before.

    Args:
        track: name of the piece that was given as the sound.
    """
    text = ""
    names = [track] if track and notes.get("sounds") else [NAMES.get(name, name) for name in notes.get("sounds") or []]
    if notes.get("music"):
        text += f" The music is composed and played here ({notes['music']})."
    if names:
        synthetic = any(name in NAMES for name in notes.get("sounds") or [])
        text += f" Its sound is {'synthetic: ' if synthetic else ''}{listed(names)}."
    if words := notes.get("cannot"):
        text += f" A still picture cannot act, so this was left out: {listed(list(words))}."
    if notes.get("spoken"):
        text += " The spoken lines are not heard; generate_speech speaks them."
    if notes.get("loops"):
        text += " It loops: its end runs into its beginning."
    elif notes.get("wants_loop"):
        text += " It does not loop, because what happens in it does not come back."
    if notes.get("pulled_back"):
        text += " It begins close and pulls back to the whole picture, because nothing beyond its edge is known."
    if notes.get("pulled_to"):
        text += " The camera pulls back to the whole picture at the end, because nothing beyond its edge is known."
    return text
