# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Put the steps of a plan into an order that works, and add what one step alone cannot do."""

import re
from dataclasses import replace

from studio.engine.agent.director.arguments.videos import MUSIC_VIDEO, morphs_along
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.step import Step
from studio.engine.agent.director.subject import rest_of
from studio.engine.agent.director.text import read, tidy

_CLIP_SECONDS = 5.0
"""How long a clip is when nothing is said."""
_MUSIC_VIDEO_SECONDS = 10.0
_ON_NOTHING = r" (?:transparent (?:background|png)|(?:no|without(?: an?)?) background) "
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
    return _enlarged(_scored(_given_music(_played_first(steps))))


def _played_first(steps: list[Step]) -> list[Step]:
    """Put a tune that is ordered after the music video for it before that."""
    tools = [step.tool for step in steps]
    if "sound_to_video" in tools and "generate_music" in tools[tools.index("sound_to_video") :]:
        video, tune = tools.index("sound_to_video"), tools.index("generate_music")
        if video < tune and not steps[video].clause.stock.has("audio"):
            steps[video].chained = True
            steps[video].clause = replace(steps[video].clause, carried=(*steps[video].clause.carried, "audio"))
            return [*steps[:video], steps[tune], *steps[video:tune], *steps[tune + 1 :]]
    return steps


def _given_music(steps: list[Step]) -> list[Step]:
    """Compose the music of a "music video" when there is none to follow: the words that are left say how it sounds."""
    for place, step in enumerate(steps):
        if any(one.tool == "generate_music" for one in steps):
            break
        music_video = step.tool == "sound_to_video" and step.clause.says(r" music (?:{vid}) ")
        if (
            not music_video
            or step.clause.has("audio")
            or step.clause.says(r" (?:my|this|that|the) (?:\w+ )?(?!music (?:{vid})){snd} ")
        ):
            continue
        wish = tidy(re.sub(rf"(?i)^\s*{MUSIC_VIDEO}", "", rest_of(step.clause, (MUSIC_VIDEO,))))
        known = Clause(read(wish), step.clause.stock).says(
            r" (?:{music}|ambient|jazz|rock|pop|folk|blues|house|piano|guitar|strings|orchestral|upbeat|calm|dreamy|sad|happy) "
        )
        tune = Clause(read(f"{wish} music" if known else "calm instrumental music"), step.clause.stock)
        step.chained = True
        step.clause = replace(step.clause, carried=(*step.clause.carried, "audio"))
        seconds = step.clause.figures.duration or _MUSIC_VIDEO_SECONDS
        return [*steps[:place], Step("generate_music", tune, step.talk, seconds=seconds), *steps[place:]]
    return steps


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
    cut = any(step.tool in ("remove_background", "segment_image") for step in steps)
    sharp = any(step.tool == "upscale_video" for step in steps)
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
        if step.tool == "stitch_video" and step.clause.figures.resolution and not sharp:
            out.append(Step("upscale_video", step.clause, step.talk, chained=True))
        if step.tool == "generate_image" and not cut and step.clause.says(_ON_NOTHING):
            out.append(Step("remove_background", step.clause, step.talk, chained=True, every=True))
        if (
            step.tool == "generate_image"
            and not large
            and (step.clause.figures.resolution or 0) >= _LEAST_ENLARGED
            and not step.clause.figures.width
        ):
            out.append(Step("upscale_image", step.clause, step.talk, chained=True, every=True))
    return out
