"""Who can make what: the renderers beside the built-in ones, and the choice between them.

Built-in renderers are always there and need nothing, so a choice never fails. Others
(``renderers/remote``) are asked in the order of their list whether they can do a thing
now; the first that can, and has the wanted model if one is named, is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from studio.engine.tools.base import ToolContext, ToolOutcome

Ability = Literal[
    "generate_image",
    "edit_image",
    "apply_style",
    "restore_photo",
    "refine_result",
    "change_angle",
    "upscale_image",
    "image_to_3d",
    "generate_video",
    "animate_photo",
    "video_to_video",
    "sound_to_video",
    "generate_music",
    "generate_speech",
]
"""A tool that more than one renderer may do; named as the tool."""

_BUILT_IN: Final = "It runs on this computer and needs no other program."


class Unavailable(Exception):
    """A renderer cannot do a thing now; the text is one sentence that says why."""


class OtherRenderer(Protocol):
    """A renderer that is not built in: a server on this computer or a service."""

    @property
    def title(self) -> str:
        """What people call it: “ComfyUI”."""

    async def models(self, ability: Ability) -> Sequence[str]:
        """Return the models with which it can do *ability* now, best first; never empty.

        Raises:
            Unavailable: it cannot.
        """

    async def run(
        self, ability: Ability, model: str, arguments: dict[str, Any], context: "ToolContext"
    ) -> "ToolOutcome":
        """Do the tool *ability* with validated *arguments*.

        Raises:
            ToolError: as ``ToolRunner.run``.
        """


@dataclass(frozen=True)
class Choice:
    """Who does it.

    Attributes:
        other: the renderer to use; None is the built-in one.
        model: its model; None for the built-in one.
        reason: one sentence on why.
        alternatives: one sentence for each renderer that was not taken, and why.
    """

    other: OtherRenderer | None = None
    model: str | None = None
    reason: str = _BUILT_IN
    alternatives: list[str] = field(default_factory=list)


class Renderers:
    """The renderers of one engine, in the order of preference."""

    def __init__(self, others: Sequence[OtherRenderer]) -> None:
        self._others = tuple(others)

    async def choose(self, ability: Ability, model: str | None = None) -> Choice:
        """Return the best renderer for *ability*, preferring one that has *model*; never fails."""
        alternatives: list[str] = []
        able: list[tuple[OtherRenderer, Sequence[str]]] = []
        for other in self._others:
            try:
                able.append((other, await other.models(ability)))
            except Unavailable as why:
                alternatives.append(f"{other.title}: {why}")
        for other, models in able:
            if model is not None and model in models:
                rest = [f"{o.title}: has no model {model}." for o, _ in able if o is not other]
                return Choice(other, model, f"{other.title} has the model {model}.", [*rest, *alternatives])
        if able:
            other, models = able[0]
            rest = [f"{o.title}: {other.title} comes first." for o, _ in able[1:]]
            return Choice(other, models[0], f"{other.title} is connected.", [*rest, *alternatives])
        return Choice(alternatives=alternatives)
