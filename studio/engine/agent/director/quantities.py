# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Read figures and formats off a request: count, size, shape, time, tempo, seed, file type.

Every reader returns a value (None when the text says nothing) and the spans of the
normalised text that said it, so that a prompt can leave them out.
"""

import re
from dataclasses import dataclass, field

from studio.engine.agent.director.lexicon import SOUND, STYLES, VIDEO
from studio.engine.agent.director.text import Text, search

Span = tuple[int, int]

_VARIATION = r"(?:variations?|variants?|versions?|options?|alternatives?|takes?|tries|attempts?|ideas|moods|palettes|(?:color )?schemes|color ?ways|different ones)"
_COUNTED = (
    rf"(?:{_VARIATION}|(?:pictures?|photos?|images?|drawings?|paintings?|illustrations?|portraits?|sketch(?:es)?|artworks?|renders?"
    rf"|wallpapers?|posters?|banners?|logos?|icons?|stickers?|patterns?|textures?|covers?|postcards?|collages?|avatars?"
    rf"|watercolors|backgrounds?|thumbnails?|flyers?|cards?|invitations?|tattoos?|emblems?|sprites?|mock ?ups?|designs?|concepts?|labels?|badges?|scenes?)|{VIDEO}|{SOUND})"
)
_LOOKS = (
    "(?:(?:"
    + "|".join(re.escape(s) for s in STYLES)
    + "|colorful|beautiful|funny|realistic|abstract|dark|bright|minimal|detailed|high quality|cute|pretty|scary|moody|large|big) )+"
)
_GENRES = "folk|rock|pop|techno|house|lo ?fi|ambient|classical|orchestral|synthwave|reggae|funk|soul|metal|punk|country|bossa nova|samba|swing|polka|gospel|disco|chiptune"
_AMOUNTS = {"couple": 2, "pair": 2, "few": 3, "several": 4, "handful": 5, "some": 3}

_SITES = "(?:twitter|facebook|linkedin|youtube|twitch|etsy|blog|e ?mail|newsletter|substack|shop)"
_ASPECTS: tuple[tuple[str, str], ...] = (
    (r"(?:for )?(?:(?:an?|my|the|our) )?" + _SITES + r" (?:header|banner|cover)", "21:9"),
    (r"(?:ultra ?wide|panoram(?:a|ic)(?: (?:format|shape|view))?|(?:web(?:site)? )?(?:banner|header)|cinemascope)", "21:9"),
    (r"(?:(?:for (?:a|my|the) )?(?:phone|mobile|iphone|lock ?screen|smartphone)(?: (?:wallpaper|background|screen))?)", "9:16"),
    (r"(?:(?:for|as|on|in) )?(?:(?:an?|the) )?(?:din )?a [2-6] (?:(?:print|poster|paper|sheet|page|size|format|flyer|print out) )*(?:in |as )?(?:landscape|horizontal)", "297:210"),
    (r"(?:(?:for|as|on|in) )?(?:(?:an?|the) )?(?:din a [2-6]|a [2-6] (?:print|poster|paper|sheet|page|size|format|flyer|portrait)|(?<=[,.] )a [2-6](?= (?:[.,!]|please|$)))(?: (?:print|poster|paper|sheet|page|size|format|portrait))*", "210:297"),
    (r"(?:an? )?(?:instagram |insta |short )?reels?(?= (?::|of|about|with|showing) )", "9:16"),
    (r"(?:(?:(?:for|as) )?(?:(?:an?|my|the|our) )?(?:instagram|insta|ig|whatsapp|snapchat|facebook) (?:story|stories)(?: format)?|(?:for (?:an?|my|the|our) )?(?:story|stories)(?: format)?|tiktok|(?:youtube )?shorts|for (?:a )?reels?)(?= )", "9:16"),
    (r"(?:instagram|insta) post|(?:album|record|spotify|ep|lp|single|playlist|podcast|cd|vinyl) (?:cover|artwork|sleeve)|profile (?:picture|photo)|avatar", "1:1"),
    (r"(?:for (?:a|my|the) )?(?:desktop|laptop|computer|monitor|tv|pc)(?: (?:wallpaper|background|screen))|(?:wallpaper )?for (?:a|my|the) (?:desktop|laptop|monitor|computer|tv|pc)", "16:9"),
    (r"youtube thumbnail|wide ?screen(?: format)?|(?:in )?wide (?:format|shape|aspect(?: ratio)?|orientation|image|picture)|wide angle format", "16:9"),
    (r"(?:in |a )?(?:vertical|upright)(?: (?:format|orientation|shape|aspect(?: ratio)?))?", "9:16"),
    (r"(?:in )?portrait (?:format|orientation|mode|shape|aspect(?: ratio)?|layout)", "4:5"),
    (r"(?:in )?(?:landscape|horizontal) (?:format|orientation|mode|shape|aspect(?: ratio)?|layout)", "3:2"),
    (r"(?:in )?square(?: (?:format|shape|aspect(?: ratio)?))?(?! (?:kilo)?met)", "1:1"),
    (r"book cover|poster format", "2:3"),
    (r"postcard format|postcard", "3:2"),
)  # fmt: skip
_ASPECT_ENDS: tuple[tuple[str, str], ...] = (
    (r"(?:it should be |make it |and |in )?(?:very )?(?:tall|high)", "9:16"),
    (r"(?:it should be |make it |and |in )?(?:very )?(?:wide|broad)", "16:9"),
    (r"(?:in )?portrait", "4:5"),
    (r"(?:in )?landscape", "3:2"),
    (r"(?:in )?horizontal", "16:9"),
)
_KEPT_IN_PROMPT = ("banner", "panoram", "avatar", "postcard", "album cover", "record cover", "book cover", "header")


@dataclass
class Figures:
    """What a request fixes in numbers and formats; ``spans`` is where it said so."""

    count: int | None = None
    width: int | None = None
    height: int | None = None
    aspect: str | None = None
    seed: int | None = None
    negative: str | None = None
    output: str | None = None
    duration: float | None = None
    resolution: int | None = None
    scale: float | None = None
    longest_edge: int | None = None
    window: tuple[float, float] | None = None
    bpm: float | None = None
    key: str | None = None
    timesig: int | None = None
    silent: bool = False
    spans: list[Span] = field(default_factory=list)


def figures(text: Text) -> Figures:
    """Read everything that *text* fixes."""
    found = Figures()
    for reader in (_size, _aspect, _window, _tempo, _duration, _scale, _resolution, _count, _seed, _format, _negative):
        reader(text, found)
    return found


def _take(text: Text, found: Figures, pattern: str) -> re.Match[str] | None:
    match = search(pattern, text.norm)
    if match:
        found.spans.append(match.span())
    return match


def _size(text: Text, found: Figures) -> None:
    match = _take(
        text,
        found,
        r"(?<= )(?:(?:at|in|size(?:d)?|resolution(?: of)?|with) ){0,4}(\d{3,5}) (?:x|by|px x|times) (\d{3,5})(?: (?:px|pixels?))?(?= )",
    )
    if match is None:
        match = _take(
            text,
            found,
            r"(?<= )(?:at |in )?(\d{3,5}) (?:px |pixels )?(?:wide|width) (?:and |by |x )?(\d{3,5}) (?:px |pixels )?(?:high|tall|height)",
        )
    if match:
        found.width, found.height = int(match[1]), int(match[2])


def _aspect(text: Text, found: Figures) -> None:
    match = _take(
        text,
        found,
        r"(?<= )(?:(?:at|in|an?|with|aspect ratio|ratio|format|of) ){0,4}(21:9|16:9|9:16|9:21|3:2|2:3|4:3|3:4|1:1|4:5|5:4|2:1|1:2)(?: (?:aspect ratio|aspect|ratio|format))*(?= )",
    )
    if match:
        found.aspect = match[1]
        return
    for pattern, value in _ASPECTS:
        match = search(rf"(?<= )(?:{pattern})(?= )", text.norm)
        if match:
            found.aspect = value
            if search(_SITES, match[0]) or not any(word in match[0] for word in _KEPT_IN_PROMPT):
                found.spans.append(match.span())
            return
    for pattern, value in _ASPECT_ENDS:
        match = search(rf"(?<=[,.?!;:] ){pattern}(?= (?:please )?(?:[.,!]|$))", text.norm) or search(
            rf"(?<= )(?:make it|it should be|in) (?:very )?{pattern}(?= (?:please )?(?:[.,!]|$))", text.norm
        )
        if match:
            found.aspect = value
            found.spans.append(match.span())
            return
    match = search(r"^ (?:an? |my )?(?:very )?(wide|tall) (?=\w)", text.norm)
    if match is None and search(r" (?:again|same) ", text.norm):
        match = search(
            r"(?<= )(?:(?:and|but|just|only|a bit|much|make it) )*(wide|tall)e?r(?= (?:please )?(?:[.,!]|$|and |but ))",
            text.norm,
        )
        if match:
            found.spans.append(match.span())
    if match:
        found.aspect = "16:9" if match[1] == "wide" else "9:16"


def _clock(text: str) -> float:
    parts = [float(part) for part in text.split(":")]
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds


_TIME = r"(\d+:\d{2}|\d+(?:\.\d+)?)(?: (?:s|seconds?))?"


def _window(text: Text, found: Figures) -> None:
    for pattern in (
        rf"(?<= )(?:from|between) (?:seconds? )?{_TIME} (?:to|and|until|till|through) (?:seconds? )?{_TIME}(?: (?:s|seconds?))?(?= )",
        r"(?<= )(\d+(?:\.\d+)?) (?:s|seconds?) (\d+(?:\.\d+)?) (?:s|seconds?)(?= )",
        rf"(?<= )seconds? {_TIME} (?:to|and|until|till|through)? ?{_TIME}(?= )",
        rf"(?<= ){_TIME} (?:to|until|till) {_TIME} (?:s|seconds?)(?= )",
        r"(?<= )(?:from )?(\d+:\d{2}) (?:to|until|till)? ?(\d+:\d{2})(?= )",
    ):
        match = search(pattern, text.norm)
        if match and _clock(match[1]) < _clock(match[2]):
            found.window = (_clock(match[1]), _clock(match[2]))
            found.spans.append(match.span())
            return
    match = _take(text, found, r"(?<= )(?:the |in the |during the ){0,4}first (?:(\d+(?:\.\d+)?) )?(?:s|seconds?)(?= )")
    if match:
        found.window = (0.0, float(match[1] or 1))
        return
    match = _take(text, found, r"(?<= )(?:the |in the |during the ){0,4}last (?:(\d+(?:\.\d+)?) )?(?:s|seconds?)(?= )")
    if match:
        found.window = (-float(match[1] or 1), -1.0)


def _duration(text: Text, found: Figures) -> None:
    match = search(
        r"(?<= )(?:for |about )?(?:(an?|one|\d+) minutes? and an? half|(one|\d+) and an? half minutes?)(?: long)?(?= )",
        text.norm,
    )
    if match:
        whole = match[1] or match[2]
        found.duration = 60.0 * (int(whole) if whole.isdigit() else 1) + 30
        found.spans.append(match.span())
        return
    lead = r"(?<= )(?:(?:of|for|around|about|roughly|another|by|lasting|exactly|an?|in|at|up to) ){0,4}"
    match = search(
        rf"{lead}(\d+(?:\.\d+)?) (?:more |extra |additional |full )?(s|seconds?|minutes?)(?: (?:long|longer|more|of))?(?= )",
        text.norm,
    )
    if match and not any(start <= match.start() < end for start, end in found.spans):
        found.duration = float(match[1]) * (60 if match[2].startswith("min") else 1)
        found.spans.append(match.span())
        return
    match = search(
        r"(?<= )(half an?|a half|half|one|an?) seconds? (?=(?:long )?(?:cross ?fade|fade|dissolve|transition|wipe|slide)s?)",
        text.norm,
    )
    if match:
        found.duration = 0.5 if "half" in match[1] else 1.0
        found.spans.append(match.span())
        return
    match = search(r"(?<= )(?:for |about )?(half an?|an?|one) minutes?(?: long)?(?= )", text.norm)
    if match:
        found.duration = 30.0 if match[1].startswith("half") else 60.0
        found.spans.append(match.span())


def _tempo(text: Text, found: Figures) -> None:
    match = _take(
        text, found, r"(?<= )(?:(?:at|with|an?|tempo(?: of)?|around) ){0,4}(\d{2,3}) (?:bpm|beats per minutes?)(?= )"
    )
    match = match or _take(text, found, r"(?<= )(?:at |with )?(?:a )?tempo (?:of )?(\d{2,3})(?= )")
    if match:
        found.bpm = float(match[1])
    match = search(
        r"(?<= )(?:(?:in|the|key|of) ){0,4}([a-g])(?: ?(sharp|flat)| ?(#|b))? (major|minor|maj|min|minutes)(?: scale)?(?= )",
        text.norm,
    )
    if match:
        sign = {"sharp": "#", "flat": "b"}.get(match[2] or "", match[3] or "")
        found.key = f"{match[1].upper()}{sign} {'major' if match[4].startswith('maj') else 'minor'}"
        found.spans.append(match.span())
    elif match := search(
        rf" (?:waltz|{SOUND}|piano|guitar|strings|violin|cello|organ|choir|bpm|jazz|blues|ballad|march|hymn|lullaby|tango|{_GENRES}) (?:.* )?in (?:the key of )?([a-g])(?: (sharp|flat)|( ?#))?(?= (?:[.,!;]|please|with|for|at|and|\d|$)|$)",
        text.norm,
    ):
        sign = "#" if match[2] == "sharp" or match[3] else "b" if match[2] == "flat" else ""
        minor = search(r" (?:sad|dark|melanchol\w+|gloomy|tragic|mournful|horror|creepy|funeral|minor) ", text.norm)
        found.key = f"{match[1].upper()}{sign} {'minor' if minor else 'major'}"
        found.spans.append((text.norm.rindex(" in ", 0, match.end()) + 1, match.end()))
    elif match := search(
        r"(?<= )(?:in )?(?:the )?key (?:of )?([a-g])(?: (sharp|flat))?(?= (?:[.,!;]|with|at|and|\d|$)|$)", text.norm
    ):
        found.key = f"{match[1].upper()}{ {'sharp': '#', 'flat': 'b'}.get(match[2] or '', '') } major"
        found.spans.append(match.span())
    match = search(r"(?<= )(?:(?:in|a) ){0,4}([2346])/(?:4|8)(?: time)?(?= )", text.norm)
    if match:
        found.timesig = int(match[1])
        found.spans.append(match.span())
    elif search(r" waltz", text.norm):
        found.timesig = 3


_TIMES = {"double": 2, "twice": 2, "triple": 3, "thrice": 3, "quadruple": 4}


def _scale(text: Text, found: Figures) -> None:
    match = _take(
        text,
        found,
        r"(?<= )(?:by |to )?(?:a factor of )?(\d(?:\.\d)?) ?(?:x|times)(?: (?:larger|bigger|the (?:size|resolution)|as (?:large|big)|original))*(?= )(?! \d{2})",
    )
    match = (
        match
        or _take(text, found, r"(?<= )x (\d)(?= )")
        or _take(
            text,
            found,
            r"(?<= )(?<=upscale |enlarge |magnify )(?:it |this |that )?(?:by )?(\d(?:\.\d)?)(?= (?:[.,!?]|and|then|please|$))",
        )
        or (
            _take(text, found, r"(?<= )by (\d(?:\.\d)?)(?= (?:[.,!?] |and |then |please |$))")
            if search(r" (?:upscale|enlarge|scale|blow|increase|magnify) ", text.norm)
            else None
        )
        or _take(text, found, r"(?<= )(?:by )?(?:a )?factor (?:of )?(\d)(?= )")
    )
    if match:
        found.scale = float(match[1])
        return
    match = _take(
        text,
        found,
        r"(?<= )(double|twice|triple|thrice|quadruple)(?: (?:the|its|the original|as) ?(?:size|resolution|big|large)?)?(?= )",
    )
    if match:
        found.scale = float(_TIMES[match[1]])
        return
    match = _take(text, found, r"(?<= )(?:to |by )?(\d{3}) (?:%|percent)(?= )")
    if match:
        found.scale = float(match[1]) / 100


def _resolution(text: Text, found: Figures) -> None:
    match = _take(
        text,
        found,
        r"(?<= )(?:(?:to|in|at|with|up) ){0,4}(480|720|1080|1440|2160|4320) p(?: (?:resolution|quality))?(?= )",
    )
    match = match or _take(
        text, found, r"(?<= )(?:to|in|at|it|export) (1080|1440|2160)(?= (?:[.,!;?]|please|and|then|$)|$)"
    )
    if match:
        found.resolution = int(match[1])
        return
    match = _take(text, found, r"(?<= )(?:(?:to|in|at|with|up) ){0,4}(2|4|8) k(?: (?:resolution|quality))?(?= )")
    if match:
        found.resolution = {"2": 1440, "4": 2160, "8": 4320}[match[1]]
        return
    match = _take(
        text,
        found,
        r"(?<= )(?:(?:to|at|of) ){0,2}(\d{3,5})(?: (?:px|pixels?))? (?:on|along|at|for) (?:the|its) (?:long(?:est|er)?|wide|larger|largest) (?:side|edge)(?= )",
    )
    if match:
        found.longest_edge = int(match[1])
        return
    if search(r" (?:full hd|fhd) ", text.norm):
        found.resolution = 1080
        return
    match = search(
        r"(?<= )(?:(?:to|at|of) ){0,4}(\d{3,5}) (?:px|pixels?)(?: (?:wide|long|tall|on the long(?:est)? (?:edge|side)))?(?= )",
        text.norm,
    )
    if match and found.width is None:
        found.longest_edge = int(match[1])
        found.spans.append(match.span())


def _count(text: Text, found: Figures) -> None:
    adjectives = r"(?:(?:different|more|other|new|separate|distinct|nice|small|quick|possible|similar) ){0,4}"
    match = search(
        rf"(?<= )(?:(?:in|with|as|me|make|the) )*(?:an? )?(?:set |series |batch |collection |group |grid )(?:of )(\d+) {adjectives}(?:{_COUNTED}(?: of)?(?= ))?",
        text.norm,
    )
    match = match or search(
        rf"(?<= )(?:in )?(\d{{1,2}}) {adjectives}(?:of )?{_COUNTED}(?: of (?!a kind)| with| showing)?(?= )(?! \d)",
        text.norm,
    )
    match = match or search(
        rf"(?<= )(\d{{1,2}}) (?={adjectives}(?:(?!seconds?|minutes?)\w+ ){{1,2}}{_VARIATION} )", text.norm
    )
    match = match or search(
        rf"(?<= )(?:an? )?(couple|pair|few|several|handful|some)(?: of)? {adjectives}{_COUNTED}(?: of)?(?= )", text.norm
    )
    match = match or search(
        r"(?<= )(\d{1,2}) (?:more|others?|(?=(?:of|like) (?:those|these|them|that|this|it) ))(?: ?(?:of|like) (?:those|them|these|that|this|it))?(?= )",
        text.norm,
    )
    match = match or search(rf"(?<= )(\d{{1,2}}) (?={adjectives}{_LOOKS}{_COUNTED} )", text.norm)
    if match and match[1] in ("some", "few", "several") and not search(r"s(?: of| with| showing)?$", match[0].rstrip()):
        match = None  # "some music" is one piece
    if match is None or (_AMOUNTS.get(match[1]) is None and not 1 <= int(match[1]) <= 16):
        return
    if search(r" (?:both|all|these|those|my|the) $", text.norm[: match.start()]):
        return
    found.count = _AMOUNTS.get(match[1]) or int(match[1])
    kept = search(
        r" (?:posters?|banners?|logos?|icons?|stickers?|patterns?|textures?|covers?|postcards?|collages?|avatars?|thumbnails?|flyers?|cards?|invitations?|tattoos?|emblems?|sprites?|mock ?ups?|designs?|concepts?|labels?|badges?|scenes?)(?= |$)",
        match[0],
    )
    found.spans.append((match.start(), match.start() + kept.start() + 1) if kept else match.span())


def _seed(text: Text, found: Figures) -> None:
    match = _take(
        text, found, r"(?<= )(?:(?:with|using|use|and|the) ){0,4}seed (?:: |number |of |is |= )?(\d{1,10})(?= )"
    )
    if match:
        found.seed = int(match[1])


def _format(text: Text, found: Figures) -> None:
    match = _take(
        text,
        found,
        r"(?<= )(?:(?:as|in|an?|save(?:d)?|export(?:ed)?|format|file) ){0,4}(jpe?g|webp|png|mp3|flac|wav|mov|mp4)(?: (?:format|file|image))?(?= )",
    )
    if match:
        found.output = "jpg" if match[1] == "jpeg" else match[1]


def _negative(text: Text, found: Figures) -> None:
    match = _take(
        text,
        found,
        r"(?<= )(?:and |but )?(?:no|without|with no|without any) (?:sound|audio|music)(?= )|(?<= )silent(?= )|(?<= )mute(?= )",
    )
    if match:
        found.silent = True
    parts = []
    pattern = (
        r"(?<= )(?:and |but |please )?(?:without(?: any)?|with no|there should be no|no|avoid|exclude|leave out|do not (?:show|include|add))"
        r" ((?:(?!and |but |in |at |on |with |by |under |no |as ).)[^.,;!?:§]*?)(?= (?:[.,;!?:]|in |at |on |with |by |under |as |but |and (?:make|cut|then|put|turn|add|use)|$)|(?: and)? (?:no|without) | $)"
    )
    for match in re.finditer(pattern, text.norm):
        if not re.match(r"(?:background|doubt|problem|idea|need|matter|rush|worries)", match[1]) and not search(
            r"(?:sound|audio|music)(?: please| thanks)*$", match[1]
        ):
            words = text.typed(*match.span(1))
            if words:
                words = re.sub(r"(?i)[\s,]+(?:please|pls|plz|thanks|thx|thank you)$", "", words)
                parts.append(re.sub(r"^(?:any|the)\s+", "", words))
                found.spans.append(match.span())
    if parts:
        found.negative = ", ".join(parts)
