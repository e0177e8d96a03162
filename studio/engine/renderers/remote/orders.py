"""What a tool's arguments ask for, in the words that every picture renderer understands. Imports nothing heavy."""

from dataclasses import dataclass, field
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Ability, Unavailable
from studio.engine.renderers.remote import picture_jobs
from studio.engine.renderers.rendered import Format
from studio.engine.renderers.sizes import parse_shape
from studio.engine.tools.base import SourceMedia, ToolContext
from studio.engine.tools.common import expand, index_of, name_of, output_format, path_text, seed_of, variations
from studio.engine.tools.references import named_picture, names_a_picture

LEAST_EDGE: Final = 64
MOST_EDGE: Final = 4096
_SMALL_SOURCE_EDGE: Final = 480
_NEW_EDGE: Final = 1024
_ENLARGING: Final = frozenset({"apply_style", "refine_result", "restore_photo"})
_ONE_SOURCE: Final = frozenset({"apply_style", "refine_result", "change_angle", "restore_photo", "upscale_image"})


@dataclass(frozen=True)
class Piece:
    """A picture of the session with its upright size in pixels."""

    media: SourceMedia
    width: int
    height: int
    transparent: bool = False

    @property
    def path(self) -> str:
        """Its file, absolute."""
        return path_text(self.media)


@dataclass(frozen=True)
class PictureOrder:
    """One call that wants pictures.

    Attributes:
        prompts, seeds: one of each for every wanted picture.
        size: wanted width and height in pixels.
        sized: whether the person named a size or shape; else *size* follows the source, or is the usual one.
        pieces: the pictures to work from, the main one first.
        mask: the file that says what may change (``picture_jobs.prepared``).
        keep: how much of the source stays, 0–1; only for image-to-image.
    """

    ability: Ability
    prompts: list[str]
    seeds: list[int]
    size: tuple[int, int]
    sized: bool
    output: Format
    pieces: list[Piece] = field(default_factory=list)
    mask: str | None = None
    keep: float | None = None
    negative: str = ""
    guidance: float | None = None
    loras: list[tuple[str, float]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many pictures are wanted."""
        return len(self.prompts)

    @property
    def about_source(self) -> str:
        """What people call the main source, or nothing."""
        return name_of(self.pieces[0].media) if self.pieces else ""


async def picture_order(
    ability: Ability, arguments: dict[str, Any], context: ToolContext, *, most_pieces: int
) -> PictureOrder:
    """Read the arguments of a picture tool.

    Args:
        most_pieces: how many pictures the renderer can work from at once.

    Raises:
        Unavailable: the words name more pictures than that.
        ToolError: an argument is wrong, or a piece does not exist.
    """
    worded = str(arguments.get("prompt") or arguments.get("description") or "").strip()
    if not worded and ability != "upscale_image":
        raise ToolError("USER_INPUT_INCOMPLETE", "Say what the picture should show.")
    keep = arguments.get("starting_image_strength") if ability == "generate_image" else None
    pieces = [await _measured(media, context) for media in await _sources(ability, arguments, context, keep)]
    if len(pieces) > most_pieces and names_a_picture(worded):
        at_once = "one picture" if most_pieces == 1 else f"{most_pieces} pictures"
        raise Unavailable(f"it works from {at_once} at once, and the words name another.")
    pieces = pieces[:most_pieces]
    count, seed = variations(arguments), seed_of(arguments)
    mask = arguments.get("mask_image_url") if ability == "edit_image" else None
    strengths = list(arguments.get("loraStrengths") or [])
    least = _SMALL_SOURCE_EDGE if ability in _ENLARGING else 0
    size, sized = wanted_size(arguments, (pieces[0].width, pieces[0].height) if pieces else None, least)
    return PictureOrder(
        ability=ability,
        prompts=[expand(worded, place) for place in range(count)],
        seeds=[(seed + place) & 0x7FFFFFFF for place in range(count)],
        size=size,
        sized=sized,
        output=output_format(arguments),
        pieces=pieces,
        mask=path_text(await context.media_at("image", str(mask))) if mask else None,
        keep=None if keep is None else max(0.0, min(1.0, float(keep))),
        negative=str(arguments.get("negativePrompt") or ""),
        guidance=None if arguments.get("guidance") is None else float(arguments["guidance"]),
        loras=[
            (str(name), float(strengths[place]) if place < len(strengths) else 1.0)
            for place, name in enumerate(arguments.get("loras") or [])
        ],
    )


async def _sources(
    ability: Ability, arguments: dict[str, Any], context: ToolContext, keep: object
) -> list[SourceMedia]:
    if ability == "generate_image":
        return [] if keep is None else [await context.source("image", index_of(arguments, "sourceImageIndex"))]
    if ability == "restore_photo":
        uploads = context.count("image", uploaded=True)
        return [await context.source("image", -1 if uploads else None)]
    main = await context.source("image", index_of(arguments, "sourceImageIndex"))
    if ability == "apply_style" and (named := names_a_picture(str(arguments.get("prompt") or ""))):
        model = await named_picture(context, named, main)
        return [main] if model.path == main.path else [main, model]
    if ability in _ONE_SOURCE:
        return [main]
    others = [place for place in range(-1, -1 - context.count("image", uploaded=True), -1) if place != main.index]
    further: list[SourceMedia] = []
    for place in others:
        try:
            further.append(await context.source("image", place))
        except ToolError:
            continue  # a deleted upload leaves its number behind
    return [main, *further]


async def _measured(media: SourceMedia, context: ToolContext) -> Piece:
    width, height, transparent = await context.render(picture_jobs.measure, path_text(media))
    return Piece(media, width, height, transparent)


def wanted_size(
    arguments: dict[str, Any], source: tuple[int, int] | None, least_edge: int = 0
) -> tuple[tuple[int, int], bool]:
    """Return the wanted width and height in pixels, and whether they were asked for.

    Without any wish it is the source × ``scale``, with a longest edge of at least *least_edge*, or 1024 × 1024;
    a shape alone keeps the area.

    Raises:
        ToolError: PARAMETER_INVALID, out of reach.
    """
    width, height, shape = arguments.get("width"), arguments.get("height"), arguments.get("aspectRatio")
    base = source or (_NEW_EDGE, _NEW_EDGE)
    ratio, exact = parse_shape(str(shape)) if shape else (None, None)
    if exact and not width and not height:
        size = float(exact[0]), float(exact[1])
    elif width and height:
        size = float(width), float(height)
    elif width or height:
        shaped = ratio or base[0] / base[1]
        size = (float(width), width / shaped) if width else (float(height or 0) * shaped, float(height or 0))
    else:
        factor = float(arguments.get("scale") or 1) if source else 1.0
        if source:
            factor = max(factor, least_edge / max(source))
        area = base[0] * base[1] * factor * factor
        shaped = ratio or base[0] / base[1]
        size = (area * shaped) ** 0.5, (area / shaped) ** 0.5
    asked = bool(width or height or shape or float(arguments.get("scale") or 1) != 1)
    if not asked and max(size) > MOST_EDGE:
        shrink = MOST_EDGE / max(size)
        size = size[0] * shrink, size[1] * shrink
    for name, edge in (("width", size[0]), ("height", size[1])):
        if not LEAST_EDGE <= round(edge) <= MOST_EDGE:
            raise ToolError(
                "PARAMETER_INVALID",
                f"{name} would be {edge:.0f} px; this renderer makes pictures from {LEAST_EDGE} to {MOST_EDGE} px.",
                suggested_args={name: max(LEAST_EDGE, min(MOST_EDGE, round(edge)))},
            )
    return (round(size[0]), round(size[1])), asked


def by_area(size: tuple[int, int], area: float, grid: int, *, shrink_only: bool = False) -> tuple[int, int]:
    """Return a size of the same shape with about *area* pixels, both edges on the *grid*."""
    factor = (area / (size[0] * size[1])) ** 0.5
    if shrink_only:
        factor = min(1.0, factor)
    return max(grid, round(size[0] * factor / grid) * grid), max(grid, round(size[1] * factor / grid) * grid)
