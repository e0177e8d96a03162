# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Turn a request into a prompt: the person's own words without the command around them."""

import re

from studio.engine.agent.director.clause import POLITE, Clause
from studio.engine.agent.director.lexicon import CREATE, MAKEABLE, MUSIC, VIDEO
from studio.engine.agent.director.text import Text, read, search, tidy

_FORME = r"(?:(?:me|us|for me|her|him|them|my \w+) )?"
_PICTURE_OF = rf"(?:(?:an?|the|some|one|another|\d+|of) )*(?:(?:new|nice|beautiful|quick|short|simple|single|different|few|big|high quality|wide|tall|square|good|great) )*(?:pictures?|images?|photos?|{VIDEO}|animation|scene) (?:(?:of|showing|that shows|with|depicting|featuring|where|in which|about|for|:) )"
_WISH = r"(?:(?:i|we) (?:really )?(?:would (?:really )?(?:like|love)|want|need|wish)(?: (?:to (?:have|see|get)|for))?|need|want|looking for)"
_LEADS = (
    rf"^ {_WISH} {_FORME}(?:to (?:draw|paint|create|make|generate|see|have) )?",
    rf"^ {CREATE} {_FORME}(?:up )?(?:of )?",
    r"^ let us (?:see|have|make) ",
)
_TRAILING = r"(?: (?:please|thanks|thank you|if you can|for me|now|if possible|asap|cheers|would be (?:great|nice|lovely)|use your imagination|be creative|(?:very |real |as )?(?:quick(?:ly)?|fast)(?: as (?:you can|possible))?))+ ?(?:[.!?] ){0,4}$"


def picture_prompt(clause: Clause, *, extra_spans: tuple[tuple[int, int], ...] = ()) -> str:
    """Return the prompt for a new picture or clip."""
    raw = _without_figures(clause, extra_spans)
    text = read(raw)
    text = _cut(text, POLITE.match(text.norm))
    text = _drop_asides(text)
    lead = 0
    for pattern in _LEADS:
        match = re.match(pattern, text.norm)
        if match:
            lead = match.end()
            break
    if lead:
        text = read(text.typed(lead))
    bare = re.match(r"^ (?:an?|the|some|my) (?:with|of|showing|,|:) (?=\w)", text.norm)
    text = read(text.typed(bare.end())) if bare else text  # "a wallpaper with koi", its format taken out
    of = re.match(rf"^ {_PICTURE_OF}", text.norm)
    if of:
        text = read(text.typed(of.end()))
    else:
        of = re.match(rf"^ (?:{VIDEO}|pictures?|images?|photos?) (?:: )?(?:of )?", text.norm)
        text = read(text.typed(of.end())) if of and of.end() < len(text.norm) else text
    trail = search(_TRAILING, text.norm)
    raw = text.raw[: text.raw_span(trail.start(), len(text.norm))[0]] if trail and trail.start() > 1 else text.raw
    return _joined(raw) or tidy(clause.text.raw)


def rest_of(clause: Clause, patterns: tuple[str, ...], *, keep_figures: bool = False) -> str:
    """Return the request without its beginning (the first of *patterns* that matches) and figures."""
    text = read(clause.text.raw if keep_figures else _without_figures(clause, ()))
    text = _cut(text, POLITE.match(text.norm))
    for pattern in patterns:
        match = re.match(rf"^ {pattern} ?", text.norm)
        if match and match.end() < len(text.norm):
            text = read(text.typed(match.end() - (match[0].endswith("  "))))
            break
    trail = search(_TRAILING, text.norm)
    raw = text.raw[: text.raw_span(trail.start(), len(text.norm))[0]] if trail and trail.start() > 1 else text.raw
    return tidy(raw)


def instruction(clause: Clause) -> str:
    """Return an edit instruction: the request without polite words, in the person's words."""
    text = _cut(clause.text, POLITE.match(clause.text.norm))
    trail = search(_TRAILING, text.norm)
    raw = text.raw[: text.raw_span(trail.start(), len(text.norm))[0]] if trail and trail.start() > 1 else text.raw
    if re.search(r"(?i)\b(?:of|with|to|from|on|spin|mend|fix|erase|remove) it\W*$", raw):
        return " ".join(raw.split()).strip(" ,;:.!?-–—")  # nothing was taken out behind which "it" would dangle
    return tidy(raw) or tidy(clause.text.raw)


def music_prompt(clause: Clause) -> str:
    """Return what a piece of music should be like."""
    raw = _without_figures(clause, ())
    text = read(raw)
    text = _cut(text, POLITE.match(text.norm))
    lyrics = search(
        r" (?:with|using|to|and|from|of|on) (?:the|these|this|my) (?:following )?(?:lyrics|words)(?: :)?| lyrics :",
        text.norm,
    )
    if lyrics:
        text = read(text.raw[: text.raw_span(lyrics.start(), len(text.norm))[0]])
    for pattern in (*_LEADS, rf"^ (?:sing|play|perform|record|write|add|put|lay|set|use) {_FORME}"):
        match = re.match(pattern, text.norm)
        if match and match.end() < len(text.norm):
            text = read(text.typed(match.end()))
            break
    article = re.match(r"^ (?:an?|some|the|\d+(?! bit)) (?=\w)", text.norm)
    raw = text.typed(article.end()) if article and article.end() < len(text.norm) else text.raw
    return tidy(re.sub(r'["“”][^"“”]*["“”]', "", raw)) or tidy(clause.text.raw)


def topic_after(clause: Clause, nouns: str) -> str:
    """Return what a text should be about, given the *nouns* that name the kind of text."""
    text = read(_without_figures(clause, ()))
    text = _cut(text, POLITE.match(text.norm))
    match = search(rf"(?:{nouns}) (?:\w+ ){{0,2}}?(?:about|for|on|of|to|in which|where|:) ", text.norm)
    lead = re.match(rf"^ (?:{_WISH}|{CREATE}|write|draft|pen|outline|plan) {_FORME}(?:an? |the |some )?", text.norm)
    if match and search(r"[a-z]{3}", text.norm[match.end() :]):
        about = text.typed(lead.end() if lead else 0)
        return tidy(about)
    return tidy(text.typed(lead.end()) if lead and lead.end() < len(text.norm) else text.raw)


def _without_figures(clause: Clause, extra: tuple[tuple[int, int], ...]) -> str:
    return clause.text.without([*clause.figures.spans, *extra])


def _cut(text: Text, match: re.Match[str] | None) -> Text:
    return read(text.typed(match.end())) if match and match.end() < len(text.norm) else text


def _drop_asides(text: Text) -> Text:
    """Leave out sentences before the one that asks (who it is for, why), when one does ask."""
    ask = search(
        rf"(?<=[.!?] )(?:please |so |could you |can you |now )*(?:{CREATE}) (?:me |us |her |him |them )?(?=an? |the |some |\d)",
        text.norm,
    )
    context = ask and search(r" (?:it|this|that|them|these|one) ", text.norm[ask.start() :])
    if ask and ask.start() > 20 and not context and not re.match(rf"^ {CREATE} ", text.norm):
        return read(text.typed(ask.start()))
    return text


_ASIDE = re.compile(
    r"^(?:i\s*'?a?m|we\s*'?a?re)\s+(?:writing|making|working\s+on|planning|designing|building|doing|creating|having)\s+",
    re.IGNORECASE,
)
_WISH_SENTENCE = re.compile(
    r"^(?:please\s+)?(?:(?:and\s+)?(?:make|keep|let)\s+(?:it|this|them)(?:\s+be|\s+look|\s+feel)?|it\s+(?:should|must|has\s+to|needs\s+to)\s+(?:be|look|feel|have)"
    r"|(?:i\s+(?:want|would\s+like)\s+it\s+(?:to\s+be|in)))\s+",
    re.IGNORECASE,
)


def _without_command(part: str) -> str:
    """Return a later sentence without its "could you make …"."""
    text = read(part)
    text = _cut(text, POLITE.match(text.norm))
    match = re.match(_LEADS[1], text.norm) or re.match(_LEADS[0], text.norm)
    return text.typed(match.end()) if match and match.end() < len(text.norm) else text.raw


def _joined(raw: str) -> str:
    """Join sentences to one description: "… sea. Make it dreamy" becomes "… sea, dreamy"."""
    parts = [tidy(part) for part in re.split(r"(?<=[^\d.])[.!?\n]+(?:\s+|$)", raw)]
    out: list[str] = []
    for part in filter(None, parts):
        wish = _WISH_SENTENCE.sub("", part, count=1) if out else _ASIDE.sub("", part, count=1)
        if out and wish == part:
            wish = _without_command(part)
        if out and re.fullmatch(rf"(?:{CREATE}|use|with|please|me|us|and|it|\s)+", wish.lower()):
            continue
        wish = re.sub(r",?\s+(?:and\s+)?make\s+it\s+", ", ", wish) if wish else wish
        if re.fullmatch(r"(?i)(?:thanks?(?: you)?|cheers|please|use your imagination|be creative)", wish):
            continue
        out.append(wish)
    return tidy(", ".join(out))


__all__ = ["MAKEABLE", "MUSIC", "instruction", "music_prompt", "picture_prompt", "rest_of", "topic_after"]
