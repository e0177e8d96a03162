"""``analyze_video``: an answer about a film, from a vision model that sees its key frames, or from measurements."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import index_of, name_of, path_text, scratch

_SYSTEM = (
    "You look at a film for an artist, through key frames in order and a list of measurements. Answer the question "
    "exactly and plainly. Say so when the frames cannot tell. Times are in seconds. No preamble."
)
_KINDS = {
    "summary": " Summarise what happens from beginning to end in a few sentences.",
    "timeline": " Answer as a timeline: one line per shot or event, each with its time.",
    "scene": " Describe the place, the light, the set and the mood of each scene.",
    "action": " Say what happens and who or what moves how.",
    "ocr": " Transcribe all text exactly, with the times at which it is seen.",
}
_LONGER = " Give a thorough answer."
_FACTS_LIMIT = 6000
_NO_MODEL = "This was measured; no vision model is connected that could describe what happens."
_LIKELY = 0.35
_LISTED = 12


def look_through(path: str, folder: str, detailed: bool, text_first: bool) -> dict[str, Any]:
    """Measure a film; see ``studio.engine.renderers.video.examine.examine``."""
    from studio.engine.renderers.video import examine

    return examine.examine(path, folder, "detailed" if detailed else "quick", text_first)


class AnalyzeVideo:
    """Measures shots, movement, light, text and sound; a connected vision model sees up to 14 key frames."""

    name = "analyze_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await context.source("video", index_of(arguments, "sourceVideoIndex"))
        kind, detailed = str(arguments.get("analysisType") or "general"), bool(arguments.get("detailed"))
        context.progress(0.0, "Opening the film")
        async with scratch(context) as folder:
            look = partial(look_through, detailed=detailed, text_first=kind == "ocr")
            facts = await context.render(look, path_text(source), str(folder))
            context.progress(0.95, "Thinking about the question")
            answer = await self._ask(arguments, context, facts, folder)
        for row in facts["key_frames"]:
            del row["file"]
        if answer:
            return ToolOutcome(
                message=answer,
                renderer="language-model",
                model="Connected vision model",
                reason=f"It saw {len(facts['key_frames'])} key frames and the measurements of the whole film.",
                data=facts,
            )
        return ToolOutcome(
            message=plain_answer(source, facts, kind, detailed),
            renderer="studio-measurements",
            model="Measurements, EfficientNet-Lite0, PP-OCRv6",
            reason="No vision model is connected, so the film was measured.",
            data=facts,
        )

    async def _ask(
        self, arguments: dict[str, Any], context: ToolContext, facts: dict[str, Any], folder: Path
    ) -> str | None:
        system = _SYSTEM + _KINDS.get(str(arguments.get("analysisType")), "")
        system += _LONGER if arguments.get("detailed") else ""
        measured = {key: facts[key] for key in ("duration_s", "fps", "width", "height", "shots", "text", "sound")}
        seen = ", ".join(f"{row['time_s']:.1f} s" for row in facts["key_frames"])
        user = (
            f"{arguments['query']}\n\nThe pictures are frames of one film at {seen}.\n"
            f"Measured: {json.dumps(measured, ensure_ascii=False)[:_FACTS_LIMIT]}"
        )
        return await context.ask_model(system, user, [folder / row["file"] for row in facts["key_frames"]])


def clock(seconds: float) -> str:
    """Return a time as people write it: ``1:05.2``."""
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def plain_answer(source: SourceMedia, facts: dict[str, Any], kind: str, detailed: bool) -> str:
    """Return what the measurements say, with what the *kind* of question is about first."""
    opening = _opening(source, facts)
    shots, text = _shots(facts, _LISTED * 3 if detailed else _LISTED), _text(facts)
    order = {
        "summary": [opening, _gist(facts), _sound(facts), text],
        "timeline": [opening, shots, _changes(facts), text],
        "scene": [opening, shots, _light(facts), text],
        "action": [opening, _action(facts), shots],
        "ocr": [text, opening],
    }.get(kind, [opening, _gist(facts), shots if len(facts["shots"]) > 1 else "", _sound(facts), text])
    return " ".join([*(part for part in order if part), _NO_MODEL])


def _opening(source: SourceMedia, facts: dict[str, Any]) -> str:
    sound = "no sound" if facts["sound"] is None else "a silent soundtrack" if facts["sound"]["silent"] else "sound"
    return (
        f"{name_of(source)} is a film of {facts['duration_s']:.1f} s, {facts['width']} × {facts['height']} px, "
        f"{facts['fps']:g} frames per second, with {sound}."
    )


def _frames_in(facts: dict[str, Any], shot: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in facts["key_frames"] if shot["start_s"] <= row["time_s"] < shot["end_s"]]


def _shown(rows: list[dict[str, Any]]) -> str:
    """Return what is recognised in key frames, and their main colours."""
    names: dict[str, float] = {}
    for row in rows:
        for label in row["labels"]:
            names[label["name"]] = max(names.get(label["name"], 0.0), label["share"])
    likely = [name for name, share in sorted(names.items(), key=lambda item: -item[1]) if share >= _LIKELY][:2]
    faces = max((row["faces"] for row in rows), default=0)
    parts = [f"something like {' or '.join(likely)}"] if likely else []
    if faces:
        parts.append("a face" if faces == 1 else f"{faces} faces")
    if rows:
        parts.append(f"{', '.join(rows[0]['palette'][:2])} colours")
    return ", ".join(parts)


def _gist(facts: dict[str, Any]) -> str:
    shots = facts["shots"]
    if len(shots) == 1:
        shown = _shown(facts["key_frames"])
        moves = f"{shots[0]['camera']}, {shots[0]['subject']}"
        return f"It is one unbroken shot: {moves}" + (f"; {shown}." if shown else ".")
    begins = [shot["begins"] for shot in shots[1:]]
    joins = [f"{n} {word}{'' if n == 1 else 's'}" for word in ("cut", "dissolve", "fade") if (n := begins.count(word))]
    mean = facts["duration_s"] / len(shots)
    joined = " and ".join([", ".join(joins[:-1]), joins[-1]] if len(joins) > 1 else joins)
    return f"It has {len(shots)} shots of {mean:.1f} s on average, joined by {joined}."


def _shots(facts: dict[str, Any], most: int) -> str:
    lines = []
    for i, shot in enumerate(facts["shots"][:most]):
        shown = _shown(_frames_in(facts, shot))
        begins = "" if shot["begins"] in ("start", "cut") else f" (after a {shot['begins']})"
        lines.append(
            f"\n{i + 1}. {clock(shot['start_s'])}–{clock(shot['end_s'])}{begins}: {shot['camera']}, {shot['subject']}"
            + (f"; {shown}." if shown else ".")
        )
    left = len(facts["shots"]) - most
    return "Shots:" + "".join(lines) + (f"\n… and {left} more.\n" if left > 0 else "\n")


def _changes(facts: dict[str, Any]) -> str:
    sound = facts["sound"]
    if sound is None or sound["silent"]:
        return ""
    parts = [f"the sound changes at {clock(part['start_s'])}" for part in sound["sections"][1:4]]
    parts += [f"it is quiet from {clock(a)} to {clock(b)}" for a, b in sound["quiet_s"][:3]]
    return (parts[0][0].upper() + "; ".join(parts)[1:] + ".") if parts else ""


def _light(facts: dict[str, Any]) -> str:
    words = [", ".join(row["light"][:3]) for row in facts["key_frames"]]
    if len(set(words)) <= 1:
        return f"Light throughout: {words[0]}." if words else ""
    times = [clock(row["time_s"]) for row in facts["key_frames"]]
    return "Light: " + "; ".join(f"{at} {word}" for at, word in zip(times, words, strict=True)) + "."


def _action(facts: dict[str, Any]) -> str:
    curve = facts["motion"]
    busiest = max(range(len(curve)), key=lambda i: curve[i])
    if curve[busiest] < 0.05:
        return "Hardly anything moves."
    calm = min(range(len(curve)), key=lambda i: curve[i])
    said = f"Most moves around {clock(busiest + 0.5)}"
    return said + (f", least around {clock(calm + 0.5)}." if curve[calm] < 0.5 * curve[busiest] else ".")


def _sound(facts: dict[str, Any]) -> str:
    sound = facts["sound"]
    if sound is None or sound["silent"]:
        return ""
    loud = "" if sound["loudness_lufs"] is None else f" at {sound['loudness_lufs']:.0f} LUFS"
    if sound["tempo_bpm"]:
        key = f" in {sound['key']}" if sound["key"] else ""
        return f"Its sound has a beat of {sound['tempo_bpm']:.0f} per minute{key}{loud}."
    return f"Its sound has no steady beat{loud}."


def _text(facts: dict[str, Any]) -> str:
    if not facts["text"]:
        return "No readable text was found in the frames that were looked at."
    rows = facts["text"][:40]
    return "Text in it: " + " / ".join(f"“{row['line']}” ({clock(row['from_s'])})" for row in rows) + "."
