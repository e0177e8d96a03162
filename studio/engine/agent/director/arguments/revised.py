"""The order of the latest clip, sound or text again, with what a follow-up changes in it."""

import re
from typing import Any

from studio.engine.agent.director.arguments.pictures import changed, vary
from studio.engine.agent.director.arguments.sounds import generate_speech
from studio.engine.agent.director.arguments.words import scene_count
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.history import Done
from studio.engine.agent.director.revisions import CLIPS, WRITINGS
from studio.engine.agent.director.step import Arguments, Step, number
from studio.engine.agent.director.text import read

_FILLED_LENGTH = 30
"""Seconds of a track when none were given (contract/tools.md, generate_music)."""
_CLIP_LENGTH = 5
"""Seconds of a clip when none were given."""
_USUAL_BPM = 120
_LENGTH_WORDS = re.compile(
    r"(?i)\b(?:(?:make|it|a bit|much|please|pls)\s+)*(?:shorter|longer)\b(?:\s+(?:please|pls))?"
    r"[\s,]*(?:(?:and|but)\s+)?"
)
_WRITTEN_LENGTH = 120
"""Seconds that lyrics and structures are for when none were given."""


def again(step: Step) -> tuple[str, list[Arguments]] | None:
    """Return the revised call, or None when the latest piece is a picture (``pictures.again`` knows those)."""
    done = next((one for one in reversed(step.talk.standing) if not one.failed), None)
    clips = step.clause.videos
    if clips.named and clips.indices:
        named = [one for one in step.talk.standing if one.name in CLIPS and clips.indices[0] in one.indices]
        if named:
            return named[-1].name, [_clip(step, named[-1])]
    if done is None or step.clause.stock.last != done.name:
        return None
    if done.name in CLIPS:
        return done.name, [_clip(step, done)]
    if done.name == "generate_music":
        return done.name, [_music(step, done)]
    if done.name == "generate_speech":
        return done.name, [_speech(step, done)]
    if done.name in WRITINGS:
        return done.name, [_writing(step, done)]
    return None


def _clip(step: Step, done: Done) -> Arguments:
    figures = step.clause.figures
    new = step.pick("aspectRatio", "numberOfVariations", "negativePrompt", "targetResolution")
    kept = {
        key: value
        for key, value in done.arguments.items()
        if key not in ("width", "height") or "aspectRatio" not in new
    }
    if figures.duration:
        new["duration"] = number(min(30.0, max(2.0, figures.duration)))
    elif (times := _times(step)) is not None:
        new["duration"] = number(
            min(30.0, max(2.0, round(times * float(done.arguments.get("duration", _CLIP_LENGTH)))))
        )
    if figures.silent:
        new["generateAudio"] = False
    change = "seamless loop" if step.clause.says(r" loop ") else _change(step)
    if (
        change
        and re.search(r" (?:just|only|instead|rather) ", step.clause.text.norm)
        and not step.clause.says(" same ")
    ):
        return {**kept, **new, "prompt": change}
    return {**kept, **new, "prompt": vary(str(done.arguments.get("prompt", "")), change)}


def _music(step: Step, done: Done) -> Arguments:
    clause, figures = step.clause, step.clause.figures
    arguments: dict[str, Any] = {**done.arguments}
    arguments.pop("numberOfVariations", None)
    arguments |= step.pick("numberOfVariations")
    tempo = float(arguments.get("bpm", _USUAL_BPM))
    length = float(arguments.get("duration", _FILLED_LENGTH))
    if figures.bpm:
        arguments["bpm"] = number(min(300.0, max(30.0, figures.bpm)))
    elif clause.says(r" (?:slower|slow) "):
        arguments["bpm"] = round(max(40.0, tempo * 0.8))
    elif clause.says(r" (?:faster|quicker|speed) "):
        arguments["bpm"] = round(min(220.0, tempo * 1.25))
    if figures.duration:
        arguments["duration"] = number(min(600.0, max(10.0, figures.duration)))
    elif (times := _times(step)) is not None:
        arguments["duration"] = number(min(600.0, max(10.0, round(length * times))))
    elif clause.says(r" longer "):
        arguments["duration"] = number(min(600.0, round(length * 1.5)))
    elif clause.says(r" shorter "):
        arguments["duration"] = number(max(10.0, round(length / 1.5)))
    if figures.key:
        arguments["keyscale"] = figures.key
    if figures.timesig:
        arguments["timesig"] = figures.timesig
    change = re.sub(
        r"(?i)\b(?:slower|faster|quicker|longer|shorter|slow(?: it)? down|speed(?: it)? up)\b", "", _change(step)
    )
    if figures.negative:
        change = f"{change}, no {figures.negative}"
    change = re.sub(r"^(?:\W|\b(?:and|a bit|bit|a|little|much|way)\b)+|(?:\W|\b(?:and|a bit|a)\b)+$", "", change)
    return {**arguments, "prompt": vary(str(done.arguments.get("prompt", "")), change)}


def _speech(step: Step, done: Done) -> Arguments:
    """Read the change as if it stood beside the words themselves."""
    spoken = str(done.arguments.get("prompt", "")).replace('"', "'")
    beside = Clause(read(f'say "{spoken}" {step.clause.text.raw}'), step.clause.stock)
    found = generate_speech(Step("generate_speech", beside, step.talk))[0]
    return {**done.arguments, **found, "prompt": done.arguments.get("prompt", spoken)}


def _writing(step: Step, done: Done) -> Arguments:
    key = "brief" if done.name == "compose_script" else "prompt"
    figures = step.clause.figures
    new: Arguments = {"duration_seconds": number(figures.duration)} if figures.duration else {}
    times = 0.5 if step.clause.says(r" shorter ") else 2 if step.clause.says(r" longer ") else None
    if times and not new:
        usual = None if done.name == "compose_script" else _WRITTEN_LENGTH
        if length := done.arguments.get("duration_seconds", usual):
            new["duration_seconds"] = number(min(600.0, max(10.0, float(length) * times)))
    if done.name == "compose_script":
        new |= scene_count(step.clause)
    before = str(done.arguments.get(key, ""))
    change = re.sub(r"(?i)^(?:rewrite|rework|redo)\b(?: it| that| this| the \w+)?\W*", "", step.clause.text.raw)
    if "duration_seconds" in new and not figures.duration:
        change = _LENGTH_WORDS.sub("", change)
    change = change.strip(" ,.!")
    return {**done.arguments, **new, key: f"{before}, {change}" if change else before}


def _times(step: Step) -> float | None:
    """Return by what the length is to be multiplied, when that is all that is asked for."""
    found = re.search(
        r" (twice|double|half|three times|triple|3 times) (?:as long|as short|(?:the|its) (?:length|duration|time)) ",
        step.clause.core,
    )
    return {"half": 0.5, "twice": 2.0, "double": 2.0}.get(found[1], 3.0) if found else None


def _change(step: Step) -> str:
    change = changed(step)
    change = re.sub(
        r"(?i)\b(?:twice|double|half|three times|triple)\s+(?:as long|as short|(?:the|its) (?:length|duration|time))\b",
        "",
        change,
    )
    change = re.sub(
        r"(?i)^(?:(?:clip|video|film|song|track|tune|music|piece|thing)\b[\s,]*)?(?:(?:and|but|please|now)\b[\s,]*)*",
        "",
        change,
    )
    bare = re.sub(
        r"(?i)\b(?:make|it|that|this|please|seconds?|in|with|be|long|can|you|the|same|and|but|a|to|at)\b|\W", "", change
    )
    return change if bare else ""
