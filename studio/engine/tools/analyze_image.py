"""``analyze_image``: an answer about a picture, from a vision model or from measurements."""

from typing import Any

from studio.engine.renderers import jobs
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import index_of, name_of, path_text, picture_of

_SYSTEM = (
    "You look at pictures for an artist. Answer the question about the picture exactly and plainly. "
    "Say so when something cannot be seen. No preamble."
)
_LONGER = " Give a thorough answer: subject, setting, light, colours, composition, technique, mood."
_KINDS = {
    "ocr": " Transcribe all text in the picture exactly, line by line.",
    "objects": " List the objects in the picture with their places.",
    "document": " Describe the document's layout and give its text.",
    "compare": " Compare the two pictures: what is the same, what differs.",
}
_NO_MODEL = "This was measured by small networks; no vision model is connected that could describe it."
_LIKELY, _CERTAIN = 0.3, 0.7


class AnalyzeImage:
    """Asks the connected vision model; without one it says what can be measured, and what cannot be told."""

    name = "analyze_image"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await picture_of(context, arguments)
        other: SourceMedia | None = None
        if arguments.get("compareImageIndex") is not None:
            other = await context.source("image", index_of(arguments, "compareImageIndex"))
        context.progress(0.05, "Looking at the picture")
        facts = await context.render(jobs.look_at_picture, path_text(source))
        facts["metadata"] = await context.render(jobs.read_metadata, path_text(source), "image")
        if other is not None:
            facts["comparison"] = await context.render(jobs.compare_pictures, path_text(source), path_text(other))
        context.progress(0.7, "Thinking about the question")
        answer = await self._ask(arguments, context, source, other)
        if answer:
            return ToolOutcome(message=answer, renderer="language-model", model="Connected vision model", data=facts)
        return ToolOutcome(
            message=_plain_answer(arguments, source, other, facts),
            renderer="studio-measurements",
            model="Measurements, EfficientNet-Lite0, PP-OCRv6, U2-Net-p",
            reason="No vision model is connected, so the picture was measured.",
            data=facts,
        )

    async def _ask(
        self, arguments: dict[str, Any], context: ToolContext, source: SourceMedia, other: SourceMedia | None
    ) -> str | None:
        kind = "compare" if other is not None else str(arguments.get("analysisType") or "general")
        system = _SYSTEM + _KINDS.get(kind, "") + (_LONGER if arguments.get("detailed") else "")
        images = [source.path] if other is None else [source.path, other.path]
        return await context.ask_model(system, str(arguments["query"]), images)


def _plain_answer(
    arguments: dict[str, Any], source: SourceMedia, other: SourceMedia | None, facts: dict[str, Any]
) -> str:
    colours = ", ".join(f"{row['name']} ({row['share']:.0%})" for row in facts["palette"][:5])
    kind = str(arguments.get("analysisType") or "general")
    lines = [
        f"{name_of(source)} is a {facts['orientation']} {facts['format']} of {facts['width']} × {facts['height']} px; "
        f"it looks like a {facts['kind']}.",
        _shown(facts),
        _read(facts["text"]),
        f"Main colours: {colours}.",
        f"Light: {', '.join(facts['light']['words'])}. It is {facts['sharpness']['word']}.",
        f"Composition: {facts['composition']['words']}.",
    ]
    if kind in ("ocr", "document"):
        lines = [_read(facts["text"]), *lines[:2], *lines[3:]]
    if facts["transparent_share"] > 0:
        lines.append(f"{facts['transparent_share']:.0%} of it is transparent.")
    if facts["frames"] > 1:
        lines.append(f"It has {facts['frames']} frames; the first was measured.")
    if (generation := facts["metadata"].get("generation")) and generation.get("prompt"):
        lines.append(f"Its file says that it was made from the prompt “{generation['prompt']}”.")
    if other is not None:
        lines.insert(0, _compared(source, other, facts["comparison"]))
    return " ".join([*(line for line in lines if line), _NO_MODEL])


def _shown(facts: dict[str, Any]) -> str:
    best = facts["labels"][0]
    likely = [row["name"] for row in facts["labels"] if row["share"] >= _LIKELY / 3][:3]
    parts = []
    if best["share"] >= _LIKELY:
        sure = "It shows" if best["share"] >= _CERTAIN else "It probably shows"
        parts.append(f"{sure} something like: {', '.join(likely)}.")
    else:
        parts.append("What it shows could not be recognised.")
    count = len(facts["faces"])
    if count:
        parts.append("There is one face looking at the viewer." if count == 1 else f"There are {count} faces.")
    return " ".join(parts)


def _read(lines: list[dict[str, Any]]) -> str:
    if not lines:
        return "No readable text was found."
    return "Text in it: " + " / ".join(f"“{line['text']}”" for line in lines[:40]) + "."


def _compared(source: SourceMedia, other: SourceMedia, measured: dict[str, Any]) -> str:
    return (
        f"{name_of(source)} and {name_of(other)}: {measured['verdict']} "
        f"(structure {measured['structure']:.0%} alike, colours {measured['colour']:.0%} alike)."
    )
