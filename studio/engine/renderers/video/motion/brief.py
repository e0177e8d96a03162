# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""From a prompt to what a still picture can be made to do, and what it cannot.

A careful word reader, not a language model: phrases before words, negations respected, order of camera moves kept.
Imports nothing heavy.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

_CAMERA: Final[Mapping[str, str]] = {
    "dolly_zoom": r"dolly[- ]zoom|vertigo|zolly",
    "zoom_in": r"zoom(?:s|ing)?[- ]?in(?:to|wards?)?|push(?:es|ing)?[- ]?in|dolly(?:ing)?[- ]?(?:in|forward)|"
    r"mov(?:es?|ing) (?:in|closer|forwards?|towards?)|(?:gets?|getting|creep\w*|drift\w*|glid\w*|comes?) "
    r"(?:closer|towards?|forwards?|in on)|close(?:s|ing)? in|fl(?:y|ies|ying) (?:in|into|towards?|forwards?|through)|"
    r"approach(?:es|ing)?|slow zoom|zooms? (?:on|towards?)|push[- ]?in|advances?|punch(?:es)?[- ]in",
    "zoom_out": r"zoom(?:s|ing)?[- ]?(?:out|back)|pull(?:s|ing)?[- ]?(?:back|out|away)|dolly(?:ing)?[- ]?(?:out|back)|"
    r"mov(?:es?|ing) (?:back|away|out)|back(?:s|ing)? away|reced(?:es?|ing)|reveal(?:s|ing)?|retreats?|widens? out",
    "orbit": r"orbit(?:s|ing)?|arc(?:s|ing)? (?:around|shot|left|right)?|circl(?:es?|ing) (?:around)?|"
    r"rotat(?:es?|ing) around|swing(?:s|ing)? around|360|turntable|parallax",
    "roll": r"roll(?:s|ing)? (?:left|right|clockwise|the camera)|camera roll|barrel roll|dutch (?:angle|tilt)|"
    r"camera spin(?:s|ning)?(?: around)?|rotat(?:es?|ing)(?: the)? (?:camera|frame|clockwise)",
    "pan_left": r"(?:pan(?:s|ning)?|sweep(?:s|ing)?|look(?:s|ing)?|turn(?:s|ing)?) (?:slowly |gently |quickly )?"
    r"(?:(?:in)?to the |to )?left|leftwards? pan",
    "pan_right": r"(?:pan(?:s|ning)?|sweep(?:s|ing)?|look(?:s|ing)?|turn(?:s|ing)?) (?:slowly |gently |quickly )?"
    r"(?:(?:in)?to the |to )?right|rightwards? pan|pan(?:s|ning)? (?:across|over|along)|sweeping (?:shot|pan)|"
    r"panoramic (?:shot|pan|sweep)|(?:slow|gentle|smooth) pan(?! left)|camera pans(?! left| up| down)",
    "tilt_up": r"tilt(?:s|ing)?[- ]?up(?:wards?)?|look(?:s|ing)? up|pan(?:s|ning)? up",
    "tilt_down": r"tilt(?:s|ing)?[- ]?down(?:wards?)?|look(?:s|ing)? down|pan(?:s|ning)? down",
    "truck_left": r"(?:truck|slid|track|dolly|mov|travel|strafe|glid|drift)(?:s|es|e|ing|ling)? "
    r"(?:slowly |gently )?(?:sideways )?(?:to the )?left(?:wards?)?",
    "truck_right": r"(?:truck|slid|track|dolly|mov|travel|strafe|glid|drift)(?:s|es|e|ing|ling)? "
    r"(?:slowly |gently )?(?:sideways )?(?:to the )?right(?:wards?)?|tracking shot|sideways|side[- ]scroll\w*",
    "rise": r"crane(?:s|ing)?(?: shot)?(?: up)?(?! down)|boom(?:s|ing)? up|pedestal up|camera (?:slowly |gently )?rises?|"
    r"rising (?:camera|shot|drone)|ris(?:es|ing) up|lift(?:s|ing)? (?:up|off)|ascend(?:s|ing)?|"
    r"fl(?:y|ies|ying) (?:up|over)|drone (?:shot|flight|footage)|aerial",
    "sink": r"crane(?:s|ing)? down|boom(?:s|ing)? down|pedestal down|descend(?:s|ing)?|"
    r"camera (?:slowly |gently )?(?:sinks?|lowers?)|com(?:es?|ing) down",
    "handheld": r"hand[- ]?held|shak(?:y|es?|ing) (?:camera|cam)?|camera shake|documentary style|found footage",
    "static": r"static(?: camera| shot| frame)?|locked[- ](?:off|down)|tripod|fixed (?:camera|shot|frame)|"
    r"still camera|camera (?:stays|remains|holds|is) (?:still|fixed|static|in place)|motionless camera|"
    r"no camera (?:movement|motion|move)|without camera (?:movement|motion)|cinemagraph",
}  # fmt: skip
_PARTICLES: Final[Mapping[str, str]] = {
    "rain": r"rain(?:s|y|ing|fall|drops?|storm)?|(?:thunder ?)?storm(?:y|s)?|drizzl\w*|downpour|showers?|monsoon|pouring",
    "snow": r"snow(?:s|ing|fall|flakes?|storm)|snow(?![\w-]| (?:on|peak|cap|cover|field|leopard|globe))|blizzard|snow (?:falls|falling|drifts|begins|starts)|falling snow|"
    r"(?:with|in|of|and|add|light|heavy|gentle|soft|more) snow",
    "fog": r"fog(?:gy)?|mist(?:s|y)?|haz(?:e|y)|low clouds?|vapou?r",
    "smoke": r"smok(?:e|y|ing)|steam(?:s|ing|y)?|incense",
    "embers": r"embers?|sparks?|flames?|burn(?:s|ing)?|fire(?:place|side)?|bonfires?|campfires?|lava|blaz(?:e|ing)",
    "dust": r"dust(?:y)?(?: motes| particles)?|motes|pollen|particles|sandstorm|blowing sand|floating specks",
    "fireflies": r"firefl(?:y|ies)|glow ?worms?|fairy (?:lights?|dust)|magic(?:al)? (?:dust|lights?|sparkles?)|will[- ]o[- ]"
    r"the[- ]wisps?",
    "leaves": r"(?:falling|autumn|blowing|swirling|drifting|flying) leaves|leaves (?:fall|falling|blow|blowing|swirl\w*|"
    r"drift\w*|fly|flying)|falling leaf|leaf fall",
    "petals": r"petals?|(?:cherry )?blossoms? (?:fall|falling|drift\w*|blow\w*|swirl\w*)|falling blossoms?|sakura",
    "bubbles": r"bubbl(?:es?|ing|y)|air bubbles",
    "confetti": r"confetti|streamers|celebration",
    "ash": r"ash(?:es)?(?! trees?)|soot",
}
_LIGHT: Final[Mapping[str, str]] = {
    "lightning": r"lightning|thunder ?(?:storm|bolt)?s?",
    "flicker": r"flicker\w*|candle ?(?:light)?s?|torch(?:es|light)?|fire ?light|fireplace|campfire|bonfire|neon|strobe|"
    r"dying bulb",
    "pulse": r"puls(?:e|es|ing)|glow(?:s|ing)?|throb\w*|breath(?:es|ing) light|shimmer\w*|radiat\w+|bioluminescen\w+",
    "nightfall": r"night ?falls?|(?:day|dusk|sunset|evening) (?:turns? )?(?:in)?to night|gets? dark|(?:grows?|turns?) dark(?:er)?|"
    r"sun (?:sets|goes down|setting)|darkness falls|falls? (?:in)?to (?:night|darkness)|nightfall|dusk falls",
    "daybreak": r"day ?break|sun (?:rises|comes up|rising)|(?:night|dark|dawn) (?:turns? )?(?:in)?to (?:day|morning|light)|"
    r"gets? (?:brighter|light)|grows? light|dawn breaks|sunrise|brightens?|light (?:returns|grows)",
    "rays": r"(?:god|light|sun) ?(?:rays|shafts|beams)|sunbeams?|shafts? of (?:sun)?light|rays of (?:sun)?light|crepuscular",
    "cloud_shadows": r"cloud shadows?|shadows? (?:of clouds|pass\w*|drift\w*|move\w*)|passing clouds",
    "twinkle": r"twinkl\w*|sparkl\w+|glitter\w*|stars? (?:shimmer|glitter|sparkl|blink|shin|appear|com)\w*|starry|night sky|starlight|milky way",
    "to_colour": r"(?:black[- ]and[- ]white|grey|gray|monochrome) (?:turns? |becomes? |fades? )?(?:in)?to colou?r|"
    r"gains? colou?r|colou?rs? (?:returns?|flows? in|bleeds? in|blooms?)",
    "to_grey": r"colou?rs? (?:fades?|drains?|leaves?|vanish\w*)|(?:fades?|turns?) to (?:black[- ]and[- ]white|grey|gray|"
    r"monochrome)|loses? (?:its )?colou?r",
    "fade_in": r"fad(?:es?|ing) in|from black|fade up",
    "fade_out": r"fad(?:es?|ing) (?:out|to black|away)|to black at the end|ends? in (?:black|darkness)",
    "focus_near": r"(?:rack|pull) focus|focus (?:pulls?|shifts?|racks?)(?: to the (?:subject|foreground|front))?|"
    r"comes? into focus|background blurs?|blur(?:s|red|ring)? (?:the )?background|shallow depth|bokeh",
    "focus_far": r"focus (?:pulls?|shifts?|racks?) to the (?:background|distance|back)|out of focus|"
    r"blur(?:s|ring)? (?:the )?foreground",
}
_SURFACES: Final[Mapping[str, str]] = {
    "water": r"water|sea|ocean|lakes?|rivers?|streams?|waves?(?! at)|ripples?|rippling|pond|pool|reflections?|puddles?|harbou?r|bay|"
    r"tides?|surf|lagoon|fjord|coast(?:line|al)?|beach|waterfalls?|underwater|koi",
    "clouds": r"clouds?|cloudy|(?:moving|drifting) sk(?:y|ies)|sk(?:y|ies) (?:moves?|drifts?|rolls?)|time[- ]?lapse|"
    r"overcast|storm(?:y|s)?|aurora|northern lights|nebula|galaxy",
    "sway": r"sway\w*|hair|flutter\w*|curtains?|flags?|banners?|jellyfish|tentacles?|dress|fabric|cloth|cape|fur|underwater|"
    r"seaweed|kelp",
    "plants": r"grass(?:es)?|rustl\w*|leaves|foliage|branch(?:es)?|trees?|wheat|reeds?|flowers?|meadow|ferns?|palms?|forest|"
    r"ripples? in the wind|cornfield|lavender",
    "breathe": r"breath(?:e|es|ing)|alive|comes? to life|bring\w* .{0,24}to life|living|portrait|subtle (?:motion|movement)",
}
_SOUNDS: Final[Mapping[str, str]] = {
    "rain": r"rain\w*|drizzl\w*|downpour|monsoon|pouring",
    "thunder": r"thunder\w*|lightning|storm(?:y|s)?",
    "wind": r"wind(?:y|s)?(?! ?(?:ow|ing))|breez\w*|gale|gusts?|blizzard|desert|dunes?|mountains?|hills?|peaks?|storm\w*|"
    r"snow\w*|balloons?|sky|clouds?|fields?|meadow|grass|prairie",
    "sea": r"sea|ocean|waves?(?! at)|surf|beach|coast(?:line|al)?|shore|tides?|harbou?r|bay|lighthouse|island|sail\w*|ship|boats?",
    "stream": r"river|streams?|brook|creek|waterfalls?|fountain|rapids|pond|koi|lake",
    "fire": r"fire(?:place|side|s)?|flames?|campfires?|bonfires?|embers?|burn\w*|candle\w*|torch\w*|lava|blaz\w+",
    "city": r"city|streets?|traffic|urban|downtown|neon|cars?|subway|metro|skyline|tokyo|new york|london|alley|cyberpunk",
    "birds": r"birds?|birdsong|forest|woods?|woodland|garden|morning|spring|dawn|park|orchard|jungle",
    "night": r"crickets?|cicadas?|night|midnight|moonlit|moonlight|fireflies|firefly|summer evening|starry|stars",
    "underwater": r"underwater|jellyfish|coral|reef|submarine|deep sea|aquarium|bubbles?|scuba",
    "space": r"space|cosmos|cosmic|galaxy|nebula|planets?|astronaut|spaceship|orbiting|saturn|jupiter|mars|"
    r"black hole|universe",
    "room": r"room|interior|indoors?|kitchen|studio|office|library|museum|still life|portrait",
}
_MUSIC: Final = r"music\w*|soundtrack|song|melody|score|piano|guitar|orchestra\w*|strings|synth\w*|beat|jazz|lo-?fi"
_ACTS: Final = (
    r"smil\w+|laugh\w*|cr(?:y|ies|ying)|walk\w*|run(?:s|ning)?|danc(?:es?|ing)|jump\w*|talk\w*|speak\w*|sing(?:s|ing)|wink\w*|"
    r"blink\w*|nods?|nodding|wav(?:es|ing) (?:at|to|her|his|a hand|hello|goodbye)|turn(?:s|ing)? (?:her|his|its|their) head|"
    r"hug\w*|kiss\w*|eat\w*|drink\w*|fight\w*|explod\w+|transform\w*|grow(?:s|ing) (?:wings|bigger|taller)|"
    r"swim\w*|gallop\w*|driv(?:es?|ing)|fl(?:y|ies|ying) away|open(?:s|ing) (?:her|his|its|their) (?:eyes|mouth|wings)|"
    r"pours?|collaps\w*|melt\w*|climb\w*|sits? down|stands? up|looks? (?:at the camera|around|over)|bark\w*|stretch\w*"
)
_LOOPS: Final = r"\b(?:loop(?:s|ed|ing|able)?|seamless(?:ly)?|cinemagraph|(?:animated )?gif)\b"
_SLOW: Final = r"slow(?:ly)?|gentl[ey]|gently|subtl[ey]|subtly|calm(?:ly)?|soft(?:ly)?|barely|smooth(?:ly)?|serene|peaceful|quiet(?:ly)?"
_FAST: Final = r"fast|quick(?:ly)?|rapid(?:ly)?|sudden(?:ly)?|whip|energetic|dynamic|hectic|speed(?:s|ing|y)?|dramatic(?:ally)?|snap"
_HEAVY: Final = (
    r"heavy|heavily|strong(?:ly)?|thick|dense|pouring|downpour|blizzard|storm\w*|torrential|intense|raging|hard|lots of"
)
_SLIGHT: Final = r"light(?:ly)?|slight(?:ly)?|faint(?:ly)?|thin|few|drizzl\w*|delicate|sparse|a little|a bit of"
_NOT: Final = re.compile(r"\b(?:no|not|without|never|avoid|don'?t|doesn'?t|none of the)\b[^.,;:!?]{0,28}$")
_QUOTED: Final = re.compile(r"[“\"]([^“”\"]{1,300})[”\"]")
_THEN: Final = re.compile(r"\b(?:and )?(?:then|afterwards|after that|finally|followed by)\b|;|→|->")
_WHOLE: Final = re.compile(r"\b(?:un)?chang\w+|same\b")

OPPOSITE: Final[Mapping[str, str]] = {
    "zoom_in": "zoom_out", "zoom_out": "zoom_in", "pan_left": "pan_right", "pan_right": "pan_left",
    "tilt_up": "tilt_down", "tilt_down": "tilt_up", "truck_left": "truck_right", "truck_right": "truck_left",
    "rise": "sink", "sink": "rise",
}  # fmt: skip
"""The camera move that undoes another."""


@dataclass(frozen=True)
class Brief:
    """What a prompt asks of a still picture.

    Attributes:
        moves: camera moves that happen together, for each part of the shot in order; empty when none was named.
        static: a camera that stands still was asked for.
        handheld: the camera is held in a hand.
        particles: kind and amount (0.4 few, 1 normal, 1.7 many).
        light: light changes by name.
        surfaces: water, clouds, sway (subject), plants (land), breathe.
        sounds: ambience by name, in the order of importance.
        music: whether music was asked for.
        pace: 1 normal, less is slower.
        wind: −1…1, strength and direction of the wind.
        spoken: lines in double quotes; they cannot be spoken here.
        cannot: words for actions that a still picture cannot do.
        loops: the end should run into the beginning.
        seed: depends on the prompt only.
    """

    prompt: str = ""
    moves: tuple[tuple[str, ...], ...] = ()
    static: bool = False
    handheld: bool = False
    particles: tuple[tuple[str, float], ...] = ()
    light: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    music: bool = False
    pace: float = 1.0
    wind: float = 0.25
    spoken: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    loops: bool = False
    seed: int = 0
    words: str = field(default="", repr=False)

    @property
    def only_over(self) -> bool:
        """Whether the prompt asks only for things that lie over a picture: weather, light, particles."""
        return bool(self.particles or self.light) and not self.moves

    def without_surfaces(self) -> "Brief":
        """Return the same wishes for footage whose surfaces move already."""
        return replace(self, surfaces=(), moves=(), static=True)


def _found(table: Mapping[str, str], text: str) -> list[tuple[str, int]]:
    """Return the names whose pattern is in *text*, not negated, with the place, in the order of the text."""
    hits: list[tuple[str, int]] = []
    for name, pattern in table.items():
        for match in re.finditer(rf"\b(?:{pattern})\b", text):
            if not _NOT.search(text[: match.start()]):
                hits.append((name, match.start()))
                break
    return sorted(hits, key=lambda hit: hit[1])


def _amount(text: str, place: int) -> float:
    """How much of a thing is asked for, by the words just before it."""
    near = text[max(0, place - 24) : place + 12]
    if re.search(rf"\b(?:{_HEAVY})\b", near):
        return 1.7
    return 0.45 if re.search(rf"\b(?:{_SLIGHT})\b", near) else 1.0


def _camera(text: str) -> tuple[tuple[tuple[str, ...], ...], bool, bool]:
    parts: list[tuple[str, ...]] = []
    static = handheld = False
    for part in _THEN.split(text):
        names = [name for name, _ in _found(_CAMERA, part)]
        static, handheld = static or "static" in names, handheld or "handheld" in names
        moves = [name for name in names if name not in ("static", "handheld")]
        if "dolly_zoom" in moves:
            moves = [name for name in moves if name not in ("zoom_in", "zoom_out")]
        # Of a move and its opposite in one breath the first one counts.
        kept = [name for i, name in enumerate(moves) if OPPOSITE.get(name) not in moves[:i]]
        if kept:
            parts.append(tuple(kept[:3]))
    return tuple(parts[:4]), static and not parts, handheld


def _wind(text: str, heavy: bool) -> float:
    strength = 0.25
    if re.search(r"\b(?:wind\w*|breez\w*|gust\w*|blow\w*)\b", text):
        strength = 0.55
    if heavy or re.search(r"\b(?:storm\w*|gale|blizzard|hurricane|strong wind)\b", text):
        strength = 0.95
    if re.search(r"\b(?:from the right|to the left|leftwards?)\b", text):
        return -strength
    return strength if zlib.crc32(text.encode()) & 1 else -strength


def read(prompt: str, negative: str = "") -> Brief:
    """Read *prompt*; things that *negative* names are left out."""
    spoken = tuple(match.strip() for match in _QUOTED.findall(prompt))
    text = " ".join(_QUOTED.sub(" ", prompt).lower().replace("’", "'").split())
    unwanted = {
        name for table in (_CAMERA, _PARTICLES, _LIGHT, _SURFACES) for name, _ in _found(table, negative.lower())
    }
    moves, static, handheld = _camera(text)
    particles = [(name, _amount(text, at)) for name, at in _found(_PARTICLES, text) if name not in unwanted]
    names = [name for name, _ in particles]
    if (
        "embers" in names
        and re.search(r"\b(?:firefl(?:y|ies)|fireworks?)\b", text)
        and not re.search(r"\bembers?|sparks?|flames?\b", text)
    ):
        particles = [pair for pair in particles if pair[0] != "embers"]
    slow, fast = bool(re.search(rf"\b(?:{_SLOW})\b", text)), bool(re.search(rf"\b(?:{_FAST})\b", text))
    sounds = [name for name, _ in _found(_SOUNDS, text)]
    if {"underwater", "space"} & set(sounds):
        sounds = [name for name in sounds if name in ("underwater", "space")]
    cannot = dict.fromkeys(
        match.group().strip()
        for match in re.finditer(rf"\b(?:{_ACTS})\b", text)
        if not _NOT.search(text[: match.start()]) and "camera " not in text[max(0, match.start() - 8) : match.start()]
    )
    return Brief(
        prompt=prompt,
        moves=tuple(part for part in (tuple(m for m in group if m not in unwanted) for group in moves) if part),
        static=static,
        handheld=handheld and "handheld" not in unwanted,
        particles=tuple(particles[:4]),
        light=tuple(name for name, _ in _found(_LIGHT, text) if name not in unwanted)[:4],
        surfaces=tuple(name for name, _ in _found(_SURFACES, text) if name not in unwanted),
        sounds=tuple(sounds[:3]),
        music=bool(re.search(rf"\b(?:{_MUSIC})\b", text)) and not re.search(r"\b(?:no|without) (?:any )?music\b", text),
        pace=0.7 if slow and not fast else 1.55 if fast and not slow else 1.0,
        wind=_wind(text, any(amount > 1.5 for _, amount in particles)),
        spoken=spoken,
        cannot=tuple(cannot)[:4],
        loops=any(not _NOT.search(text[: match.start()]) for match in re.finditer(_LOOPS, text)),
        seed=zlib.crc32(text.encode()) & 0x7FFFFFFF,
        words=text,
    )


_NAMES: Final[Mapping[str, str]] = {
    "zoom_in": "camera moving in", "zoom_out": "camera pulling back", "orbit": "camera swinging around",
    "roll": "camera rolling", "pan_left": "pan to the left", "pan_right": "pan to the right", "tilt_up": "tilt up",
    "tilt_down": "tilt down", "truck_left": "camera travelling left", "truck_right": "camera travelling right",
    "rise": "camera rising", "sink": "camera sinking", "dolly_zoom": "dolly zoom", "water": "rippling water",
    "clouds": "drifting sky", "sway": "swaying", "plants": "plants in the wind", "breathe": "a breath of movement", "flicker": "flickering light",
    "pulse": "a pulsing glow", "nightfall": "nightfall", "daybreak": "daybreak", "rays": "rays of light",
    "cloud_shadows": "cloud shadows", "twinkle": "twinkling lights", "to_colour": "colour coming in",
    "to_grey": "colour draining", "fade_in": "fade in", "fade_out": "fade out", "focus_near": "focus on the front",
    "focus_far": "focus on the back", "leaves": "falling leaves", "petals": "drifting petals", "dust": "dust in the air",
}  # fmt: skip


def describe(names: Iterable[str]) -> str:
    """Return the things that were done as words for a person: “camera moving in, rain and lightning”."""
    words = list(dict.fromkeys(_NAMES.get(name, name) for name in names))
    if not words:
        return "a still frame"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


_SHOT_WORDS: Final = re.compile(
    r"\b(?:the )?camera\b[^.,;]*|\b(?:slow|gentle|smooth|cinematic|fast|quick)?\s*"
    rf"(?:{_CAMERA['zoom_in']}|{_CAMERA['zoom_out']}|{_CAMERA['pan_left']}|{_CAMERA['pan_right']}|{_CAMERA['tilt_up']}|"
    rf"{_CAMERA['tilt_down']}|{_CAMERA['orbit']}|{_CAMERA['static']}|{_CAMERA['handheld']}|tracking shot|drone (?:shot|flight)|"
    r"time[- ]?lapse|video|clip|film|footage|animation|shot|seconds?|seamless(?:ly)?|looping|looped|loop|cinemagraph|(?:animated )?gif)\b(?: of)?",
    re.IGNORECASE,
)


def scene_words(prompt: str) -> str:
    """Return *prompt* without what is said of the camera and what is spoken: the words for a painter."""
    text = _SHOT_WORDS.sub(" ", _QUOTED.sub(" ", prompt))
    text = re.sub(r"\s*([,.;])[\s,.;]*", r"\1 ", re.sub(r"\s+", " ", text)).strip(" ,.;")
    return text or prompt


_AT_HOME: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    # painted scene: surfaces, light or particles, sounds
    "coast": (("water", "clouds"), (), ("sea", "wind")),
    "hills": (("clouds", "plants"), (), ("wind", "birds")),
    "mountains": (("clouds", "water"), (), ("wind",)),
    "desert": (("clouds",), ("dust",), ("wind",)),
    "forest": (("plants",), ("dust",), ("birds", "wind")),
    "city": (("clouds",), (), ("city",)),
    "sky": (("clouds",), (), ("wind",)),
    "night": ((), ("twinkle",), ("night",)),
    "cosmic": ((), ("twinkle",), ("space",)),
    "underwater": (("sway",), ("bubbles",), ("underwater",)),
    "botanical": (("sway",), (), ("birds",)),
    "portrait": (("breathe",), (), ("room",)),
}


def at_home(brief: Brief, scene: str) -> Brief:
    """Return the wishes with what moves and sounds in a painted *scene* anyway."""
    surfaces, more, sounds = _AT_HOME.get(scene, ((), (), ("room",)))
    present = {kind for kind, _ in brief.particles} | set(brief.light)
    light = tuple(kind for kind in more if kind in _LIGHT and kind not in present)
    air = tuple((kind, 0.7) for kind in more if kind in _PARTICLES and not brief.particles)
    if "fog" in present or "snow" in present:
        air = ()
    return replace(
        brief,
        surfaces=tuple(dict.fromkeys((*brief.surfaces, *surfaces))),
        light=(*brief.light, *light),
        # The painter lays fog already; what drifts before it is thinner.
        particles=(*((kind, 0.5 * amount if kind == "fog" else amount) for kind, amount in brief.particles), *air),
        sounds=brief.sounds or sounds,
    )
