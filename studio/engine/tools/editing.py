"""What ``edit_image`` and ``refine_result`` share: plans, variations, words for people."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.editing.reading import read
from studio.engine.renderers.editing.wishes import Plan, Wish, cannot_edit
from studio.engine.tools.base import ToolContext

RENDERER: Final = "studio-editor"
MODEL: Final = "Built-in editor"
_STRENGTHS: Final = (1.0, 0.7, 1.35, 0.5, 1.7, 0.85, 1.2, 0.6)
_SYSTEM: Final = (
    "You translate one wish about a photo edit into commands of a simple editor. Commands, separated by semicolons: "
    "brighter, darker, more contrast, less contrast, more saturated, muted colours, warmer, cooler, "
    "black and white, sepia, <colour> tint, lift the shadows, recover the highlights, sharpen, denoise, "
    "soft glow, vignette, film grain, "
    "cinematic look, vintage look, moody look, dreamy look, noir look, cyberpunk look, pastel look, hdr look, "
    "make it night, make it sunset, golden hour, midday, add rain, add snow, add fog, autumn, winter, spring, summer, "
    "change the background to <place or colour>, blur the background, replace the sky with a <kind> sky, "
    "change the <colour> <thing> to <colour>, remove the <subject or text>, crop to <ratio>, extend to <ratio>, "
    "in the style of <art style>. Each may start with 'slightly' or 'much'. Use only these. "
    "Never add what was not wished. If none of them serves the wish, answer NONE. Answer with the commands alone."
)


async def planned(prompt: str, context: ToolContext, *, or_else: bool = False) -> Plan:
    """Return the plan for *prompt*; a connected language model may put unread words into readable ones.

    Args:
        or_else: something is to be done even when the words ask for nothing readable.

    Raises:
        ToolError: MODEL_UNAVAILABLE, nothing of it can be done here.
    """
    plan = read(prompt, max(context.count("image"), context.count("image", uploaded=True)))
    if plan.unread:
        plan = await _with_help(plan, context)
    if not plan.wishes and not or_else:
        raise ToolError("MODEL_UNAVAILABLE", cannot_edit(plan.unread or (prompt,)))
    return plan


async def _with_help(plan: Plan, context: ToolContext) -> Plan:
    unread: list[str] = []
    wishes: list[Wish] = list(plan.wishes)
    for part in plan.unread:
        answer = await context.ask_model(_SYSTEM, part)
        helped = read(answer[:400].replace("\n", "; ")) if answer and "NONE" not in answer else Plan()
        known = [wish for wish in helped.wishes if wish.kind not in {w.kind for w in wishes}]
        if known and not helped.unread:
            wishes += known
        else:
            unread.append(part)
    return Plan(tuple(wishes), tuple(unread))


def seed_for(prompt: str, place: int) -> int:
    """Return the seed of a variation: the same words on the same picture give the same result."""
    return (zlib.crc32(prompt.strip().lower().encode()) + place) & 0x7FFFFFFF


def varied(plan: Plan, place: int) -> Plan:
    """Return *plan* for variation *place* (from 0): the same steps, stronger or gentler."""
    factor = _STRENGTHS[place % len(_STRENGTHS)]
    return replace(plan, wishes=tuple(replace(wish, amount=wish.amount * factor) for wish in plan.wishes))


def reason(chosen: str, model: Any) -> str:
    """Return why the built-in editor did it."""
    text = "No image model is connected, so the built-in editor worked on the pixels by what it reads in the words."
    if model:
        text += f" The model {model} is not available here."
    return text if chosen.startswith("It runs on this computer") else chosen


def message(name: str, notes: Mapping[str, Any], *, with_mask: bool = False) -> str:
    """Return what was done, what was not, and what to know about it, in sentences."""
    done = _listed(notes["done"])
    text = f"Edited {name}: {done}." if done else f"Brought {name} to the asked size."
    if with_mask:
        text += " Only the transparent part of the mask was changed."
    if notes["missed"]:
        text += f" Not possible on this computer: {'; '.join(notes['missed'])}."
    if notes["reduced"]:
        text += " The source was reduced to 4096 px on its longest edge."
    return " ".join([text, *notes["remarks"]])


def _listed(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""
