"""``apply_style``: a picture drawn, painted or printed in another way."""

from typing import Any, Final

from studio.engine.renderers import jobs, style_names
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_of

_RENDERERS = {"network": "onnx-style", "lines": "studio-drawing", "paint": "studio-painting"}


class ApplyStyle:
    """Finds the style that the words name and restyles the picture; a cut-out stays a cut-out."""

    name: Final = "apply_style"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        source = await picture_of(context, arguments)
        prompt = str(arguments["prompt"])
        match = style_names.resolve(prompt)
        renderer = _RENDERERS[match.style.engine]
        rendered = await context.render(
            jobs.style_picture,
            path_text(source),
            prompt,
            float(arguments.get("scale") or 1),
            arguments.get("aspectRatio"),
            about(self.name, prompt=prompt, renderer=renderer, model=""),
        )
        message = f"Restyled {name_of(source)} as {match.style.name}."
        if not match.known:
            message += " No style that the studio knows was named, so an oil painting was chosen."
        if rendered.notes["cropped"]:
            message += " The edges were cropped to the new shape."
        return ToolOutcome(
            message=message,
            renderer=renderer,
            model=rendered.notes["model"],
            reason=choice.reason if match.known else "No known style was named.",
            alternatives=choice.alternatives,
            made=[made(rendered, prompt=prompt)],
            data={"style": match.style.name, "recognised": match.known},
        )
