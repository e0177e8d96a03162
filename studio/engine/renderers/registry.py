"""Who can make what: the renderers beside the built-in ones, and the choice between them.

Built-in renderers are always there and need nothing, so a choice never fails. Others
(``renderers/remote``) are asked in the order of their list whether they can do a thing
now; the first that can, and has the wanted model if one is named, is taken. When it finds
that it cannot do just this order, before anything was made, the built-in one takes over.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast, get_args

from studio.contract.errors import ToolError

if TYPE_CHECKING:
    from studio.engine.tools.base import ToolContext, ToolOutcome, ToolRunner

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

log = logging.getLogger(__name__)

_BUILT_IN: Final = "It runs on this computer and needs no other program."
_SHORTEST_NAME: Final = 4


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
            Unavailable: it cannot do just this order, and nothing was made or charged yet.
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

    def __init__(
        self,
        others: Sequence[OtherRenderer] | Callable[[], Sequence[OtherRenderer]],
        built_in: "Callable[[], Mapping[str, ToolRunner]] | None" = None,
    ) -> None:
        """Make it.

        Args:
            others: the renderers that are not built in, best first; or what makes them, when one is first wanted.
            built_in: returns the built-in tools, which take over when another one cannot do an order after all;
                None leaves the failure as it is.
        """
        self._made = others
        self._built_in = built_in

    @property
    def _others(self) -> Sequence[OtherRenderer]:
        if not isinstance(self._made, Sequence):
            self._made = tuple(self._made())
        return self._made

    async def choose(self, ability: Ability, model: str | None = None) -> Choice:
        """Return the best renderer for *ability*, preferring one that has *model*; never fails."""
        answers = await asyncio.gather(*(_ask(other, ability) for other in self._others))
        asked = list(zip(self._others, answers, strict=True))
        able = [(other, answer) for other, answer in asked if not isinstance(answer, str)]
        alternatives = [f"{other.title}: {answer}" for other, answer in asked if isinstance(answer, str)]
        if model is not None:
            for other, models in able:
                if (found := same_model(model, models)) is not None:
                    rest = [f"{o.title}: {other.title} has the model {found}." for o, _ in able if o is not other]
                    return self._choice(other, found, f"{other.title} has the model {found}.", [*rest, *alternatives])
        if able:
            other, models = able[0]
            reason = f"{other.title} is connected."
            if model is not None:
                reason += f" It has no model {model}, so {models[0]} was used."
            rest = [f"{o.title}: {other.title} comes first." for o, _ in able[1:]]
            return self._choice(other, models[0], reason, [*rest, *alternatives])
        return Choice(alternatives=alternatives)

    def _choice(self, other: OtherRenderer, model: str, reason: str, alternatives: list[str]) -> Choice:
        careful = other if self._built_in is None else _OrBuiltIn(other, self._built_in, reason, alternatives)
        return Choice(careful, model, reason, alternatives)

    async def survey(self) -> list[dict[str, Any]]:
        """Return what each renderer can do now, for people: title, abilities with their best model, or the problem."""
        found: list[dict[str, Any]] = []
        for other in self._others:
            can: dict[str, str] = {}
            problem = ""
            for ability in ABILITIES:
                answer = await _ask(other, ability)
                if isinstance(answer, str):
                    problem = problem or answer
                else:
                    can[ability] = answer[0]
            found.append({"title": other.title, "abilities": can, "problem": "" if can else problem})
        return found


async def _ask(other: OtherRenderer, ability: Ability) -> Sequence[str] | str:
    """Return the models of *other*, or in one sentence why it has none."""
    try:
        return await other.models(ability)
    except Unavailable as why:
        return str(why)
    except Exception as error:  # noqa: BLE001 - a stranger's failure must not fail the choice
        log.warning("%s could not be asked (%s)", other.title, type(error).__name__)
        return f"it could not be asked ({type(error).__name__})."


ABILITIES: Final[tuple[Ability, ...]] = get_args(Ability)


def same_model(wanted: str, models: Sequence[str]) -> str | None:
    """Return the one of *models* that *wanted* names: as written, else by its letters and digits, else as a part."""
    if wanted in models:
        return wanted
    plain = _letters(wanted)
    names = {name: _letters(name) for name in models}
    if exact := [name for name, letters in names.items() if letters == plain]:
        return exact[0]
    if len(plain) < _SHORTEST_NAME:
        return None
    return next((name for name, letters in names.items() if plain in letters), None)


def _letters(name: str) -> str:
    """Return *name* without folder, file ending and punctuation: ``sd/dreamShaper_XL.safetensors`` → dreamshaperxl."""
    stem = re.sub(r"\.(safetensors|ckpt|pth?|gguf|bin|sft)$", "", re.split(r"[\\/]", name)[-1], flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9]", "", stem.lower())


class _OrBuiltIn:
    """Another renderer, with the built-in tool behind it for orders that it turns out to be unable to do."""

    def __init__(
        self,
        other: OtherRenderer,
        built_in: "Callable[[], Mapping[str, ToolRunner]]",
        reason: str,
        alternatives: Sequence[str],
    ) -> None:
        self._other = other
        self._built_in = built_in
        self._reason = reason
        self._alternatives = list(alternatives)

    @property
    def title(self) -> str:
        return self._other.title

    async def models(self, ability: Ability) -> Sequence[str]:
        return await self._other.models(ability)

    async def run(
        self, ability: Ability, model: str, arguments: dict[str, Any], context: "ToolContext"
    ) -> "ToolOutcome":
        try:
            outcome = await self._other.run(ability, model, arguments, context)
        except Unavailable as why:
            tool = self._built_in().get(ability)
            if tool is None:
                raise ToolError("MODEL_UNAVAILABLE", f"{self.title}: {why}") from why
            refused = Choice(alternatives=[f"{self.title}: {why}", *self._alternatives])
            built_in = await tool.run(arguments, cast("ToolContext", _Decided(context, refused)))
            missing = [text for text in refused.alternatives if text not in built_in.alternatives]
            return replace(built_in, alternatives=[*missing, *built_in.alternatives])
        return replace(
            outcome,
            reason=outcome.reason or self._reason,
            alternatives=outcome.alternatives or self._alternatives,
        )


class _Decided:
    """A tool's context in which the choice is already made."""

    def __init__(self, context: "ToolContext", choice: Choice) -> None:
        self._context = context
        self._choice = choice

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    async def choose(self, ability: Ability, model: str | None = None) -> Choice:
        return self._choice
