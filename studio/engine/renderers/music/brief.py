# ruff: noqa: E501 — a table is easiest to judge on one line
"""Reading what a piece should be from the words of its prompt."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from studio.engine.renderers.music.genres import BY_NAME, GENRES, Genre, Layer, Style
from studio.engine.renderers.music.instruments import Instrument, instrument, named_in
from studio.engine.renderers.music.order import LOOP
from studio.engine.renderers.music.score import Role
from studio.engine.renderers.music.theory import SCALES, Key, find_key, parse_key

_Entry = TypeVar("_Entry", Genre, "Mood")
MIN_BPM: Final = 30.0
MAX_BPM: Final = 300.0


@dataclass(frozen=True)
class Mood:
    """How a mood changes a genre: share of minor keys, tempo and energy, each added to or multiplied."""

    name: str
    words: str
    minor: float = 0.0
    tempo: float = 1.0
    energy: float = 0.0
    genre: str = "pop"


_MOODS: Final = (
    Mood("sad", "sad|melanchol\\w+|sorrow\\w*|lonely|heart-?broken|grief|tears|mourn\\w*|bittersweet|nostalgic|wistful|moody", 0.7, 0.86, -0.15, "classical"),
    Mood("dark", "dark|evil|brooding|gloomy|grim|menacing|apocalyp\\w+|gothic", 0.8, 0.95, 0.05, "cinematic"),
    Mood("calm", "calm\\w*|peaceful|gentle|soft|relax\\w*|serene|tranquil|quiet|mellow|soothing|tender|dreamy|delicate|slow", -0.1, 0.88, -0.25, "ambient"),
    Mood("happy", "happy|joyful|cheerful|sunny|bright|fun|upbeat|positive|optimistic|celebrat\\w+|carefree", -0.6, 1.08, 0.1, "pop"),
    Mood("energetic", "energetic|driving|intense|fast|powerful|aggressive|pumping|workout|action|chase|race|racing|wild|furious|hard", 0.1, 1.1, 0.2, "rock"),
    Mood("romantic", "romantic|love|sensual|intimate|wedding|warm", -0.2, 0.92, -0.1, "soul"),
    Mood("epic", "epic|heroic|triumphant|majestic|grand|soaring|inspir\\w+|hopeful", 0.0, 1.0, 0.15, "cinematic"),
    Mood("tense", "tense|suspense\\w*|nervous|anxious|urgent|mysterious|uneasy", 0.7, 1.0, 0.0, "horror"),
)  # fmt: skip
_NEUTRAL: Final = Mood("", "")
# What a picture or film shows, when no genre is named: the music that goes with it.
_SCENES: Final = (
    (r"dragons?|knights?|castles?|wars?|warriors?|army|kingdoms?|superhero\w*|volcano\w*|storms?|lions?|eagles?", "cinematic"),
    (r"robots?|neon|cyber\w*|futur\w+|lasers?|androids?|spaceships?|cityscape|skyscrapers?", "synthwave"),
    ("ghosts?|zombies?|vampires?|graveyards?|cemetery|monsters?", "horror"),
    ("circus|clowns?|cats?|dogs?|puppy|kittens?|toys?", "polka"),
    (r"rain\w*|forests?|sea|ocean|waves?|mist\w*|fog\w*|snow\w*|dawn|sunset|sunrise|stars|moon\w*|lakes?|mountains?|clouds?|underwater|galaxy|nebula", "ambient"),
    (r"beach|palms?|tropic\w*|surf\w*", "reggae"),
    ("farm|meadows?|fields?|garden|cottage|village|autumn|spring", "folk"),
    ("cafe|café|coffee|cocktails?|city|street|night", "lo-fi"),
)  # fmt: skip
_FEAST: Final = re.compile(r"\b(?:christmas|xmas|birthday|wedding|lullaby|carnival|feast|holiday)\b")
"""Occasions that call for a major key."""
_SOLO_MOODS: Final = frozenset(("", "sad", "calm", "romantic"))
"""Moods in which "piano" means a piano and no band around it."""
_ENSEMBLES: Final = (("duo|duet", 2), ("trio", 3), ("quartet", 4), ("quintet", 5))
_FIRST_SEATS: Final[tuple[Role, ...]] = ("lead", "bass", "drums", "comp", "counter", "arp", "pad", "double")
_AT_HOME: Final = ("classical", "folk", "pop", "jazz", "ambient", "rock", "synthwave", "cinematic")
"""Genres that are preferred when instruments alone decide."""
_TEMPO_WORDS: Final = (
    ("grave|very slow|largo", 48), ("lento|larghetto", 56), ("adagio", 68), ("andante", 84), ("moderato|mid-?tempo", 104),
    ("allegretto", 112), ("allegro", 132), ("vivace", 150), ("presto|very fast", 176),
)  # fmt: skip
_ENERGETIC_FORM: Final = {"drift": 0.45, "arc": 0.75}


@dataclass(frozen=True)
class Brief:
    """Everything that is decided before the first note.

    Attributes:
        bpm: the tempo; ``exact_tempo`` when it was asked for, so that it must not be moved to fill the length.
        beats: beats in a bar: 2, 3, 4 or 6.
        layers: the parts, each with its instrument.
        energy: added to the intensity of every section, −0.4 to 0.3.
        heard: what of the prompt decided something, for the message.
        loops: whether it is to be repeated without a seam: whole bars, no beginning and no ending.
    """

    genre: Genre
    mood: Mood
    key: Key
    bpm: float
    beats: int
    exact_tempo: bool
    layers: tuple[tuple[Layer, Instrument], ...]
    energy: float
    heard: tuple[str, ...]
    loops: bool = False

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the instruments, each once."""
        return tuple(dict.fromkeys(player.name for _, player in self.layers))


def read(
    prompt: str, seed: int, *, bpm: float | None = None, beats: int | None = None, key: Key | None = None
) -> Brief:
    """Return what *prompt* asks for; given arguments win over its words, and *seed* draws what both leave open."""
    chance = random.Random(f"brief {seed} {prompt.lower()}")
    low = f" {prompt.lower()} "
    wanted, without = _split(low)
    mood = next((each for each in _ranked(_MOODS, wanted)), _NEUTRAL)
    genres = _ranked(GENRES, wanted)
    players = named_in(re.sub(r"\bdrums? ?(?:and|&|n|'n') ?bass\b", " ", wanted))
    scene = next((name for words, name in _SCENES if re.search(rf"\b(?:{words})\b", wanted)), None)
    if genres:
        genre = genres[0]
    elif players or not (scene or mood.name):
        genre = _by_players(players)
    else:
        genre = BY_NAME[scene or mood.genre]
    heard = [genre.name] if genres else []
    heard += [mood.name] if mood.name else []
    key = key or find_key(prompt) or _tuned_down(wanted) or _draw_key(genre, mood, wanted, chance)
    beats = beats or _metre(wanted) or genre.beats
    asked = bpm or _tempo(wanted)
    tempo = asked or _draw_tempo(genre, mood, beats, chance)
    solo = len(players) == 1 and players[0].chords and mood.name in _SOLO_MOODS
    solo = solo and not _ranked(GENRES, re.sub(rf"\b(?:{players[0].words})\b", " ", wanted))
    layers = _arrange(genre, players, without, wanted, chance, solo=solo)
    heard += [player.name for player in players]
    return Brief(
        genre, mood, key, max(MIN_BPM, min(MAX_BPM, tempo)), beats, asked is not None, tuple(layers),
        mood.energy, tuple(dict.fromkeys(heard)), bool(LOOP.search(wanted)),
    )  # fmt: skip


def _tuned_down(text: str) -> Key | None:
    """Return the key of a lowered tuning: a riff in "drop D" stands in D minor."""
    found = re.search(r"\bdrop[- ]([a-g])\b", text)
    return parse_key(f"{found[1].upper()} minor") if found else None


def _split(low: str) -> tuple[str, str]:
    """Return the prompt without its “no …” and “without …” parts, and those parts."""
    pattern = re.compile(r"\b(?:no|without|minus|not)\s+(?:any\s+)?([\w-]+(?:\s*(?:,|and|or|&)\s*(?!with)[\w-]+)?)")
    gone = " ".join(match[1] for match in pattern.finditer(low))
    return pattern.sub(" ", low), f" {gone} "


def _ranked(table: Sequence[_Entry], text: str) -> list[_Entry]:
    """Return the entries whose words are in *text*, in the order in which it names them, longer words first."""
    found: list[tuple[int, int, int, _Entry]] = []
    for place, entry in enumerate(table):
        hits = [(match.start(), -len(match[0])) for match in re.finditer(rf"\b(?:{entry.words})\b", text)]
        if hits:
            start, length = min(hits)
            found.append((start, length, place, entry))
    return [entry for *_, entry in sorted(found, key=lambda row: row[:3])]


def _by_players(players: Sequence[Instrument]) -> Genre:
    """Return the genre in which most of the named instruments are at home."""
    names = {player.name for player in players}
    scores = {genre.name: sum(bool(names & {*layer.instruments}) for layer in genre.layers) for genre in GENRES}
    best = max(scores.values())
    if not best:
        return BY_NAME["pop"]
    able = [name for name in (*_AT_HOME, *scores) if scores[name] == best]
    return BY_NAME[able[0]]


def _draw_key(genre: Genre, mood: Mood, text: str, chance: random.Random) -> Key:
    share = max(0.0, min(1.0, genre.minors + mood.minor))
    minor = chance.random() < (0.0 if _FEAST.search(text) and mood.minor <= 0 else share)
    tonic = chance.choice((9, 2, 4, 7, 0, 11, 6, 5) if minor else (0, 2, 7, 5, 9, 10, 3, 4))
    return Key(tonic, "minor" if minor else "major")


def _metre(text: str) -> int | None:
    named = re.search(r"\b([2346])\s*/\s*([48])\b", text)
    if named and (named[1] != "6" or named[2] == "8"):
        return int(named[1])
    if re.search(r"\b(?:waltz|three[- ]four|triple time)\b", text):
        return 3
    return 6 if re.search(r"\b(?:six[- ]eight|jig|barcarolle|tarantella)\b", text) else None


def _tempo(text: str) -> float | None:
    if named := re.search(r"\b(\d{2,3}(?:\.\d+)?)\s*-?\s*(?:bpm|beats per minute)\b|\bbpm\s*:?\s*(\d{2,3})\b", text):
        return float(named[1] or named[2])
    return next((float(bpm) for words, bpm in _TEMPO_WORDS if re.search(rf"\b(?:{words})\b", text)), None)


def _draw_tempo(genre: Genre, mood: Mood, beats: int, chance: random.Random) -> float:
    low, high = genre.tempo
    tempo = chance.uniform(low, high) * mood.tempo
    if beats == 6:  # eighth notes are counted, and a dotted quarter goes like a slow beat
        tempo = max(132.0, min(288.0, tempo * (2.4 if genre.name in ("celtic", "polka") else 1.5)))
    elif beats == 3 and genre.beats == 4:
        tempo *= 1.05
    return float(round(tempo))


def _arrange(
    genre: Genre, players: Sequence[Instrument], without: str, text: str, chance: random.Random, *, solo: bool
) -> list[tuple[Layer, Instrument]]:
    """Return the genre's layers with instruments, after what was asked for and what was forbidden."""
    drawn = {layer.role: instrument(chance.choice(layer.instruments)) for layer in genre.layers}
    layers = {layer.role: layer for layer in genre.layers}
    alone = solo or (bool(re.search(r"\b(?:solo|only|just|unaccompanied|a cappella)\b", text)) and bool(players))
    if alone:
        layers, drawn = _alone(layers, players)
    else:
        for player in players:
            _seat(player, layers, drawn, players)
    forbidden = {player.name for player in named_in(without)}
    gone = {role for role, player in drawn.items() if player.name in forbidden}
    if re.search(r"\b(?:drums?|beats?|percussion)\b", without):
        gone.add("drums")
    if re.search(r"\bbass\b", without):
        gone.add("bass")
    if re.search(r"\b(?:melody|lead)\b", without):
        gone |= {"lead", "double", "counter"}
    seats = next((number for words, number in _ENSEMBLES if re.search(rf"\b(?:{words})s?\b", text)), None)
    if seats and not alone:
        gone |= _without_seat(layers, drawn, players, seats)
    kept = [role for role in layers if role not in gone]
    return [(layers[role], drawn[role]) for role in kept or ["comp"] if role in layers]


def _without_seat(
    layers: dict[Role, Layer], drawn: dict[Role, Instrument], players: Sequence[Instrument], seats: int
) -> set[Role]:
    """Return the parts that a group of *seats* players does not have; in a small one the chords also lead."""
    named = {player.name for player in players}
    chords = drawn.get("comp")
    if seats <= 3 and chords and "drums" in drawn and drawn["lead"].name not in named:
        drawn["lead"] = chords
    kept: set[Role] = set()
    order = sorted((role for role in _FIRST_SEATS if role in layers), key=lambda role: drawn[role].name not in named)
    for role in order:
        if len({drawn[each].name for each in (*kept, role)}) <= seats:
            kept.add(role)
    return {*layers} - kept


def _seat(
    player: Instrument, layers: dict[Role, Layer], drawn: dict[Role, Instrument], players: Sequence[Instrument]
) -> None:
    """Give *player* the part that suits it best and that no other named instrument has."""
    named = {each.name for each in players}
    if any(seat.name == player.name for seat in drawn.values()):
        role = next(role for role, seat in drawn.items() if seat.name == player.name)
    else:
        free = [role for role in player.roles if role not in drawn or drawn[role].name not in named]
        single = len([each for each in players if each.roles[0] not in ("drums", "bass")]) == 1
        if single and "lead" in free and player.roles[0] != "pad":
            free = ["lead"]
        if not free:
            return
        role = free[0]
        drawn[role] = player
    default = Layer(role, _DEFAULT_STYLES[role], (player.name,), 0.3, -6.0, 0.2 if role != "lead" else 0.0, 0.25)
    layers[role] = replace(layers.get(role, default), enter=min(layers.get(role, default).enter, 0.35))


def _alone(
    layers: dict[Role, Layer], players: Sequence[Instrument]
) -> tuple[dict[Role, Layer], dict[Role, Instrument]]:
    """Return an arrangement of nothing but *players*."""
    chosen: dict[Role, Layer] = {}
    drawn: dict[Role, Instrument] = {}
    for player in players:
        role = next((role for role in player.roles if role not in drawn), None)
        if role is not None:
            drawn[role] = player
    melodic = [player for player in drawn.values() if player.roles[0] not in ("drums", "bass")]
    if melodic and "lead" not in drawn:
        drawn["lead"] = next((each for each in melodic if "lead" in each.roles), melodic[0])
    if not {"comp", "pad", "arp"} & {*drawn}:
        able = next((each for each in melodic if each.chords), None)
        if able:
            drawn["comp"] = able
    for role, player in drawn.items():
        known = layers.get(role)
        style = known.style if known and player.name in known.instruments else _DEFAULT_STYLES[role]
        level = known.level if known else -5.0
        pan = 0.0 if len(drawn) < 3 else known.pan if known else 0.2
        chosen[role] = Layer(role, style, (player.name,), 0.0, level, pan, 0.3)
    return chosen, drawn


_DEFAULT_STYLES: Final[dict[Role, Style]] = {
    "lead": "hold", "double": "hold", "counter": "pad", "comp": "arp", "arp": "arp", "pad": "pad", "bass": "root",
    "drums": "hold",
}  # fmt: skip


def is_modal(key: Key) -> bool:
    """Return whether *key* is in a mode that has chords of its own."""
    return key.mode not in ("major", "minor", "harmonic minor") and key.mode in SCALES
