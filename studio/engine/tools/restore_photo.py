"""``restore_photo``: an old or damaged photograph made whole, from the original upload."""

import re
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers import jobs
from studio.engine.renderers.editing import jobs as editing_jobs
from studio.engine.renderers.editing.reading import read
from studio.engine.renderers.editing.wishes import Plan
from studio.engine.tools import editing
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, made, name_of, path_text, variations

RENDERER = "studio-restore"
_CANNOT: Final = {
    "colouring black-and-white photographs": re.compile(r"\bcolou?ri[sz]e|\badd colou?rs?\b", re.IGNORECASE),
    "redrawing faces": re.compile(r"\b(fix|repair|redraw|reconstruct|restore)\b[^.]{0,30}\bfaces?\b", re.IGNORECASE),
}
_DAMAGE: Final = re.compile(
    r"\b(?:damage|scratch\w*|creas\w*|stains?|dust|noise|grain|blur\w*|cracks?|tears?|spots?|yellow\w*|cast|fad\w*|artefacts?|artifacts?|blocks?)\b"
)
_STRENGTHS: Final = (1.0, 0.7, 1.2, 0.55, 1.35)


_RESTORING: Final = frozenset(("mend", "denoise", "balance", "sharpen", "auto", "clarity", "grey", "enlarge", "trim"))
"""Edits that restoring does by itself, measured."""


class RestorePhoto:
    """Works on the first upload; earlier results are ignored on purpose.

    After restoring, it does what else the words ask of the built-in editor.
    """

    name: Final = "restore_photo"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        source = await _original(context)
        prompt = str(arguments["prompt"])
        count = variations(arguments)
        hq = arguments.get("quality", "hq") != "fast"
        results = []
        for i in range(count):
            worded = expand(prompt, i)
            model = "Non-local means, inpainting" + (", SPAN" if hq else "")
            plan = _further(worded)
            order = (
                path_text(source),
                worded,
                hq,
                float(arguments.get("scale") or 1),
                arguments.get("aspectRatio"),
                _STRENGTHS[i % len(_STRENGTHS)],
                about(self.name, prompt=worded, renderer=RENDERER, model=model),
            )
            if plan.wishes:
                seed = editing.seed_for(worded, i)
                rendered = await context.render(editing_jobs.restore_and_edit, *order, plan, seed)
            else:
                rendered = await context.render(jobs.restore_picture, *order)
            results.append((worded, rendered))
        steps = results[0][1].notes["steps"]
        did = ", ".join(steps) if steps else "found no damage worth changing"
        message = f"Restored {name_of(source)}: {did}."
        cannot = [what for what, pattern in _CANNOT.items() if pattern.search(prompt)]
        if missed := [*cannot, *results[0][1].notes["missed"]]:
            message += f" Not possible on this computer yet: {'; '.join(missed)}."
        return ToolOutcome(
            message=message,
            renderer=RENDERER,
            model=model,
            reason=choice.reason,
            alternatives=choice.alternatives,
            made=[made(rendered, prompt=worded) for worded, rendered in results],
            data={"steps": [rendered.notes["steps"] for _, rendered in results]},
        )


def _further(prompt: str) -> Plan:
    """Return what the words ask for besides restoring."""
    wishes = read(prompt).wishes
    if any(pattern.search(prompt) for pattern in _CANNOT.values()):
        wishes = tuple(wish for wish in wishes if wish.kind not in ("recolour", "tint"))
    return Plan(
        tuple(w for w in wishes if w.kind not in _RESTORING and not (w.kind == "erase" and _DAMAGE.search(w.value)))
    )


async def _original(context: ToolContext) -> SourceMedia:
    """Return the first upload; without any, the default picture."""
    try:
        return await context.source("image", -1)
    except ToolError:
        return await context.source("image", None)
