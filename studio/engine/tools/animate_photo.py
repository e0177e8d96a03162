"""``animate_photo``: pictures become clips, by camera, depth, weather and light, or from one to another."""

from dataclasses import replace
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.motion import shape
from studio.engine.renderers.video.motion.orders import Order
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, index_of, made_media, name_of, path_text, scratch, variations
from studio.engine.tools.films import facts, listed
from studio.engine.tools.moving import (
    MODEL,
    RENDERER,
    filmed,
    happenings,
    limits,
    reason_of,
    refuse_retired,
    wanted,
    with_sound,
)

_FAR_APART = 0.45


class AnimatePhoto:
    """One clip for each picture. Its first (or last) frame is the picture itself; with two pictures it is both.

    On this computer nothing in the picture acts by itself: camera, depth, weather, light, water and sky move.
    0.5–30 s, 24 frames per second, up to 3840 px.
    """

    name: Final = "animate_photo"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name, arguments.get("videoModel"))
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        refuse_retired(arguments)
        role = str(arguments.get("frameRole") or "start")
        clips = await self._pairs(arguments, context, role)
        seconds, size = shape.seconds_of(arguments.get("duration")), wanted(arguments)
        orders = []
        for words, first, last, variation in clips:
            sources = (first,) if last is None else (first, last)
            order = Order(
                words,
                seconds,
                tuple(path_text(source) for source in sources),
                role,
                negative=str(arguments.get("negativePrompt") or ""),
                wanted=size,
                variation=variation,
                with_sound=with_sound(arguments),
            )
            texts = about(self.name, prompt=words, seed=order.seed, renderer=RENDERER, model=MODEL)
            orders.append(replace(order, about=texts))
        async with scratch(context) as folder:
            films = await filmed(context, orders, folder)
            made = [
                await made_media(film, seed=film.notes["seed"], prompt=job[0])
                for film, job in zip(films, clips, strict=True)
            ]
        return ToolOutcome(
            message=_message(films, [job[1:3] for job in clips], role),
            renderer=RENDERER,
            model=MODEL,
            reason=reason_of(choice.reason, arguments.get("videoModel")),
            alternatives=choice.alternatives,
            made=made,
            data={"moves": [film.notes["did"] for film in films], "sounds": [film.notes["sounds"] for film in films]},
        )

    async def _pairs(
        self, arguments: dict[str, Any], context: ToolContext, role: str
    ) -> list[tuple[str, SourceMedia, SourceMedia | None, int]]:
        """Return prompt, picture, end picture and variation of every clip."""
        many = arguments.get("sourceImageIndices")
        prompt = str(arguments.get("prompt") or "").strip()
        _check(arguments, many, role)
        if many:
            prompts = [str(text) for text in arguments.get("prompts") or [prompt] * len(many)]
            firsts = [await _picture(context, value, "sourceImageIndices") for value in many]
            ends = arguments.get("endImageIndices") or [arguments.get("endImageIndex")] * len(many)
            lasts = [await _picture(context, value, "endImageIndices") for value in ends] if role == "both" else []
            return [
                (expand(text, place), first, lasts[place] if lasts else None, 0)
                for place, (text, first) in enumerate(zip(prompts, firsts, strict=True))
            ]
        index = index_of(arguments, "sourceImageIndex")
        if index is None and role == "both":
            index = _first(context)
        first = await context.source("image", index)
        last = await _picture(context, arguments["endImageIndex"], "endImageIndex") if role == "both" else None
        return [(expand(prompt, place), first, last, place) for place in range(variations(arguments))]


def _first(context: ToolContext) -> int | None:
    """Return the index of the first result, or of the first upload when there is none."""
    if context.count("image") > 0:
        return 0
    return -1 if context.count("image", uploaded=True) else None


async def _picture(context: ToolContext, value: Any, key: str) -> SourceMedia:
    return await context.source("image", index_of({key: value}, key))


def _check(arguments: dict[str, Any], many: list[Any] | None, role: str) -> None:
    """Raise ToolError when arguments contradict each other."""

    def refuse(text: str) -> None:
        raise ToolError("PARAMETER_INVALID", text)

    ends = arguments.get("endImageIndices")
    if many:
        if arguments.get("sourceImageIndex") is not None:
            refuse("Give either sourceImageIndex or sourceImageIndices, not both.")
        if variations(arguments) > 1:
            refuse("numberOfVariations cannot be combined with sourceImageIndices.")
        if len(many) > 16:
            refuse("sourceImageIndices takes up to 16 pictures.")
        prompts = arguments.get("prompts")
        if prompts and len(prompts) != len(many):
            refuse(f"prompts has {len(prompts)} entries and sourceImageIndices {len(many)}; they must be as many.")
        if ends and len(ends) != len(many):
            refuse(f"endImageIndices has {len(ends)} entries and sourceImageIndices {len(many)}; they must be as many.")
    elif ends:
        refuse("endImageIndices belongs to sourceImageIndices; use endImageIndex for one clip.")
    if ends and arguments.get("endImageIndex") is not None:
        refuse("Give either endImageIndex or endImageIndices, not both.")
    if role == "both" and not ends and arguments.get("endImageIndex") is None:
        raise ToolError("USER_INPUT_INCOMPLETE", 'frameRole "both" needs an end picture: give endImageIndex.')


def _message(films: list[RenderedMedia], pairs: list[tuple[Any, Any]], role: str) -> str:
    first = films[0]
    names = listed(list(dict.fromkeys(name_of(pair[0]) for pair in pairs)))
    if role == "both":
        way = ", ".join(f"{name_of(a)} to {name_of(b)}" for a, b in pairs)
        text = f"Filmed the way from {way} ({facts(first)}): {happenings(first.notes)}."
        if any(film.notes.get("alike", 1.0) < _FAR_APART for film in films):
            text += " The pictures have little in common, so they dissolve instead of flowing into each other."
    else:
        what = f"{names} move" if len(pairs) > 1 and role == "start" and " and " in names else f"Moved {names}"
        text = f"{what} ({facts(first)}): {happenings(first.notes)}."
        if len(films) > 1:
            text = f"Made {len(films)} clips from {names}, {facts(first)} each: {happenings(first.notes)}."
        if role == "end":
            text += " The picture is the last frame."
    return text + limits(first.notes)
