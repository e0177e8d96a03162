"""``apply_style``: a picture drawn, painted or printed in another way."""

from typing import Any, Final

from studio.engine.renderers import jobs, style_names
from studio.engine.renderers.editing import jobs as editing_jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_of
from studio.engine.tools.references import named_picture, names_a_picture

_RENDERERS = {"network": "onnx-style", "lines": "studio-drawing", "paint": "studio-painting"}


class ApplyStyle:
    """Finds the style that the words name, a blend of several, or a picture whose manner to take.

    A cut-out stays a cut-out. "like image 2" reads the manner of that picture through a
    network; "half monet, half ink" blends; "subtle" and "40 %" leave more of the photograph.
    """

    name: Final = "apply_style"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        source = await picture_of(context, arguments)
        prompt = str(arguments["prompt"])
        named = names_a_picture(prompt)
        reference = await named_picture(context, named, source) if named else None
        if reference is not None and reference.index == source.index:
            reference = None
        shares = style_names.blend_of(prompt)
        match = style_names.resolve(prompt)
        renderer = "onnx-style" if reference else _RENDERERS[shares[0][0].engine]
        scale, shape = float(arguments.get("scale") or 1), arguments.get("aspectRatio")
        texts = about(self.name, prompt=prompt, renderer=renderer, model="")
        if reference is not None:
            rendered = await context.render(
                editing_jobs.style_like, path_text(source), prompt, scale, shape, texts, path_text(reference)
            )
        else:
            rendered = await context.render(jobs.style_picture, path_text(source), prompt, scale, shape, texts)
        known = match.known or reference is not None
        what = f"in the manner of {name_of(reference)}" if reference else f"as {_listed([s.name for s, _ in shares])}"
        message = f"Restyled {name_of(source)} {what}."
        if not known:
            message += " No style that the studio knows was named, so an oil painting was chosen."
        if rendered.notes["cropped"]:
            message += " The edges were cropped to the new shape."
        return ToolOutcome(
            message=message,
            renderer=renderer,
            model=rendered.notes["model"],
            reason=choice.reason if known else "No known style was named.",
            alternatives=choice.alternatives,
            made=[made(rendered, prompt=prompt)],
            data={
                "style": rendered.notes["style"],
                "recognised": known,
                "shares": {} if reference else {style.name: round(share, 3) for style, share in shares},
            },
        )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
