# ruff: noqa: E501 — a table is easiest to judge on one line
"""What makes a genre: tempo, harmony, form, rhythm section and instruments."""

from dataclasses import dataclass, field
from typing import Final, Literal

from studio.engine.renderers.music.score import Role

Style = Literal[
    "pad", "block", "strum", "pick", "arp", "arp16", "alberti", "skank", "stab", "oompah", "bossa", "charleston",
    "power", "pulse", "rolled", "ostinato", "funk", "montuno", "tango",
    "hold", "root", "fifths", "eighths", "walk", "octaves", "offbeat", "sync", "dub", "latin", "long808", "gallop", "drone",
]  # fmt: skip
FormName = Literal["song", "loop", "drift", "arc", "jazz", "blues", "dance"]


@dataclass(frozen=True)
class Layer:
    """One part of the arrangement.

    Attributes:
        instruments: what may play it; one is drawn.
        enter: intensity (0–1) of a section from which it plays.
        level: loudness beside the lead, in dB.
    """

    role: Role
    style: Style
    instruments: tuple[str, ...]
    enter: float = 0.0
    level: float = -8.0
    pan: float = 0.0
    space: float = 0.2


@dataclass(frozen=True)
class Tune:
    """How melodies go.

    Attributes:
        density: notes in a beat, about.
        syncopation, leaps, rests: 0–1.
        scale: which notes of the key it uses.
    """

    density: float = 1.0
    syncopation: float = 0.2
    leaps: float = 0.25
    rests: float = 0.15
    scale: Literal["full", "pentatonic", "blues"] = "full"


@dataclass(frozen=True)
class Genre:
    """A genre.

    Attributes:
        words: what people call it, separated by ``|``.
        tempo: slowest and fastest usual tempo, in BPM.
        minor: how often it is in minor, 0–1.
        major, minor: chords of the themes A, B and C, four or eight to a theme, one a bar.
        swing: where the off-beat falls in its unit (0.5 is straight), and the unit in beats.
        tension: numeral of the chord before the last.
        effects: what the mixer adds: pump, tape, crackle, drive, wide.
    """

    name: str
    words: str
    tempo: tuple[int, int]
    layers: tuple[Layer, ...]
    major: tuple[str, str, str]
    minor: tuple[str, str, str]
    form: FormName = "song"
    drums: str | None = None
    beats: int = 4
    minors: float = 0.35
    colour: Literal["triad", "seventh", "ninth", "power"] = "triad"
    tune: Tune = field(default_factory=Tune)
    swing: float = 0.5
    swing_unit: float = 0.5
    tension: tuple[str, str] = ("V", "V")
    effects: frozenset[str] = frozenset()
    room_s: float = 1.4


def _kit(name: str, enter: float = 0.3, level: float = -3.0) -> Layer:
    return Layer("drums", "hold", (name,), enter, level, 0.0, 0.1)


_POP: Final = ("I V vi IV", "IV V vi I", "vi IV I V")
_POP_MINOR: Final = ("i VI III VII", "VI VII i i", "iv i VI V")

GENRES: Final = (
    Genre(
        "ambient", "ambient|drone|meditation|meditative|soundscape|spa|yoga|atmospheric|ethereal|sleep|floating", (60, 76),
        (
            Layer("pad", "pad", ("warm pad", "sweep pad", "halo pad"), 0.0, -5, -0.1, 0.6),
            Layer("bass", "drone", ("contrabass section", "warm synth bass"), 0.25, -9, 0.0, 0.3),
            Layer("arp", "arp", ("glass bells", "harp", "fantasia"), 0.45, -9, 0.35, 0.65),
            Layer("lead", "hold", ("felt piano", "space voice", "bowed glass"), 0.3, -2, 0.0, 0.6),
            Layer("counter", "pad", ("slow strings", "space voice"), 0.6, -9, -0.35, 0.6),
        ),
        ("Imaj7 vi7 IVmaj7 Isus2", "IVmaj7 iii7 vi7 IVmaj7", "vi7 IVmaj7 ii7 Vsus4"), ("i7 VImaj7 iv7 i7", "VImaj7 III iv7 VII", "iv7 i7 VImaj7 v7"),
        "drift", None, minors=0.4, colour="ninth", tune=Tune(0.35, 0.1, 0.3, 0.35, "pentatonic"), tension=("Vsus4", "iv7"), effects=frozenset({"wide"}), room_s=4.5,
    ),
    Genre(
        "lo-fi", "lo-?fi|chill-?hop|study beats|chill beats|chilled?|laid[- ]back|relaxing beats", (72, 86),
        (
            _kit("drums", 0.25, -5), Layer("bass", "sync", ("upright bass", "bass guitar"), 0.25, -4, 0.0, 0.05),
            Layer("comp", "charleston", ("electric piano", "jazz guitar", "felt piano"), 0.0, -4, -0.2, 0.25),
            Layer("lead", "hold", ("vibraphone", "jazz guitar", "felt piano", "flute"), 0.4, -3, 0.2, 0.3),
            Layer("pad", "pad", ("warm pad", "slow strings"), 0.55, -12, 0.0, 0.4),
        ),
        ("ii7 V7 Imaj7 vi7", "IVmaj7 iii7 ii7 Imaj7", "IVmaj7 V7 iii7 vi7"), ("i7 iv7 VImaj7 v7", "VImaj7 v7 i7 i7", "iv7 VII VImaj7 v7"),
        "loop", "lofi", minors=0.5, colour="ninth", tune=Tune(0.8, 0.45, 0.3, 0.35, "pentatonic"), swing=0.6, swing_unit=0.25, effects=frozenset({"tape", "crackle"}), room_s=0.9, tension=("V7", "V7"),
    ),
    Genre(
        "cinematic", "cinematic|epic|orchestral|symphonic|film score|score|battle|trailer|heroic|orchestra|adventure|fantasy|majestic|soundtrack", (92, 124),
        (
            Layer("comp", "ostinato", ("strings",), 0.2, -6, -0.25, 0.35), Layer("bass", "root", ("contrabass section",), 0.2, -4, 0.15, 0.3),
            Layer("lead", "hold", ("French horns", "violin", "trumpet", "strings"), 0.25, 0, 0.0, 0.4),
            Layer("counter", "pad", ("cello", "viola", "trombone"), 0.55, -6, 0.25, 0.35), Layer("pad", "pad", ("choir", "slow strings"), 0.5, -7, 0.0, 0.5),
            Layer("double", "hold", ("strings", "trumpet"), 0.85, -4, -0.15, 0.4), _kit("orchestral percussion", 0.5, -3),
        ),
        ("I vi IV V", "vi IV I V", "IV V iii vi"), ("i VI III VII", "iv VI i V", "VI VII i i"),
        "arc", "taiko", minors=0.75, tune=Tune(0.7, 0.1, 0.4, 0.05), effects=frozenset({"wide"}), room_s=2.6,
    ),
    Genre(
        "folk", "folk|acoustic|ukulele|singer-songwriter|campfire|ballad|indie folk|pastoral|unplugged", (84, 108),
        (
            Layer("comp", "pick", ("acoustic guitar", "nylon guitar"), 0.0, -4, -0.25, 0.2), Layer("bass", "fifths", ("upright bass",), 0.35, -5, 0.0, 0.1),
            Layer("lead", "hold", ("fiddle", "harmonica", "flute", "mandolin"), 0.3, -1, 0.15, 0.3), _kit("brushed drums", 0.6, -9),
            Layer("counter", "pad", ("cello", "accordion"), 0.6, -8, 0.3, 0.3), Layer("arp", "strum", ("mandolin", "twelve-string guitar"), 0.7, -9, 0.45, 0.2),
        ),
        ("I V vi IV", "IV I V I", "vi IV ii V"), ("i VII VI VII", "III VII i VI", "iv i VI V"),
        "song", "brush", minors=0.35, tune=Tune(1.0, 0.15, 0.25, 0.12), room_s=1.2,
    ),
    Genre(
        "country", "country|americana|bluegrass|nashville|western|cowboy|honky[- ]?tonk", (96, 126),
        (
            _kit("drums", 0.3, -5), Layer("bass", "fifths", ("bass guitar", "upright bass"), 0.2, -4, 0.0, 0.05),
            Layer("comp", "strum", ("acoustic guitar",), 0.0, -5, -0.3, 0.15), Layer("arp", "pick", ("banjo", "electric guitar"), 0.5, -8, 0.35, 0.15),
            Layer("lead", "hold", ("fiddle", "slide guitar", "harmonica"), 0.3, -1, 0.1, 0.25), Layer("counter", "pad", ("slide guitar",), 0.7, -9, 0.3, 0.3),
        ),
        ("I IV I V", "IV I V I", "vi IV I V"), ("i VII i V", "III VII i V", "iv i V i"),
        "song", "train", minors=0.1, tune=Tune(1.2, 0.2, 0.3, 0.12, "pentatonic"), room_s=1.0,
    ),
    Genre(
        "jazz", "jazz|swing|bebop|big band|noir|saxophone|cool jazz|smoky|speakeasy", (104, 152),
        (
            _kit("jazz drums", 0.15, -6), Layer("bass", "walk", ("upright bass",), 0.1, -3, 0.05, 0.1),
            Layer("comp", "charleston", ("piano", "jazz guitar"), 0.0, -6, -0.3, 0.2), Layer("lead", "hold", ("tenor saxophone", "trumpet", "muted trumpet", "clarinet", "alto saxophone", "vibraphone"), 0.3, 0, 0.12, 0.25),
            Layer("counter", "pad", ("trombone", "brass section"), 0.8, -9, 0.3, 0.25),
        ),
        ("Imaj7 vi7 ii7 V7", "iii7 vi7 ii7 V7", "IVmaj7 IVmaj7 ii7 V7"), ("i7 VImaj7 iv7 V7", "iv7 VII IIImaj7 VImaj7", "i7 i7 iv7 V7"),
        "jazz", "swing", minors=0.35, colour="seventh", tune=Tune(1.5, 0.4, 0.35, 0.2), swing=0.64, room_s=0.9, tension=("V7", "V7"),
    ),
    Genre(
        "bossa nova", "bossa(?: nova)?|samba|brazilian|lounge|elevator|cocktail", (112, 138),
        (
            _kit("brushed drums", 0.2, -8), Layer("bass", "latin", ("upright bass",), 0.1, -4, 0.0, 0.1), Layer("comp", "bossa", ("nylon guitar",), 0.0, -3, -0.25, 0.2),
            Layer("lead", "hold", ("flute", "tenor saxophone", "vibraphone"), 0.3, 0, 0.15, 0.3), Layer("pad", "pad", ("slow strings",), 0.65, -12, 0.0, 0.4),
        ),
        ("Imaj7 II7 ii7 V7", "IVmaj7 iii7 ii7 Imaj7", "vi7 II7 ii7 V7"), ("i7 iv7 V7 i7", "iv7 VII IIImaj7 VImaj7", "VImaj7 V7 i7 i7"),
        "song", "bossa", minors=0.35, colour="ninth", tune=Tune(0.9, 0.5, 0.25, 0.2), room_s=1.1, tension=("V7", "V7"),
    ),
    Genre(
        "blues", "blues|bluesy|delta|juke joint|boogie|boogie[- ]woogie|rock ?'?n'? ?roll|rockabilly", (84, 124),
        (
            _kit("drums", 0.2, -5), Layer("bass", "walk", ("bass guitar", "upright bass"), 0.1, -3, 0.0, 0.05), Layer("comp", "charleston", ("rock organ", "piano", "electric guitar"), 0.0, -7, -0.3, 0.2),
            Layer("lead", "hold", ("overdriven guitar", "harmonica", "electric guitar", "tenor saxophone"), 0.2, 0, 0.12, 0.25), Layer("arp", "pulse", ("honky-tonk piano",), 0.7, -11, 0.35, 0.2),
        ),
        ("I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",) * 3, ("i7 i7 i7 i7 iv7 iv7 i7 i7 VI V7 i7 V7",) * 3,
        "blues", "shuffle", minors=0.2, colour="seventh", tune=Tune(1.3, 0.3, 0.3, 0.3, "blues"), swing=0.65, room_s=1.0, tension=("V7", "V7"),
    ),
    Genre(
        "rock", "rock|indie rock|grunge|garage|anthem|indie|stadium|britpop|alternative", (112, 144),
        (
            _kit("power drums", 0.25, -1), Layer("bass", "eighths", ("picked bass", "bass guitar"), 0.2, -3, 0.0, 0.0), Layer("comp", "power", ("overdriven guitar", "distorted guitar"), 0.35, -6, -0.45, 0.1),
            Layer("arp", "strum", ("electric guitar",), 0.0, -8, 0.45, 0.15), Layer("lead", "hold", ("electric guitar", "overdriven guitar", "rock organ"), 0.35, -1, 0.08, 0.25), Layer("pad", "pad", ("rock organ",), 0.75, -12, 0.2, 0.25),
        ),
        ("I bVII IV I", "I V vi IV", "vi IV I V"), ("i VI III VII", "VI VII i i", "i III VII iv"),
        "song", "rock", minors=0.45, tune=Tune(1.1, 0.3, 0.3, 0.15, "pentatonic"), effects=frozenset({"drive"}), room_s=1.1,
    ),
    Genre(
        "metal", "metal|heavy metal|thrash|djent|hard rock|doom|aggressive|punk|hardcore|mosh", (132, 176),
        (
            _kit("power drums", 0.15, -2), Layer("bass", "gallop", ("picked bass",), 0.15, -3, 0.0, 0.0), Layer("comp", "power", ("distorted guitar",), 0.0, -3, -0.55, 0.06),
            Layer("arp", "power", ("distorted guitar", "overdriven guitar"), 0.0, -3, 0.55, 0.06), Layer("lead", "hold", ("overdriven guitar",), 0.5, -1, 0.05, 0.25),
        ),
        ("I bVII IV V", "vi IV I V", "I bVI bVII I"), ("i VI VII i", "i bII i VII", "VI VII i V"),
        "song", "metal", minors=0.95, colour="power", tune=Tune(1.4, 0.15, 0.3, 0.12), effects=frozenset({"drive"}), room_s=0.8, tension=("V", "VII"),
    ),
    Genre(
        "pop", "pop|catchy|radio|hit|summer|upbeat|feel[- ]good|corporate|uplifting|motivational|advert(?:isement)?|commercial|jingle", (98, 124),
        (
            _kit("drums", 0.3, -2), Layer("bass", "eighths", ("bass guitar", "synth bass"), 0.3, -3, 0.0, 0.0), Layer("comp", "pulse", ("piano", "bright piano"), 0.0, -5, -0.15, 0.15),
            Layer("arp", "arp", ("poly synth", "muted guitar", "electric guitar"), 0.5, -9, 0.4, 0.2), Layer("lead", "hold", ("synth lead", "electric guitar", "whistle", "glockenspiel", "flute"), 0.35, -1, 0.0, 0.25),
            Layer("pad", "pad", ("strings", "warm pad", "synth strings"), 0.6, -10, 0.0, 0.35),
        ),
        _POP, _POP_MINOR, "song", "pop", minors=0.25, tune=Tune(1.1, 0.35, 0.25, 0.15, "pentatonic"), room_s=1.1,
    ),
    Genre(
        "house", "house|edm|dance|club|electronic|electro|deep house|tropical|dancefloor|rave|party", (118, 128),
        (
            _kit("electronic drums", 0.2, -1), Layer("bass", "offbeat", ("synth bass", "warm synth bass"), 0.35, -3, 0.0, 0.0), Layer("comp", "stab", ("bright piano", "poly synth"), 0.3, -5, -0.1, 0.2),
            Layer("pad", "pad", ("synth strings", "warm pad", "sweep pad"), 0.0, -8, 0.0, 0.4), Layer("lead", "hold", ("poly synth", "synth lead"), 0.55, -2, 0.05, 0.3), Layer("arp", "arp16", ("poly synth", "fantasia"), 0.7, -10, 0.4, 0.3),
        ),
        ("vi IV I V", "IV V vi iii", "ii IV vi V"), ("i VI iv v", "i i VI VII", "iv v i i"),
        "dance", "house", minors=0.7, colour="seventh", tune=Tune(1.2, 0.5, 0.2, 0.2, "pentatonic"), effects=frozenset({"pump", "wide"}), room_s=1.2, tension=("V", "VII"),
    ),
    Genre(
        "techno", "techno|minimal|industrial|warehouse|acid|cyberpunk|dystopian", (124, 136),
        (
            _kit("electronic drums", 0.0, 0), Layer("bass", "offbeat", ("synth bass",), 0.2, -3, 0.0, 0.0), Layer("arp", "arp16", ("synth lead", "square lead"), 0.3, -7, 0.3, 0.3),
            Layer("comp", "stab", ("poly synth", "synth brass"), 0.5, -7, -0.3, 0.35), Layer("pad", "pad", ("sweep pad", "atmosphere"), 0.4, -9, 0.0, 0.5), Layer("lead", "hold", ("square lead", "synth lead"), 0.8, -6, 0.0, 0.4),
        ),
        ("I I bVII bVII", "I bVII IV IV", "vi vi IV IV"), ("i i i bII", "i i VI VII", "i i iv iv"),
        "dance", "techno", minors=0.95, tune=Tune(0.9, 0.5, 0.15, 0.35, "pentatonic"), effects=frozenset({"pump", "wide"}), room_s=1.8, tension=("bVII", "VII"),
    ),
    Genre(
        "trance", "trance|psytrance|euphoric|hands up|progressive", (130, 140),
        (
            _kit("electronic drums", 0.25, -1), Layer("bass", "offbeat", ("synth bass",), 0.3, -3, 0.0, 0.0), Layer("arp", "arp16", ("synth lead", "poly synth"), 0.2, -5, 0.25, 0.35),
            Layer("pad", "pad", ("synth strings", "halo pad"), 0.0, -6, 0.0, 0.5), Layer("lead", "hold", ("synth lead",), 0.6, -1, 0.0, 0.35), Layer("comp", "stab", ("poly synth",), 0.75, -8, -0.3, 0.3),
        ),
        ("vi IV I V", "IV V vi vi", "I V vi IV"), ("i VI VII i", "VI VII i i", "iv i VI V"),
        "dance", "trance", minors=0.85, tune=Tune(1.2, 0.35, 0.3, 0.1), effects=frozenset({"pump", "wide"}), room_s=2.0, tension=("V", "VII"),
    ),
    Genre(
        "synthwave", "synth-?wave|retro-?wave|outrun|80s|eighties|vaporwave|neon|new wave|synth-?pop|sci-?fi|space", (88, 116),
        (
            _kit("electronic drums", 0.25, -2), Layer("bass", "eighths", ("synth bass", "warm synth bass"), 0.15, -3, 0.0, 0.0), Layer("pad", "pad", ("synth strings", "poly synth", "warm pad"), 0.0, -6, 0.0, 0.45),
            Layer("arp", "arp16", ("poly synth", "square lead"), 0.4, -8, 0.4, 0.3), Layer("lead", "hold", ("synth lead", "synth brass", "calliope lead"), 0.4, -1, 0.0, 0.4), Layer("comp", "stab", ("synth brass",), 0.75, -9, -0.35, 0.3),
        ),
        ("I V vi IV", "IV V I vi", "ii IV I V"), ("i VI III VII", "VI VII i i", "iv VII III VI"),
        "song", "synthwave", minors=0.8, tune=Tune(0.9, 0.25, 0.3, 0.15), effects=frozenset({"pump", "wide"}), room_s=2.0, tension=("V", "VII"),
    ),
    Genre(
        "drum and bass", "drum (?:and|&|n) bass|drum'?n'?bass|d ?n ?b|jungle|breakbeat|liquid", (168, 176),
        (
            _kit("electronic drums", 0.2, 0), Layer("bass", "long808", ("warm synth bass", "synth bass"), 0.2, -2, 0.0, 0.0), Layer("pad", "pad", ("warm pad", "halo pad", "synth strings"), 0.0, -7, 0.0, 0.5),
            Layer("comp", "charleston", ("electric piano", "fantasia"), 0.3, -7, -0.25, 0.3), Layer("lead", "hold", ("synth lead", "space voice", "poly synth"), 0.5, -3, 0.1, 0.4), Layer("arp", "arp", ("glass bells", "poly synth"), 0.7, -11, 0.4, 0.4),
        ),
        ("Imaj7 vi7 IVmaj7 V", "ii7 iii7 IVmaj7 V", "IVmaj7 V vi7 vi7"), ("i7 VImaj7 iv7 v7", "VImaj7 VII i7 i7", "iv7 v7 VImaj7 VII"),
        "dance", "dnb", minors=0.8, colour="ninth", tune=Tune(0.6, 0.4, 0.3, 0.25, "pentatonic"), effects=frozenset({"wide"}), room_s=2.0, tension=("V", "v7"),
    ),
    Genre(
        "hip hop", "hip[- ]?hop|rap|boom[- ]?bap|old school|r&b|rnb|gangsta", (84, 98),
        (
            _kit("drums", 0.15, 0), Layer("bass", "sync", ("synth bass", "bass guitar"), 0.15, -2, 0.0, 0.0), Layer("comp", "charleston", ("electric piano", "piano", "jazz guitar"), 0.0, -5, -0.15, 0.15),
            Layer("lead", "hold", ("vibraphone", "flute", "strings", "muted trumpet"), 0.45, -4, 0.2, 0.25), Layer("pad", "pad", ("slow strings", "choir"), 0.7, -11, 0.0, 0.35),
        ),
        ("ii7 V7 Imaj7 Imaj7", "vi7 ii7 V7 Imaj7", "IVmaj7 iii7 vi7 vi7"), ("i7 i7 iv7 V7", "VImaj7 V7 i7 i7", "i7 iv7 i7 V7"),
        "loop", "boombap", minors=0.8, colour="seventh", tune=Tune(0.8, 0.45, 0.2, 0.4, "pentatonic"), swing=0.58, swing_unit=0.25, effects=frozenset({"crackle"}), room_s=0.8, tension=("V7", "V7"),
    ),
    Genre(
        "trap", "trap|drill|808s?|phonk|dark beats?", (132, 148),
        (
            _kit("808 drums", 0.15, 0), Layer("bass", "long808", ("synth bass",), 0.15, 0, 0.0, 0.0), Layer("comp", "block", ("piano", "glass bells", "music box"), 0.0, -6, -0.15, 0.35),
            Layer("lead", "hold", ("glass bells", "flute", "koto", "calliope lead"), 0.4, -4, 0.15, 0.35), Layer("pad", "pad", ("choir", "synth strings", "warm pad"), 0.6, -9, 0.0, 0.45), Layer("arp", "arp", ("pizzicato strings", "music box"), 0.75, -10, 0.4, 0.3),
        ),
        ("vi vi IV V", "I iii IV IV", "vi IV I V"), ("i i VI v", "i VI iv V", "iv iv i V"),
        "loop", "trap", minors=0.95, tune=Tune(0.6, 0.35, 0.25, 0.3), room_s=1.8, tension=("V", "V"),
    ),
    Genre(
        "funk", "funk|funky|groovy|disco|nu[- ]?disco|motown|70s|seventies", (100, 122),
        (
            _kit("room drums", 0.15, -2), Layer("bass", "octaves", ("slap bass", "bass guitar"), 0.1, -1, 0.0, 0.0), Layer("comp", "funk", ("electric guitar", "clavinet"), 0.0, -6, -0.35, 0.1),
            Layer("arp", "stab", ("brass section",), 0.55, -6, 0.25, 0.2), Layer("lead", "hold", ("tenor saxophone", "rock organ", "trumpet", "electric piano"), 0.35, -1, 0.1, 0.2), Layer("pad", "pad", ("strings", "synth strings"), 0.7, -10, 0.1, 0.3),
        ),
        ("I7 I7 IV7 I7", "ii7 V7 ii7 V7", "IV7 IV7 I7 V7"), ("i7 i7 IV7 IV7", "VImaj7 VII i7 i7", "iv7 v7 i7 i7"),
        "song", "funk", minors=0.6, colour="seventh", tune=Tune(1.3, 0.6, 0.3, 0.3, "pentatonic"), swing=0.54, swing_unit=0.25, room_s=0.8, tension=("V7", "V7"),
    ),
    Genre(
        "soul", "soul|gospel|neo[- ]?soul|church|worship|smooth", (66, 92),
        (
            _kit("drums", 0.3, -5), Layer("bass", "sync", ("bass guitar", "fretless bass"), 0.2, -3, 0.0, 0.05), Layer("comp", "pulse", ("electric piano", "piano"), 0.0, -4, -0.15, 0.2),
            Layer("pad", "pad", ("rock organ", "choir"), 0.4, -8, 0.2, 0.3), Layer("lead", "hold", ("tenor saxophone", "oohs", "trumpet", "alto saxophone"), 0.3, -1, 0.05, 0.3), Layer("arp", "stab", ("brass section",), 0.8, -9, 0.35, 0.25),
        ),
        ("Imaj7 iii7 vi7 V7", "IVmaj7 V7 iii7 vi7", "ii7 V7 Imaj7 IVmaj7"), ("i7 iv7 VII III", "VImaj7 v7 iv7 V7", "iv7 V7 i7 i7"),
        "song", "soul", minors=0.3, colour="seventh", tune=Tune(1.1, 0.4, 0.3, 0.2, "pentatonic"), swing=0.58, swing_unit=0.25, room_s=1.3, tension=("V7", "V7"),
    ),
    Genre(
        "reggae", "reggae|ska|dub|rocksteady|dancehall|caribbean|island|calypso", (70, 92),
        (
            _kit("drums", 0.15, -3), Layer("bass", "dub", ("bass guitar",), 0.1, 0, 0.0, 0.0), Layer("comp", "skank", ("electric guitar", "piano"), 0.0, -5, -0.3, 0.15),
            Layer("arp", "skank", ("rock organ",), 0.3, -8, 0.3, 0.2), Layer("lead", "hold", ("trombone", "trumpet", "steel drums", "tenor saxophone"), 0.35, -2, 0.1, 0.35),
        ),
        ("I IV I IV", "I vi IV V", "IV I IV V"), ("i iv i VII", "VI VII i i", "iv VII III VI"),
        "song", "reggae", minors=0.35, tune=Tune(0.9, 0.4, 0.3, 0.25, "pentatonic"), room_s=1.8,
    ),
    Genre(
        "latin", "latin|salsa|mambo|cuban|cumbia|reggaeton|rumba|cha[- ]cha|mariachi|merengue|flamenco|spanish|mexican", (96, 116),
        (
            _kit("drums", 0.15, -5), Layer("bass", "latin", ("upright bass", "bass guitar"), 0.1, -2, 0.0, 0.05), Layer("comp", "montuno", ("piano", "nylon guitar"), 0.0, -3, -0.25, 0.15),
            Layer("lead", "hold", ("trumpet", "flute", "nylon guitar"), 0.35, -1, 0.15, 0.25), Layer("arp", "stab", ("brass section",), 0.7, -7, 0.3, 0.2),
        ),
        ("I IV V IV", "ii V I vi", "IV V I I"), ("i iv V V", "i VII VI V", "iv i V i"),
        "song", "salsa", minors=0.65, tune=Tune(1.1, 0.5, 0.3, 0.2), room_s=1.0, tension=("V7", "V7"),
    ),
    Genre(
        "tango", "tango|milonga|buenos aires|argentin[ea]n?", (108, 126),
        (
            Layer("comp", "tango", ("piano",), 0.0, -5, -0.2, 0.2), Layer("bass", "fifths", ("upright bass",), 0.0, -4, 0.0, 0.1), Layer("lead", "hold", ("bandoneon", "violin"), 0.1, 0, 0.1, 0.25),
            Layer("counter", "pad", ("violin", "strings"), 0.5, -6, 0.35, 0.3), Layer("arp", "tango", ("strings",), 0.6, -9, -0.4, 0.25), Layer("double", "hold", ("violin",), 0.8, -5, -0.1, 0.3),
        ),
        ("I vi ii V7", "IV I V7 I", "ii V7 I I"), ("i iv V7 i", "iv VII III V7", "VI iv V7 i"),
        "song", None, minors=0.9, tune=Tune(1.2, 0.3, 0.35, 0.1), room_s=1.2, tension=("V7", "V7"),
    ),
    Genre(
        "waltz", "waltz|carousel|ballroom|musette|paris(?:ian)?|french caf[eé]|circus|merry-go-round|viennese", (138, 168),
        (
            Layer("comp", "oompah", ("accordion", "pizzicato strings", "piano"), 0.0, -6, -0.25, 0.2), Layer("bass", "fifths", ("upright bass",), 0.0, -4, 0.0, 0.1), Layer("lead", "hold", ("accordion", "violin", "clarinet", "flute"), 0.1, 0, 0.1, 0.25),
            Layer("counter", "pad", ("cello", "clarinet"), 0.55, -7, 0.35, 0.3), Layer("pad", "pad", ("strings",), 0.6, -9, -0.1, 0.3), Layer("double", "hold", ("glockenspiel", "flute"), 0.8, -9, 0.3, 0.3),
        ),
        ("I I V7 V7 V7 V7 I I", "IV IV I I V7 V7 I I", "vi vi ii ii V7 V7 I V7"), ("i i V7 V7 V7 V7 i i", "iv iv i i V7 V7 i i", "VI VI III III iv iv V7 V7"),
        "song", None, 3, minors=0.4, tune=Tune(0.9, 0.05, 0.35, 0.08), room_s=1.5, tension=("V7", "V7"),
    ),
    Genre(
        "classical", "classical|sonata|chamber|string quartet|mozart|romantic|nocturne|chopin|etude|prelude|concerto|elegant|ballet|neo-?classical|piano", (72, 108),
        (
            Layer("comp", "alberti", ("piano",), 0.0, -5, -0.1, 0.3), Layer("lead", "hold", ("piano", "violin", "flute", "oboe"), 0.1, 0, 0.1, 0.3), Layer("bass", "root", ("contrabass section",), 0.45, -7, 0.1, 0.3),
            Layer("counter", "pad", ("cello", "viola"), 0.5, -7, 0.3, 0.35), Layer("pad", "pad", ("slow strings",), 0.7, -10, 0.0, 0.4),
        ),
        ("I V I IV I ii V I", "V I V I IV I V V", "vi ii V I IV I V V"), ("i V i iv i iv V i", "III VII III VI iv i V V", "VI iv VII III iv i V V"),
        "arc", None, minors=0.4, tune=Tune(1.1, 0.05, 0.3, 0.06), room_s=1.9, tension=("V7", "V7"),
    ),
    Genre(
        "baroque", "baroque|bach|vivaldi|harpsichord|fugue|renaissance|court|minuet", (84, 112),
        (
            Layer("comp", "arp", ("harpsichord",), 0.0, -6, -0.2, 0.3), Layer("bass", "walk", ("contrabass section", "upright bass"), 0.0, -4, 0.0, 0.25), Layer("lead", "hold", ("violin", "oboe", "recorder", "harpsichord"), 0.1, 0, 0.15, 0.3),
            Layer("counter", "walk", ("viola", "recorder", "cello"), 0.4, -5, 0.4, 0.3), Layer("pad", "pad", ("strings",), 0.7, -9, -0.1, 0.35),
        ),
        ("I IV V I vi ii V I", "V I IV ii V I V V", "vi ii V I IV ii V V"), ("i iv VII III VI iv V i", "III VI iv VII i iv V V", "i VII VI V iv i V V"),
        "arc", None, minors=0.5, tune=Tune(1.9, 0.05, 0.2, 0.03), room_s=2.0, tension=("V7", "V7"),
    ),
    Genre(
        "lullaby", "lullaby|lullabies|cradle|bedtime|nursery|baby", (76, 96),
        (
            Layer("comp", "rolled", ("harp", "celesta", "felt piano"), 0.0, -5, -0.2, 0.4), Layer("lead", "hold", ("music box", "celesta", "flute", "oohs"), 0.1, 0, 0.1, 0.4), Layer("bass", "root", ("upright bass",), 0.35, -9, 0.0, 0.2),
            Layer("pad", "pad", ("slow strings", "warm pad"), 0.4, -9, 0.0, 0.5), Layer("counter", "pad", ("clarinet", "cello"), 0.65, -9, 0.3, 0.4),
        ),
        ("I IV I V", "IV I V I", "vi IV I V"), ("i iv i VII", "VI III VII i", "iv i VI VII"),
        "drift", None, 3, minors=0.1, tune=Tune(0.8, 0.05, 0.25, 0.1, "pentatonic"), room_s=2.0,
    ),
    Genre(
        "march", "march|marching|military|parade|fanfare|anthemic|patriotic|victory|royal|triumphant", (108, 124),
        (
            _kit("orchestral percussion", 0.1, -5), Layer("bass", "fifths", ("tuba",), 0.0, -3, 0.0, 0.2), Layer("comp", "oompah", ("French horns", "brass section"), 0.1, -7, -0.3, 0.25),
            Layer("lead", "hold", ("trumpet", "piccolo", "clarinet"), 0.15, 0, 0.1, 0.25), Layer("counter", "pad", ("trombone",), 0.5, -5, 0.3, 0.25), Layer("double", "hold", ("piccolo", "glockenspiel"), 0.75, -7, 0.35, 0.3),
        ),
        ("I I IV V", "I IV I V", "IV I ii V"), ("i i iv V", "VI VII i V", "iv i V i"),
        "song", "march", minors=0.1, tune=Tune(1.2, 0.1, 0.4, 0.08), room_s=1.5, tension=("V7", "V7"),
    ),
    Genre(
        "celtic", "celtic|irish|scottish|jig|reel|gaelic|medieval|tavern|pirate|sea shanty|shanty|viking|hobbit|elven", (108, 132),
        (
            Layer("comp", "strum", ("acoustic guitar", "harp"), 0.0, -6, -0.3, 0.2), Layer("bass", "root", ("upright bass",), 0.3, -6, 0.0, 0.1), Layer("lead", "hold", ("fiddle", "whistle", "flute"), 0.1, 0, 0.1, 0.3),
            Layer("double", "hold", ("whistle", "fiddle", "accordion"), 0.7, -6, -0.15, 0.3), Layer("pad", "pad", ("accordion", "slow strings"), 0.55, -10, 0.25, 0.35), _kit("orchestral percussion", 0.45, -7),
        ),
        ("I V IV V", "I IV V I", "vi V IV V"), ("i i VII i", "VI VII i i", "i III VII i"),
        "song", "celtic", minors=0.55, tune=Tune(1.9, 0.05, 0.25, 0.04, "full"), room_s=1.6, tension=("V", "VII"),
    ),
    Genre(
        "chiptune", "chip-?tune|8[- ]?bit|16[- ]?bit|eight[- ]bit|video ?game|arcade|retro game|nintendo|game boy|pixel", (128, 156),
        (
            _kit("electronic drums", 0.2, -4), Layer("bass", "octaves", ("square lead",), 0.0, -4, 0.0, 0.0), Layer("arp", "arp16", ("square lead",), 0.2, -8, 0.3, 0.05),
            Layer("lead", "hold", ("square lead", "calliope lead"), 0.1, -1, 0.0, 0.1), Layer("counter", "pad", ("square lead",), 0.6, -8, -0.3, 0.1),
        ),
        ("I V vi IV", "IV V I vi", "bVI bVII I I"), ("i VI VII i", "iv VII III VI", "VI VII i i"),
        "song", "chip", minors=0.4, tune=Tune(1.6, 0.25, 0.35, 0.08), room_s=0.5,
    ),
    Genre(
        "polka", "polka|klezmer|balkan|oktoberfest|bavarian|folk dance|gypsy|comic|comedy|funny|silly|cartoon|quirky|playful|mischievous", (112, 132),
        (
            _kit("drums", 0.3, -8), Layer("bass", "fifths", ("tuba",), 0.0, -3, 0.0, 0.1), Layer("comp", "oompah", ("accordion", "pizzicato strings"), 0.0, -6, -0.3, 0.15), Layer("lead", "hold", ("clarinet", "accordion", "bassoon", "xylophone"), 0.1, 0, 0.15, 0.2),
            Layer("counter", "pad", ("trombone", "bassoon"), 0.6, -7, 0.3, 0.2), Layer("double", "hold", ("xylophone", "piccolo"), 0.75, -8, 0.35, 0.2),
        ),
        ("I I V7 I", "IV I V7 I", "ii V7 I V7"), ("i i V7 i", "iv i V7 i", "VI III V7 i"),
        "song", "polka", 2, minors=0.3, tune=Tune(1.6, 0.1, 0.4, 0.08), room_s=0.9, tension=("V7", "V7"),
    ),
    Genre(
        "choral", "choral|choir|hymn|sacred|gregorian|chant|christmas|carol|a cappella|requiem|monastery", (66, 88),
        (
            Layer("pad", "block", ("choir",), 0.0, -4, 0.0, 0.5), Layer("bass", "root", ("church organ", "contrabass section"), 0.3, -8, 0.0, 0.5), Layer("lead", "hold", ("choir", "oohs"), 0.1, -1, 0.1, 0.5),
            Layer("comp", "block", ("church organ",), 0.55, -9, 0.0, 0.5), Layer("counter", "pad", ("oohs", "French horns"), 0.7, -8, 0.25, 0.5),
        ),
        ("I IV I V vi IV V I", "IV I ii V I vi V V", "vi iii IV I ii vi V V"), ("i VI iv i VII III iv V", "III VII i VI iv i V V", "VI iv i VII III iv V V"),
        "arc", None, minors=0.4, tune=Tune(0.7, 0.02, 0.15, 0.05), room_s=4.0, tension=("V", "V"),
    ),
    Genre(
        "asian", "asian|japan(?:ese)?|chinese|oriental|zen|samurai|koto|shakuhachi|korean|bamboo|geisha", (72, 96),
        (
            Layer("arp", "rolled", ("koto",), 0.0, -4, -0.25, 0.35), Layer("lead", "hold", ("shakuhachi", "pan flute", "koto"), 0.1, 0, 0.1, 0.45), Layer("pad", "pad", ("slow strings", "bowed glass"), 0.3, -9, 0.0, 0.5),
            Layer("bass", "drone", ("contrabass section",), 0.35, -9, 0.0, 0.3), _kit("orchestral percussion", 0.55, -8),
        ),
        ("Isus2 vi Vsus4 Isus2", "vi IV Isus2 V", "ii vi V Isus2"), ("i VII i iv", "VI VII i i", "iv i VII i"),
        "arc", "heartbeat", minors=0.6, tune=Tune(0.8, 0.15, 0.3, 0.2, "pentatonic"), room_s=2.6, tension=("Vsus4", "VII"),
    ),
    Genre(
        "horror", "horror|scary|creepy|spooky|haunted|halloween|suspense|thriller|ominous|sinister|eerie|nightmare|tense|tension|mystery|mysterious|dark ambient", (66, 92),
        (
            Layer("pad", "pad", ("tremolo strings", "bowed glass"), 0.0, -5, 0.0, 0.5), Layer("bass", "drone", ("contrabass section",), 0.1, -4, 0.0, 0.35), Layer("lead", "hold", ("music box", "celesta", "oboe", "space voice"), 0.25, -2, 0.1, 0.5),
            Layer("arp", "ostinato", ("pizzicato strings", "piano"), 0.45, -8, -0.3, 0.4), Layer("counter", "pad", ("choir", "cello"), 0.6, -7, 0.3, 0.5), _kit("orchestral percussion", 0.65, -5),
        ),
        ("I bII I bVI", "i bII i bVI", "bVI bII i V"), ("i bII i VI", "i VI bII V", "iv bII i V"),
        "arc", "heartbeat", minors=1.0, tune=Tune(0.6, 0.15, 0.45, 0.3), room_s=3.2, tension=("V", "bII"),
    ),
)  # fmt: skip
BY_NAME: Final = {genre.name: genre for genre in GENRES}
