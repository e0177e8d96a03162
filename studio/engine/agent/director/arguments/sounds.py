# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Arguments for music and speech."""

import re
from typing import Any

from studio.engine.agent.director.history import Done
from studio.engine.agent.director.lexicon import LANGUAGES, VOICES
from studio.engine.agent.director.step import Arguments, Ask, Step, number
from studio.engine.agent.director.subject import music_prompt
from studio.engine.agent.director.text import read


def generate_music(step: Step) -> list[Arguments]:
    """A track, sung when lyrics are given."""
    clause = step.clause
    figures = clause.figures
    prompt = music_prompt(clause)
    written = next(
        (done for done in reversed(step.talk.turn or step.talk.standing) if done.name == "compose_lyrics"), None
    )
    if written and len(re.findall(r"[a-z]{4,}", re.sub(r"(?i)sing|song|music|make|them", "", prompt.lower()))) < 1:
        prompt = f"{written.arguments.get('music_prompt') or written.arguments.get('prompt') or prompt}"
    prompt = re.sub(r"(?i)\s+(?:under|underneath|behind|below|over)(?:\s+(?:it|that|them|the\s+\w+))?$", "", prompt)
    prompt = re.sub(r"(?i)^(?:it|them|that|those)\b(?: as)?\s*", "", prompt)
    if not re.search(
        r"[a-z]{3}",
        re.sub(
            r"\b(?:sing|play|perform|record|compose|make|it|them|that|those|seconds?|minutes?|now|please|then)\b",
            "",
            prompt.lower(),
        ),
    ):
        prompt = prompt if not written else ""
    if written and clause.says(r" (?:sing|sung|song|perform|play|record) (?:it|them|that|these|those) "):
        about = re.sub(
            r"(?i)^(?:(?:an?|the|some|my|song)\s+)*lyrics\s+(?=about|for|to|on)",
            "",
            str(written.arguments.get("prompt", "")),
        )
        prompt = about if about in prompt else f"{prompt}, {about}".strip(", ")
    planned = next((done for done in reversed(step.talk.turn) if done.name == "compose_instrumental"), None)
    if planned and len(re.findall(r"[a-z]{4,}", prompt.lower())) < 2:
        prompt = str(_data(planned).get("music_prompt") or planned.arguments.get("prompt", prompt))
    if figures.negative:
        prompt = f"{prompt}, no {figures.negative}"
    arguments: Arguments = {"prompt": prompt, **step.pick("numberOfVariations")}
    if planned:
        suggested = _data(planned)
        arguments |= {key: suggested[key] for key in ("bpm", "keyscale", "timesig") if key in suggested}
        if seconds := suggested.get("duration_seconds"):
            arguments["duration"] = number(min(600.0, max(10.0, float(seconds))))
    if figures.duration:
        arguments["duration"] = number(min(600, max(10, figures.duration)))
    elif step.seconds:
        arguments["duration"] = number(min(600.0, max(10.0, step.seconds)))
    if figures.bpm:
        arguments["bpm"] = number(min(300, max(30, figures.bpm)))
    if figures.key:
        arguments["keyscale"] = figures.key
    if figures.timesig:
        arguments["timesig"] = figures.timesig
    lyrics = _lyrics(step)
    if lyrics:
        arguments["lyrics"] = lyrics
    return [arguments]


def _data(done: Done) -> dict[str, Any]:
    data = done.result.get("data")
    return data if isinstance(data, dict) else {}


def _lyrics(step: Step) -> str | None:
    text = step.clause.text
    if text.quotes and re.search(r" (?:lyrics?|words|sing|sings|singing|text|verse|chorus) ", text.norm):
        return "\n".join(text.quotes)
    match = re.search(r"(?is)\b(?:lyrics?|words|text|lines)\s*:\s*(.+)$", text.raw)
    if match:
        return re.sub(r"\s+/\s+", "\n", match[1].strip())
    for done in reversed(step.talk.turn or step.talk.standing):
        if (
            done.name == "compose_lyrics"
            and isinstance(done.result.get("lyrics"), str)
            and (step.chained or re.search(r" (?:those|these|the|that|it) ?(?:lyrics|words)? ", text.norm))
        ):
            return str(done.result["lyrics"])
    return None


_SPEAKER = r"(?:old|young|elderly|deep|high|robot|robotic|child|kid|girl|boy|pirate|witch|wizard|monster|gravelly|raspy|husky|narrator|british|scottish|irish|american|australian|indian|grandmother|grandfather|villain|hero|giant|elf)"
_DELIVERY = r"(?:warm|calm|cheerful|cheerfully|slow|slowly|fast|quickly|whisper|whispered|whispering|excited|excitedly|sad|sadly|angry|angrily|soft|softly|friendly|serious|happy|dramatic|dramatically|loud|loudly|gentle|gently|soothing|sleepy|tired|energetic|clear|clearly|solemn|tender)"


def generate_speech(step: Step) -> list[Arguments]:
    """Speak the given words."""
    clause = step.clause
    norm = clause.text.norm
    arguments: Arguments = {"prompt": _script(step)[:4096]}
    role = re.search(rf" as (?:an? |if you were an? )((?:[\w-]+ ){{0,3}}{_SPEAKER}(?: [\w-]+)?) (?=[:,§]|would)", norm)
    role = role or re.search(rf"^ (?:an? )((?:[\w-]+ ){{0,2}}{_SPEAKER}(?: [\w-]+)* voice) (?=[:,§])", clause.core)
    voice = next((name for name in VOICES if f" {name} " in norm), None)
    manner = re.search(
        r" an? ((?:[\w-]+ ){1,4}voice) (?:should |must |to |that |which |who )?(?:says?|saying|speaks?|reads?|reading|speaking)(?= )",
        norm,
    ) or re.search(
        r" (?:in|with|using|as|by|like)(?: (?:an?|the))? ((?:[\w-]+ ){0,4}(?:voice|accent|tone|whisper|narrator))(?= )",
        norm,
    )
    words = (
        manner[1]
        if manner
        else role[1]
        if role
        else " ".join(dict.fromkeys(re.findall(rf"(?<= ){_DELIVERY}(?= )", re.sub(r"§\d", " ", norm))))
    )
    if clause.says(
        r" (?:clone|my (?:own )?voice|this voice|same voice|(?:use|with|in|like|using|from) (?:the|my|this|that) (?:\w+ )?(?:recording|voice memo|voice sample|sample)|imitate) "
    ):
        shelf = clause.stock.audio
        if shelf.current is None:
            raise Ask("I need a recording of the voice, 3–30 seconds of one clean speaker. Drop one here first.")
        arguments |= {
            "model": "clone",
            "voiceSourceIndex": clause.sounds.indices[0] if clause.sounds.indices else shelf.current,
        }
    elif voice:
        arguments |= {"voice": voice.replace(" ", "_")}
        if words:
            arguments["voiceDescription"] = words
    elif words and re.search(rf"\b{_SPEAKER}\b", words):
        arguments |= {"model": "design", "voiceDescription": words[:512]}
    else:
        if re.search(r" (?:male|man|man s|masculine|his) ", norm) and " female " not in norm:
            arguments["voice"] = "ryan"
        if words:
            arguments["voiceDescription"] = words[:512]
    language = next(
        (
            name
            for name in LANGUAGES
            if re.search(rf" (?:in|as|into|auf) {name} | {name} (?:voice|speech|speaker) ", norm)
        ),
        None,
    )
    if language:
        arguments["language"] = language
    if clause.figures.output in ("wav", "mp3", "flac"):
        arguments["outputFormat"] = clause.figures.output
    return [{**arguments, **step.pick("seed", "numberOfVariations")}]


_SAYING = (
    r"(?:say|speak|pronounce|recite|narrate|voice|utter|read)(?: (?:this|it|the following|that|these words|me|out|aloud|out loud|text|the text|to me|sentence|line|loud))*(?: :)?",
    r"(?:text to speech|tts|voice ?over|narration)(?: of| for| with \w+| by \w+| saying| :)*(?: :)?",
    r"(?:do|make|create|generate|record|give me|i need|add) (?:an? )?(?:voice ?over|narration|recording|speech|audio|voice message)(?: (?:of|for|with \w+|by \w+|saying|that says|reading|in \w+))*(?: :)?",
)


def _script(step: Step) -> str:
    text = step.clause.text
    if text.quotes:
        return " ".join(text.quotes)
    colon = re.search(r"(?s):\s*(\S.+)$", text.raw)
    if colon:
        return colon[1].strip()
    core = read(text.typed(step.clause.core_start))
    rest = ""
    for pattern in _SAYING:
        match = re.match(rf"^ {pattern} ", core.norm)
        if match and match.end() < len(core.norm):
            rest = core.typed(match.end())
            break
    if not rest:
        said = re.search(
            r" (?:and|to|voice|it|him|her) (?:say|speak|read|saying|reading)(?: out| aloud)? (?!in |with |like )",
            core.norm,
        )
        rest = core.typed(said.end()) if said and said.end() < len(core.norm) else ""
    rest = re.sub(
        rf"(?i)\s+(?:in|with) (?:an? |the )?(?:[\w-]+ ){{0,4}}(?:voice|accent|tone)\b.*$|\s+in (?:{'|'.join(LANGUAGES)})\b.*$",
        "",
        rest,
    )
    rest = rest.strip()
    if rest and not re.fullmatch(
        r"(?i)(?:it|this|that|(?:the|those|these|my|your) (?:text|script|story|lyrics|poem|words|lines|verses?))[.!?]*",
        rest,
    ):
        return rest
    for done in reversed([*step.talk.earlier, *step.talk.turn]):
        script = done.result.get("script") or done.result.get("lyrics")
        if isinstance(script, str) and script:
            return re.sub(r"(?m)^\[[^\]\n]*\]\n?", "", script).strip()  # marks of sections are not spoken
    raise Ask("What should be spoken? Put the exact words in quotes.")


def planned_seconds(step: Step, low: float, high: float) -> Arguments:
    """Return ``duration_seconds`` within the tool's range, when the request names a length."""
    seconds = step.clause.figures.duration
    return {} if not seconds else {"duration_seconds": number(min(high, max(low, seconds)))}
