# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Find the words, numbers and lists in a request that belong to a property of a schema."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from studio.engine.agent.director.text import Text, tidy


def name_words(name: str) -> list[str]:
    """Return the words of a property or function name: ``toCity`` → to, city."""
    key = name.split("\n")[0]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ").replace(".", " ")
    return spaced.lower().split()


def labelled(text: Text, name: str) -> str | None:
    """Return what follows the property's own name in the text: "name: Ada", "city is Paris", "title 'X'"."""
    words = name_words(name)
    if not words:
        return None
    spoken = r"[\s_-]*".join(re.escape(word) for word in words)
    match = re.search(
        rf"(?i)(?<![\w-])[\"'“]?{spoken}[\"'”]?\s*(?:(?::|=|\bis\b|\bof\b|\bto\b|\bcalled\b|\bas\b|\bset to\b)\s*)+(\"[^\"]+\"|“[^”]+”|'[^']+'|[^\s,;][^,;\n]*?)(?=\s*(?:[,;\n]|\.(?:\s|$)|$|\?|!|\band\b))",
        text.raw,
    )
    match = match or re.search(rf"(?i)(?<![\w-]){spoken}\s+(\"[^\"]+\"|“[^”]+”|'[^']+'|\d[\w.:/-]*)", text.raw)
    return match[1].strip("\"'“” ") if match else None


def numbers(text: Text) -> list[float]:
    """Return every number of the text, in order; number words count."""
    return [float(n) for n in re.findall(r"(?<![\w.§])-?\d+(?:\.\d+)?(?![\w]|:\d|/\d)", text.norm)]


def near(text: Text, name: str, fresh: list[float]) -> list[float]:
    """Return the number that stands next to a word of *name*."""
    for word in name_words(name):
        stem = re.escape(word.rstrip("s"))
        match = re.search(rf" (-?\d+(?:\.\d+)?) (?:\w+ )?{stem}", text.norm) or re.search(
            rf" {stem}\w* (?:\w+ )?(-?\d+(?:\.\d+)?) ", text.norm
        )
        if match and float(match[1]) in fresh:
            return [float(match[1])]
    return []


def listed(text: Text, name: str) -> list[str]:
    """Return the items of a list in the text: quoted strings, or words between commas."""
    if text.quotes:
        return list(text.quotes)
    words = name_words(name)
    label = labelled(text, name)
    source = label + text.raw[text.raw.find(label) + len(label) :] if label else text.raw
    colon = re.search(r":\s*([^.?!\n]+)", source if not label else ":" + source)
    run = colon[1] if colon else ""
    if not run:
        match = re.search(r"([\w '-]+(?:,\s*[\w '-]+)+(?:,?\s*(?:and|or)\s+[\w '-]+)?)", source) or re.search(
            r"\b([\w'-]+\s+and\s+[\w'-]+)", source
        )
        run = match[1] if match else ""
    items = [tidy(item) for item in re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+", run) if tidy(item)]
    if items and not colon and not label:
        items[0] = items[0].split()[-1]
    return [item for item in items if item.lower() not in words]


_PLACES = (
    "city",
    "location",
    "place",
    "town",
    "country",
    "destination",
    "address",
    "region",
    "where",
    "state",
    "venue",
)
_WHOLE = (
    "query",
    "text",
    "message",
    "prompt",
    "question",
    "content",
    "description",
    "input",
    "request",
    "body",
    "instruction",
    "instructions",
    "search",
    "task",
    "note",
    "q",
    "sentence",
    "brief",
    "command",
)


def by_meaning(text: Text, name: str, used: set[str]) -> str | None:
    """Guess a string by what the property's name means."""
    words = name_words(name)
    about = " ".join(words)
    first = words[0] if words else ""
    proper = r"([A-ZÀ-Ý][\w'’-]*(?:\s+(?:de|la|of|the|upon|am|[A-ZÀ-Ý][\w'’-]*))*(?:,\s*[A-Z][\w]+)?)"
    if {"from", "origin", "source", "departure", "start", "sender"} & set(words):
        match = re.search(rf"\b[Ff]rom\s+{proper}", text.raw)
        if match:
            return match[1]
    if {"to", "destination", "arrival", "target", "recipient", "receiver"} & set(words):
        match = re.search(rf"\b(?:[Tt]o|[Ff]or)\s+{proper}", text.raw)
        if match:
            return match[1]
    if any(word in words for word in _PLACES):
        match = re.search(rf"\b(?:[Ii]n|[Aa]t|[Ff]or|[Nn]ear|[Oo]f|[Tt]o|[Ff]rom)\s+{proper}", text.raw)
        if match:
            return re.sub(r"\s+(?:of|the|de|la|am)$", "", match[1])
        match = re.search(
            r" (?:in|at|near|for) ([a-z]+(?: [a-z]+)?) (?:today|tomorrow|now|please|right now|this \w+|\?|\.|!|$)",
            text.norm,
        )
        if match:
            return text.typed(match.start(1), match.end(1))
    if "unit" in about and re.search(r"(?i)celsius|fahrenheit|kelvin", text.raw):
        return re.search(r"(?i)celsius|fahrenheit|kelvin", text.raw)[0].lower()  # type: ignore[index]
    for pattern, keys in (
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", ("email", "mail")),
        (r"https?://[^\s\"'>]+", ("url", "link", "uri", "website")),
        (
            r"(?:~|\.{0,2})?/[\w./-]+|\b[\w-]+(?:/[\w.-]+)*\.\w{1,5}\b",
            ("path", "file", "filename", "filepath", "directory", "folder"),
        ),
        (r"\+?\d[\d ()/-]{6,}\d", ("phone", "telephone", "mobile")),
        (r"\b[A-Z]{3}\b", ("currency", "code", "symbol", "ticker", "airport")),
        (
            r"\b\d{4}-\d{2}-\d{2}\b|\b(?i:today|tomorrow|yesterday|tonight|next \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
            ("date", "day", "when"),
        ),
        (r"\b\d{1,2}:\d{2}(?:\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b", ("time", "hour")),
    ):
        if any(word in words for word in keys):
            match = re.search(pattern, text.raw)
            if match:
                return match[0]
    if first in _WHOLE or any(word in _WHOLE for word in words):
        if text.quotes:
            return text.quotes[0]
        colon = re.search(r"(?s):\s*(\S.+)$", text.raw)
        return colon[1].strip() if colon else tidy(text.raw)
    unused = [quote for quote in text.quotes if quote not in used]
    if unused:
        return unused[0]
    if any(
        word in words
        for word in (
            "name",
            "title",
            "subject",
            "topic",
            "person",
            "user",
            "username",
            "author",
            "product",
            "company",
            "label",
        )
    ):
        match = re.search(
            rf"\b(?:named|called|titled|name is|about|for|by|to|with|is)\s+{proper}", text.raw
        ) or re.search(rf"(?<!^)(?<![.!?]\s)\b{proper}", text.raw)
        if match:
            return match[1]
        match = re.search(r"\b(?:about|on|named|called|titled)\s+([^.,;!?]+)", text.raw)
        if match:
            return tidy(match[1])
    match = re.search(rf"(?<!^)(?<![.!?]\s)\b{proper}", text.raw)
    return match[1] if match and match[1] not in used and match[1] != "I" else None


def formatted(text: Text, kind: Any) -> str | None:
    """Return a value of a JSON Schema string *format*; None for formats without rules of their own."""
    now = datetime.now(UTC)
    if kind == "date":
        iso = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text.raw)
        return iso[0] if iso else _day(text, now).date().isoformat()
    if kind == "date-time":
        iso = re.search(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?", text.raw)
        if iso:
            return (
                iso[0]
                if iso[0][-1] == "Z" or iso[0][-6] in "+-"
                else iso[0] + ("Z" if iso[0].count(":") > 1 else ":00Z")
            )
        clock = re.search(r"\b(\d{1,2}):(\d{2})\b", text.raw)
        day = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text.raw)
        date = day[0] if day else _day(text, now).date().isoformat()
        return f"{date}T{int(clock[1]):02d}:{clock[2]}:00Z" if clock else f"{date}T00:00:00Z"
    if kind == "time":
        clock = re.search(r"\b(\d{1,2}):(\d{2})\b", text.raw)
        return f"{int(clock[1]) % 24:02d}:{clock[2]}:00Z" if clock else "12:00:00Z"
    fixed = {
        "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "someone@example.com"),
        "uri": (r"https?://[^\s\"'>]+", "https://example.com"),
        "url": (r"https?://[^\s\"'>]+", "https://example.com"),
        "uuid": (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "00000000-0000-4000-8000-000000000000"),
        "ipv4": (r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "127.0.0.1"),
        "hostname": (r"\b[\w-]+(?:\.[\w-]+)+\b", "example.com"),
    }.get(str(kind))
    if fixed is None:
        return None
    match = re.search(fixed[0], text.raw)
    return match[0].rstrip(".,;!?") if match else fixed[1]


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _day(text: Text, now: datetime) -> datetime:
    if " tomorrow " in text.norm:
        return now + timedelta(days=1)
    if " yesterday " in text.norm:
        return now - timedelta(days=1)
    for place, day in enumerate(_WEEKDAYS):
        if f" {day} " in text.norm:
            return now + timedelta(days=(place - now.weekday()) % 7 or 7)
    return now
