"""A tool call as one step of a Supernet workflow: which pieces go along, and how the step finds them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from studio.contract.chat import MediaKind
from studio.contract.errors import ToolError
from studio.contract.tools import catalogue
from studio.engine.renderers.registry import Ability
from studio.engine.tools.base import SourceMedia, ToolContext

AUTOMATIC: Final = "automatic"
"""Stands for the model that the Supernet chooses by itself."""

_INDEX: Final[dict[str, MediaKind]] = {
    "sourceImageIndex": "image",
    "sourceImageIndices": "image",
    "referenceImageIndices": "image",
    "endImageIndex": "image",
    "endImageIndices": "image",
    "maskImageIndex": "image",
    "leftViewImageIndex": "image",
    "backViewImageIndex": "image",
    "rightViewImageIndex": "image",
    "referenceVideoIndices": "video",
    "referenceAudioIndices": "audio",
    "voiceSourceIndex": "audio",
}
_UPLOAD_NUMBERS: Final[dict[str, MediaKind]] = {"videoSourceIndex": "video", "audioSourceIndex": "audio"}
"""Arguments that count the uploads of a kind from 0."""
_ADDRESSES: Final[dict[str, MediaKind]] = {
    "mask_image_url": "image",
    "source_image_url": "image",
    "left_view_image_url": "image",
    "back_view_image_url": "image",
    "right_view_image_url": "image",
    "voice_source_url": "audio",
}
_DEFAULT_PICTURE: Final = frozenset(
    {"edit_image", "apply_style", "refine_result", "change_angle", "upscale_image", "image_to_3d", "animate_photo"}
)
_MOST_REFERENCES: Final = 16


@dataclass
class StepOrder:
    """One step and the pieces that it needs.

    Attributes:
        arguments: what is not about pieces.
        pieces: the files to send, each once; *dependencies*: how the step's arguments name them.
    """

    tool: str
    arguments: dict[str, Any]
    pieces: list[SourceMedia] = field(default_factory=list)
    dependencies: list[dict[str, Any]] = field(default_factory=list)

    def bind(self, piece: SourceMedia, target: str, transform: str) -> None:
        """Let the argument *target* name *piece*."""
        if all(piece.path != known.path for known in self.pieces):
            self.pieces.append(piece)
        alike = [known for known in self.pieces if known.kind == piece.kind]
        place = next(place for place, known in enumerate(alike) if known.path == piece.path)
        self.dependencies.append(
            {
                "sourceStepId": "$input_media",
                "targetArgument": target,
                "transform": transform,
                "mediaType": piece.kind,
                "sourceArtifactIndex": place,
                "required": True,
            }
        )

    def plan(self) -> dict[str, Any]:
        """Return the workflow's ``input``."""
        step = {"id": self.tool, "toolName": self.tool, "arguments": self.arguments, "dependsOn": self.dependencies}
        return {"title": f"Studio: {self.tool.replace('_', ' ')}", "steps": [step]}


async def step_order(ability: Ability, model: str, arguments: dict[str, Any], context: ToolContext) -> StepOrder:
    """Read a tool's arguments; *model* AUTOMATIC leaves the model out.

    Raises:
        ToolError: a piece that they name does not exist.
    """
    special = {*_INDEX, *_UPLOAD_NUMBERS, *_ADDRESSES}
    order = StepOrder(ability, {name: value for name, value in arguments.items() if name not in special})
    for name in ("model", "videoModel"):
        order.arguments.pop(name, None)
        if model != AUTOMATIC and name in catalogue()[ability].parameters["properties"]:
            order.arguments[name] = model
    for name, kind in _INDEX.items():
        value = arguments.get(name)
        for index in value if isinstance(value, list) else [] if value is None else [value]:
            order.bind(await context.source(kind, int(index)), name, f"{kind}_index")
    for name, kind in _UPLOAD_NUMBERS.items():
        value = arguments.get(name)
        if value is not None:
            number = int(value)
            order.bind(await context.source(kind, -1 - number if number >= 0 else number), name, f"{kind}_index")
    for name, kind in _ADDRESSES.items():
        if arguments.get(name):
            order.bind(await context.media_at(kind, str(arguments[name])), name, f"{kind}_url")
    await _bind_defaults(ability, arguments, order, context)
    return order


async def _bind_defaults(ability: Ability, arguments: dict[str, Any], order: StepOrder, context: ToolContext) -> None:
    """Send the pieces that a tool takes when none is named, because the Supernet does not know the session."""
    named = {dependency["targetArgument"] for dependency in order.dependencies}
    if ability == "restore_photo":
        index = -1 if context.count("image", uploaded=True) else None
        # It has no argument for it: it takes the first picture that comes along.
        order.pieces.append(await context.source("image", index))
    elif ability == "video_to_video" and "videoSourceIndex" not in named:
        order.bind(await context.source("video"), "videoSourceIndex", "video_index")
    elif ability == "sound_to_video" and "audioSourceIndex" not in named:
        order.bind(await context.source("audio"), "audioSourceIndex", "audio_index")
    elif ability == "generate_image" and arguments.get("starting_image_strength") is not None:
        if "sourceImageIndex" not in named:
            order.bind(await context.source("image"), "sourceImageIndex", "image_index")
    elif ability in _DEFAULT_PICTURE and not named & {"sourceImageIndex", "sourceImageIndices", "source_image_url"}:
        order.bind(await context.source("image"), "sourceImageIndex", "image_index")
    if ability == "edit_image":
        order.pieces += await _further(order.pieces, context)


async def _further(known: Sequence[SourceMedia], context: ToolContext) -> list[SourceMedia]:
    """Return the other uploaded pictures: an edit takes them as further references."""
    found: list[SourceMedia] = []
    for place in range(-1, -1 - context.count("image", uploaded=True), -1):
        try:
            piece = await context.source("image", place)
        except ToolError:
            continue  # a deleted upload leaves its number behind
        if all(piece.path != other.path for other in [*known, *found]):
            found.append(piece)
    return found[: _MOST_REFERENCES - len(known)]
