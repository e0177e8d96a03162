"""``edit_image``: a picture changed as words ask, with more pictures as references."""

from dataclasses import dataclass
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.editing import jobs
from studio.engine.renderers.editing.wishes import Plan
from studio.engine.renderers.rendered import Format, Rendered
from studio.engine.tools import editing
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, made, name_of, output_format, path_text, picture_of, variations
from studio.engine.tools.references import MOST, named_picture, names_a_picture, other_uploads

_SMALLEST, _LARGEST = 256, 4096


class EditImage:
    """The built-in editor does what it reads in the words, and says what it cannot do.

    Without an image model it changes light, colours, background, sky, weather, season,
    shape, style and lettering, and takes marked or findable things out; it adds no new
    things and changes no people. Nothing of a wish possible: MODEL_UNAVAILABLE.
    """

    name: Final = "edit_image"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name, arguments.get("model"))
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what to change in the picture.")
        ground = str(arguments.get("gptImageBackground") or "auto")
        output = output_format(arguments)
        if ground == "transparent" and output == "jpg":
            raise ToolError("PARAMETER_INVALID", "JPEG has no transparency; ask for png or webp.")
        order = _Order(_size(arguments), arguments.get("aspectRatio"), ground, output)
        main = await self._main(arguments, context)
        if arguments.get("mask_image_url"):
            order.mask = await context.media_at("image", str(arguments["mask_image_url"]))
        order.quality = arguments.get("gptImageOutputCompression") or None
        results: list[tuple[str, int, Rendered, list[SourceMedia]]] = []
        plans: dict[str, Plan] = {}
        count = variations(arguments)
        for i in range(count):
            worded = expand(prompt, i)
            if worded not in plans:
                plans[worded] = await editing.planned(worded, context, or_else=order.is_more_than_words)
            plan, seed = plans[worded], editing.seed_for(worded, i)
            used = await pictures_for(plan, main, context)
            rendered = await self._render(
                order, editing.varied(plan, i if len(plans) == 1 else 0), worded, seed, used, context
            )
            results.append((worded, seed, rendered, used))
            if count > 1:
                context.progress((i + 1) / count, f"Edited {i + 1} of {count}")
        notes, used = results[0][2].notes, results[0][3]
        return ToolOutcome(
            message=editing.message(name_of(used[0]), notes, with_mask=order.mask is not None),
            renderer=editing.RENDERER,
            model=editing.MODEL,
            reason=editing.reason(choice.reason, arguments.get("model")),
            alternatives=choice.alternatives,
            made=[made(rendered, seed=seed, prompt=worded) for worded, seed, rendered, _ in results],
            data={
                "done": notes["done"],
                "not_done": notes["missed"],
                "remarks": notes["remarks"],
                "references": [picture.index for picture in used],
            },
        )

    async def _render(
        self, order: "_Order", plan: Plan, words: str, seed: int, used: list[SourceMedia], context: ToolContext
    ) -> Rendered:
        return await context.render(
            jobs.edit_picture,
            path_text(used[0]),
            [path_text(other) for other in used[1:]],
            plan,
            order.size,
            order.shape,
            0.0,
            None if order.mask is None else path_text(order.mask),
            order.ground,
            seed,
            order.output,
            order.quality,
            about(self.name, prompt=words, seed=seed, renderer=editing.RENDERER, model=editing.MODEL),
        )

    async def _main(self, arguments: dict[str, Any], context: ToolContext) -> SourceMedia:
        persona = str(arguments.get("personaName") or "").strip()
        if persona:
            assets = (context.manifest or {}).get("assets", [])
            for asset in assets:
                if str(asset.get("user_label", "")).lower() == persona.lower() and asset.get("url"):
                    return await context.media_at("image", str(asset["url"]))
            raise ToolError("ASSET_NOT_FOUND", f"There is no picture of {persona} in this session's assets.")
        return await picture_of(context, arguments)


@dataclass
class _Order:
    """What a call asks for besides its words."""

    size: tuple[int | None, int | None]
    shape: str | None
    ground: str
    output: Format
    mask: SourceMedia | None = None
    quality: int | None = None

    @property
    def is_more_than_words(self) -> bool:
        """Whether something is to be done even when the words ask for nothing."""
        return self.ground == "transparent" or any(self.size) or bool(self.shape)


def _size(arguments: dict[str, Any]) -> tuple[int | None, int | None]:
    sides: list[int | None] = []
    for name in ("width", "height"):
        value = arguments.get(name)
        if value is None:
            sides.append(None)
            continue
        if not _SMALLEST <= round(float(value)) <= _LARGEST:
            raise ToolError(
                "PARAMETER_INVALID",
                f"{name} would be {float(value):g} px; edits make {_SMALLEST} to {_LARGEST} px per edge.",
                suggested_args={name: max(_SMALLEST, min(_LARGEST, round(float(value))))},
            )
        sides.append(round(float(value)))
    return sides[0], sides[1]


async def _others(plan: Plan, main: SourceMedia, context: ToolContext) -> list[SourceMedia]:
    """Return the further pictures that *plan* needs, the one that the words name first."""
    if not plan.uses_other_pictures:
        return []
    if any(wish.kind == "collage" for wish in plan.wishes):
        made = await _made_from(main, context)
        if made:
            return made
    named: list[SourceMedia] = []
    for wish in plan.wishes:
        name = names_a_picture(f"{wish.value} {wish.words}")
        if name and wish.kind in ("background", "match", "style", "blend"):
            picture = await named_picture(context, name, main)
            if picture.index != main.index:
                named.append(picture)
    rest = [upload for upload in await other_uploads(context, main) if upload.index not in {p.index for p in named}]
    found = [*named, *rest]
    if not found and main.index >= 0 and context.count("image") > 1:
        place = main.index - 1 if main.index else 1
        found.append(await context.source("image", place))
    return found


async def pictures_for(plan: Plan, main: SourceMedia, context: ToolContext) -> list[SourceMedia]:
    """Return all pictures that *plan* works on, the one that the result looks like first.

    "Put the cat of picture 1 into picture 2" works on picture 2 and takes from picture 1.
    """
    wish = next((wish for wish in plan.wishes if wish.kind == "insert"), None)
    if wish is None:
        return [main, *await _others(plan, main, context)]
    if not (wish.value or wish.other):
        rest = [main, *await _others(plan, main, context)]
        return sorted(rest, key=lambda picture: -picture.index) if main.index < 0 else rest
    # Numbers count the uploads as the person sees them, whichever of them is the main one.
    first = await context.source("image", -1) if main.index < 0 else main
    source, ground = [await named_picture(context, name, first) if name else None for name in (wish.value, wish.other)]
    if source is not None and ground is not None and source.index != ground.index:
        return [ground, source]
    known = source or ground or main
    rest = [main, *await _others(plan, main, context)]
    other = next((picture for picture in rest if picture.index != known.index), None)
    if other is None:
        return [known]
    return [other, known] if source is not None else [known, other]


async def _made_from(main: SourceMedia, context: ToolContext) -> list[SourceMedia]:
    """Return the results that a sheet beginning with *main* shows as well: those that were made after it.

    Beside the only upload, they are all results; beside several uploads and the latest result, none.
    """
    if main.index < 0 and context.count("image", uploaded=True) > 1:
        return []
    later = range(main.index + 1 if main.index >= 0 else 0, context.count("image"))
    return [await context.source("image", place) for place in later[: MOST - 1]]
