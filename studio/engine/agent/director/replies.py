# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""What the director says around tool calls, in plain words."""

import re
from collections.abc import Sequence

from studio.contract.chat import MediaKind
from studio.contract.media import badge
from studio.engine.agent.director.history import Done
from studio.engine.agent.director.step import Arguments
from studio.engine.agent.director.text import sentence

_DOING: dict[str, str] = {
    "edit_image": "Changing {what} now.",
    "apply_style": "Putting {what} into that style now.",
    "restore_photo": "Restoring the photo now.",
    "refine_result": "Changing {what} now.",
    "change_angle": "Looking at {what} from there now.",
    "upscale_image": "Enlarging {what} now.",
    "remove_background": "Cutting {what} out now.",
    "segment_image": "Selecting {text} in {what} now.",
    "image_to_3d": "Building a 3D model from {what} now.",
    "generate_video": "{Prompt} — rendering the clip now.",
    "animate_photo": "Bringing {what} to life now.",
    "sound_to_video": "Rendering a clip to the sound now.",
    "video_to_video": "Transforming {what} now.",
    "orbit_video": "Circling around {what} now.",
    "dance_montage": "Teaching the dance now.",
    "stitch_video": "Joining the clips now.",
    "extend_video": "Extending {what} by {duration} s now.",
    "replace_video_segment": "Rendering that part of {what} anew now.",
    "overlay_video": "Laying that over {what} now.",
    "add_subtitles": "Putting subtitles on {what} now.",
    "upscale_video": "Enlarging {what} now.",
    "generate_music": "{Prompt} — composing it now.",
    "generate_speech": "Speaking the words now.",
    "analyze_image": "Looking at {what} now.",
    "analyze_video": "Watching {what} now.",
    "extract_metadata": "Reading the details now.",
    "enhance_prompt": "Working on the prompt now.",
    "compose_script": "Writing it now.",
    "compose_lyrics": "Writing the lyrics now.",
    "compose_instrumental": "Planning the instrumental now.",
    "compose_workflow": "Planning the steps now.",
    "compose_workflow_template": "Drafting the template now.",
    "create_asset_manifest": "Writing the list of assets now.",
    "inspect_asset": "Looking that up now.",
    "label_asset": "Noting that now.",
    "map_assets_for_model": "Looking up the names now.",
    "validate_asset_references": "Checking the references now.",
}

_NEXT: dict[str, str] = {
    "generate_image": "Say “the same but at night”, “cut it out” or “make it four times larger” to go on.",
    "apply_style": "Try another style, or say “make it four times larger”.",
    "restore_photo": "Say “make it four times larger” to go on.",
    "remove_background": "Say “put it in an ink-drawing style” or “make it four times larger” to go on.",
    "edit_image": "Say what else to change.",
    "refine_result": "Say what else to change.",
    "analyze_image": "Say what you would like to change in it.",
    "enhance_prompt": "Say “draw it” with this prompt to see it.",
    "compose_lyrics": "Say “sing it” with a style to make a song of it.",
}

_PICTURE_VERBS = {
    "generate_image": "is ready", "edit_image": "has the change", "apply_style": "is in the new style",
    "restore_photo": "is restored", "refine_result": "has the change", "change_angle": "shows it from there",
    "upscale_image": "is enlarged", "remove_background": "is cut out", "segment_image": "is the selection",
}  # fmt: skip
_TEXT_MEMBERS = ("prompt", "script", "lyrics", "structure")
_LEAST_REPORT = 4
"""Words of a tool's message from which on it tells more than “done”."""
_LEAST_NOTE = 6
"""Words of a writing tool's message from which on it says something beside "is written"."""
_MOST_REPORT = 900
_WRITERS = (
    "enhance_prompt",
    "compose_script",
    "compose_lyrics",
    "compose_instrumental",
    "compose_workflow",
    "compose_workflow_template",
)


def opening(calls: Sequence[tuple[str, Arguments]]) -> str:
    """Return the sentence before *calls*."""
    said: list[str] = []
    by_tool: dict[str, list[Arguments]] = {}
    for name, arguments in calls:
        by_tool.setdefault(name, []).append(arguments)
    for name, group in by_tool.items():
        said.append(_doing(name, group))
    return " ".join(said)


def _doing(name: str, group: list[Arguments]) -> str:
    first = group[0]
    prompt = sentence(str(first.get("prompt", "")))
    if name == "generate_image":
        if len(group) > 1:
            return f"{len(group)} pictures — painting them now."
        count = first.get("numberOfVariations", 1)
        short = prompt if len(prompt) <= 160 else prompt[:157].rsplit(" ", 1)[0] + " …"
        return f"{short} — painting {'it' if count == 1 else f'{count} of them'} now."
    if name == "compose_lyrics" and (
        kind := re.search(r"(?i)\b(poem|haiku|limerick|sonnet|ode|rhyme)\b", str(first.get("prompt", "")))
    ):
        return f"Writing the {kind[1].lower()} now."
    what = _named(name, group)
    if name == "apply_style" and len({one.get("prompt") for one in group}) > 1:
        ways = list(dict.fromkeys(str(one.get("prompt")) for one in group))
        return f"Putting {what} into {len(ways)} styles now: {', '.join(ways)}."
    template = _DOING.get(name, "Working on it now.")
    short = prompt if len(prompt) <= 120 else prompt[:117].rsplit(" ", 1)[0] + " …"
    return template.format(what=what, Prompt=short, text=first.get("text", "it"), duration=first.get("duration", 5))


def _named(name: str, group: list[Arguments]) -> str:
    keys: dict[str, MediaKind] = {"sourceImageIndex": "image", "sourceVideoIndex": "video", "videoIndex": "video"}
    found = [
        badge(kind, int(a[key])) for a in group for key, kind in keys.items() if isinstance(a.get(key), int | float)
    ]
    names = list(dict.fromkeys(found))
    several = group[0].get("sourceImageIndices")
    if isinstance(several, list):
        names = [badge("image", int(i)) for i in several]
    if not names:
        return "it"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def summary(turn: Sequence[Done], *, question: str | None = None, earlier: Sequence[Done] = ()) -> str:
    """Return the closing words about everything that this turn did; a hint is given once in a conversation."""
    lines = [line for done in turn for line in _told(done)]
    last_good = next((done for done in reversed(turn) if not done.failed), None)
    failed = any(done.failed for done in turn)
    out = "\n\n".join(dict.fromkeys(lines)) if lines else "Done."
    if question:
        return f"{out}\n\n{question}"
    hinted = {done.name for done in earlier if not done.failed}
    if last_good and not failed and last_good.name in _NEXT and last_good.name not in hinted:
        step = _NEXT[last_good.name]
        if "night" in str(last_good.arguments.get("prompt", "")).lower():
            step = step.replace("at night", "at dawn")
        out += f"\n\n{step}"
    return out


def _told(done: Done) -> list[str]:
    message = str(done.result.get("message") or "").strip()
    if done.failed:
        return [_failure(done, message)]
    if not done.result:
        return [f"**{done.name}** answered: {done.text.strip()[:600]}"] if done.text.strip() else []
    if done.name == "compose_workflow" and (plan := _planned(done)):
        return [message, plan]
    if done.name in _WRITERS:
        for member in _TEXT_MEMBERS:
            value = done.result.get(member)
            if isinstance(value, str) and value.strip():
                written = f"> {value.strip()}" if member == "prompt" else value.strip()
                return [written, message] if len(message.split()) > _LEAST_NOTE else [written]
        return [message] if message else ["Done."]
    if done.kind and done.indices:
        names = [f"**{badge(done.kind, index)}**" for index in done.indices]
        return [_ready(done, names)]
    if message:
        return [message]
    known = done.result.get("tool") or done.result.get("toolName")
    return ["Done."] if known else [f"**{done.name}** answered: {done.text.strip()[:600]}"]


def _planned(done: Done) -> str:
    """List the steps of a plan, each with what it is to make."""
    data = done.result.get("data")
    steps = data.get("steps") if isinstance(data, dict) else None
    lines = []
    for number, step in enumerate(steps if isinstance(steps, list) else [], 1):
        arguments = step.get("arguments") or {}
        what = _short(str(arguments.get("prompt") or arguments.get("text") or ""))
        lines.append(
            f"{number}. {sentence(str(step.get('toolName', 'step')).replace('_', ' '))}{': ' + what if what else ''}"
        )
    return "\n".join(lines)


def _ready(done: Done, names: list[str]) -> str:
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = _PICTURE_VERBS.get(done.name, "is ready")
    if len(names) > 1:
        verb = verb.replace("is ", "are ", 1).replace("has ", "have ", 1).replace("shows ", "show ", 1)
    prompt = done.arguments.get("prompt") if done.name in ("generate_image", "generate_video", "apply_style") else None
    if done.name != "generate_image" and len(told := _report(done).split()) >= _LEAST_REPORT:
        return f"{joined}: {' '.join(told)}"
    tail = f": {_short(str(prompt))}" if prompt else ""
    return f"{joined} {verb}{tail}.{_not_drawn(done)}"


def _report(done: Done) -> str:
    """What the tool says it did and could not do, without the sentences beyond a few lines."""
    message = " ".join(str(done.result.get("message") or "").split())
    if len(message) <= _MOST_REPORT:
        return message
    cut = message[:_MOST_REPORT]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > 0 else cut.rsplit(" ", 1)[0] + " …"


def _not_drawn(done: Done) -> str:
    """What the picture lacks of what was asked, when the tool says so."""
    data = done.result.get("data")
    words = data.get("not_drawn") if isinstance(data, dict) else None
    if not isinstance(words, list) or not words:
        return ""
    return f" Not in the picture, because the painter could not show it here: {', '.join(map(str, words[:6]))}."


def _short(text: str) -> str:
    text = text.rstrip(" .")
    return text if len(text) <= 140 else text[:137].rsplit(" ", 1)[0] + " …"


_REMEDY = {
    "MODEL_UNAVAILABLE": "Nothing was changed. Pick another connection in Settings → Connections, or ask for something this studio can do here.",
    "ASSET_NOT_FOUND": "Name the piece by its badge, for example “Image 1”, or drop it in again.",
    "SAFETY_REJECTED": "Try other words.",
    "USER_CANCELLED": "Ask again when you like.",
    "USER_INPUT_INCOMPLETE": "Give me the missing words and I go on.",
    "PARAMETER_INVALID": "Try it with another piece, or say it differently.",
}


def _failure(done: Done, message: str) -> str:
    error = done.result.get("error")
    said = message or (error if isinstance(error, str) else "") or "It did not work."
    code = str(done.result.get("error_type") or done.result.get("errorCode") or "")
    remedy = _REMEDY.get(code, "You can ask again.")
    said = said if said.endswith((".", "!", "?")) else said + "."
    if "studio packs install" in said:
        return said
    return f"{said} {remedy}"
