# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Put the steps of a plan into an order that works, and add what one step alone cannot do."""

from studio.engine.agent.director.arguments.videos import morphs_along
from studio.engine.agent.director.step import Step

_CLIP_SECONDS = 5.0
"""How long a clip is when nothing is said."""
_LEAST_ENLARGED = 1440
"""Class of resolution (2k) from which on a new picture is painted first and enlarged then."""


def arranged(steps: list[Step]) -> list[Step]:
    """Return *steps* with sounds before the films that take them, words before their song, and additions."""
    for place in range(1, len(steps)):
        if (steps[place - 1].tool, steps[place].tool) == ("stitch_video", "generate_music"):
            steps[place - 1 : place + 1] = steps[place], steps[place - 1]  # the joined film takes it as its sound
        if (steps[place - 1].tool, steps[place].tool) == ("generate_music", "compose_lyrics"):
            song, _ = steps[place - 1 : place + 1]  # the words come first, about what the song is about
            steps[place - 1 : place + 1] = [
                Step("compose_lyrics", song.clause, song.talk),
                Step("generate_music", song.clause, song.talk, chained=True),
            ]
        if (steps[place - 1].tool, steps[place].tool) == ("compose_lyrics", "generate_music"):
            steps[place - 1].seconds = steps[place].clause.figures.duration  # as many words as the song has time for
    return _enlarged(_scored(steps))


_UNDER = r"^ (?:(?:and|also|please|then) )*(?:add|put|lay|give it|include|set|use|underlay|have) | (?:under|underneath|to|for|behind|with|below|over) (?:it|that|them|the (?:{vid})) "


def _scored(steps: list[Step]) -> list[Step]:
    """Put music that is to lie under a new film before that film, which then takes it as its sound."""
    films = [place for place, step in enumerate(steps) if step.tool in ("generate_video", "animate_photo")]
    tunes = [place for place, step in enumerate(steps) if step.tool == "generate_music"]
    if len(films) != 1 or len(tunes) != 1 or tunes[0] < films[0] or any(s.tool == "stitch_video" for s in steps):
        return steps
    film, tune = steps[films[0]], steps[tunes[0]]
    if film.clause.images.plural or film.clause.figures.silent or not tune.clause.says(_UNDER):
        return steps
    tune.seconds = film.clause.figures.duration or _CLIP_SECONDS
    film.scored = film.chained = True
    rest = [step for step in steps if step is not tune]
    return [*rest[: films[0]], tune, *rest[films[0] :]]


def _enlarged(steps: list[Step]) -> list[Step]:
    """Add what one step cannot do: enlarging a new picture "in 4k", joining the parts of a morph over several."""
    large = any(step.tool == "upscale_image" for step in steps)
    out: list[Step] = []
    for step in steps:
        out.append(step)
        if (
            step.tool == "animate_photo"
            and morphs_along(step.clause)
            and step.clause.says(r" (?:1|one|single) (?:\w+ ){{0,2}}{vid}")
        ):
            out.append(Step("stitch_video", step.clause, step.talk, chained=True))
        if (
            step.tool == "generate_image"
            and not large
            and (step.clause.figures.resolution or 0) >= _LEAST_ENLARGED
            and not step.clause.figures.width
        ):
            out.append(Step("upscale_image", step.clause, step.talk, chained=True, every=True))
    return out
