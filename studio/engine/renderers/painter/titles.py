"""Museum-label titles: short, varied, made from what was painted and never from the prompt's own wording."""

from __future__ import annotations

import numpy as np

from studio.engine.renderers.painter.air import Air
from studio.engine.renderers.painter.brief import Brief

_NUMBER_WORDS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")

_HOURS = {
    "dawn": ("first light", "before anyone woke", "the hour of larks", "daybreak", "a quiet beginning"),
    "morning": ("nine o'clock", "a clear morning", "after breakfast", "the day ahead"),
    "noon": ("midday", "the long noon", "no shadows", "high summer light", "the white hour"),
    "golden": ("late light", "the slow afternoon", "amber hour", "honey light", "the sun leaning west"),
    "dusk": ("last light", "the ember hour", "before the lamps", "the day let go", "evening, almost"),
    "blue": ("the blue hour", "between lights", "twilight, held", "a lamp too early"),
    "night": ("small hours", "after midnight", "nocturne", "a night without wind", "the long dark"),
}
_NOUNS = {
    "dawn": ("first light", "daybreak"), "morning": ("clear light", "new day"), "noon": ("noon light", "white light"),
    "golden": ("late light", "amber light"), "dusk": ("last light", "evening"), "blue": ("blue light", "twilight"),
    "night": ("moonlight", "small hours"),
}  # fmt: skip
"""Hours that can stand after a preposition or an adjective ("Study in late light", "The inner evening")."""
_WEATHER = {
    "fog": ("in the white", "half-erased", "somewhere in the mist"),
    "rain": ("with rain", "wet through", "between showers"),
    "snow": ("under snow", "the first snow", "a muffled hour"),
    "storm": ("before the storm broke", "weather coming", "with thunder"),
}
_GENERAL = (
    "A place that doesn't exist", "What the light kept", "Study in {hour}", "Remembered, not seen", "The long way home",
    "Notes on distance", "Nothing in a hurry", "Where the map ends", "Almost silence", "An invitation", "Slow weather",
    "The unhurried world", "Between two thoughts", "A letter never sent", "Room for everything",
)  # fmt: skip
_BY_FAMILY: dict[str, tuple[str, ...]] = {
    "coast": ("Salt and {hour}", "The tide's argument", "Sea, {hour}", "What the water said", "The far edge of home",
              "Slack water", "Pilot's weather", "All the blue there is"),
    "hills": ("The folded country", "Hill after hill", "Pasture, {hour}", "The valley keeps its mist", "Seven horizons",
              "Grass and wind", "A county of larks"),
    "mountains": ("The patient stones", "Above the tree line", "Still water, {hour}", "The mountain's other face",
                  "Thin air", "Echo, waiting", "A cold clear thought"),
    "desert": ("The wind's handwriting", "Sand, {hour}", "Seven days of sand", "A country of wind", "Thirst and gold",
               "The slow ocean"),
    "forest": ("Among the tall ones", "The wood, {hour}", "Green silence", "Where the path forgets", "Resin and mist",
               "The listening trees"),
    "city": ("Everyone's windows", "The city, {hour}", "Ten thousand lamps", "Late trains", "Somebody still awake",
             "Glass and {hour}", "Rain on the avenue"),
    "sky": ("Slow architecture", "An empire of vapour", "The upper country", "Sky, {hour}", "Cumulus, with ambitions",
            "Up where it's quiet"),
    "night": ("Green fire", "The curtains move", "A wish, in passing", "Polar hours", "Cold fire, warm window",
              "The sky answers"),
    "cosmic": ("A very old light", "Rings, and patience", "The distance between us", "Orbit, unhurried", "Far weather",
               "The quiet machinery", "Gravity's garden"),
}  # fmt: skip
_BY_THING: dict[str, tuple[str, ...]] = {
    "lighthouse": ("The keeper's hour", "Lamp, just lit", "The last keeper", "A promise every nine seconds"),
    "boat": ("Homeward, {hour}", "One sail", "The crossing", "Past the harbour wall"),
    "whale": ("The old singer", "A breath between depths", "Something vast, in passing"),
    "balloon": ("{Count} balloons, {hour}", "Lighter than the morning", "Silk and fire", "The ascent"),
    "fox": ("The visitor", "Fox, {hour}", "A small fire in the woods"),
    "deer": ("Antlers, {hour}", "The listener", "Stillness, with antlers"),
    "wolf": ("The grey watcher", "Wolf, {hour}"),
    "bear": ("The wood's own weight", "Bear, {hour}"),
    "horse": ("Unbridled", "Horse, {hour}"),
    "camel": ("The caravan, {hour}", "Slow ships of sand"),
    "aurora": ("Green fire", "The curtains move", "Lights, rehearsing"),
    "ringed": ("Rings, and patience", "The ringed one"),
    "eclipse": ("Two minutes of night", "Corona"),
    "galaxy": ("A wheel of suns", "Two hundred billion evenings"),
    "nebula": ("The nursery", "Where stars are sewn"),
    "castle": ("The keep, {hour}", "An old stone promise"),
    "windmill": ("Wind's apprentice", "Four sails, {hour}"),
    "house": ("One lamp in the valley", "Someone is home", "Smoke from one chimney"),
    "figure": ("The walker", "One figure, {hour}", "Someone, for scale"),
    "tree": ("The one that stayed", "Oak, {hour}"),
    "bird": ("Wings, {hour}", "Going south", "A loose sentence of birds"),
    "moon": ("Moon, with company", "The borrowed light"),
    "bridge": ("The span, {hour}", "Across"),
    "umbrella": ("One umbrella", "Red umbrella, late"),
    "cactus": ("The patient ones", "Saguaro, {hour}"),
    "waterfall": ("White noise", "The falling water"),
    "astronaut": ("Small step, long shadow", "The tether"),
    "rocket": ("Outbound", "Ignition"),
    "floating": ("The unmoored", "Islands that left"),
    "airship": ("Passenger, {hour}", "The slow liner"),
    "dragon": ("Old fire", "Rumour with wings"),
    "rainbow": ("After rain", "A brief arithmetic"),
    "firework": ("The year turns", "Applause of light"),
    "lantern": ("Wishes, released", "Paper moons"),
    "sheep": ("The flock, {hour}", "Counting, slowly"),
    "volcano": ("The mountain wakes", "Slow fire"),
    "island": ("The island, {hour}", "Unvisited"),
    "cat": ("The night watch", "Nine lives, one street"),
}


def compose_title(
    brief: Brief, air: Air, drawn: frozenset[str], counts: dict[str, int], rng: np.random.Generator,
    extra: tuple[str, ...] = (),
) -> str:  # fmt: skip
    """A title for what was drawn; `extra` are the family's own titles."""
    weather = _WEATHER.get(air.weather)
    hours = tuple(hour for hour in _HOURS[air.time] if "summer" not in hour or air.season == "summer")
    hour = hours[int(rng.integers(len(hours)))]
    if weather and rng.random() < 0.6:
        hour = weather[int(rng.integers(len(weather)))]
    asked = [thing.kind for thing in brief.things if thing.kind in drawn and thing.kind in _BY_THING]
    family = (*_BY_FAMILY.get(brief.family, ()), *extra)
    if asked and rng.random() < 0.7:
        pool = _BY_THING[asked[int(rng.integers(len(asked)))]]
    elif family and rng.random() < 0.85:
        pool = family
    else:
        pool = _GENERAL
    title = pool[int(rng.integers(len(pool)))]
    if "{Count}" in title:
        number = counts.get("balloon", 0)
        title = title.replace("{Count}", _NUMBER_WORDS[number] if 1 < number < len(_NUMBER_WORDS) else "Many")
    if "{hour}" in title and ", {hour}" not in title:
        nouns = _NOUNS[air.time]
        hour = nouns[int(rng.integers(len(nouns)))]
    title = title.replace("{hour}", hour)
    return title[0].upper() + title[1:]
