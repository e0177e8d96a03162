"""``generate_image``: new pictures from words, or a source picture guided by words."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, ParamSpec

from studio.contract.errors import ToolError
from studio.engine.renderers import jobs
from studio.engine.renderers.rendered import Format, Rendered
from studio.engine.renderers.sizes import canvas_size
from studio.engine.tools.base import Made, SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import (
    about,
    expand,
    index_of,
    made,
    name_of,
    output_format,
    path_text,
    seed_of,
    variations,
)

RENDERER = "painter"
P = ParamSpec("P")


@dataclass(frozen=True)
class _Order:
    """One variation: what to paint and with which seed."""

    prompt: str
    seed: int


class GenerateImage:
    """The built-in painter. Each variation is a job of its own, with seed, seed + 1, …"""

    name: Final = "generate_image"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the picture should show.")
        choice = await context.choose(self.name, arguments.get("model"))
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        seed, count = seed_of(arguments), variations(arguments)
        orders = [_Order(expand(prompt, i), (seed + i) & 0x7FFFFFFF) for i in range(count)]
        source = await self._source(arguments, context)
        done = 0
        context.progress(0.0, "Painting" if count == 1 else f"Painting 1 of {count}")

        async def one(order: _Order) -> Rendered:
            nonlocal done
            rendered = await self._render(order, arguments, context, source)
            done += 1
            if count > 1:
                context.progress(done / count, f"Painted {done} of {count}")
            return rendered

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(order)) for order in orders]
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        results = [task.result() for task in tasks]
        return self._outcome(orders, results, source, arguments, choice.alternatives)

    async def _source(self, arguments: dict[str, Any], context: ToolContext) -> SourceMedia | None:
        if arguments.get("starting_image_strength") is None:
            return None
        return await context.source("image", index_of(arguments, "sourceImageIndex"))

    async def _render(
        self, order: _Order, arguments: dict[str, Any], context: ToolContext, source: SourceMedia | None
    ) -> Rendered:
        output: Format = output_format(arguments)
        texts = about(self.name, prompt=order.prompt, seed=order.seed, renderer=RENDERER, model="Built-in painter")
        sized = arguments.get("width"), arguments.get("height"), arguments.get("aspectRatio")
        if source is not None:
            size = canvas_size(*sized) if any(sized) else None
            strength = max(0.0, min(1.0, float(arguments["starting_image_strength"])))
            return await self._job(
                arguments,
                context,
                jobs.repaint_picture,
                path_text(source),
                order.prompt,
                strength,
                size,
                order.seed,
                output,
                texts,
            )
        negative = str(arguments.get("negativePrompt") or "")
        return await self._job(
            arguments,
            context,
            jobs.paint_picture,
            order.prompt,
            negative,
            canvas_size(*sized),
            order.seed,
            output,
            texts,
        )

    async def _job(
        self,
        arguments: dict[str, Any],
        context: ToolContext,
        function: Callable[P, Rendered],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Rendered:
        if variations(arguments) > 1:
            return await context.render(partial(jobs.one_of_many, function), *args, **kwargs)
        return await context.render(function, *args, **kwargs)

    def _outcome(
        self,
        orders: list[_Order],
        results: list[Rendered],
        source: SourceMedia | None,
        arguments: dict[str, Any],
        alternatives: list[str],
    ) -> ToolOutcome:
        files: list[Made] = [
            made(rendered, seed=order.seed, prompt=order.prompt, title=rendered.notes["title"])
            for order, rendered in zip(orders, results, strict=True)
        ]
        first = results[0]
        size = f"{first.width} × {first.height} px"
        what = "a picture" if len(files) == 1 else f"{len(files)} pictures"
        message = f"Painted {what} at {size}: {first.notes['described']}."
        reason = "The built-in painter draws procedurally; no image model is installed on this computer."
        if source is not None:
            message = f"Carried the light, colours and style of the words over {name_of(source)} ({size})."
            reason = "The built-in painter recolours and restyles a source; it cannot redraw what the source shows."
        if arguments.get("model"):
            reason += f" The model {arguments['model']} is not available here."
        return ToolOutcome(
            message=message,
            renderer=RENDERER,
            model=first.notes["model"],
            reason=reason,
            alternatives=alternatives,
            made=files,
            data={
                "seeds": [order.seed for order in orders],
                "scenes": [rendered.notes["scene"] for rendered in results],
                "described": [rendered.notes["described"] for rendered in results],
                "not_drawn": sorted({word for rendered in results for word in rendered.notes.get("missing", [])}),
            },
        )
