# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""A plan of durable steps for a brief, within a budget. What a phrase asks for is read by the director."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from studio.contract.billing import capacity_units
from studio.contract.errors import InvalidRequest
from studio.contract.workflows import STEP_LIMIT, STEP_TOOLS, Dependency, StepSpec, normalise_steps, validate_steps
from studio.engine.composers.brief import Brief, capital, dice, read_brief, spoken_title
from studio.engine.composers.chain import chain_of
from studio.engine.composers.music import sound_of
from studio.engine.composers.script import Scene, story

_FILM: Final = re.compile(
    r"(?i)\b(?:films?|movies?|videos?|clips?|trailer|teaser|montage|scenes?|story|storyboard|reel|short|animation|commercial|ad|advert|spot|explainer|tiktok)\b"
)
_MUSIC: Final = re.compile(r"(?i)\b(?:music|soundtrack|score|song|background track)\b")
_RATIOS: Final = {"1:1": "square", "9:16": "vertical", "16:9": "wide", "21:9": "ultra wide"}
_SEPARATE: Final = 5
"""Up to so many scenes are a picture and a clip each; more would not fit into twelve steps."""


@dataclass(frozen=True)
class Plan:
    """Steps that a start accepts, and what they are expected to cost in capacity units."""

    title: str
    steps: list[StepSpec]
    units: float
    fits: bool
    notes: list[str] = field(default_factory=list)
    needs_media: list[str] = field(default_factory=list)
    """Kinds of media that the start must bring along, in order."""


def plan_workflow(arguments: Mapping[str, Any]) -> Plan:
    """Return the plan that *arguments* (of ``compose_workflow``) ask for, as large as the budget allows."""
    brief_text = str(arguments["brief"])
    ceiling = arguments.get("max_estimated_capacity_units")
    chain = None if arguments.get("scene_count") else chain_of(brief_text)
    told = chain is None or (len(chain.steps) == 1 and bool(_FILM.search(brief_text)))
    title = _title(brief_text)
    if not told and chain is not None:
        steps = [_configured(step, arguments) for step in chain.steps]
        if (arguments.get("include_audio") or chain.music) and not any(
            step.tool_name == "generate_music" for step in steps
        ):
            steps = _with_track(steps, brief_text, arguments)
        return _priced(title, steps, ceiling, [], chain.media)
    brief = read_brief(brief_text, style=str(arguments.get("style") or ""))
    plans = list(_options(brief, arguments))
    for steps, notes in plans:
        plan = _priced(title, steps, ceiling, notes, [])
        if plan.fits:
            return plan
    steps, notes = plans[-1]
    return _priced(title, steps, ceiling, [*notes, "This is the smallest plan; it is above the budget."], [])


def estimate(steps: Sequence[StepSpec]) -> float:
    """Return the capacity units of *steps*; a fan-out counts the pieces that its bindings will bring."""
    total = 0.0
    for step in steps:
        bound: dict[str, list[int]] = {}
        for dependency in step.depends_on:
            if dependency.target_argument.endswith("Indices"):
                bound.setdefault(dependency.target_argument, []).append(0)
        total += capacity_units(step.tool_name, {**bound, **step.arguments})
    return int(total) if total == int(total) else total


def as_wire(steps: Sequence[StepSpec]) -> list[dict[str, Any]]:
    """Return *steps* as ``input.steps`` of a start."""
    found: list[dict[str, Any]] = msgspec.to_builtins(list(steps))
    return [{name: value for name, value in step.items() if name != "dependsOn" or value} for step in found]


def problems_of(raw: object, media: Sequence[Mapping[str, Any]] = ()) -> tuple[list[StepSpec], list[str]]:
    """Return *raw* as steps, and what a start would find wrong with them."""
    try:
        steps = normalise_steps(raw)
    except InvalidRequest as error:
        return [], [error.message]
    return steps, validate_steps(steps, media)


def stand_in_media(kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Return media references with which a plan that needs *kinds* can be checked."""
    return [{"kind": kind, "url": f"https://example.com/{place}"} for place, kind in enumerate(kinds)]


def _options(brief: Brief, arguments: Mapping[str, Any]) -> "list[tuple[list[StepSpec], list[str]]]":
    """Return plans from the wanted one down to the smallest."""
    seconds = float(arguments.get("duration_seconds") or _seconds_in(brief.text) or 15)
    wanted = int(arguments.get("scene_count") or _scenes_in(brief.text) or min(5, max(1, round(seconds / 5))))
    moving = bool(_FILM.search(brief.text)) or "duration_seconds" in arguments or not _still(brief.text)
    audio = bool(arguments.get("include_audio")) or bool(_MUSIC.search(brief.text))
    out: list[tuple[list[StepSpec], list[str]]] = []
    tries = [(count, moving, audio) for count in range(wanted, 0, -1)]
    tries += [(count, moving, False) for count in range(wanted, 0, -1)] if audio else []
    tries += [(count, False, False) for count in range(wanted, 0, -1)] if moving else []
    for count, moves, sings in tries:
        notes = []
        if count < wanted:
            notes.append(f"{count} of {wanted} scenes fit the budget.")
        if audio and not sings:
            notes.append("The music was left out for the budget.")
        if moving and not moves:
            notes.append("Still pictures only: clips do not fit the budget.")
        out.append((_film(brief, arguments, count, seconds, moves, sings), notes))
    return sorted(out, key=lambda option: -estimate(option[0]))  # the dearest that fits wins


def _film(
    brief: Brief, arguments: Mapping[str, Any], count: int, seconds: float, moving: bool, audio: bool
) -> list[StepSpec]:
    scenes = story(brief, count, seconds, dice("compose_workflow", {"brief": brief.text}))
    length = min(20.0, max(2.0, round(seconds / count, 1)))
    length = int(length) if length == int(length) else length
    models: Mapping[str, Any] = arguments.get("destination_models") or {}
    shape = {"aspectRatio": arguments["aspect_ratio"]} if arguments.get("aspect_ratio") else {}
    image = shape | ({"model": models["image"]} if models.get("image") else {})
    video = shape | ({"videoModel": models["video"]} if models.get("video") else {})
    style = str(arguments.get("style") or "").strip()
    stills = [_still_prompt(brief, scene, style) for scene in scenes]
    moves = [_motion_prompt(scene) for scene in scenes]
    steps: list[StepSpec] = []
    clips: list[str] = []
    if count <= _SEPARATE:
        for number, (still, move) in enumerate(zip(stills, moves, strict=True), start=1):
            steps.append(
                StepSpec(id=f"keyframe_{number}", tool_name="generate_image", arguments={"prompt": still, **image})
            )
            if moving:
                steps.append(
                    StepSpec(id=f"clip_{number}", tool_name="animate_photo",
                             arguments={"prompt": move, "duration": length, **video},
                             depends_on=[bind(f"keyframe_{number}", "image", "sourceImageIndex")])
                )  # fmt: skip
                clips.append(f"clip_{number}")
    else:
        group = "{" + "|".join(re.sub(r"[{}|]", "", still) for still in stills) + "}"
        steps.append(StepSpec(id="keyframes", tool_name="generate_image",
                              arguments={"prompt": group, "numberOfVariations": count, **image}))  # fmt: skip
        if moving:
            steps.append(
                StepSpec(id="film", tool_name="animate_photo",
                         arguments={"prompt": f"{capital(brief.subject)}, one continuous story.", "prompts": moves, "duration": length, **video},
                         depends_on=[bind("keyframes", "image", "sourceImageIndices", place) for place in range(count)])
            )  # fmt: skip
            clips.append("film")
    if audio and moving:
        steps.append(_track(brief, arguments, seconds, models))
    if len(clips) > 1 or (clips and audio):
        joins = [bind(clip, "video", "videoIndices") for clip in clips]
        if audio:
            joins.append(bind("music", "audio", "audioIndex"))
        if len(clips) > 1:
            steps.append(StepSpec(id="final_cut", tool_name="stitch_video", arguments={}, depends_on=joins))
    return steps


def _track(brief: Brief, arguments: Mapping[str, Any], seconds: float, models: Mapping[str, Any]) -> StepSpec:
    sound = sound_of(
        f"{brief.text} {arguments.get('style') or ''}",
        brief.mood,
        dice("music", {"b": brief.text}),
        otherwise="orchestral",
    )
    words = f"Instrumental {sound.genre}, {brief.mood}, {sound.bpm} BPM, {sound.key}, {', '.join(sound.instruments[:3])}; for {brief.subject}"
    given = {"prompt": words, "duration": int(min(600, max(10, round(seconds))))}
    return StepSpec(
        id="music",
        tool_name="generate_music",
        arguments=given | ({"model": models["music"]} if models.get("music") else {}),
    )


def _with_track(steps: list[StepSpec], text: str, arguments: Mapping[str, Any]) -> list[StepSpec]:
    if len(steps) >= STEP_LIMIT:
        return steps
    first = next((str(step.arguments["prompt"]) for step in steps if "prompt" in step.arguments), text)
    brief = read_brief(first)
    return [
        *steps,
        _track(
            brief, arguments, float(arguments.get("duration_seconds") or 15), arguments.get("destination_models") or {}
        ),
    ]


def bind(source: str, kind: str, target: str, place: int = 0) -> Dependency:
    """Return the dependency that puts the index of a piece into *target*."""
    return msgspec.convert(
        {
            "sourceStepId": source,
            "sourceArtifactIndex": place,
            "mediaType": kind,
            "transform": f"{kind}_index",
            "targetArgument": target,
        },
        Dependency,
    )


def _configured(step: StepSpec, arguments: Mapping[str, Any]) -> StepSpec:
    """Return *step* with the wishes of *arguments* that it can take and does not state itself."""
    models: Mapping[str, Any] = arguments.get("destination_models") or {}
    given = dict(step.arguments)
    if step.tool_name in ("generate_image", "edit_image", "generate_video", "animate_photo") and arguments.get(
        "aspect_ratio"
    ):
        given.setdefault("aspectRatio", arguments["aspect_ratio"])
    if step.tool_name in ("generate_video", "animate_photo"):
        if arguments.get("duration_seconds"):
            given.setdefault("duration", min(20, max(2, arguments["duration_seconds"])))
        if models.get("video"):
            given.setdefault("videoModel", models["video"])
    if step.tool_name == "animate_photo" and re.fullmatch(
        r"(?i)(?:animate|move)\b.{0,40}", str(given.get("prompt", ""))
    ):
        given["prompt"] = (
            "Slow push-in; the scene comes alive with small natural movement, light and air; nothing else changes."
        )
    if step.tool_name == "generate_image":
        if models.get("image"):
            given.setdefault("model", models["image"])
        if arguments.get("style") and str(arguments["style"]).lower() not in str(given.get("prompt", "")).lower():
            given["prompt"] = f"{given['prompt']}, {arguments['style']}"
    if step.tool_name == "generate_music" and models.get("music"):
        given.setdefault("model", models["music"])
    return msgspec.structs.replace(step, arguments=given)


def _priced(title: str, steps: list[StepSpec], ceiling: Any, notes: list[str], media: list[str]) -> Plan:
    units = estimate(steps)
    return Plan(title, steps, units, ceiling is None or units <= ceiling, notes, media)


def _still_prompt(brief: Brief, scene: Scene, style: str) -> str:
    """Return a picture of the scene: who and where, one thing to see, frame, light and colour."""
    setting = brief.setting
    place = scene.number - 1
    where = "" if brief.place and brief.place in brief.subject else f", {brief.place or setting.place}"
    subject = brief.subject if place or not brief.living else brief.actor
    parts = [
        f"{capital(subject)}{where}", setting.details[(2 * place) % len(setting.details)], scene.shot,
        setting.lights[place % len(setting.lights)], setting.palette, *([style] if style else []),
    ]  # fmt: skip
    return re.sub(r"[|{}]", "", ", ".join(parts))


def _motion_prompt(scene: Scene) -> str:
    return f"{capital(scene.shot)}. {scene.action} Sound: {scene.sound}."


def _title(text: str) -> str:
    brief = read_brief(text)
    return spoken_title(" ".join((brief.subject or text).split()[:9]))[:120]


def _seconds_in(text: str) -> float | None:
    match = re.search(r"(?i)\b(\d{1,3})[ -]?(s|secs?|seconds?|min|minutes?)\b", text)
    return float(min(120, int(match[1]) * (60 if match[2].lower().startswith("m") else 1))) if match else None


def _scenes_in(text: str) -> int | None:
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12}
    match = re.search(
        r"(?i)\b(\d{1,2}|one|two|three|four|five|six|eight|ten|twelve)[ -](?:\w+ )?(?:scenes?|shots?|panels?)\b", text
    )
    return min(12, max(1, words.get(match[1].lower()) or int(match[1]))) if match else None


def _still(text: str) -> bool:
    return bool(
        re.search(
            r"(?i)\b(?:pictures?|images?|posters?|portraits?|illustrations?|photos?|stills?|series|paintings?|cover)\b",
            text,
        )
    )


__all__ = ["Plan", "STEP_TOOLS", "as_wire", "bind", "estimate", "plan_workflow", "problems_of", "stand_in_media"]
