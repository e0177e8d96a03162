# ruff: noqa: E501 — prose and patterns are easiest to judge on one line
"""Lyrics without a language model: stanzas in ballad metre about the subject, as long as the song."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.engine.composers.brief import DETERMINER, Brief, capital, dice, read_brief, spoken_title
from studio.engine.composers.music import Sound, sound_of
from studio.engine.composers.verses import ABOUT, BRIDGES, CHORUS, OTHER, VERSES, Stanza

WRITTEN: Final = ("english", "german", "french", "spanish")
"""Languages that are written here."""

_NAMES: Final = {
    "english": "english en englisch", "german": "german deutsch de", "french": "french francais français fr",
    "spanish": "spanish espanol español castellano es",
}  # fmt: skip
_SIGNS: Final = {
    "german": r"\b(?:lied|über|und|der|die|das|ein|eine|für|liedtext)\b", "french": r"\b(?:chanson|sur|une|le|les|des|et|paroles)\b",
    "spanish": r"\b(?:canción|cancion|sobre|una|el|los|las|letra|y)\b",
}  # fmt: skip
_FOREIGN_LEAD: Final = re.compile(
    r"(?i)^(?:schreib\w*|écri\w*|escrib\w*)?\s*(?:mir |moi |me )?(?:ein(?:en?)? |une? |una? |das |la |le )?"
    r"(?:lied(?:text)?|songtext|text|chanson|paroles|canción|cancion|letra)?(?: d['’]amour| de amor)?\s*(?:über|von|für|sur|pour|sobre|para|de)\s+"
)
_SHORT_FORMS: Final = ((45, "VC"), (80, "VCVC"), (130, "VCVCBC"), (200, "VPCVPCBC"), (9999, "VPCVPCBVCC"))
_SMALL: Final = frozenset(["a", "an", "the", "of", "in", "on", "at", "to", "and", "or", "for", "with", "my", "our"])
_DARK: Final = frozenset(("melancholy", "tense", "calm", "romantic"))


@dataclass(frozen=True)
class Song:
    """A written song; ``lyrics`` has section marks in square brackets."""

    title: str
    lyrics: str
    language: str
    sound: Sound
    music_prompt: str
    seconds: int


def write_song(arguments: Mapping[str, Any]) -> Song:
    """Return the song that *arguments* (of ``compose_lyrics``) ask for."""
    prompt = str(arguments["prompt"])
    language = language_of(arguments.get("language"), prompt)
    context = f"{prompt} {arguments.get('music_prompt') or ''}"
    brief = read_brief(prompt, style=str(arguments.get("music_prompt") or ""))
    chance = dice("compose_lyrics", arguments)
    seconds = round(float(arguments.get("duration_seconds") or 120))
    form = next(form for limit, form in _SHORT_FORMS if seconds <= limit)
    hook = _hook(DETERMINER.sub("", _without_doing(brief.noun)))
    written = language if language in WRITTEN else "english"
    if poem_in(prompt):
        form = "VV" if re.search(r"(?i)\bshort\b|\bhaiku\b|\blimerick\b", prompt) else "VVV"
    lyrics = _english(brief, form, hook, chance) if written == "english" else _other(written, brief, form, chance)
    if poem_in(prompt):
        lines = [line for line in lyrics.splitlines() if line and not line.startswith("[")]
        lyrics = "\n\n".join("\n".join(lines[at : at + 4]) for at in range(0, len(lines), 4))  # no marks for a band
    sound = sound_of(context, brief.mood, chance)
    subject = _FOREIGN_LEAD.sub("", brief.subject, count=1) if written != "english" else brief.actor
    prompt_words = f"{brief.mood} {sound.genre}, {sound.bpm} BPM, {sound.key}, {', '.join(sound.instruments[:4])}"
    return Song(
        spoken_title(subject) if written == "english" else capital(subject),
        lyrics,
        written,
        sound,
        prompt_words,
        seconds,
    )


def poem_in(prompt: str) -> str | None:
    """Return the kind of poem that *prompt* asks for instead of a song: "haiku"; None for songs."""
    found = re.search(r"(?i)\b(poem|haiku|limerick|sonnet|ode|rhyme)s?\b", prompt)
    return found[1].lower() if found and not re.search(r"(?i)\b(?:song|lyrics|sing|chorus)\b", prompt) else None


def language_of(named: object, prompt: str) -> str:
    """Return the language wanted, in lower case: as named, as the prompt says, or as it is written in."""
    name = str(named or "").strip().lower().split("-")[0]
    if not name:
        match = re.search(
            r"(?i)\bin (english|german|french|spanish|italian|portuguese|dutch|polish|japanese|korean|chinese)\b",
            prompt,
        )
        name = match[1].lower() if match else ""
    for language, words in _NAMES.items():
        if name in words.split():
            return language
    if name:
        return name
    counted = {language: len(re.findall(pattern, prompt.lower())) for language, pattern in _SIGNS.items()}
    best = max(counted, key=lambda language: counted[language])
    return best if counted[best] >= 2 else "english"


def _hook(noun: str) -> str:
    """Return the one to four words that the chorus calls."""
    words = noun.split()
    words = words if len(words) <= 4 else [word for word in words if word.lower() not in _SMALL][:3]
    return " ".join(words) or "my love"


def _without_doing(phrase: str) -> str:
    """Return "my hometown" for "missing my hometown"."""
    return re.sub(r"(?i)^(?:the )?\w{2,}ing (?=(?:my|our|the|a|an|your)\b)", "", phrase)


def _english(brief: Brief, form: str, hook: str, chance: random.Random) -> str:
    verses = list(VERSES["bright" if brief.theme == "home" and brief.mood in ("joyful", "funny") else brief.theme])
    chance.shuffle(verses)
    about = list(ABOUT["living" if brief.living else "thing"])
    chance.shuffle(about)
    chorus = chance.choice(CHORUS[brief.mood])
    bridge = chance.choice(BRIDGES["dark" if brief.mood in _DARK else "bright"])
    lifts = list(about)
    verse_stock = [verses[0], verses[1], verses[2]]
    known = _without_doing(brief.known)
    slots = {"the": known if len(known.split()) < 5 else hook, "noun": hook}
    sections: list[str] = []
    count = 0
    for part in form:
        if part == "V":
            stanzas = [verse_stock[count % 3]] + ([about[0]] if "P" not in form and count == 0 else [])
            count += 1
            sections.append(_section(f"Verse {count}", stanzas, slots))
        elif part == "P":
            sections.append(_section("Pre-Chorus", [lifts[(count - 1) % len(lifts)]], slots))
        elif part == "C":
            sections.append(_section("Chorus", [chorus], slots))
        else:
            sections.append(_section("Bridge", [bridge], slots))
    if len(form) > 4:
        sections.append(f"[Outro]\n{capital(chorus[0].format(**slots))}\n{capital(chorus[1].format(**slots))}")
    return "\n\n".join(sections)


def _other(language: str, brief: Brief, form: str, chance: random.Random) -> str:
    stock = OTHER[language]
    verses = list(stock["verse"])
    chance.shuffle(verses)
    chorus, bridge = chance.choice(stock["chorus"]), chance.choice(stock["bridge"])
    subject = _FOREIGN_LEAD.sub("", brief.subject, count=1)
    subject = re.sub(r"(?i)^(?:de[nrms]|die|das|einen?) ", "", subject) if language == "german" else subject
    slots = {"subject": capital(re.split(r"(?i)\s(?:und|et|y|die|der|qui|que)\s", subject)[0])}
    sections: list[str] = []
    count = 0
    for part in form.replace("P", ""):
        if part == "V":
            count += 1
            sections.append(_section(f"Verse {count}", [verses[(count - 1) % len(verses)]], slots))
        else:
            sections.append(_section("Chorus" if part == "C" else "Bridge", [chorus if part == "C" else bridge], slots))
    return "\n\n".join(sections)


def _section(name: str, stanzas: list[Stanza], slots: Mapping[str, str]) -> str:
    lines = [capital(line.format(**slots)) for stanza in stanzas for line in stanza]
    return f"[{name}]\n" + "\n".join(lines)
