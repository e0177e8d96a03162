# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""Scripts without a language model: scenes with timing, shot, action and voice, about what was asked."""

import itertools
import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.engine.composers.beats import ADVERT, ORDERS, ORDERS_AD, ORDERS_TALK, SPEAKER, STORY, THING, Beat
from studio.engine.composers.brief import Brief, capital, dice, read_brief, spoken_title
from studio.engine.composers.music import sound_of

_WORDS_A_SECOND: Final = 2.5
_LENGTHS: Final = {
    "social_short": 20,
    "ad_script": 30,
    "trailer": 45,
    "talking_head": 60,
    "video_prompt": 8,
    "screenplay": 90,
    "campaign": 30,
}
_SCENE_S: Final = {
    "social_short": 3,
    "ad_script": 5,
    "trailer": 6,
    "talking_head": 12,
    "video_prompt": 4,
    "screenplay": 15,
}
_KIND_NAMES: Final = {
    "video_prompt": "Video prompt", "screenplay": "Screenplay", "storyboard": "Storyboard", "ad_script": "Ad script",
    "trailer": "Trailer", "social_short": "Short", "talking_head": "Teleprompter script", "campaign": "Campaign",
    "revision": "Revision",
}  # fmt: skip
_TAGLINES: Final = {
    "kitchen": ("{N}. Pour first, ask later.", "{N}. Mornings, corrected."), "road": ("{N}. Further is a habit.", "{N}. Leave earlier. Arrive lighter."),
    "city": ("{N}. The city, turned down a little.", "{N}. For people with a next stop."), "garden": ("{N}. Slowly is a speed.", "{N}. Grown, not made."),
    "home": ("{N}. It was missing. Now it isn't.", "{N}. Small thing. Whole day."), "sea": ("{N}. Salt on it.", "{N}. Tide-tested."),
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """One scene, shot or panel; times in seconds from the beginning."""

    number: int
    name: str
    start_s: float
    end_s: float
    shot: str
    action: str
    voice: str
    speaker: str
    sound: str


@dataclass(frozen=True)
class Script:
    """A written script, before it gets its shape."""

    kind: str
    title: str
    logline: str
    look: str
    scenes: tuple[Scene, ...]
    seconds: float
    notes: tuple[str, ...] = ()


def write_script(arguments: Mapping[str, Any]) -> str:
    """Return the script that *arguments* (of ``compose_script``) ask for, in the shape they want."""
    kind = str(arguments.get("script_type") or "storyboard")
    shape = str(arguments.get("return_format") or "script")
    if kind == "revision" and (revised := _revision(arguments)):
        return json.dumps(revised, ensure_ascii=False, indent=2) if shape == "json" else revised["script"]
    script = _written("storyboard" if kind == "revision" else kind, arguments)
    if shape == "json":
        return json.dumps(_as_json(script), ensure_ascii=False, indent=2)
    if kind == "video_prompt" and shape == "script":
        return _as_video_prompt(script, read_brief(str(arguments["brief"])))
    if shape == "markdown":
        return _as_markdown(script)
    return _as_screenplay(script, read_brief(str(arguments["brief"]))) if kind == "screenplay" else _as_page(script)


def _written(kind: str, arguments: Mapping[str, Any]) -> Script:
    style = str(arguments.get("style") or "")
    brief = read_brief(str(arguments["brief"]), style=style)
    chance = dice("compose_script", arguments)
    seconds = float(arguments.get("duration_seconds") or _length_in(brief.text) or _LENGTHS.get(kind, 30))
    count = int(arguments.get("scene_count") or min(12, max(1, round(seconds / _SCENE_S.get(kind, 5)))))
    sells = kind in ("ad_script", "campaign")
    talks = kind == "talking_head"
    beats = ADVERT if sells else SPEAKER if talks else STORY if brief.living else THING
    order = (ORDERS_AD if sells else ORDERS_TALK if talks else ORDERS)[count]
    slots = _slots(brief, seconds, chance)
    first_frame = str(arguments.get("first_frame_description") or "").strip(" .")
    scenes: list[Scene] = []
    spans = _spans(seconds, count)
    for place, number in enumerate(order):
        start, end = spans[place]
        scenes.append(_scene(place, beats[number], slots, (start, end), kind, brief, chance))
    if first_frame:
        opened = scenes[0]
        scenes[0] = Scene(
            1, opened.name, opened.start_s, opened.end_s, opened.shot,
            f"Opens on: {first_frame}. {opened.action}", opened.voice, opened.speaker, opened.sound,
        )  # fmt: skip
    notes = [f"{name}: {value}" for name, value in (
        ("Platform", arguments.get("platform")), ("Format", arguments.get("aspect_ratio")), ("Style", style),
        ("For", arguments.get("destination_model")),
    ) if value]  # fmt: skip
    rest = brief.text.split(". ", 1)[1].strip() if ". " in brief.text else ""
    if rest:
        notes.append(f"Also asked for: {rest}")
    sound = sound_of(
        f"{brief.text} {style}",
        brief.mood,
        chance,
        otherwise="pop" if sells or kind == "social_short" else "orchestral",
    )
    look = f"{capital(slots['light'])}; {brief.setting.palette}. Music: {sound.genre}, {sound.bpm} BPM, {sound.instruments[0]} first."
    if kind == "campaign":
        notes += _campaign(brief, slots)
    return Script(kind, _title(brief), _logline(brief, slots, sells, talks), look, tuple(scenes), seconds, tuple(notes))


def story(brief: Brief, count: int, seconds: float, chance: random.Random) -> list[Scene]:
    """Return *count* scenes of the story of *brief*, for a plan."""
    sells = re.search(r"(?i)\b(?:product|ad|advert|advertisement|commercial|spot|promo|campaign)\b", brief.text)
    beats = ADVERT if sells else STORY if brief.living else THING
    order = ORDERS_AD if sells else ORDERS
    slots = _slots(brief, seconds, chance)
    spans = _spans(seconds, count)
    return [
        _scene(place, beats[number], slots, spans[place], "storyboard", brief, chance)
        for place, number in enumerate(order[count])
    ]


def _scene(
    place: int,
    beat: Beat,
    slots: Mapping[str, str],
    span: tuple[float, float],
    kind: str,
    brief: Brief,
    chance: random.Random,
) -> Scene:
    name, shot, actions, voices = beat
    details = list(brief.setting.details)
    own = dict(slots) | _details(details, place)
    said = chance.choice(voices).format(**own)
    most = max(4, round((span[1] - span[0]) * _WORDS_A_SECOND * 1.4))
    if len(said.split()) > most and kind != "talking_head":
        said = ""
    speaker = _speaker(kind, brief, said)
    sound = brief.setting.sounds[place % len(brief.setting.sounds)]
    return Scene(
        place + 1,
        name,
        span[0],
        span[1],
        shot.format(**own),
        _sentence(chance.choice(actions).format(**own)),
        capital(said),
        speaker,
        sound,
    )


def _speaker(kind: str, brief: Brief, said: str) -> str:
    if not said:
        return ""
    if kind == "talking_head":
        return "YOU"
    if kind in ("ad_script", "campaign") or not brief.living:
        return "NARRATOR (V.O.)"
    narrated = re.search(r"\b(?:stories|Nothing ever|Nobody had|Everyone had|they said|how it started)\b", said)
    return "NARRATOR (V.O.)" if narrated else brief.noun.upper()


def _slots(brief: Brief, seconds: float, chance: random.Random) -> dict[str, str]:
    setting, many = brief.setting, brief.plural
    at = brief.place or setting.place
    light = chance.choice(setting.lights)
    trouble = chance.choice(setting.obstacles)
    noun = brief.noun
    topic = re.sub(r"(?i)^how (?:to|you) (?:start |begin )?", "", brief.subject)
    tagline = chance.choice(_TAGLINES.get(brief.theme, _TAGLINES["home"])).format(N=capital(_short(brief)))
    subject = _plain(brief)
    one = {
        "come": "comes",
        "stop": "stops",
        "look": "looks",
        "see": "sees",
        "stand": "stands",
        "be": "is",
        "begin": "begins",
        "sit": "sits",
        "do": "does",
    }
    verbs = {name: name if many else word for name, word in one.items()} | ({"be": "are"} if many else {})
    # "they" takes the plain verb whoever it stands for
    return {
        "A": capital(brief.actor), "a": brief.known, "A_known": capital(brief.known), "act": brief.action or _wish(brief),
        "at": at, "At": capital(at), "ground": _ground(brief), "light": light + (f", {brief.hour}" if brief.hour and brief.hour.split()[-1] not in light else ""),
        "Light": capital(light), "trouble": trouble, "Trouble": capital(trouble), "Noun": spoken_title(noun),
        "sound": setting.sounds[0], "Sound_cap": capital(setting.sounds[0]), "subject": subject, "Subject": capital(subject),
        "topic": topic, "Topic_cap": capital(topic), "seconds": f"{seconds:g}", "Tagline": tagline, "palette": setting.palette,
        "they": "they", "them": "them", **verbs,
    }  # fmt: skip


def _details(details: list[str], place: int) -> dict[str, str]:
    first, second = details[(2 * place) % len(details)], details[(2 * place + 1) % len(details)]
    return {"detail": first, "Detail": capital(first), "detail2": second, "Detail2": capital(second)}


def _wish(brief: Brief) -> str:
    return "do the one thing they came here for" if brief.plural else "does the one thing it takes a whole day to dare"


def _ground(brief: Brief) -> str:
    match = re.match(r"(?i)\w+ ((?:an?|the|my|our|his|her) .+)$", brief.place)
    return re.sub(r"(?i)^an? ", "the ", match[1]) if match else brief.setting.ground


def _plain(brief: Brief) -> str:
    """Return the subject as a short phrase that fits into a sentence."""
    words = brief.actor.split()
    return brief.actor if len(words) <= 7 else " ".join(words[:7])


def _short(brief: Brief) -> str:
    words = [word for word in brief.noun.split() if word.lower() not in ("new", "the", "best")]
    return " ".join(words[:4])


def _title(brief: Brief) -> str:
    name = brief.known if brief.living else brief.noun
    return spoken_title(" ".join(name.split()[:6]))


def _logline(brief: Brief, slots: Mapping[str, str], sells: bool, talks: bool) -> str:
    if talks:
        return f"One person, one lens, one idea about {slots['topic']}."
    if sells:
        return f"An ordinary moment changes key when {slots['subject']} enters it."
    if brief.living:
        return f"{slots['A']} {slots['act']}, until {slots['trouble']}."
    where = "" if brief.place and brief.place in slots["subject"] else f", {slots['at']}"
    return f"A closer look at {slots['subject']}{where}."


def _campaign(brief: Brief, slots: Mapping[str, str]) -> list[str]:
    name = slots["subject"]
    return [
        f"Big idea: do not describe {name}; show the minute before it and the minute after.",
        f"Line: {slots['Tagline']}",
        "Film, 30 s: the scenes above.",
        "Vertical short, 6–10 s: the hook, the entrance and the end card, cut on the beat.",
        f"Still: {name} alone in {brief.setting.palette}, {brief.setting.lights[0]}, line in the lower third.",
        "Social: ask people for their own “minute before”; repost the honest ones.",
    ]


def _spans(seconds: float, count: int) -> list[tuple[float, float]]:
    """Share the time out: the first and last scene a little shorter than the rest, to a tenth of a second."""
    weights = [1.0] * count
    if count > 2:
        weights[0], weights[-1] = 0.8, 0.9
    total = sum(weights)
    edges = [0.0]
    for weight in weights:
        edges.append(edges[-1] + weight / total * seconds)
    step = 0.5 if seconds / count >= 2 else 0.1
    rounded = [round(round(edge / step) * step, 1) for edge in edges]
    rounded[-1] = seconds
    return list(itertools.pairwise(rounded))


def _length_in(text: str) -> float | None:
    match = re.search(r"(?i)\b(\d{1,3})[ -]?(s|secs?|seconds?|min|minutes?)\b", text)
    if not match:
        return None
    return float(min(300, max(1, int(match[1]) * (60 if match[2].lower().startswith("m") else 1))))


def _sentence(text: str) -> str:
    return re.sub(r"(?<=[.!?] )([a-z])", lambda m: m[1].upper(), capital(text)).replace("..", ".")


def _time(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}".removesuffix(".0")


def _as_page(script: Script) -> str:
    lines = [
        script.title.upper(),
        f"{_KIND_NAMES[script.kind]} · {_time(script.seconds)}",
        "",
        script.logline,
        f"Look: {script.look}",
        "",
    ]
    for scene in script.scenes:
        lines.append(f"{scene.number}. {scene.name.upper()}  [{_time(scene.start_s)}–{_time(scene.end_s)}]")
        lines.append(f"   Shot: {scene.shot}")
        lines.append(f"   {scene.action}")
        if scene.voice:
            lines.append(f"   {scene.speaker}: {scene.voice}")
        lines += [f"   Sound: {scene.sound}", ""]
    return "\n".join([*lines, *(f"– {note}" for note in script.notes)]).rstrip()


def _as_screenplay(script: Script, brief: Brief) -> str:
    inside = bool(re.search(r"\b(?:room|station|kitchen|theat|house|shop|office|cafe|bar|lab)", _ground(brief))) or (
        brief.theme in ("home", "kitchen", "stage") and not brief.place
    )
    where = f"{'INT.' if inside else 'EXT.'} {_ground(brief).removeprefix('the ').upper()}"
    when = (brief.hour.split() or ["day"])[-1].upper()
    lines = [script.title.upper(), "", script.logline, "", "FADE IN:", ""]
    for scene in script.scenes:
        lines += [f"{scene.number}  {where} – {when}  ({_time(scene.start_s)}–{_time(scene.end_s)})", ""]
        lines += [f"{scene.action} [{capital(scene.shot)}.]", "", f"We hear {scene.sound}.", ""]
        if scene.voice:
            lines += [f"{'':20}{scene.speaker}", f"{'':10}{scene.voice}", ""]
    lines += ["FADE OUT.", *(["", *(f"– {note}" for note in script.notes)] if script.notes else [])]
    return "\n".join(lines)


def _as_markdown(script: Script) -> str:
    lines = [
        f"# {script.title}",
        "",
        f"*{_KIND_NAMES[script.kind]}, {_time(script.seconds)}.* {script.logline}",
        "",
        f"**Look:** {script.look}",
        "",
    ]
    for scene in script.scenes:
        lines += [
            f"## {scene.number}. {scene.name} ({_time(scene.start_s)}–{_time(scene.end_s)})",
            "",
            f"**Shot:** {scene.shot}",
            "",
            scene.action,
            "",
        ]
        if scene.voice:
            lines += [f"**{scene.speaker}:** {scene.voice}", ""]
        lines += [f"*Sound: {scene.sound}*", ""]
    return "\n".join([*lines, *(f"- {note}" for note in script.notes)]).rstrip()


def _as_json(script: Script) -> dict[str, Any]:
    return {
        "title": script.title,
        "type": script.kind,
        "duration_seconds": script.seconds,
        "logline": script.logline,
        "look": script.look,
        "scenes": [
            {
                "number": scene.number, "name": scene.name, "start_seconds": scene.start_s, "end_seconds": scene.end_s,
                "shot": scene.shot, "action": scene.action, "sound": scene.sound,
            }
            | ({"speaker": scene.speaker, "dialogue": scene.voice} if scene.voice else {})
            for scene in script.scenes
        ],
        "notes": list(script.notes),
    }  # fmt: skip


def _as_video_prompt(script: Script, brief: Brief) -> str:
    """Return one paragraph for a video model: what is seen, in time, without names of shots as headings."""
    parts = [f"{capital(brief.subject)}."]
    for scene in script.scenes:
        when = f"{_time(scene.start_s)}–{_time(scene.end_s)}: " if len(script.scenes) > 1 else ""
        parts.append(f"{when}{capital(scene.shot)}. {scene.action}")
    sound = f"Sound: {script.scenes[0].sound}. No text on screen."
    return " ".join([*parts, f"{script.look.split(' Music:')[0]}", sound])


def _revision(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the revised text when the brief brings one along; None when there is nothing to revise."""
    match = re.match(r"(?s)\s*([^:\n]{3,160}):\s*(\S.{20,})$", str(arguments["brief"]))
    if not match:
        return None
    wish, text = match[1], match[2].strip()
    sentences = re.split(r"(?<=[.!?…])\s+", text)
    seconds = arguments.get("duration_seconds")
    room = round(float(seconds) * _WORDS_A_SECOND) if seconds else None
    if room is None and re.search(r"(?i)\bshort|tight|cut|trim|concise|brief", wish):
        room = max(8, round(len(text.split()) * 0.6))
    kept = [_tightened(sentence) for sentence in sentences]
    if room is not None:
        while len(kept) > 2 and sum(len(sentence.split()) for sentence in kept) > room:
            kept.pop(max(range(1, len(kept) - 1), key=lambda place: len(kept[place].split())))
    spoken = round(sum(len(sentence.split()) for sentence in kept) / _WORDS_A_SECOND)
    return {"type": "revision", "wish": wish, "script": " ".join(kept), "duration_seconds": max(1, spoken)}


def _tightened(sentence: str) -> str:
    """Return *sentence* without words that only fill."""
    cut = re.sub(
        r"(?i)\b(?:very|really|quite|basically|actually|literally|just|simply|in order(?= to)|of course|kind of|sort of) ",
        "",
        sentence,
    )
    return capital(re.sub(r"\s{2,}", " ", cut).strip())
