"""What the arguments of ``generate_video`` and ``animate_photo`` ask for. Imports nothing heavy."""

from dataclasses import dataclass
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Ability, Unavailable
from studio.engine.renderers.remote import picture_jobs
from studio.engine.renderers.remote.orders import Piece
from studio.engine.renderers.sizes import parse_shape
from studio.engine.tools.base import ToolContext
from studio.engine.tools.common import expand, index_of, path_text, seed_of, variations

_LEAST_EDGE: Final = 64
_MOST_EDGE: Final = 3840
_DEFAULT_S: Final = 5.0
_LEAST_S: Final = 0.5
_SHAPE: Final = 16 / 9


@dataclass(frozen=True)
class Shot:
    """One wanted film: its words, its seed and the pictures that it begins and ends with."""

    prompt: str
    seed: int
    start: Piece | None = None
    end: Piece | None = None


@dataclass(frozen=True)
class FilmOrder:
    """One call that wants films.

    Attributes:
        size: wanted width and height, both even; None leaves the area to the renderer, in the shape *ratio*.
        ratio: width / height.
        sound: whether sound that comes with the film is kept.
    """

    ability: Ability
    shots: list[Shot]
    size: tuple[int, int] | None
    ratio: float
    duration_s: float
    negative: str
    sound: bool
    last_frame: bool


async def film_order(ability: Ability, arguments: dict[str, Any], context: ToolContext) -> FilmOrder:
    """Read the arguments.

    Raises:
        Unavailable: they ask for references that only hosted models take.
        ToolError: an argument is wrong, or a piece does not exist.
    """
    for name in ("referenceImageIndices", "referenceVideoIndices", "referenceAudioIndices", "voicePersonaName"):
        if arguments.get(name):
            raise Unavailable(f"it has no graph for {name}.")
    shots = await _shots(arguments, context) if ability == "animate_photo" else _worded(arguments)
    first = shots[0].start or shots[0].end
    ratio, size = _shape(arguments, first)
    duration_s = float(arguments.get("duration") or _DEFAULT_S)
    if duration_s < _LEAST_S:
        raise ToolError("PARAMETER_INVALID", f"A film lasts at least {_LEAST_S} seconds.")
    return FilmOrder(
        ability=ability,
        shots=shots,
        size=size,
        ratio=ratio,
        duration_s=duration_s,
        negative=str(arguments.get("negativePrompt") or ""),
        sound=arguments.get("generateAudio") is not False,
        last_frame=bool(arguments.get("returnLastFrame")),
    )


def _worded(arguments: dict[str, Any]) -> list[Shot]:
    prompt, seed = str(arguments.get("prompt") or "").strip(), seed_of(arguments)
    if not prompt:
        raise ToolError("USER_INPUT_INCOMPLETE", "Say what the film should show.")
    return [Shot(expand(prompt, place), (seed + place) & 0x7FFFFFFF) for place in range(variations(arguments))]


async def _shots(arguments: dict[str, Any], context: ToolContext) -> list[Shot]:
    sources = arguments.get("sourceImageIndices")
    ends = arguments.get("endImageIndices")
    prompts = arguments.get("prompts")
    role = arguments.get("frameRole") or "start"
    if sources and any(len(other) != len(sources) for other in (ends, prompts) if other):
        raise ToolError("PARAMETER_INVALID", "prompts and endImageIndices need one entry for each source picture.")
    count = len(sources) if sources else variations(arguments)
    prompt, seed = str(arguments.get("prompt") or "").strip(), seed_of(arguments)
    shots = []
    for place in range(count):
        main = await _piece(context, int(sources[place]) if sources else index_of(arguments, "sourceImageIndex"))
        end: Piece | None = None
        if role == "both":
            target = int(ends[place]) if ends else index_of(arguments, "endImageIndex")
            if target is None:
                raise ToolError("USER_INPUT_INCOMPLETE", "Say which picture the film should end with.")
            end = await _piece(context, target)
        worded = str(prompts[place]) if prompts else expand(prompt, place)
        start = None if role == "end" else main
        shots.append(Shot(worded, (seed + place) & 0x7FFFFFFF, start, main if role == "end" else end))
    return shots


async def _piece(context: ToolContext, index: int | None) -> Piece:
    media = await context.source("image", index)
    return Piece(media, *await context.render(picture_jobs.measure, path_text(media)))


def _shape(arguments: dict[str, Any], source: Piece | None) -> tuple[float, tuple[int, int] | None]:
    """Return width / height, and the size in pixels when one was asked for."""
    said = arguments.get("aspectRatio") or arguments.get("ratio")
    ratio, exact = parse_shape(str(said)) if said and said != "adaptive" else (None, None)
    width, height = arguments.get("width"), arguments.get("height")
    ratio = ratio or (source.width / source.height if source is not None else _SHAPE)
    if width and height:
        size = float(width), float(height)
    elif exact is not None:
        size = float(exact[0]), float(exact[1])
    elif width:
        size = float(width), width / ratio
    elif height:
        size = height * ratio, float(height)
    elif short := arguments.get("targetResolution"):
        size = (short * ratio, float(short)) if ratio >= 1 else (float(short), short / ratio)
    else:
        return ratio, None
    even = max(2, 2 * round(size[0] / 2)), max(2, 2 * round(size[1] / 2))
    if min(even) < _LEAST_EDGE or max(even) > _MOST_EDGE:
        raise ToolError(
            "PARAMETER_INVALID",
            f"The film would be {even[0]} × {even[1]} px; its edges can be {_LEAST_EDGE} to {_MOST_EDGE} px.",
        )
    return even[0] / even[1], even
