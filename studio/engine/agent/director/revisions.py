# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Whether a request only changes the order of the piece made last: "slower and in A minor", "make it 10 seconds"."""

import re

from studio.engine.agent.director.clause import Clause

CLIPS = frozenset(("generate_video", "animate_photo", "sound_to_video"))
WRITINGS = frozenset(("compose_lyrics", "compose_script", "compose_instrumental"))
_FILLER = (
    r"(?:and|but|or|please|can|could|you|we|it|that|this|them|make|made|let|be|should|i|want|would|like|need|to|have|get|just|now|again|ok|okay|so|maybe|a|an|the|one|bit|little|cut|trim|shorten|down|shorter|longer|silent|mute|in|at|as|with|for|of|do|is|long|only|"
    r"same|clip|video|film|version|song|track|music|tune|piece|thing|more|time|once|another|take|try|redo|rather|instead|about|around|exactly|total|all|up|down|[.,;:!?])"
)
_AGAIN = r" (?:(?:the )?same (?:thing|clip|video|film|song|track|tune|music|piece|one|again|but|lyrics|words|text|script|speech|voice)|again|once more|one more(?: (?:time|take|version))?|another (?:one|1|version|take|try|go)|redo|re ?do|rewrite|rework|re ?record|regenerate|try again|(?:different|new|other|another) seed|repeat) "
_LOOPED = r"^ (?:(?:make|let|can|you|have|please|now|and) )*(?:loop (?:it|this|that)|(?:it|this|that) (?:loop|a (?:seamless |perfect )?loop)) "
_HAPPENING = r"^ (?:let|have|make) (?:it|there be|the \w+) (?:only |just |be )*(?:snow|rain|drizzle|hail|storm|thunder|fog|mist|blow|glow|burn|flicker|move|drift|ripple|sway|loop)(?:ing)?(?: |$)"
"""What shall happen in the clip instead of, or besides, what happens in it."""
_LENGTHS = r" (?:twice|double|half|three times|triple) (?:as long|as short|(?:the|its) (?:length|duration|time)) "
_MOODS = (
    r"(?:(?:a |bit |little |touch |much |way |lot |slightly |even |far )*(?:more|less|fewer|without(?: any| the)?|no|add|minus|not so|(?!under|over|after|never|ever|her|other|together|another|summer|winter|water|number|later|paper)\w+er|brighten|darken|shorten|lengthen|calm|speed|slow|drop|leave out|lose|keep)(?: |$)"
    r"|in [a-g](?: sharp| flat)?(?: major| minor)? |in (?:german|french|spanish|italian|english) )"
)


def revises(clause: Clause) -> bool:
    """Whether *clause* orders the latest clip, sound or text anew with something changed."""
    last = clause.stock.last
    if last is None or clause.question or clause.carried or clause.stock.image.attached or clause.text.quotes:
        return False
    one_clip = last in CLIPS and clause.videos.named and len(clause.videos.indices) == 1 and clause.says(_AGAIN)
    if clause.images.named or (clause.videos.named and not one_clip) or clause.sounds.named:
        return False
    if clause.creates_new and not clause.says(_AGAIN):
        return False
    again = clause.says(_AGAIN) or clause.says(_LENGTHS) or clause.says(r"^ (?:and |but )?again ")
    if last in CLIPS and clause.says(_LOOPED):
        return True
    if last in CLIPS:
        return (
            _only_figures(clause)
            or clause.says(_HAPPENING)
            or (again and not clause.says(r" (?:{pic}|{snd}|subtitles?|join|stitch|end) "))
        )
    if last == "generate_music":
        return (again or _only_figures(clause) or _opens_with_mood(clause)) and not clause.says(
            r" (?:{vid}|{pic}|lyrics|say|speak|voice|visuals?) "
        )
    if last == "generate_speech":
        return (again or _opens_with_mood(clause)) and not clause.says(r" (?:{vid}|{pic}|{music}) ")
    return (
        last in WRITINGS
        and (again or _opens_with_mood(clause))
        and not clause.says(r" (?:video|film|picture|image|painting|drawing|sing|read|say|speak|prompt|paint|draw) ")
    )


def _only_figures(clause: Clause) -> bool:
    """Whether nothing is said but a length, a shape, a tempo, a key, a count or a seed."""
    figures = clause.figures
    given = (
        figures.duration or figures.aspect or figures.bpm or figures.key or figures.seed or figures.count
        or figures.timesig or (figures.silent and clause.stock.last in CLIPS)
    )  # fmt: skip
    if not given or figures.window or clause.says(r" (?:more|another|additional|extra|longer by|add|extend) "):
        return False
    left = f" {clause.text.without(figures.spans).lower()} "
    left = " " + " ".join(re.findall(r"[a-z]+", left)) + " "
    return not re.sub(rf"(?<= ){_FILLER}(?= )", "", left).strip()


def _opens_with_mood(clause: Clause) -> bool:
    """Whether a change is asked for in the manner of "happier", "with more bass", "no drums", "in A minor"."""
    lead = r"^ (?:(?:make|let|keep|give|do|can|you|it|that|this|the|song|track|tune|music|lyrics|text|script|be|with|but|and|please|i|want|would|like|now|a|bit|little|sound|should|they|them) )*"
    return clause.says(lead + _MOODS)
