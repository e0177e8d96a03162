# ruff: noqa: E501 — prose is easiest to judge on one line
"""The worlds that texts take place in, as concrete things: what one sees, hears and touches there."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Setting:
    """One world. Phrases fit into a sentence: places with their preposition, details as whole clauses."""

    place: str
    ground: str
    lights: tuple[str, ...]
    details: tuple[str, ...]
    sounds: tuple[str, ...]
    obstacles: tuple[str, ...]
    palette: str


SETTINGS: Final[dict[str, Setting]] = {
    "sea": Setting(
        "on a stony shore",
        "the shoreline",
        ("first grey light over the water", "low sun on wet stone", "blue dusk, one lamp burning"),
        (
            "foam slides back over black pebbles",
            "a rope knocks against a mooring post",
            "gulls hang in the wind without moving",
            "a line of salt has dried on the window",
            "a buoy bell turns in the swell",
        ),
        ("surf and a far buoy bell", "gulls, then only wind", "rope creaking on wood"),
        (
            "the tide has already taken the path",
            "fog closes in faster than anyone can row",
            "the lamp gutters and goes out",
        ),
        "slate blue, bone white, one warm amber",
    ),
    "mountain": Setting(
        "on a bare ridge",
        "the ridge",
        ("alpenglow on the highest rock", "flat white noon", "the last sun behind the pass"),
        (
            "loose stones run down the gully",
            "breath hangs in the cold",
            "prayer flags snap in the wind",
            "a cairn throws a shadow as long as a house",
            "the valley lies under a lid of cloud",
        ),
        ("wind over rock", "boots on gravel", "a stream far below"),
        ("the weather turns in minutes", "the path simply ends", "the rope will not reach"),
        "granite grey, glacier blue, rust",
    ),
    "forest": Setting(
        "in an old forest",
        "the clearing",
        ("light in thin columns between the trunks", "green shade after rain", "mist at knee height"),
        (
            "drops fall from leaf to leaf long after the rain",
            "a jay calls twice and is silent",
            "moss has grown over the last footprint",
            "a fern unrolls by a finger's width",
            "spider silk catches the light and is gone",
        ),
        ("a woodpecker, far off", "leaves underfoot", "rain starting high in the canopy"),
        ("every path looks like the one before", "a fallen trunk blocks the way", "the light is going"),
        "moss green, bark brown, a single red",
    ),
    "city": Setting(
        "on a side street in the city",
        "the corner",
        ("sodium light on wet asphalt", "neon in a puddle", "early sun between two towers"),
        (
            "steam climbs from a grate",
            "a shutter goes up with one long rattle",
            "a tram draws its sparks along the wire",
            "someone waters a plant on a fire escape",
            "a newspaper turns itself over on the crossing",
        ),
        ("traffic like a distant tide", "a train crossing the bridge", "a radio behind a wall"),
        ("the lights change and the crowd closes", "the last train pulls out", "the phone dies at eleven percent"),
        "asphalt, sodium orange, cold cyan",
    ),
    "space": Setting(
        "in orbit above a dark planet",
        "the hull",
        (
            "hard white sunlight and no fill",
            "a thin blue line of dawn on the horizon",
            "starlight, instruments glowing",
        ),
        (
            "a pen drifts across the cabin",
            "frost flowers on the inside of the visor",
            "the planet turns its night side up",
            "a warning lamp blinks with nobody to see it",
            "dust hangs in a torch beam, perfectly still",
        ),
        ("breath inside a helmet", "a low hum through the frame", "radio hiss, then a voice"),
        ("the signal drops behind the planet", "one thruster does not answer", "the tether has run out"),
        "black, bone white, a thread of cyan",
    ),
    "desert": Setting(
        "in the open desert",
        "the dune",
        ("white noon with no shadow", "long copper light", "cold stars and a small fire"),
        (
            "sand runs off the crest like smoke",
            "a lizard lifts one foot, then the other",
            "heat folds the horizon in half",
            "a tin cup rings against a saddle",
            "old tracks are being erased",
        ),
        ("wind combing the sand", "a canvas flap", "silence with a pulse in it"),
        ("the well is dry", "a wall of dust stands up in the west", "the map and the land disagree"),
        "ochre, copper, night blue",
    ),
    "winter": Setting(
        "in deep snow",
        "the frozen lake",
        ("blue light before sunrise", "low sun on ice", "lamplight falling on snow"),
        (
            "snow slides off a branch and the branch springs up",
            "frost has drawn ferns on the glass",
            "breath turns to silver",
            "the ice answers each step with a note",
            "a single track of prints leads away",
        ),
        ("snow under boots", "ice singing far out", "a stove ticking"),
        ("the ice cracks like a rifle", "snow has filled the tracks", "the cold has stopped the engine"),
        "ice blue, charcoal, lamplight yellow",
    ),
    "garden": Setting(
        "in a walled garden",
        "the garden gate",
        ("soft morning sun through leaves", "bright noon, bees at work", "honey-coloured evening"),
        (
            "a petal lands and nobody notices",
            "bees lean into the foxgloves",
            "a watering can drips on warm stone",
            "washing moves on the line",
            "an apple rolls to a stop against a boot",
        ),
        ("bees and a distant mower", "water on leaves", "a blackbird at dusk"),
        ("the first frost has come early", "the gate has rusted shut", "the blossoms are gone overnight"),
        "leaf green, cream, poppy red",
    ),
    "road": Setting(
        "on an empty road",
        "the roadside",
        ("headlights and the first grey", "noon glare on chrome", "long shadows across two lanes"),
        (
            "the white line runs under the wheels",
            "a diner sign loses one letter to the dark",
            "power lines rise and fall like breathing",
            "dust hangs where the last car passed",
            "a map is folded wrong for the third time",
        ),
        ("tyres on concrete", "an engine ticking as it cools", "a song from a small speaker"),
        ("the bridge is out", "the needle lies on empty", "the turn was ten miles back"),
        "dust, faded red, sky",
    ),
    "stage": Setting(
        "backstage in a small theatre",
        "the empty stage",
        ("one follow spot and darkness", "work lights before the show", "red and gold from the house"),
        (
            "dust turns in the beam",
            "a string is tuned up, past, and back",
            "a program lies face down on a seat",
            "the curtain breathes",
            "chalk marks show where to stand",
        ),
        ("an audience settling", "a count-in, whispered", "one note held"),
        ("the first cue is missed", "a string snaps", "the lights go out and stay out"),
        "velvet red, brass, black",
    ),
    "kitchen": Setting(
        "in a bright kitchen",
        "the table",
        ("morning light across the table", "steam in a window beam", "a pendant lamp at night"),
        (
            "flour hangs in the light",
            "a spoon leaves a slow ring",
            "steam writes on the window",
            "crumbs mark where someone sat",
            "a drop runs down the glass and joins another",
        ),
        ("a kettle coming up", "a knife on a wooden board", "ice in a glass"),
        ("the cupboard is empty", "the alarm has been ringing for a while", "the last of it is gone"),
        "cream, butter yellow, one deep green",
    ),
    "workshop": Setting(
        "in a workshop",
        "the workbench",
        ("north light through tall dusty panes", "a single lamp over the bench", "the glow from an open kiln door"),
        (
            "fingerprints have dried on the edge of the table",
            "tools hang in the order in which they are used",
            "shavings curl under the bench",
            "a damp cloth covers what is not finished",
            "brushes stand in a jar of grey water",
        ),
        ("a wheel turning, and then not", "a blade on wood", "a radio two rooms away"),
        (
            "the piece cracks on the last day",
            "there is only enough left for one more try",
            "the hand will not do it twice",
        ),
        "clay red, chalk white, one deep blue",
    ),
    "home": Setting(
        "in a quiet room",
        "the doorway",
        ("morning light through thin curtains", "a lamp against the blue of evening", "late sun climbing the wall"),
        (
            "dust turns in a strip of sun",
            "a cup has left its ring on the wood",
            "a door stands open by a hand's width",
            "a clock goes on without being looked at",
            "a coat still holds the shape of a shoulder",
        ),
        ("a clock and far traffic", "a floorboard", "rain starting on the glass"),
        ("the words will not come", "the key does not turn any more", "there is less time than there was"),
        "warm grey, linen, a single blue",
    ),
}
"""Theme -> its world."""

THEME_WORDS: Final[dict[str, str]] = {
    "sea": "sea ocean lighthouse shore beach wave harbor harbour sailor ship boat island tide fisherman surfer whale coast pirate captain mermaid",
    "mountain": "mountain peak climber ridge summit alps cliff hiker valley volcano glacier eagle",
    "forest": "forest wood tree fox deer bear wolf owl rabbit squirrel hedgehog jungle moss mushroom leaves woodland fairy",
    "city": "city station train bus rain street subway metro tram taxi neon rooftop skyline detective downtown office cafe urban sneaker tokyo paris york london berlin phone app headphones market bazaar",
    "space": "space astronaut planet moon mars rocket star galaxy orbit spaceship alien satellite cosmos starlight",
    "desert": "desert dune sand camel cactus oasis caravan canyon",
    "winter": "winter snow ice frozen skate skating ski christmas frost cold penguin arctic snowy",
    "garden": "garden plant flower rose bee spring blossom gardener orchard greenhouse meadow bird butterfly perfume seed",
    "road": "road highway car truck drive driving motorcycle bike bicycle trip journey travel runner running route mile hometown shoe",
    "stage": "stage theater theatre dancer singer band piano violin concert circus magician actor ballet guitar musician jazz",
    "kitchen": "kitchen coffee tea bread baker chef cook milk breakfast chocolate restaurant recipe food cake barista mug drink pizza soup juice beer wine oat snack",
    "workshop": "workshop studio atelier pottery potter ceramic ceramics ceramicist clay kiln glaze sculptor sculpture easel canvas carpenter loom weaver craft printmaker printmaking workbench painter rust iron",
    "home": "home house room mother father family child childhood love letter grandmother grandfather clock clockmaker friend cat dog",
}

MOOD_WORDS: Final[dict[str, str]] = {
    "joyful": "joyful happy upbeat playful fun cheerful bright sunny party celebrate birthday energetic dance feel-good lively bouncy",
    "melancholy": "sad melancholy melancholic lonely loss goodbye miss lost grief nostalgic bittersweet longing heartbreak wistful alone sorrow",
    "tense": "tense thriller suspense dark scary horror danger chase noir mystery sinister eerie menacing haunting ominous",
    "calm": "calm quiet gentle soft peaceful serene slow lullaby meditative relaxing sleep ambient dreamy tender soothing minimal",
    "epic": "epic heroic grand cinematic triumphant powerful battle dramatic majestic adventure bold soaring orchestral",
    "funny": "funny comedy comic silly absurd humorous witty ironic quirky parody",
    "romantic": "romantic love lover wedding kiss romance heart valentine intimate passion",
    "hopeful": "hopeful hope inspiring uplifting dream begin optimistic",
}

HOUR_WORDS: Final[dict[str, str]] = {
    "at dawn": "dawn sunrise daybreak",
    "in the morning": "morning breakfast",
    "at noon": "noon midday",
    "at dusk": "dusk sunset twilight evening",
    "at night": "night midnight moonlight nocturnal neon starlight",
}
