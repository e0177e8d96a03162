"""From a sentence to a `Brief`: what to paint, how many, at what hour, in which weather, colours and manner.

The reader is a careful keyword parser, not a language model. It finds phrases before words, binds colours and counts
to the nouns that follow them, takes back what a negation forbids, and always ends with a scene family: unknown
subjects are matched by their companions (weather, hour, things) and at last by the seed, among the open families.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.engine.renderers.painter import lexicon, naming
from studio.engine.renderers.painter.colour import Rgb
from studio.engine.renderers.painter.noise import generator
from studio.engine.renderers.painter.wording import WRITTEN, split_wording

_DEFINING = frozenset(
    ("firework", "lantern", "meteor", "milkyway", "eclipse", "galaxy", "nebula", "ringed", "blackhole", "floating")
)
"""Things that make a picture their own: fireworks over a lake are a night picture, not a lake picture."""

_SCENERY = frozenset(
    (
        "cloud",
        "planet",
        "ringed",
        "nebula",
        "galaxy",
        "eclipse",
        "lake",
        "aurora",
        "star",
        "mesa",
        "volcano",
        "island",
        "floating",
        "rocks",
        "sun",
        "moon",
        "blackhole",
    )
)
"""Things so large that their colour is the picture's colour."""

OPEN_FAMILIES = ("coast", "hills", "mountains", "desert", "forest", "city", "sky", "night", "cosmic")
"""What an open request may become; registered families with `open_weight` are added by the registry."""

_TOKEN = re.compile(r"[a-z0-9à-ž&]+(?:[-'][a-z0-9à-ž]+)*")
_QUOTES = re.compile(r"[\"“”„«]")
_MANY = frozenset(("children", "people", "men", "women", "mice", "geese", "wolves", "kids"))
_AIRBORNE = frozenset(
    lexicon.FAMILY_WORDS["sky"] + tuple(w.replace("_", " ") for k, (words, home) in lexicon.ELEMENT_WORDS.items()
                                        if home == "sky" and k not in ("sun", "bird") for w in words.split())
) - {"sunrise", "sunset", "sunbeam", "sun", "wind", "breeze", "dream", "freedom", "daydream", "feather"}  # fmt: skip
_ACTORS = ("snowman", "robot", "car", "bus", "bicycle", "train", "horse", "figure", "couple")
_DOING = frozenset(
    lexicon.words(
        "walking walk running run jogging dancing riding sitting standing hiking climbing fishing flying jumping "
        "playing cycling strolling waiting skating skiing surfing kissing"
    )
)
_SAME_PLURAL = frozenset(("sheep", "deer", "fish"))
_WILD_WATER = frozenset(("river", "stream", "creek", "brook", "lake", "pond", "gorge", "valley", "ravine"))
_NEGATION_REACH = 4
_NEGATION_STOPS = frozenset(
    [
        "with",
        "but",
        "just",
        "only",
        "at",
        "in",
        "on",
        "over",
        "under",
        "above",
        "by",
        "near",
        "during",
        "for",
        "like",
        "beside",
        "from",
    ]
)


@dataclass(frozen=True)
class Thing:
    """One thing asked for: its kind, the word used, how many (None = unsaid) and its colour if one was named."""

    kind: str
    word: str
    count: int | None = None
    colour: Rgb | None = None


@dataclass(frozen=True)
class Brief:
    """A prompt, understood. Every field is a wish, never a promise: `Painting.used_prompt` says what was drawn."""

    prompt: str
    family: str
    confidence: float
    subjects: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    time: str | None = None
    weather: str | None = None
    season: str | None = None
    mood: str | None = None
    palettes: tuple[str, ...] = ()
    colours: tuple[tuple[str, Rgb], ...] = ()
    composition: frozenset[str] = frozenset()
    style: str | None = None
    without: frozenset[str] = frozenset()
    open: bool = False
    ranking: tuple[str, ...] = ()
    words: frozenset[str] = field(default_factory=frozenset)
    named: tuple[str, ...] = ()
    """Other words that name something to be seen, whether or not the painter knows them."""
    wording: tuple[str, ...] = ()
    """Words to be written in the picture."""

    def thing(self, kind: str) -> Thing | None:
        """The first wish for a kind of thing, if it is asked for (and not forbidden)."""
        return next((thing for thing in self.things if thing.kind == kind), None)

    def wants(self, *kinds: str) -> bool:
        """Whether any of these kinds is asked for."""
        return any(thing.kind in kinds for thing in self.things)

    def allows(self, *kinds: str) -> bool:
        """Whether none of these kinds is forbidden ("without people", "no clouds")."""
        return not self.without.intersection(kinds)

    def says(self, *words: str) -> bool:
        """Whether any of these words (singular) is in the prompt."""
        return any(word in self.words for word in words)


def singulars(word: str) -> tuple[str, ...]:
    """The word itself and its likely singular forms."""
    forms = [word]
    if word.endswith("ies") and len(word) > 4:
        forms.append(word[:-3] + "y")
    if word.endswith("ves") and len(word) > 4:
        forms += [word[:-3] + "f", word[:-1]]
    if word.endswith("es") and len(word) > 4:
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        forms.append(word[:-1])
    if word.endswith("'s"):
        forms.append(word[:-2])
    return tuple(forms)


def _index(table: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for key, words in table.items():
        for word in words:
            out.setdefault(word, []).append(key)
    return out


_FAMILIES = _index(lexicon.FAMILY_WORDS)
_ELEMENTS = _index({kind: tuple(w.replace("_", " ") for w in words.split())
                    for kind, (words, _) in lexicon.ELEMENT_WORDS.items()})  # fmt: skip
_TIMES = _index(lexicon.TIME_WORDS)
_WEATHERS = _index(lexicon.WEATHER_WORDS)
_SEASONS = _index(lexicon.SEASON_WORDS)
_MOODS = _index(lexicon.MOOD_WORDS)
_COMPOSITIONS = _index(lexicon.COMPOSITION_WORDS)
_STYLES = _index(lexicon.STYLE_WORDS)
_PALETTES = _index(lexicon.PALETTE_WORDS)


@dataclass(frozen=True)
class _Term:
    """One word, or phrase in singular form, with its token position.

    Also whether it is forbidden, whether it was a plural, and whether punctuation follows it.
    """

    text: str
    start: int
    length: int
    forbidden: bool
    plural: bool = False
    stopped: bool = False


_PHRASES = frozenset(
    phrase
    for table in (_FAMILIES, _ELEMENTS, _TIMES, _WEATHERS, _SEASONS, _MOODS, _COMPOSITIONS, _STYLES, _PALETTES)
    for phrase in table
    if " " in phrase
)


def _forbidden(tokens: list[str], breaks: set[int]) -> list[bool]:
    flags = [False] * len(tokens)
    for index, token in enumerate(tokens):
        if token not in lexicon.NEGATIONS:
            continue
        for reach in range(index, min(len(tokens), index + 1 + _NEGATION_REACH)):
            if reach > index and (reach in breaks or tokens[reach] in _NEGATION_STOPS):
                break
            flags[reach] = True
    return flags


def _terms(prompt: str, negative: str) -> list[_Term]:
    text = prompt.lower().replace("’", "'").replace("_", " ")
    matches = list(_TOKEN.finditer(text))
    tokens = [match.group() for match in matches]
    breaks = {
        index + 1
        for index in range(len(matches) - 1)
        if re.search(r"[.,;:!?]", text[matches[index].end() : matches[index + 1].start()])
    }
    flags = _forbidden(tokens, breaks)
    terms: list[_Term] = []
    position = 0
    while position < len(tokens):
        for length in (4, 3, 2):
            part = tokens[position : position + length]
            if len(part) < length or any(p in breaks for p in range(position + 1, position + length)):
                continue
            head = " ".join(part[:-1])
            found = next((f"{head} {last}" for last in singulars(part[-1]) if f"{head} {last}" in _PHRASES), None)
            if found:
                many = found.split()[-1] != part[-1]
                stopped = position + length in breaks
                terms.append(_Term(found, position, length, flags[position], many, stopped))
                position += length
                break
        else:
            word = tokens[position]
            many = word in _MANY or (word.endswith("s") and not word.endswith(("ss", "us", "sis")))
            terms.append(_Term(word, position, 1, flags[position], many, position + 1 in breaks))
            position += 1
    unwanted = list(_TOKEN.findall(negative.lower()))
    return terms + [_Term(word, 10_000, 1, True) for word in unwanted]


def _lookup(table: dict[str, list[str]], text: str) -> list[str]:
    for form in singulars(text):
        if form in table:
            return table[form]
    return []


def _first(table: dict[str, list[str]], terms: list[_Term]) -> str | None:
    for term in terms:
        if not term.forbidden and (found := _lookup(table, term.text)):
            return found[0]
    return None


def _colour_of(text: str) -> tuple[str, Rgb] | None:
    for name in (text, text.replace(" ", "-"), *(f for f in singulars(text)), text.removesuffix("ish")):
        if name in lexicon.COLOURS:
            return name, lexicon.COLOURS[name]
    return None


def _wished_colour(terms: list[_Term], index: int) -> tuple[str, Rgb] | None:
    """The colour that a word asks for; lemons and roses are things, unless they stand before another noun."""
    term = terms[index]
    named = _colour_of(term.text)
    if named is None or not (_lookup(_FAMILIES, term.text) or _lookup(_ELEMENTS, term.text)):
        return named
    before = terms[index - 1].text if index else ""
    after = terms[index + 1].text if index + 1 < len(terms) and not term.stopped else None
    leads = after is not None and not naming.connects(after)
    return named if not term.plural and (leads or before in ("in", "and")) else None


def _natural(terms: list[_Term], index: int) -> bool:
    """Whether the colour word at `index` only names what the next noun looks like anyway."""
    if index and terms[index - 1].text in ("and", "or"):
        return False  # one of a list of colours: a wish
    nouns = lexicon.NATURAL_COLOURS.get(terms[index].text, frozenset())
    following = terms[index + 1 : index + 3]
    return any(form in nouns for term in following for form in singulars(term.text))


def _things(terms: list[_Term]) -> tuple[list[Thing], set[int]]:
    """The things asked for, and the positions of the colour words that were bound to them."""
    things: dict[str, Thing] = {}
    bound: set[int] = set()
    for index, term in enumerate(terms):
        kinds = [] if term.forbidden else _lookup(_ELEMENTS, term.text)
        if not kinds:
            continue
        count: int | None = None
        colour: Rgb | None = None
        for back in range(1, 5):
            if index - back < 0 or terms[index - back].forbidden:
                break
            before = terms[index - back].text
            if before in ("with", "and", "over", "under", "near", "in", "on", "at", "above", "by", "behind", "beside"):
                break
            if count is None and (before.isdigit() or before in lexicon.NUMBERS):
                count = min(60, int(before)) if before.isdigit() else lexicon.NUMBERS[before]
            if colour is None and back <= 3 and (named := _colour_of(before)):
                colour = named[1]
                if not _SCENERY.intersection(kinds):
                    bound.add(terms[index - back].start)
            if back >= 2 and _lookup(_ELEMENTS, before):
                break
        if count == 1 and term.plural:
            count = None
        if count is None and not term.plural and term.text not in _SAME_PLURAL:
            count = 1
        for kind in kinds:
            things.setdefault(kind, Thing(kind, term.text, count, colour))
    return list(things.values()), bound


_HAIR = frozenset(("hair", "beard", "curls", "braid", "ponytail", "eye", "eyes", "skin", "lips", "dress", "coat"))
"""What a colour word before belongs to, so that it does not colour the whole picture."""
_DESCRIPTIVE = (_TIMES, _WEATHERS, _SEASONS, _MOODS, _COMPOSITIONS, _STYLES, _PALETTES)


def _named(terms: list[_Term]) -> tuple[list[str], set[int]]:
    """Words for things that no element stands for, and the positions of the colour words bound to unknown ones."""
    named: list[str] = []
    bound: set[int] = set()
    known = any(_lookup(_FAMILIES, term.text) or _lookup(_ELEMENTS, term.text) for term in terms if not term.forbidden)
    for index, term in enumerate(terms):
        text = term.text
        if text in _HAIR and not term.forbidden:
            bound.update(t.start for t in terms[max(0, index - 2) : index] if _colour_of(t.text) and not t.stopped)
        if term.forbidden or _lookup(_ELEMENTS, text) or any(_lookup(table, text) for table in _DESCRIPTIVE):
            continue
        families = _lookup(_FAMILIES, text)
        if families:
            if naming.visible(text, families):
                named.append(text)
            continue
        following = terms[index + 1].text if index + 1 < len(terms) and not terms[index + 1].forbidden else None
        if text in lexicon.OPEN_WORDS or text in lexicon.NUMBERS or _colour_of(text) is not None:
            continue
        if naming.points_at_something(text, following, term.stopped):
            named.append(text)
            for back in range(1, 4):
                if index - back < 0 or terms[index - back].stopped:
                    break
                if known and _colour_of(terms[index - back].text):
                    bound.add(terms[index - back].start)
    return list(dict.fromkeys(named)), bound


def _rank(terms: list[_Term], things: list[Thing]) -> dict[str, float]:
    """How strongly each family is asked for: nouns count most where they lead, things lend a little."""
    scores: dict[str, float] = {}
    lead = 1.0
    for term in terms:
        if term.forbidden:
            continue
        families = _lookup(_FAMILIES, term.text)
        for order, family in enumerate(families):
            weight = (2.2 if " " in term.text else 1.0) * lead * (1.0 if order == 0 else 0.6)
            scores[family] = scores.get(family, 0.0) + weight
        if families:
            lead = max(0.45, lead * 0.78)
    for thing in things:
        family = lexicon.ELEMENT_WORDS[thing.kind][1]
        scores[family] = scores.get(family, 0.0) + (1.9 if thing.kind in _DEFINING else 0.4)
    return scores


def _composed(scores: dict[str, float], terms: list[_Term], things: list[Thing]) -> dict[str, float]:
    """Corrections that a painter would make: places outrank the creatures and hours seen in them."""
    places = ("coast", "hills", "mountains", "desert", "forest", "city", "underwater", "cosmic", "interior")
    best_place = max((scores.get(place, 0.0) for place in places), default=0.0)
    if best_place >= 0.5:
        night_thing = any(thing.kind in _DEFINING for thing in things)
        for family in ("animals", "portrait", "sky", "night", "abstract", "still_life"):
            if family in scores and not (family in ("night", "sky") and night_thing):
                scores[family] *= 0.55
    texts = {term.text for term in terms if not term.forbidden}
    if len(scores) > 1 and scores.get("sky", 0.0) and not texts & _AIRBORNE:
        scores["sky"] *= 0.3  # a sunset alone says when, not where
    if (
        "portrait" in scores
        and not texts & {"portrait", "face", "head", "profile"}
        and (texts & _DOING or any(thing.kind in ("dog", "horse", "car", "bicycle", "umbrella") for thing in things))
    ):
        scores["portrait"] *= 0.3  # who does something is seen whole, in a place
        where = "city" if texts & {"rain", "rainy", "dog", "umbrella", "car", "bicycle"} else "hills"
        scores[where] = scores.get(where, 0.0) + 0.8
    if any(thing.kind in _ACTORS for thing in things):  # who stands somewhere needs ground, not a sheet of paper
        scores["hills"] = scores.get("hills", 0.0) + scores.pop("botanical", 0.0)
    if texts & {"interior", "inside", "indoor", "indoors"}:
        scores["interior"] = scores.get("interior", 0.0) + 3.0
    if texts & {"bridge", "footbridge"} and texts & _WILD_WATER and not texts & {"city", "skyline", "town", "street"}:
        scores["mountains"] = scores.get("mountains", 0.0) + scores.pop("city", 0.0)
    if texts & {"sea of clouds", "sea of fog", "sea of mist", "cloud sea", "above the clouds"}:
        scores["coast"] = scores.get("coast", 0.0) + (2.0 if "lighthouse" in texts else 0.0)
        scores["sky"] = scores.get("sky", 0.0) + (3.0 if texts & {"castle", "palace", "city"} else 0.0)
        scores["mountains"] = scores.get("mountains", 0.0) + (2.5 if scores.get("mountains") else 0.0)
    for made in ("papercut", "pattern", "geometric"):
        if scores.get(made, 0.0) >= 0.6:
            scores[made] += 1.6  # a material or a manner decides the picture more than what it depicts
    if scores.get("poster", 0.0) > 0:
        scores["poster"] += 6.0  # what carries words is made as that, whatever it shows
    return scores


def read_brief(prompt: str, seed: int, negative: str = "", families: tuple[str, ...] = OPEN_FAMILIES) -> Brief:
    """Understand `prompt`. `families` are those an open or unknown request may become, chosen by `seed`."""
    wording, told = split_wording(prompt)
    terms = _terms(told, negative)
    wanted = [term for term in terms if not term.forbidden]
    things, bound = _things(terms)
    objects, also_bound = _named(terms)
    bound |= also_bound
    scores = _composed(_rank(terms, things), terms, things)
    if wording and _QUOTES.search(prompt) and WRITTEN.search(prompt):
        scores["poster"] = scores.get("poster", 0.0) + 6.0
    ranking = sorted(scores, key=lambda family: -scores[family])
    meaningful = [term for term in wanted if term.text not in lexicon.OPEN_WORDS]
    if not scores and objects:
        families = ("interior",)  # an object that nobody here can draw is missed least in a room
    total = sum(scores.values())
    choice = families[int(generator(seed, 17).integers(len(families)))]
    colours = [
        named
        for index, term in enumerate(wanted)
        if term.start not in bound
        and (named := _wished_colour(wanted, index)) is not None
        and not _natural(wanted, index)
    ]
    palettes = [name for term in wanted for name in _lookup(_PALETTES, term.text)]
    texts = frozenset(form for term in wanted for form in singulars(term.text))
    forbidden = [term.text for term in terms if term.forbidden]
    without = {kind for text in forbidden for kind in _lookup(_ELEMENTS, text)} | {
        form for text in forbidden for form in singulars(text)
    }
    if without & {"people", "person", "human", "figure"}:
        without |= {"figure", "couple", "people"}
    season = _first(_SEASONS, terms)
    if season is None and "fall" in texts and "water" not in texts and "snow" not in texts:
        season = (
            "autumn"
            if re.search(r"\b(in|the|during) fall\b|\bfall (leaves|colou?rs|forest|day)", prompt.lower())
            else None
        )
    return Brief(
        prompt=prompt,
        family=ranking[0] if ranking else choice,
        confidence=round(scores[ranking[0]] / total, 3) if ranking else 0.0,
        subjects=tuple(
            term.text for term in meaningful if _lookup(_FAMILIES, term.text) or _lookup(_ELEMENTS, term.text)
        ),
        things=tuple(thing for thing in things if thing.kind not in without),
        time=_first(_TIMES, terms),
        weather=_first(_WEATHERS, terms),
        season=season,
        mood=_first(_MOODS, terms),
        palettes=tuple(dict.fromkeys(palettes)),
        colours=tuple(dict.fromkeys(colours)),
        composition=frozenset(kind for term in wanted for kind in _lookup(_COMPOSITIONS, term.text)),
        style=_first(_STYLES, terms),
        without=frozenset(without),
        open=not meaningful,
        ranking=tuple(ranking),
        words=texts,
        named=tuple(objects),
        wording=wording,
    )
