# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Arguments for what is written or drawn on a clip: overlays and subtitles."""

import re
from typing import Any

from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.step import Arguments, Ask, Step, number
from studio.engine.agent.director.text import tidy

_CLOSING_SECONDS = 3
"""How long what is written "at the end" stands there."""
_POSITIONS = (
    (r" (?:top|upper) left ", "top-left"), (r" (?:top|upper) right ", "top-right"),
    (r" (?:bottom|lower) left ", "bottom-left"), (r" (?:bottom|lower) right ", "bottom-right"),
    (r" (?:top|above|upper) ", "top-center"), (r" (?:middle|center) ", "center"),
    (r" (?:bottom|below|lower) ", "bottom-center"),
)  # fmt: skip
_COLORS = "white|black|red|green|blue|yellow|orange|purple|pink|gold|silver|cyan|magenta|gray|brown|teal"


def overlay_video(step: Step) -> list[Arguments]:
    """Draw text or a picture on a clip."""
    clause = step.clause
    source = step.source("video", "to draw on")
    place = next((name for pattern, name in _POSITIONS if re.search(pattern, clause.core)), None)
    overlay: dict[str, Any] = {}
    if clause.text.quotes:
        overlay = {"kind": "text", "text": clause.text.quotes[0], "position": place or "bottom-center"}
        if clause.says(r" (?:title|titled|headline|title card|opening|big|large|huge) "):
            overlay |= {"position": place or "center", "fontSizePct": 12}
        color = re.search(
            rf" (?:(?:in|with) ({_COLORS})(?: letters| text| font)?|, ({_COLORS})(?: letters| text| font)?(?= (?:[,.!]|$))) ?",
            clause.core,
        )
        if color:
            overlay["color"] = color[1] or color[2]
        if clause.says(r" bold "):
            overlay["fontWeight"] = "bold"
    elif (clause.images.named or clause.says(r" (?:watermark|logo|picture|image|photo) ")) and clause.images.indices:
        overlay = {"kind": "image", "sourceImageIndex": clause.images.indices[0], "position": place or "bottom-right"}
    else:
        handle = re.search(r"@\w[\w.]*|©\s?[\w .]+|(?<=with )[\w.-]+\.(?:com|org|net|de|io)\b", clause.text.raw)
        after = re.search(
            r"(?:watermark|text|title|titled|caption|lower third|headline|heading|words)\b[^:]{0,60}:\s*(\S.*)$",
            clause.text.raw,
            re.IGNORECASE,
        )
        spoken = handle[0] if handle else tidy(after[1]) if after else None
        if spoken:
            return [
                {
                    "overlays": [
                        _timed(clause, {"kind": "text", "text": spoken, "position": place or "bottom-center"})
                    ],
                    "sourceVideoIndex": source,
                }
            ]
        words = re.search(
            r" (?:text|title|heading|headline|words|saying|says|reading|write) :? ?(.+?) (?:at|in|on|over|to|onto) the ",
            clause.core,
        )
        if not words:
            raise Ask("What should be written on the clip? Put the words in quotes, or name a picture to lay over it.")
        start = clause.core_start + words.start(1)
        text = tidy(clause.text.typed(start, clause.core_start + words.end(1)))
        overlay = {"kind": "text", "text": text, "position": place or "bottom-center"}
    return [{"overlays": [_timed(clause, overlay)], "sourceVideoIndex": source}]


def _timed(clause: Clause, overlay: dict[str, Any]) -> dict[str, Any]:
    """Return *overlay* limited to the window that the request names."""
    if clause.figures.window:
        start, end = clause.figures.window
        overlay["startSeconds"] = number(start)
        if end >= 0:
            overlay["endSeconds"] = number(end)
    elif clause.says(r" (?:at|towards) the (?:very )?end | as (?:an? )?end (?:card|title) | (?:end|closing) credits "):
        overlay["startSeconds"] = -_CLOSING_SECONDS
    return overlay


_SRT_LINE = re.compile(r"(?:\d+\s+)?\d{2}:\d{2}(?::\d{2})?[,.]\d{3}\s*-->")
_CUE = re.compile(
    r"(?:from\s+)?((?:\d+:)?\d+(?:\.\d+)?)\s*s?(?:ec\w*)?\s*(?:-|–|to|until)\s*((?:\d+:)?\d+(?:\.\d+)?)\s*(?:s(?:ec(?:ond)?s?)?\b|(?=:)|(?=[\"“„'‘])|(?=(?-i:[A-Z]))|(?=[^\W\d_]{2}))\s*:?\s*",
    re.IGNORECASE,
)


def _seconds(clock: str) -> float:
    minutes, _, seconds = clock.rpartition(":")
    return int(minutes or 0) * 60 + float(seconds)


def written_cues(raw: str) -> Arguments:
    """Return an SRT document or timed lines ("0-2s Hello, 2-4s Bye") that the request spells out."""
    srt = _SRT_LINE.search(raw)
    if srt:
        document = raw[srt.start() :].strip()
        document = re.sub(r"(?m)^(.*-->\s*[\d:.,]+)[ \t]+(?=\S)", r"\1\n", document)
        return {"srt": document if document[0].isdigit() and not document.startswith("00") else f"1\n{document}"}
    found = list(_CUE.finditer(raw))
    cues = []
    for place, match in enumerate(found):
        until = found[place + 1].start() if place + 1 < len(found) else len(raw)
        words = raw[match.end() : until].strip(" ,;\n")
        quoted = re.match(r"[\"“„'‘](.+?)[\"”’'](?!\w)", words)
        words = quoted[1] if quoted else words.strip("\"'“”")
        start, end = _seconds(match[1]), _seconds(match[2])
        if (
            words
            and start < end
            and not words.startswith(("and ", "then "))
            and not re.match(r"(?i)(?:with|say|saying|in|of|the|it)\b", words)
        ):
            cues.append({"startSeconds": number(start), "endSeconds": number(end), "text": words})
    return {"cues": cues} if cues and len(cues) == len(found) else {}


def add_subtitles(step: Step) -> list[Arguments]:
    """Burn in cues; without words the tool itself says that they are needed."""
    clause = step.clause
    source = step.source("video", "to put subtitles on")
    quotes = clause.text.quotes
    written = written_cues(clause.text.raw)
    if written:
        return [{"sourceVideoIndex": source, **written}]
    if not quotes:
        return [{"sourceVideoIndex": source, "auto_transcribe": True}]
    windows = [
        (_seconds(a), _seconds(b))
        for a, b in re.findall(
            r"(?:from|between|at)? ?((?:\d+:)?\d+(?:\.\d+)?) (?:s |seconds )?(?:to|and|until|till)? ?((?:\d+:)?\d+(?:\.\d+)?)(?= )",
            re.sub(r"§\d+", "§", clause.text.norm),
        )
    ]
    if len(windows) != len(quotes):
        start = clause.figures.window[0] if clause.figures.window else 0.0
        length = (clause.figures.window[1] - start) / len(quotes) if clause.figures.window else 3.0
        windows = [(start + i * length, start + (i + 1) * length) for i in range(len(quotes))]
    cues = [
        {"startSeconds": number(a), "endSeconds": number(b), "text": text}
        for (a, b), text in zip(windows, quotes, strict=True)
    ]
    position = next((word for word in ("top", "center", "bottom") if clause.says(rf" {word} ")), None)
    return [{"sourceVideoIndex": source, "cues": cues, **({"style": {"position": position}} if position else {})}]
