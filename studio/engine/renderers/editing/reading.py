# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""From an instruction to a plan: clauses, rules, strengths, regions, and the words that nothing reads."""

import re
from dataclasses import replace
from typing import Final

from studio.engine.renderers import style_names
from studio.engine.renderers.editing import placement, rules
from studio.engine.renderers.editing.vocabulary import COLOUR, VERBS, content_words, level, region
from studio.engine.renderers.editing.wishes import Plan, Wish

_QUOTED: Final = re.compile(r"[\"“”„«»]([^\"“”„«»]{1,400})[\"“”„«»]|(?<!\w)['‘]([^'‘’]{1,400})['’](?!\w)")
_BREAKS: Final = re.compile(
    r"\s*[.;!?\n|]+(?=\s|$)\s*"
    rf"|\s*,?\s*\b(?:and then|then|and also|also|and|but|plus|while|as well as)\s+(?=(?:(?:a (?:little |bit )?|slightly |much |more |less |very )?(?:{VERBS}|brighter|darker|warmer|cooler|sharper|softer|lighter)\b))"
    rf"|\s*,\s*(?=(?:{VERBS}|more|less|slightly|much|no|without|brighter|darker|warmer|cooler|sharper|softer|with an?)\b)"
)
_AGAIN: Final = re.compile(r"\b(\w+)(?:,? \1\b)+")
LONGEST: Final = 1600
"""Most characters of an instruction that are read; what follows is handed back unread."""
_LONGEST_CLAUSE: Final = 240
_PAIRS: Final = re.compile(
    r"\b(black and white|teal and orange|orange and teal|before and after|scratches and dust|dust and scratches)\b"
)
_KEPT_COLOUR: Final = re.compile(
    r"(?:(?:make|turn|convert) (?:it|this|everything|the (?:photo|picture|image))(?: (?:to|into|in))? )?"
    r"(?:black and white|monochrome|gr[ae]y(?:scale)?),? (?:but |and |while |only )*(?:keep|leav|preserv|retain)(?:e|ing)?"
    rf" (?:only )?(?:the |her |his )?(?:(?P<hue>{COLOUR})(?: (?:parts|things|areas|tones?|colou?r(?:s|ed)?))?"
    r"|(?P<thing>\w+)(?= in colou?r| colou?red))(?: in colou?r| colou?red)?(?! \w*(?:background|same))"
)
"""One wish in two clauses: grey, and what stays in colour."""
_SLOT: Final = re.compile(r"\{(\w+)(?::([\w ]+))?\}")
_AS_STYLE: Final = re.compile(
    r"(?:(?:make|turn|paint|draw|render|restyle|style|transform|convert|redraw|it|this|the|picture|photo|image|her|him|into|in|as|like|to|look|looking|a|an|if|it were|were|apply|give|with|done) )*"
    r"(?P<style>(?:the )?(?:style|manner) of [\w .'-]+|[\w' -]+? (?:style|painting|drawing|sketch|print|engraving|illustration|portrait painting)|[\w' -]+)$"
)
_STYLE_CUE: Final = re.compile(
    r"\b(?:style|manner|painting|painted|drawing|drawn|sketch|illustration|print|as an?|into an?|look like an?|like an?|restyle|turn|render)\b"
)
_UNSURE_STYLES: Final = re.compile(
    r"^(?:wash|canvas|poster|tiles|sand|golden|pale|graffiti|collage|carved|relief|hell|horror|crimson|indigo|wild colou?rs|retro|vintage|faded|"
    r"dreamy|hazy|ethereal|futuristic|japanese|painted|sketched|chalk|japanese print|old photo(?:graph)?|polaroid|neon|monochrome|surreal)$"
)  # fmt: skip


def read(prompt: str, pictures: int = 1) -> Plan:
    """Return what *prompt* asks for when there are so many *pictures*; see ``wishes.Plan``."""
    text, quotes = _without_quotes(prompt[:LONGEST])
    text = placement.plain(text, pictures)
    text = _KEPT_COLOUR.sub(lambda m: f"everything black and white except the {m['hue'] or m['thing']}", text)
    text = rules.KEEP.sub(" | ", text)
    text = _PAIRS.sub(lambda m: m[1].replace(" and ", " & "), text)
    wishes: list[Wish] = []
    unread: list[str] = []
    for clause in _clauses(text):
        if put := placement.wish_in(clause.strip(" ,:-"), pictures):
            wishes.append(put)
            continue
        found, left = _read_clause(clause.strip(" ,:-"), quotes)
        if not found and left and wishes and wishes[-1].other == "scene" and not re.match(rf"(?:{VERBS})\b", left):
            scene = wishes[-1]  # "… on a beach. Palm trees, warm light" goes on about the place
            wishes[-1] = Wish(scene.kind, scene.words, scene.amount, scene.where, f"{scene.value}, {left}", "scene")
            continue
        wishes += [part for wish in found for part in _without_finish(wish, quotes)]
        if left:
            unread.append(
                re.sub(r"[\s,;]+(?:and|but|then|or)$|^(?:and|but|then|or)\s+", "", _quoted_again(left, quotes))
            )
    if len(prompt) > LONGEST:
        unread.append(f"everything after “… {prompt[LONGEST - 40 : LONGEST].strip()}”")
    return Plan(tuple(_without_doubles(wishes)), tuple(unread))


def _without_finish(wish: Wish, quotes: list[str]) -> list[Wish]:
    """Part a painted place from what the same breath asks of the picture: "on a beach, hdr, film grain"."""
    first, *more = wish.value.split(", ") if wish.kind == "background" and wish.other == "scene" else [wish.value]
    place, others = [first], []
    for piece in more:
        found, left = _read_clause(piece, quotes)
        if found and not left and all(w.kind not in _OF_PLACES for w in found):
            others += found
        else:
            place.append(piece)
    return [replace(wish, value=", ".join(place)), *others] if others else [wish]


_OF_PLACES: Final = frozenset(
    ("background", "hour", "weather", "season", "sky", "style", "warmth", "tint", "particles")
)


def _clauses(text: str) -> list[str]:
    """Return the clauses of *text*; none so long that looking for every rule in it takes noticeable time."""
    parts: list[str] = []
    for clause in _BREAKS.split(_AGAIN.sub(r"\1", text)):
        rest = clause
        while len(rest) > _LONGEST_CLAUSE:
            cut = rest.rfind(" ", 0, _LONGEST_CLAUSE)
            cut = cut if cut > 0 else _LONGEST_CLAUSE
            parts.append(rest[:cut])
            rest = rest[cut:].strip()
        parts.append(rest)
    return parts


def _without_quotes(prompt: str) -> tuple[str, list[str]]:
    quotes: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quotes.append((match[1] or match[2]).strip())
        return f" ⟦{len(quotes) - 1}⟧ "

    text = _QUOTED.sub(keep, prompt.replace("’", "'") if "'" not in prompt else prompt)
    lowered = re.sub(r"[ \t]+", " ", text.lower().replace("’", "'"))
    # Captions without quotation marks keep their capitals: "add the text Happy Birthday".
    if not quotes and (
        said := re.search(
            r"\b(?:[Tt]ext|[Cc]aption|[Tt]itle|words|[Hh]eadline|saying|says|reading|reads):? (?!saying|that|reading)([A-Z][^.;\n]*)",
            text,
        )
    ):
        words = re.split(
            r"(?i) (?:at|in|on|along|across) the (?:top|bottom|middle|cent|upper|lower|left|right)"
            rf"|,? (?:and |then )(?=(?:{VERBS})\b)|, (?=(?:{VERBS})\b)",
            said[1],
        )[0]
        if not re.match(r"(?i)(?:at|in|on|to|from)\b", words):
            quotes.append(words.strip())
            lowered = lowered.replace(words.lower(), " ⟦0⟧ ", 1)
    return re.sub(r" +", " ", lowered).strip(), quotes


def _read_clause(clause: str, quotes: list[str]) -> tuple[list[Wish], str]:
    """Return the wishes of one clause, and what of it nothing reads ("" when only fillers are left)."""
    if not clause:
        return [], ""
    clause = clause.replace(" & white", " and white")
    strength, level_spans = level(clause)
    where, where_spans = region(clause)
    text = _blank(clause, level_spans)
    wishes: list[Wish] = []
    cannot: list[str] = []
    scoped = False
    for rule in rules.RULES:
        if rule.needs and rule.needs not in text:
            continue
        # A region named in the clause stands aside for rules that work there.
        open_text = _blank(text, where_spans) if rule.scoped and where else text
        matches = [m for m in rule.pattern.finditer(_squeeze(open_text)) if m[0].strip()]
        for found in matches[: 3 if rule.repeats else 1]:
            text = _consume(text, found[0])
            if rule.kind == "cannot":
                cannot.append(found[0].strip())
                continue
            value, other = (_filled(part, found, quotes).strip() for part in (rule.value, rule.other))
            place = where if rule.scoped else None
            wishes.append(Wish(rule.kind, found[0].strip(), rule.amount * strength, place, value, other))
            scoped = scoped or place is not None
    if len([w for w in wishes if w.kind == "look"]) > 1:  # "a cinematic teal and orange look" is one look
        wishes = [w for w in wishes if w.value != "cinematic"]
    if thing := _named_thing(text, wishes, where):
        wishes = [replace(w, where=f"named:{thing}") if w.kind in rules.SCOPED else w for w in wishes]
        text = ""
    if scoped:
        text = _blank(text, where_spans) if len(text) == len(clause) else region_removed(text)
    if not any(w.kind == "look" for w in wishes) and content_words(text):
        style = _style_in(text)
        if style is not None:
            wishes.append(Wish("style", style, strength, None, style))
            named = style_names.resolve(style).style
            text = _consume(text, style) if style in _squeeze(text) else ""
            for word in (named.name, *named.words):  # "a pop art poster" names it twice
                text = re.sub(rf"\b{re.escape(word)}\b", " ", text)
            if len(content_words(text)) <= 3 and re.match(r"(?:\w+ ){0,4}?(?:on|with|in|of|using)\b", _squeeze(text)):
                text = ""  # "… on rough paper": details of the style
    left = _squeeze(text).strip(" ,:-")
    if content_words(left):
        cannot.append(clause if not wishes and not cannot else left)
    return wishes, "; ".join(cannot)


_THING: Final = re.compile(
    rf"^(?:(?:{VERBS}|only|just|in|on|of|to|for|out) )*(?:the|her|his|their|my|its) (?P<thing>[a-z]+(?: [a-z]+){{0,2}})$"
)


def _named_thing(text: str, wishes: list[Wish], where: str | None) -> str | None:
    """Return the thing that a clause is about, when all that nothing read is its name: "make the eyes brighter"."""
    if where is not None or not any(w.kind in rules.SCOPED for w in wishes):
        return None
    found = _THING.match(_squeeze(text).strip(" ,"))
    return found["thing"] if found and content_words(found["thing"]) else None


def region_removed(text: str) -> str:
    """Return *text* without the words for a region."""
    _, spans = region(text)
    return _blank(text, spans)


def _style_in(text: str) -> str | None:
    text = _squeeze(text).strip(" ,")
    match = style_names.resolve(text)
    if not match.known:
        return None
    cue = _STYLE_CUE.search(text)
    named = [w for w in (match.style.name, *match.style.words) if re.search(rf"(?<![\w-]){re.escape(w)}(?!\w)", text)]
    longest = max(named, key=len, default=text)
    if not cue and _UNSURE_STYLES.match(longest):
        return None
    if not cue and len(content_words(text)) > len(longest.split()) + 2:
        return None
    return longest


def _filled(template: str, match: re.Match[str], quotes: list[str]) -> str:
    groups = match.groupdict(default="")

    def one(slot: re.Match[str]) -> str:
        text = groups.get(slot[1], "")
        return (slot[2] if text else "") if slot[2] else text

    return _quoted_again(_SLOT.sub(one, template), quotes, marks=False)


def _quoted_again(text: str, quotes: list[str], *, marks: bool = True) -> str:
    pair = ("“", "”") if marks else ("", "")
    return re.sub(r"⟦(\d+)⟧", lambda m: f"{pair[0]}{quotes[int(m[1])]}{pair[1]}", text)


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _squeeze(text: str) -> str:
    return re.sub(r" +", " ", text).strip()


def _consume(text: str, words: str) -> str:
    """Return *text* without *words* (which may have had gaps closed in it)."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    gone = re.sub(rf"(?<!\w){pattern}(?!\w)", " ", text, count=1)
    if gone != text:
        return gone
    left = text.split()
    for word in words.split():  # a region stood between the words
        if word in left:
            left.remove(word)
    return " ".join(left)


def _without_doubles(wishes: list[Wish]) -> list[Wish]:
    seen: dict[tuple[str, str | None, str, str], Wish] = {}
    for wish in wishes:
        seen.setdefault((wish.kind, wish.where, wish.value, wish.other), wish)
    return list(seen.values())
