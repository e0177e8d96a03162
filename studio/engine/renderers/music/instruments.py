# ruff: noqa: E501 — a table is easiest to judge on one line
"""The instruments that the composer writes for: their presets, ranges, and what they can do."""

import re
from dataclasses import dataclass
from typing import Final

from studio.engine.renderers.music.score import DRUM_BANK, Preset, Role


@dataclass(frozen=True)
class Instrument:
    """An instrument.

    Attributes:
        words: what people call it, as alternatives of a pattern.
        low, high: the keys between which it is written.
        roles: what it may do, what it does best first.
        sustains: whether a held note keeps sounding.
    """

    name: str
    words: str
    preset: Preset
    low: int
    high: int
    roles: tuple[Role, ...]
    sustains: bool = False

    @property
    def chords(self) -> bool:
        """Whether it can play several notes at once."""
        return "comp" in self.roles or "pad" in self.roles


_LEAD: Final[tuple[Role, ...]] = ("lead", "counter", "double")
_KEYS: Final[tuple[Role, ...]] = ("comp", "lead", "arp", "counter")
_PLUCK: Final[tuple[Role, ...]] = ("comp", "arp", "lead", "counter")
_BELL: Final[tuple[Role, ...]] = ("lead", "arp", "counter", "double", "comp")
_PAD: Final[tuple[Role, ...]] = ("pad", "comp", "counter", "lead")
_BASS: Final[tuple[Role, ...]] = ("bass",)
_DRUMS: Final[tuple[Role, ...]] = ("drums",)

# Longer names come before the shorter ones that they contain.
INSTRUMENTS: Final = (
    Instrument("felt piano", r"felt piano|soft piano|mellow piano|upright piano", (8, 0), 36, 88, _KEYS),
    Instrument("electric piano", r"electric piano|e-?piano|rhodes|wurlitzer|wurli", (0, 4), 40, 88, _KEYS),
    Instrument("honky-tonk piano", r"honky[- ]?tonk(?: piano)?|saloon piano|ragtime piano|barrelhouse", (0, 3), 40, 90, _KEYS),
    Instrument("bright piano", r"bright piano|house piano", (0, 1), 40, 92, _KEYS),
    Instrument("piano", r"(?:grand )?piano|keys|keyboard", (0, 0), 36, 94, _KEYS),
    Instrument("harpsichord", r"harpsichord|cembalo|spinet", (0, 6), 41, 86, _KEYS),
    Instrument("clavinet", r"clavinet|clav", (0, 7), 41, 80, ("comp", "lead")),
    Instrument("celesta", r"celesta|celeste", (0, 8), 60, 98, _BELL),
    Instrument("glockenspiel", r"glockenspiel|glock", (0, 9), 72, 103, _BELL),
    Instrument("music box", r"music ?box", (0, 10), 60, 96, _BELL),
    Instrument("vibraphone", r"vibraphone|vibes", (0, 11), 53, 89, _BELL),
    Instrument("marimba", r"marimba", (0, 12), 45, 88, _BELL),
    Instrument("xylophone", r"xylophone", (0, 13), 60, 96, _BELL),
    Instrument("tubular bells", r"tubular bells|church bells?|chimes", (0, 14), 55, 79, ("lead", "counter", "double")),
    Instrument("glass bells", r"glass bells|crystal|bells", (0, 98), 60, 92, _BELL),
    Instrument("dulcimer", r"dulcimer|cimbalom|zither", (0, 15), 48, 84, _PLUCK),
    Instrument("church organ", r"church organ|pipe organ|cathedral organ", (0, 19), 36, 90, ("comp", "pad", "lead", "counter"), True),
    Instrument("rock organ", r"rock organ|hammond|organ", (0, 18), 40, 88, ("comp", "pad", "lead", "counter"), True),
    Instrument("accordion", r"accordions?|musette", (0, 21), 48, 88, ("lead", "comp", "counter"), True),
    Instrument("bandoneon", r"bandone[oó]n|concertina", (0, 23), 48, 86, ("lead", "comp", "counter"), True),
    Instrument("harmonica", r"harmonica|mouth harp", (0, 22), 60, 88, _LEAD, True),
    Instrument("twelve-string guitar", r"(?:12|twelve)[- ]string(?: guitar)?", (8, 25), 40, 79, _PLUCK),
    Instrument("nylon guitar", r"nylon(?: guitar)?|classical guitar|spanish guitar|flamenco guitar", (0, 24), 40, 83, _PLUCK),
    Instrument("jazz guitar", r"jazz guitar|archtop", (0, 26), 43, 83, _PLUCK),
    Instrument("overdriven guitar", r"overdriven?(?: guitar)?|crunch(?:y)? guitar|lead guitar|electric guitar solo", (0, 29), 40, 88, ("lead", "comp", "counter"), True),
    Instrument("distorted guitar", r"distort(?:ed|ion)(?: guitars?)?|heavy guitars?|power chords?|metal guitar", (0, 30), 38, 86, ("comp", "lead", "counter"), True),
    Instrument("muted guitar", r"palm[- ]muted?(?: guitar)?|muted guitar", (0, 28), 40, 76, ("comp", "arp")),
    Instrument("electric guitar", r"electric guitars?|clean guitar|rhythm guitar|indie guitar", (0, 27), 40, 83, _PLUCK),
    Instrument("slide guitar", r"slide guitar|lap steel|pedal steel|hawaiian guitar", (8, 26), 48, 84, ("lead", "counter", "comp")),
    Instrument("acoustic guitar", r"(?:acoustic |steel[- ]string |finger-?picked |folk )?(?<!bass )guitars?", (0, 25), 40, 83, _PLUCK),
    Instrument("ukulele", r"ukulele|uke", (8, 24), 57, 84, _PLUCK),
    Instrument("mandolin", r"mandolin", (16, 25), 55, 90, ("lead", "comp", "arp", "counter")),
    Instrument("banjo", r"banjo", (0, 105), 48, 83, ("comp", "arp", "lead")),
    Instrument("sitar", r"sitar", (0, 104), 48, 83, ("lead", "arp", "counter")),
    Instrument("shamisen", r"shamisen", (0, 106), 50, 81, ("lead", "arp")),
    Instrument("koto", r"koto|guzheng|gayageum", (0, 107), 50, 86, ("lead", "arp", "comp")),
    Instrument("kalimba", r"kalimba|mbira|thumb piano|handpan|hang drum", (0, 108), 55, 88, _BELL),
    Instrument("harp", r"harp|lyre", (0, 46), 40, 96, _PLUCK),
    Instrument("contrabass section", r"contrabass(?:es| section)|bass section", (0, 43), 28, 55, _BASS, True),
    Instrument("upright bass", r"upright bass|double bass(?:es)?|acoustic bass|contrabass|stand-?up bass", (0, 32), 28, 52, _BASS),
    Instrument("fretless bass", r"fretless(?: bass)?", (0, 35), 28, 52, _BASS),
    Instrument("slap bass", r"slap(?: bass)?", (0, 36), 28, 52, _BASS),
    Instrument("picked bass", r"picked bass|pick bass", (0, 34), 28, 52, _BASS),
    Instrument("warm synth bass", r"warm synth bass|moog bass|analog bass", (0, 39), 26, 50, _BASS),
    Instrument("synth bass", r"synth bass|sub bass|sub|808(?: bass)?(?! (?:drums|kit))|acid bass|reese", (0, 38), 26, 50, _BASS),
    Instrument("bass guitar", r"bass guitar|electric bass|bass", (0, 33), 28, 52, _BASS),
    Instrument("pizzicato strings", r"pizz(?:icato)?(?: strings)?", (0, 45), 40, 88, ("comp", "arp", "lead", "counter")),
    Instrument("tremolo strings", r"tremolo(?: strings)?", (0, 44), 40, 88, _PAD, True),
    Instrument("synth strings", r"synth strings|string machine", (0, 50), 40, 88, _PAD, True),
    Instrument("slow strings", r"slow strings|lush strings|soft strings", (0, 49), 40, 90, _PAD, True),
    Instrument("strings", r"strings?(?: section| ensemble| orchestra)?|violins|orchestra", (0, 48), 40, 92, ("pad", "comp", "lead", "counter"), True),
    Instrument("fiddle", r"fiddles?", (0, 110), 55, 91, _LEAD, True),
    Instrument("violin", r"violin", (0, 40), 55, 94, _LEAD, True),
    Instrument("viola", r"viola", (0, 41), 48, 82, ("counter", "lead"), True),
    Instrument("cello", r"cellos?|violoncello", (0, 42), 38, 74, ("lead", "counter"), True),
    Instrument("timpani", r"timpani", (0, 47), 38, 57, _BASS),
    Instrument("synth choir", r"synth (?:voice|choir)|vocal pad|vocoder", (0, 54), 48, 84, _PAD, True),
    Instrument("oohs", r"oohs?|humming|vocalise|wordless voice", (0, 53), 48, 82, ("lead", "pad", "counter"), True),
    Instrument("choir", r"choirs?|choral|aahs?|voices", (0, 52), 43, 82, ("pad", "lead", "counter", "comp"), True),
    Instrument("muted trumpet", r"muted trumpet|harmon mute", (0, 59), 55, 82, _LEAD, True),
    Instrument("trumpet", r"trumpets?|cornet|bugle|flugelhorn", (0, 56), 55, 84, _LEAD, True),
    Instrument("trombone", r"trombones?", (0, 57), 40, 70, ("counter", "lead"), True),
    Instrument("tuba", r"tuba|sousaphone", (0, 58), 28, 53, _BASS, True),
    Instrument("French horns", r"french horns?|horns", (0, 60), 43, 74, ("counter", "lead", "pad"), True),
    Instrument("synth brass", r"synth brass", (0, 62), 43, 84, ("comp", "pad", "lead"), True),
    Instrument("brass section", r"brass(?: section)?|horn section|big band", (0, 61), 43, 82, ("comp", "lead", "counter", "pad"), True),
    Instrument("soprano saxophone", r"soprano sax(?:ophone)?", (0, 64), 58, 87, _LEAD, True),
    Instrument("alto saxophone", r"alto sax(?:ophone)?", (0, 65), 51, 82, _LEAD, True),
    Instrument("baritone saxophone", r"bari(?:tone)? sax(?:ophone)?", (0, 67), 38, 68, ("counter", "lead"), True),
    Instrument("tenor saxophone", r"tenor sax(?:ophone)?|sax(?:ophone)?s?", (0, 66), 46, 76, _LEAD, True),
    Instrument("English horn", r"english horn|cor anglais", (0, 69), 53, 80, _LEAD, True),
    Instrument("oboe", r"oboe", (0, 68), 58, 90, _LEAD, True),
    Instrument("bassoon", r"bassoon", (0, 70), 36, 68, ("counter", "lead"), True),
    Instrument("clarinet", r"clarinets?", (0, 71), 52, 88, _LEAD, True),
    Instrument("piccolo", r"piccolo|fife", (0, 72), 74, 100, _LEAD, True),
    Instrument("pan flute", r"pan ?flutes?|panpipes?", (0, 75), 60, 90, _LEAD, True),
    Instrument("shakuhachi", r"shakuhachi|bamboo flute", (0, 77), 55, 84, _LEAD, True),
    Instrument("whistle", r"tin whistle|penny whistle|whistl(?:e|ing)", (0, 78), 67, 96, _LEAD, True),
    Instrument("recorder", r"recorders?", (0, 74), 65, 93, _LEAD, True),
    Instrument("ocarina", r"ocarina", (0, 79), 62, 88, _LEAD, True),
    Instrument("flute", r"flutes?", (0, 73), 60, 93, _LEAD, True),
    Instrument("bagpipes", r"bagpipes?|uilleann", (0, 109), 58, 79, _LEAD, True),
    Instrument("shehnai", r"shehnai|shenai|duduk", (0, 111), 55, 81, _LEAD, True),
    Instrument("steel drums", r"steel ?(?:drums?|pans?)", (0, 114), 55, 84, _BELL),
    Instrument("square lead", r"square(?: wave| lead)?|chip(?:tune)? lead|8[- ]?bit lead", (0, 80), 48, 92, ("lead", "arp", "counter", "comp"), True),
    Instrument("calliope lead", r"calliope|theremin", (0, 82), 55, 88, _LEAD, True),
    Instrument("poly synth", r"poly ?synth|pluck(?:ed)?(?: synth| lead)?", (0, 90), 48, 92, ("comp", "arp", "lead"), True),
    Instrument("space voice", r"space voice|ethereal voice|angelic", (0, 91), 45, 84, _PAD, True),
    Instrument("bowed glass", r"bowed glass|glass harmonica|singing bowls?", (0, 92), 48, 86, _PAD, True),
    Instrument("halo pad", r"halo(?: pad)?|shimmer(?:ing)?", (0, 94), 45, 84, _PAD, True),
    Instrument("sweep pad", r"sweep(?:ing)?(?: pad)?", (0, 95), 40, 84, _PAD, True),
    Instrument("fantasia", r"fantasia|digital bell pad", (0, 88), 48, 88, ("pad", "arp", "lead", "comp"), True),
    Instrument("atmosphere", r"atmosphere(?: pad)?", (0, 99), 45, 86, ("pad", "arp", "comp"), True),
    Instrument("warm pad", r"warm pad|analog(?:ue)? pad|pads?", (0, 89), 40, 86, _PAD, True),
    Instrument("synth lead", r"saw(?:tooth)?(?: lead| wave)?|synth lead|synth(?:esi[sz]er)?s?", (0, 81), 48, 92, ("lead", "arp", "comp", "counter"), True),
    Instrument("brushed drums", r"brush(?:ed)?(?: drums| snare)?|brushes", (DRUM_BANK, 40), 35, 81, _DRUMS),
    Instrument("jazz drums", r"jazz (?:drums|kit)", (DRUM_BANK, 32), 35, 81, _DRUMS),
    Instrument("808 drums", r"808s?(?: drums| kit)?", (DRUM_BANK, 25), 35, 81, _DRUMS),
    Instrument("electronic drums", r"electronic drums|drum machine|909", (DRUM_BANK, 24), 35, 81, _DRUMS),
    Instrument("power drums", r"(?:big|huge|heavy|power|rock) drums", (DRUM_BANK, 16), 35, 81, _DRUMS),
    Instrument("room drums", r"room drums|live drums", (DRUM_BANK, 8), 35, 81, _DRUMS),
    Instrument("orchestral percussion", r"orchestral percussion|taikos?|war drums|percussion", (DRUM_BANK, 48), 27, 88, _DRUMS),
    Instrument("drums", r"drums?|drum kit|beats?|groove", (DRUM_BANK, 0), 35, 81, _DRUMS),
)  # fmt: skip
_BY_NAME: Final = {each.name: each for each in INSTRUMENTS}


def instrument(name: str) -> Instrument:
    """Return the instrument called *name*."""
    return _BY_NAME[name]


def named_in(text: str) -> list[Instrument]:
    """Return the instruments that *text* (lower case) names, in its order, each once."""
    left = text
    found: list[tuple[int, Instrument]] = []
    for each in INSTRUMENTS:
        pattern = rf"\b(?:{each.words})\b"
        if match := re.search(pattern, left):
            found.append((match.start(), each))
            left = re.sub(pattern, lambda hit: "_" * len(hit[0]), left)
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]
