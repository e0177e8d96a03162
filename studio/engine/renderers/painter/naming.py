"""Which words of a prompt name something that one could point at, so that a picture can admit what it lacks.

There is no dictionary of all things: a word is taken for a thing if it stands at the end of a noun phrase and is not
one of the words below that only describe, move or connect. A wrong guess costs a word in a note, never a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.engine.renderers.painter import lexicon


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONNECTING = _words(
    "with and or in on at over under above below behind beside by near of from to into onto through across along "
    "against around between inside outside for like as that which who whose is are was were be has have wearing "
    "holding riding during before after while but without no not the a an its his her their my your this these "
    "those next up down off out"
)
_DESCRIBING = _words(
    "old young small big large tall short little tiny huge giant great full empty ancient modern classic rustic "
    "elegant long round square flat thick thin deep high low fresh ripe juicy delicious hot wet dry busy quiet "
    "crowded narrow broad open closed broken new same other two-tone wooden stone brick metal steel glass paper "
    "clay leather velvet silk cotton plastic concrete iron cute adorable fluffy fuzzy furry handsome pretty elderly "
    "middle-aged smart friendly angry sleepy fast slow free real realistic photorealistic hyperrealistic cinematic "
    "detailed intricate sharp soft smooth rough shiny glossy matte dark light good best perfect clean dirty "
    "traditional contemporary futuristic medieval victorian tropical exotic northern southern eastern western "
    "japanese chinese italian french english german spanish greek indian american african european scandinavian "
    "asleep alone together away far here there everywhere today tonight very more most many much few all each every "
    "front back left right top bottom middle center centre side half almost around only also so too just "
    "then when where how what why says saying reading titled called named labeled labelled "
    "run walk sit stand sleep play fly swim jump dance look hold ride drink eat read sail drive float hang lie lay "
    "rise fall shine glow burn bloom blow make draw paint see seen show shown set lit "
    "hyper ultra super quality masterpiece 4k 8k hd hdr trending render rendering unreal engine "
    "close-up closeup shot wide angle lens bokeh focus depth"
)
_BARE = _words(
    "view scene picture image photo photograph photography shot painting drawing sketch illustration portrait style "
    "manner look mood feeling atmosphere background foreground backdrop front back side top bottom middle distance "
    "center centre corner edge end part day time hour moment year century age world nature life way kind sort type "
    "piece set group row line pair couple bunch lot lots number detail color colour tone shade palette light lighting "
    "shadow shape form texture design concept version variation art artwork poster logo banner flyer card cover "
    "wallpaper icon emblem badge sign title word words text letter name space room place weather season air "
    "wind breeze silence distance sense touch hint mix blend variety place spot area scenery landscape "
    "morning afternoon evening night noon dawn dusk sunset sunrise winter summer spring autumn fall year one "
    "moonlit starlit sunlit starry moonlight sunlight sun "
    "slice plate bite scoop pile heap stack cluster portion "
    "shop company brand business band studio festival concert event party exhibition"
)
_ENDINGS = ("ing", "ed", "ly", "ful", "ous", "less", "ish", "ive", "est")
_NOUNS_IN_ING = _words(
    "king ring string building wing painting ceiling clothing spring swing wedding viking railing "
    "seed bed shed sled reed weed breed belly jelly lily butterfly fly family bully dolly trolley chest forest nest "
    "guest harvest dish fish radish olive hive"
)

_SEEN_FAMILIES = ("animals", "still_life")
_NOT_THINGS = frozenset(("animal", "still life", "table", "kitchen", "breakfast", "food", "fruit", "dessert"))

SAME: dict[str, tuple[str, ...]] = {
    "bike": ("bicycle",), "automobile": ("car",), "locomotive": ("train",), "tram": ("train",), "railway": ("train",),
    "couch": ("sofa",), "settee": ("sofa",), "bookshelf": ("book",), "bookcase": ("book",),
    "jug": ("vase",), "pitcher": ("vase",), "kitten": ("cat",),
    "puppy": ("dog",), "hound": ("dog",),
    "kid": ("child", "people", "figure"), "bunny": ("rabbit",), "stag": ("deer",), "carpet": ("rug",),
    "curtains": ("curtain",), "wine": ("bottle",), "champagne": ("bottle",), "mug": ("cup",),
    "sundae": ("ice",), "gelato": ("ice",), "loaf": ("bread",), "baguette": ("bread",), "hamburger": ("burger",),
    "donut": ("doughnut",), "kettle": ("teapot",), "espresso": ("cup",), "candlelight": ("candle",),
    "wave": ("sea",), "rope": ("string",), "tulip": ("flowers",), "rose": ("flowers",),
}  # fmt: skip
"""Words that a picture may answer with another word of the same meaning."""


def connects(word: str) -> bool:
    """Whether a word only joins phrases."""
    return word in _CONNECTING


def points_at_something(word: str, following: str | None, after_break: bool) -> bool:
    """Whether `word` ends a noun phrase: what follows is nothing, a break or a connecting word."""
    if len(word) < 3 or word.isdigit() or word in _CONNECTING or word in _DESCRIBING or word in _BARE:
        return False
    if word.endswith(_ENDINGS) and word not in _NOUNS_IN_ING:
        return False
    if word.endswith("s") and word[:-1] in _BARE:
        return False
    return (
        after_break
        or following is None
        or following in _CONNECTING
        or (following.endswith(("ing", "ed")) and following not in _NOUNS_IN_ING)
        or following in _DESCRIBING
    )


def visible(word: str, families: Sequence[str]) -> bool:
    """Whether a word that leads to `families` names something that must be seen, not only a place or an idea."""
    return bool(set(families).intersection(_SEEN_FAMILIES)) and word not in _NOT_THINGS


def answered(word: str, forms: Iterable[str], drawn: frozenset[str]) -> bool:
    """Whether the words and kinds `drawn` hold `word`, one of its `forms`, or another word for it."""
    every = {word, *forms, word.rsplit(" ", 1)[-1]}
    kinds = {kind for kind, (words, _) in lexicon.ELEMENT_WORDS.items() if every.intersection(words.split())}
    same = {other for form in every for other in SAME.get(form, ())}
    return bool((every | kinds | same) & drawn)
