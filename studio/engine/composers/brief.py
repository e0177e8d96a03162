# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""What a brief is about: who or what, what happens, where, when, and in which mood."""

import json
import random
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.engine.composers.settings import HOUR_WORDS, MOOD_WORDS, SETTINGS, THEME_WORDS, Setting

_KINDS: Final = (
    r"(?:video prompt|screenplay|storyboard|shot ?list|script|treatment|trailer|teaser|ad|advert|advertisement|commercial|spot|promo|reel|short|clip|"
    r"film|movie|video|animation|campaign|monologue|lyrics?|song|ballad|rap|lullaby|anthem|chorus|verses?|poem|haiku|limerick|sonnet|ode|rhyme|hymn|instrumental|track|tune|piece|"
    r"music|score|soundtrack|theme|workflow|plan|template|story|montage|sequence|explainer|talking head|words|loop|jingle)"
)
_LEAD: Final = re.compile(
    rf"^(?:please |could you |can you |i (?:want|need|would like) |let'?s )*(?:(?:write|create|make|compose|draft|plan|produce|design|script|generate|give|build|outline|turn)\b ?)?"
    rf"(?:me |us )?(?:(?:an?|the|some|one|our|my|its?) )?(?:(?!about\b|for\b|of\b)[\w'’:.-]+ ){{0,7}}?{_KINDS}s?\b(?: {_KINDS}s?\b)*"
    r"(?: (?:in|with) (?:\w+ ){1,3}(?=about|for|of|on|where|in which))?[ ,:–-]*(?:about|for|of|on|to|where|in which|that shows|showing|following|called|with)?\b[ :]*",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(
    rf"^(?:an?|the|my|our) (?:[\w'’-]+ ){{0,2}}?(?:{_KINDS}|shanty|blues|carol|serenade|number|opera|musical) (?:about|on) (?=\w)",
    re.IGNORECASE,
)
_VERB_LEAD: Final = re.compile(
    r"^(?:please )?(?:write|create|make|compose|draft|plan|produce|generate|sing|show)\b (?:me |us )?(?:something )?(?:about |for |of )?",
    re.IGNORECASE,
)
_FIGURES: Final = re.compile(
    r"\b(?:in |of |with |for |lasting |about )?(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|ten|fifteen|twenty|thirty|sixty)[ -]?(?:s|secs?|seconds?|min|minutes?|bpm|scenes?|shots?|panels?|verses?|choruses|stanzas?)\b(?:[ -]long)?",
    re.IGNORECASE,
)
_FORMATS: Final = re.compile(
    r"(?:,\s*)?\b(?:(?:in|at)\s+)?(?:\d{1,2}:\d{1,2}|\d{3,4}p|[248]k)\b(?:\s+format)?", re.IGNORECASE
)
_SOUNDING: Final = re.compile(
    r"(?<=\w)\s+(?:with|plus)\s+(?:some\s+|an?\s+)?(?:[\w-]+\s+){0,2}(?:music|soundtrack|score|voice-?over|narration|subtitles|captions)$",
    re.IGNORECASE,
)
"""How a film about the subject is to sound or be captioned: no part of what it shows."""
_NOT_VERBS: Final = frozenset(
    [
        "series",
        "glass",
        "bus",
        "news",
        "always",
        "this",
        "his",
        "its",
        "gas",
        "lens",
        "less",
        "as",
        "is",
        "was",
        "has",
        "us",
        "plus",
        "class",
        "dress",
        "grass",
        "moss",
        "boss",
        "business",
        "princess",
        "goddess",
        "morning",
        "evening",
        "building",
        "wedding",
        "ring",
        "king",
        "spring",
        "string",
        "wing",
        "thing",
        "something",
        "everything",
        "nothing",
        "painting",
        "clothing",
        "ceiling",
        "swimming",
        "dining",
        "living",
        "engineering",
        "during",
        "being",
        "sibling",
        "darling",
        "pudding",
    ]
)
_AFTER_VERB: Final = frozenset(
    (
        "a", "an", "the", "his", "her", "their", "its", "my", "our", "your", "one", "two", "three", "four", "some", "every",
        "each", "this", "that", "in", "on", "at", "over", "under", "through", "across", "along", "to", "toward", "towards",
        "with", "without", "by", "into", "onto", "from", "up", "down", "out", "off", "away", "around", "alone", "together",
        "home", "past", "for", "after", "before", "between", "against", "and", "while", "as", "back", "behind", "beside",
        "about", "it", "him", "them", "something", "nothing",
    )
)  # fmt: skip
"""What stands after a verb, where a bare noun would make a compound of both."""
_PLACE: Final = re.compile(
    r"\b((?:in|on|at|under|inside|beneath|through|across|along|beside|above|over|near|by|between|behind|aboard)"
    r" (?:(?:an?|the|my|our|his|her|their|its) [\w'’-]+(?: (?!who|that|which|and|to|in|on|at|with)[\w'’-]+){0,3}|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?|space|winter|summer|autumn|spring))"
)
_PERSON: Final = re.compile(
    r"\b(?:man|woman|men|women|girl|boy|child|children|kid|kids|mother|father|mom|dad|grandmother|grandfather|brother|sister|brothers|sisters|friend|friends|"
    r"lover|lovers|couple|king|queen|knight|sailor|keeper|fisherman|pilot|astronaut|dancer|painter|baker|chef|singer|musician|robot|fox|cat|dog|bear|wolf|"
    r"owl|rabbit|mouse|bird|horse|whale|dragon|daughter|son|baby|wife|husband|detective|teacher|doctor|nurse|farmer|runner|hiker|climber|traveler|traveller|stranger|ghost|witch|wizard|"
    r"clockmaker|gardener|student|barista|hero|heroine|soldier|thief|monk|shepherd|explorer|boxer|surfer|cyclist|skater|worker|writer|poet|old man|family|"
    r"deer|lion|tiger|elephant|penguin|turtle|octopus|crow|raven|squirrel|hedgehog|team|inventor|captain|pirate|samurai|\w+(?:maker|smith|keeper))\b",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"^(?:an?|one)\s+", re.IGNORECASE)
DETERMINER: Final = re.compile(r"^(?:an?|one|the|my|our|your|his|her|their|its|this|that)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Brief:
    """One brief, read.

    Attributes:
        subject: what the text is about, as the person put it.
        actor: who or what stands in its middle, with its article.
        action: what happens, as a phrase with a verb in the present; may be empty.
        place: where, with its preposition; may be empty.
        living: whether ``actor`` can act and feel.
    """

    text: str
    subject: str
    actor: str
    action: str
    place: str
    living: bool
    plural: bool
    theme: str
    mood: str
    hour: str

    @property
    def setting(self) -> Setting:
        """The concrete world of the theme."""
        return SETTINGS[self.theme]

    @property
    def noun(self) -> str:
        """The middle without its article: "lighthouse keeper"."""
        return DETERMINER.sub("", self.actor)

    @property
    def known(self) -> str:
        """The middle once it was met: "the lighthouse keeper"."""
        counted = self.plural and re.match(r"(?i)(?:two|three|four|five|six)\b", self.actor)
        return "the " + _ARTICLE.sub("", self.actor) if counted or _ARTICLE.match(self.actor) else self.actor


def read_brief(text: str, *, style: str = "") -> Brief:
    """Return what *text* is about; *style* adds mood words."""
    tidy = " ".join(text.split())
    subject = subject_of(tidy)
    actor, action, place = _taken_apart(subject)
    words = f"{tidy} {style}"
    living = bool(_PERSON.search(actor)) or (bool(action) and not actor.lower().startswith(("our ", "the new ")))
    plural = bool(re.match(r"(?i)(?:two|three|four|five|six|many|some|several|both)\b", actor)) or bool(
        re.search(r"(?i)(?<!s)(?<!u)s$|\b(?:people|children|men|women)$", actor) and not _ARTICLE.match(actor)
    )
    return Brief(
        text=tidy,
        subject=subject,
        actor=actor,
        action=action,
        place=place,
        living=living,
        plural=plural,
        theme=pick(THEME_WORDS, words, "home"),
        mood=pick(MOOD_WORDS, words, "hopeful", compared=True),
        hour=pick(HOUR_WORDS, words, ""),
    )


def subject_of(text: str) -> str:
    """Return what *text* asks about: without the command around it, lengths, and sentences after the first."""
    first = re.split(r"(?<=[a-z\d\"”)])[.!?;\n]\s+(?=\S)|\n", text.strip(), maxsplit=1)[0]
    cut = re.sub(r"\s{2,}", " ", _FIGURES.sub("", _FORMATS.sub("", first))).strip(" ,.;:!?-")
    cut = re.sub(r"(?i)^(?:of|about|showing)\s+", "", _SOUNDING.sub("", cut))
    match = _LEAD.match(cut)
    rest = cut[match.end() :] if match else _VERB_LEAD.sub("", cut, count=1)
    inner = re.match(r"(?i)(?:that |which )?(?:makes?|creates?|produces?|renders?) ", rest)
    if inner:
        again = _LEAD.match(rest[inner.end() :])
        rest = rest[inner.end() :][again.end() if again else 0 :]
    if match:
        rest = _WITHIN.sub("", rest, count=1)  # "lyrics for a sea shanty about an anchor" is about the anchor
    rest = rest.strip(' ,.;:!?-–"“”')
    pieces = [piece.strip() for piece in re.split(r"[,;–]\s*", rest) if piece.strip()]
    pieces = [_SOUNDING.sub("", piece) for piece in pieces]
    kept = [piece for place, piece in enumerate(pieces) if place == 0 or not _is_manner(piece)]
    rest = ", ".join(kept)
    return rest if re.search(r"[^\W\d_]{2}", rest) else cut or text.strip()


def spoken_title(words: str) -> str:
    """Return *words* as a title: small words small, the first and last large."""
    small = {"a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "but", "with", "by", "who", "that"}
    parts = words.split()
    return " ".join(
        part if part in small and 0 < place < len(parts) - 1 else part[:1].upper() + part[1:]
        for place, part in enumerate(parts)
    )


def pick(table: Mapping[str, str], text: str, otherwise: str, *, compared: bool = False) -> str:
    """Return the entry of *table* of whose words *text* has the most; ties go to the one met first.

    Args:
        compared: whether "sadder" counts as "sad", and twice: it changes what was said before.
    """
    low = text.lower()
    best, most = otherwise, 0.0
    for name, words in table.items():
        found = [
            m.start() for word in words.split() if (m := re.search(rf"\b{word.replace('_', ' ')}(?:s|es)?\b", low))
        ]
        more = [m.start() for word in words.split() if (m := re.search(_comparative(word), low))] if compared else []
        found += more + more
        score = len(found) + (0.5 - min(found) / (2 * len(low) + 1)) if found else 0.0
        score *= 0.5 if name == otherwise else 1
        if score > most:
            best, most = name, score
    return best


def _comparative(word: str) -> str:
    """Return a pattern for "sadder", "funnier", "calmer"."""
    stem = f"{word[:-1]}i" if word.endswith("y") else word.removesuffix("e")
    return rf"\b{re.escape(stem)}(?:{re.escape(word[-1])})?er\b"


def dice(tool: str, arguments: Mapping[str, Any]) -> random.Random:
    """Return the source of variety of one request: the same request, the same choices."""
    text = json.dumps([tool, arguments], sort_keys=True, default=str)
    return random.Random(zlib.crc32(text.encode("utf-8", "surrogatepass")))


def capital(text: str) -> str:
    """Return *text* with a large first letter."""
    return text[:1].upper() + text[1:]


def _is_manner(piece: str) -> bool:
    """Whether a piece after a comma says how, not what."""
    words = re.findall(r"[\w-]+", piece.lower())
    moods = set(" ".join(MOOD_WORDS.values()).split())
    manners = {
        "style",
        "tone",
        "mood",
        "vertical",
        "square",
        "format",
        "for",
        "tiktok",
        "instagram",
        "youtube",
        "in",
        "with",
        "bpm",
        "key",
        "minor",
        "major",
    }
    return bool(words) and len(words) <= 4 and any(word in moods or word in manners for word in words)


def _taken_apart(subject: str) -> tuple[str, str, str]:
    """Return the actor, the action and the place in *subject*."""
    head = re.split(r",\s", subject, maxsplit=1)[0]
    relative = re.match(r"(?i)(.{2,60}?),? (?:who|that|which) (.+)$", head)
    actor, action = (relative[1], relative[2]) if relative else (head, "")
    if not action and not re.match(r"(?i)(?:how|why|what|when|where) ", head):
        for match in re.finditer(r"(?i)(?<=\s)([a-z]+(?:s|ing))(?=\s+\S)", head):
            verb, before = match[1].lower(), head[: match.start()].strip()
            singular = re.match(r"(?i)(?:an?|the|one|my|our|[A-Z])", before)
            if verb in _NOT_VERBS or verb.endswith("ss") or len(before.split()) < 2 or len(before.split()) > 5:
                continue
            following = head[match.end() :].split()[0].lower()
            bare = verb.endswith("ing") and following not in _AFTER_VERB and not following.endswith(("s", "ly"))
            if bare and not _PERSON.search(before):
                continue  # a vending machine does not vend a machine
            if verb.endswith("ing") or (singular and not re.search(r"(?i)\b(?:of|for|in|on|at|with)$", before)):
                actor, action = before, head[match.start() :].strip()
                break
    place = ""
    for match in _PLACE.finditer(head):
        place = match[1]
    if place and not action and actor.endswith(place) and len(actor) > len(place) + 2:
        actor = actor[: -len(place)].strip(" ,")
    if re.match(r"(?i)[a-z]+ing\b", action):
        be = "are" if re.match(r"(?i)(?:two|three|four|many|some|several)\b|\w+s$", actor) else "is"
        action = f"{be} {action}"
    return actor.strip() or head, action.strip(" ."), place
