"""``refine_result``: a follow-up change or finish of a result."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.editing import jobs
from studio.engine.renderers.editing.wishes import Plan
from studio.engine.tools import editing
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, index_of, made, name_of, path_text, variations
from studio.engine.tools.edit_image import pictures_for


class RefineResult:
    """Finishing and changes by the built-in editor, on the newest result unless another is named.

    Sharpness, noise, size, light and grading are measured and done; what needs an image
    model is said. A wish without particulars ("refine it") evens out light, colour and detail.
    """

    name: Final = "refine_result"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what to change in the result.")
        source = await context.source("image", index_of(arguments, "sourceImageIndex"))
        scale, shape = float(arguments.get("scale") or 1), arguments.get("aspectRatio")
        count = variations(arguments)
        results = []
        plans: dict[str, Plan] = {}
        for i in range(count):
            worded = expand(prompt, i)
            if worded not in plans:
                plans[worded] = await editing.planned(worded, context, or_else=scale > 1 or bool(shape))
            seed = editing.seed_for(worded, i)
            used = await pictures_for(plans[worded], source, context)
            rendered = await context.render(
                jobs.edit_picture,
                path_text(used[0]),
                [path_text(other) for other in used[1:]],
                editing.varied(plans[worded], i if len(plans) == 1 else 0),
                (None, None),
                shape,
                scale,
                None,
                "auto",
                seed,
                "png",
                None,
                about(self.name, prompt=worded, seed=seed, renderer=editing.RENDERER, model=editing.MODEL),
            )
            results.append((worded, seed, rendered))
            if count > 1:
                context.progress((i + 1) / count, f"Refined {i + 1} of {count}")
        notes = results[0][2].notes
        return ToolOutcome(
            message=editing.message(name_of(source), notes),
            renderer=editing.RENDERER,
            model=editing.MODEL,
            reason=editing.reason(choice.reason, None),
            alternatives=choice.alternatives,
            made=[made(rendered, seed=seed, prompt=worded) for worded, seed, rendered in results],
            data={"done": notes["done"], "not_done": notes["missed"], "remarks": notes["remarks"]},
        )
