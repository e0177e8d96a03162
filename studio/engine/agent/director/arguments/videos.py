# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Arguments for the tools that make or change clips."""

import re

from studio.engine.agent.director.arguments.listed import listed
from studio.engine.agent.director.arguments.models import named_model
from studio.engine.agent.director.arguments.pictures import distance, elevation
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.lexicon import DANCES, SOUND, VIDEO
from studio.engine.agent.director.quantities import figures
from studio.engine.agent.director.step import Arguments, Ask, Step, number
from studio.engine.agent.director.subject import instruction, picture_prompt, rest_of
from studio.engine.agent.director.text import read, tidy


def _clamped(step: Step, low: float, high: float, default: float | None = None) -> Arguments:
    seconds = step.clause.figures.duration
    seconds = default if seconds is None else min(high, max(low, seconds))
    return {} if seconds is None else {"duration": number(seconds)}


def _silence(step: Step) -> Arguments:
    return {"generateAudio": False} if step.clause.figures.silent else {}


def generate_video(step: Step) -> list[Arguments]:
    """A new clip from words."""
    clause = step.clause
    arguments: Arguments = {
        "prompt": picture_prompt(clause),
        **step.pick("width", "height", "aspectRatio", "negativePrompt", "targetResolution", "numberOfVariations"),
        **_clamped(step, 2, 30),
        **_silence(step),
        **named_model(step, "videoModel"),
    }
    if "width" in arguments:
        arguments.pop("aspectRatio", None)
    if clause.images.named and clause.images.indices:
        arguments["referenceImageIndices"] = clause.images.indices
    if step.scored and step.produced.get("audio"):
        arguments["referenceAudioIndices"] = step.produced["audio"][:1]
    if items := listed(step, arguments["prompt"]):
        arguments.pop("numberOfVariations", None)
        return [{**arguments, "prompt": item} for item in items]
    return [arguments]


_ANIMATE = (
    rf"(?:turn|make|convert|transform|change|animate|bring) (?:.*?)(?:into|to|in|a|as)? ?(?:an? )?(?:short )?(?:{VIDEO}|life|animation) (?:where|in which|so that|showing|with|of|,)?",
    r"animate (?:this|that|it|them|all of them|both|the (?:picture|photo|image)|my (?:picture|photo|image)|image \d+)(?: so that|,| where| with| :)?",
)


def morphs_along(clause: Clause) -> bool:
    """Whether three pictures or more are to flow one into the next."""
    return len(clause.images.indices) > 2 and clause.says(
        r" (?:morph|transition|blend|flow|into (?:each other|1 another|one another|the next)) "
    )


def animate_photo(step: Step) -> list[Arguments]:
    """Move one picture, several, or from one to another."""
    clause = step.clause
    indices = step.sources("image", "to animate")
    motion = tidy(re.sub(r"(?i)^(?:and|so)\s+", "", rest_of(clause, _ANIMATE)))
    if len(re.findall(r"[a-z]{3,}", motion.lower())) < 2:
        motion = instruction(clause)
    common: Arguments = {
        **_clamped(step, 2, 30),
        **_silence(step),
        **step.pick("aspectRatio", "targetResolution", "negativePrompt"),
        **named_model(step, "videoModel"),
    }
    both = clause.images.indices
    made = step.all_made.get("image", []) if step.chained else []
    if len(made) > 1 and clause.says(r" from (?:1|one|the first)(?: one)? (?:in)?to (?:the )?(?:other|second|next)"):
        return [
            {"prompt": motion, "sourceImageIndex": made[0], "endImageIndex": made[1], "frameRole": "both", **common}
        ]
    pair = clause.stock.image.attached if len(clause.stock.image.attached) == 2 else clause.stock.image.everything[-2:]
    if (
        len(both) != 2
        and len(pair) == 2
        and clause.says(
            r"^ (?:\w+ ){{0,2}}from (?:this|the first|1|one|here)(?: one| picture| photo)? (?:in)?to (?:that|the (?:second|other|last)|there)"
        )
    ):
        both = list(pair)
    if (
        len(both) == 2
        and clause.says(r" (?:morph|from|between|transition|blend|into|turn) ")
        and clause.says(r" (?:morph|transition|interpolat\w+|into|from .* to|between) ")
    ):
        return [
            {"prompt": motion, "sourceImageIndex": both[0], "endImageIndex": both[1], "frameRole": "both", **common}
        ]
    if morphs_along(clause):
        chain: Arguments = {"sourceImageIndices": indices[:-1], "endImageIndices": indices[1:], "frameRole": "both"}
        return [{"prompt": motion, **chain, **common}]
    if len(indices) > 1:
        return [{"prompt": motion, "sourceImageIndices": indices[:16], **common}]
    role: Arguments = {"frameRole": "end"} if clause.says(r" (?:last|final|end|closing) frame ") else {}
    return [{"prompt": motion, "sourceImageIndex": indices[0], **role, **common, **step.pick("numberOfVariations")}]


def sound_to_video(step: Step) -> list[Arguments]:
    """A clip that follows a sound; uploads count from 0 here (contract/chat-completions.md §6)."""
    clause = step.clause
    shelf = clause.stock.audio
    if not clause.has("audio"):
        raise Ask("I need a song or a recording to follow, and there is none in this session yet. Drop one here first.")
    arguments: Arguments = {
        "prompt": _visible(step),
        **_clamped(step, 2, 30),
        **step.pick("aspectRatio", "targetResolution"),
    }
    start = re.search(
        r" (?:from|starting (?:at|from)|start at|beginning at|after) (\d+:\d{2}|\d+(?= (?:s|seconds?) (?:on|in|onwards)))(?= )(?! (?:to|until|till))",
        clause.text.norm,
    )
    if start:
        minutes, _, seconds = start[1].rpartition(":")
        arguments["audioStart"] = int(minutes or 0) * 60 + int(seconds)
    named = clause.sounds.indices[0] if clause.sounds.indices else None
    if named is not None and named < 0 and not step.produced.get("audio"):
        arguments["audioSourceIndex"] = -1 - named
    elif named is None and shelf.sent and not shelf.made:
        arguments["audioSourceIndex"] = -1 - shelf.sent[-1]
    made = step.produced.get("image", []) if step.chained else []
    if made:
        arguments["sourceImageIndex"] = made[0]
    elif (
        clause.stock.image.attached
        or clause.images.named
        or (clause.says(r" (?:her|him|it|lip ?sync|this (?:picture|photo|image)|portrait) ") and clause.has("image"))
    ):
        arguments["sourceImageIndex"] = step.source("image", "to start from")
    if "duration" not in arguments and step.chained:
        tune = next((d for d in reversed(step.talk.turn) if d.name == "generate_music" and not d.failed), None)
        length = tune.arguments.get("duration") if tune else None
        if isinstance(length, int | float):
            arguments["duration"] = number(min(30.0, max(2.0, float(length))))
    if clause.says(r" lip ?sync "):
        arguments["videoModel"] = "wan-s2v" if "sourceImageIndex" in arguments else "ltx25-a2v"
    return [arguments]


MUSIC_VIDEO = rf"(?:(?:make|create|do|generate|give|me|us|please|can|i|want|need|would|like|cut|turn|it|this|that|into|to|an?|the|short|nice|cool) )*music (?:{VIDEO})(?: (?:from|for|of|out of|with|using|to) (?:this|that|it|my|the|these)(?: (?:picture|photo|image|pic|painting|drawing|one|upload))?(?: \d+)?)?"
"""The command of a music video, with what it is made from."""
_MOVES = "the picture moves slowly with the music"


def _visible(step: Step) -> str:
    clause = step.clause
    if not clause.stock.has("audio") and clause.says(r" music (?:{vid}) "):
        rest = tidy(re.sub(rf"(?i)^\s*{MUSIC_VIDEO}", "", rest_of(clause, (MUSIC_VIDEO,))))
        return rest or _MOVES
    match = re.search(
        rf" (?:this|my|the|that) (?:\w+ )?(?:{SOUND})(?: \d+)? (?:with|showing|of|where|in which|,|:) (.+)$",
        clause.core,
    )
    if match:
        seen = read(clause.text.typed(clause.core_start + match.start(1)))
        words = tidy(seen.without(figures(seen).spans))
        if re.search(
            r"[a-z]{3}", re.sub(r"(?i)\b(?:\d+|seconds?|secs?|long|for|from|this|cover)\b", "", words.lower())
        ):
            return words
    return instruction(clause)


_CANVASES = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
"""Shapes that a clip can be extended to; of two that are named, the later one is wanted."""


def video_to_video(step: Step) -> list[Arguments]:
    """Transform a clip; ``videoSourceIndex`` counts uploads from 0."""
    clause = step.clause
    source = step.source("video", "to transform")
    if clause.figures.duration and not re.search(
        r"[a-z]{3}",
        re.sub(
            rf"\b(?:{VIDEO}|make|it|please|that|this|the|long|should|be|can|you|just|now|about)\b",
            "",
            clause.text.without(clause.figures.spans).lower(),
        ),
    ):
        raise Ask(
            "I cannot change the length of a finished clip to that: I can add seconds to its end (“add 5 seconds”) or replace a part of it. Which shall it be?"
        )
    arguments: Arguments = {"prompt": instruction(clause)}
    if source < 0:
        arguments["videoSourceIndex"] = -1 - source
    pictured = clause.says(r" (?:character|{pic}|him|her|person in the {pic}) ") and clause.has("image")
    has_picture = clause.stock.image.attached or (clause.images.named and clause.images.indices) or pictured
    replace = clause.says(r" (?:replace|swap|exchange) (?:the |my |her |his )")
    if has_picture and clause.says(r" (?:motion|movements?|moves|dance) "):
        arguments |= {"controlMode": "animate-move", "sourceImageIndex": step.source("image", "to move")}
    elif replace and has_picture:
        arguments |= {"controlMode": "animate-replace", "sourceImageIndex": step.source("image", "to put in")}
    elif clause.says(
        r" (?:outpaint|wider canvas|(?:expand|extend|widen|enlarge) the (?:frame|canvas|clip|video|picture|sides?|edges|borders)|uncrop|fill(?:ing)? (?:in |out |up )*(?:the )?(?:\w+ )?(?:sides?|borders?|edges|bars|space)|(?:wide ?screen|vertical|portrait|square|16:9|9:16|1:1|4:3|21:9)(?: (?:format|version|video|clip))? (?:without (?:crop|cutting)|by)) "
    ):
        arguments["controlMode"] = "outpaint"
        named = [one for one in re.findall(r"\d+:\d+", clause.core) if one in _CANVASES]
        if named or clause.figures.aspect in _CANVASES:
            arguments["outpaintAspectRatio"] = named[-1] if named else clause.figures.aspect
        side = (
            clause.says(r" (?:wide|wider|wide ?screen|landscape|horizontal|sides) ")
            and "outpaintAspectRatio" not in arguments
        )
        if side:
            arguments["outpaintAspectRatio"] = "16:9"
    elif clause.figures.aspect in _CANVASES and not (
        clause.style_words or replace or clause.says(r" (?:remove|erase|inpaint|delete|style|look|turn it into) ")
    ):
        named = [one for one in re.findall(r"\d+:\d+", clause.core) if one in _CANVASES]
        arguments |= {"controlMode": "outpaint", "outpaintAspectRatio": named[-1] if named else clause.figures.aspect}
    elif replace or clause.says(r" (?:remove|erase|inpaint|delete) "):
        arguments["controlMode"] = "inpaint"
    elif clause.says(r" (?:enhance|more detail|detailed) "):
        arguments["controlMode"] = "detailer"
    else:
        arguments["controlMode"] = (
            "canny" if clause.says(r" (?:line|ink|pencil|sketch|charcoal|comic|cartoon|anime) ") else "depth"
        )
    return [{**arguments, **_clamped(step, 2, 30), **_silence(step)}]


def orbit_video(step: Step) -> list[Arguments]:
    """A turntable of a picture."""
    norm = step.clause.core
    extra: Arguments = {}
    if elevation(norm) != "eye-level shot":
        extra["elevation"] = elevation(norm)
    if distance(norm) != "medium shot":
        extra["distance"] = distance(norm)
    if step.clause.text.quotes:
        extra["dialogue"] = step.clause.text.quotes[0]
    if views := _views(step.clause.figures.duration):
        extra["angles"] = views
    return [{**extra, "sourceImageIndex": step.source("image", "to orbit around")}]


def _views(seconds: float | None) -> list[str] | None:
    """The views to pass for about that length; None leaves the usual three (10 s). Each way takes 2.5 s."""
    if seconds is None or 8.75 <= seconds < 11.25:
        return None
    if seconds < 6.25:
        return ["right side view"]
    if seconds < 8.75:
        return ["right side view", "left side view"]
    count = min(7, round(seconds / 2.5) - 1)
    if count == 4:
        return ["right side view", "back-right quarter view", "back-left quarter view", "left side view"]
    every = [f"{place} view" for place in ("front-right quarter", "right side", "back-right quarter", "back")]
    every += [f"{place} view" for place in ("back-left quarter", "left side", "front-left quarter")]
    return every[:count]


def dance_montage(step: Step) -> list[Arguments]:
    """Let the picture dance; without one the tool makes its own from a description."""
    clause = step.clause
    dance = next((value for word, value in DANCES.items() if f" {word}" in clause.core), "rasputin")
    arguments: Arguments = {"dance": dance, **_clamped(step, 8, 30)}
    if clause.says(r" (?:single|one) (?:unbroken |continuous )?(?:clip|take|shot) "):
        arguments["singleClip"] = True
    made = step.produced.get("image", []) if step.chained else []
    if made or clause.has("image"):
        if not clause.images.plural and not clause.says(r" all of (?:them|these|those) | everyone "):
            arguments["sourceImageIndex"] = step.source("image", "to let dance")
        return [arguments]
    who = re.search(r" (?:make|let|have) ((?:an? |the )?[\w ]+?) dance ", clause.core)
    if not who or who[1] in ("him", "her", "it", "them", "this", "that"):
        raise Ask("Who should dance? Drop a picture here, or describe the dancer.")
    return [{**arguments, "imagePrompt": who[1]}]


def stitch_video(step: Step) -> list[Arguments]:
    """Join clips in order."""
    clause = step.clause
    shelf = clause.stock.video
    indices = clause.videos.indices if len(clause.videos.indices) > 1 else []
    indices = indices or step.produced.get("video", []) or shelf.made or []
    if len(indices) < 2:
        indices = [*sorted(shelf.sent, reverse=True), *shelf.made]
    if len(indices) < 2:
        have = "only one clip" if indices else "no clip"
        raise Ask(f"I need at least two clips to join, and there is {have} in this session yet.")
    appended = r" (?:attach|append|add|stick|tack|glue) (?:the )?(?:\w+ ){{1,3}}(?:to|onto|on) (?:the )?(?:end of )?(?:the )?(?:video|clip|first) "
    if len(indices) == 2 and clause.says(rf" after (?:video|clip|the first) |{appended}"):
        indices = indices[::-1]
    made = step.produced.get("video", []) if step.chained else []
    if len(made) == 1 and clause.videos.named and len(clause.videos.indices) == 1:
        other = clause.videos.indices[0]
        indices = (
            [*made, other]
            if clause.says(r" (?:it|this|that|result) (?:.* )?(?:with|and|to|before) ")
            else [other, *made]
        )
    if ordered := _order(step):
        indices = ordered
    arguments: Arguments = {"videoIndices": list(indices)}
    kinds = {"fade": "fade", "dissolve": "dissolve", "crossfade": "fade", "wipe": "wipeleft", "slide": "slideup"}
    for word, kind in kinds.items():
        if clause.says(rf" {word}"):
            if word == "wipe" and clause.says(r" right "):
                kind = "wiperight"
            if word == "slide" and clause.says(r" down"):
                kind = "slidedown"
            seconds = clause.figures.duration
            lasting = {"durationSeconds": number(min(2.0, max(0.2, seconds)))} if seconds else {}
            arguments["transition"] = {"type": kind, **lasting}
            break
    if (
        clause.says(
            r" (?:with|over|to|under|add|using|use|put|on top|as) (?:.* )?(?:{snd}|voice ?over|narration|audio \d+) "
        )
        and clause.sounds.indices
    ):
        arguments["audioIndex"] = clause.sounds.indices[0]
    elif step.chained and step.produced.get("audio"):
        arguments["audioIndex"] = step.produced["audio"][0]
    return [arguments]


def _order(step: Step) -> list[int]:
    """The clips in a spelled-out order ("clip 3 first, then 1, then 2"); empty when none is spelled out."""
    norm = step.clause.text.norm
    found = re.search(
        rf" (?:{VIDEO} )?(\d{{1,2}}) (?:comes |goes |at )?(?:first |1st )?(?:, )?(?:and )?then (?:{VIDEO} )?(\d{{1,2}})(?= )((?: (?:, )?(?:and )?(?:then )?(?:at the end )?(?:{VIDEO} )?\d{{1,2}}(?= (?!s |seconds?)))*)",
        norm,
    )
    row = re.search(r" (?:order|sequence) (?:: )?(\d(?:(?: ,| and| then)? \d)+)(?= (?!s |seconds?|x ))", norm)
    if not found and not row:
        return []
    shelf = step.clause.stock.video
    numbers = (
        [int(n) for n in re.findall(r"\d", row[1])]
        if row
        else []
        if not found
        else [int(found[1]), int(found[2]), *(int(n) for n in re.findall(r"\d+", found[3]))]
    )
    indices = [n - 1 if shelf.made else -n for n in numbers]
    return indices if all(index in shelf.everything for index in indices) and len(set(indices)) == len(indices) else []


def _what_happens(step: Step) -> str | None:
    rest = rest_of(
        step.clause,
        (
            rf"(?:extend|lengthen|continue|prolong|make|keep|let) (?:the |this|that|my |it|video \d+)*(?:{VIDEO})?(?: longer| going| on)?(?: by| for| another)*(?: so that| where| with|,| and| :)?",
            rf"(?:replace|redo|change|show|swap|regenerate|remake|turn|make|cut)(?: the| this| my| part| of| section| segment| {VIDEO}| scene| with)*(?: so that| into| by| to| where|,)?",
        ),
    )
    rest = re.sub(
        r"(?i)^(?:(?:seconds?|the|this|my|of|clip|video|part|with|so that|where|by|another|and|,|to|into|for|it|longer)\s+)+",
        "",
        rest + " ",
    ).strip()
    rest = re.sub(r"(?i)\s+instead$", "", rest)
    return (
        tidy(rest)
        if len(re.findall(r"[a-z]{3,}", rest.lower())) >= 1
        and not re.fullmatch(rf"(?i)(?:it|the|more|a|longer|by|{VIDEO}|\s)+", rest)
        else None
    )


def extend_video(step: Step) -> list[Arguments]:
    """Append time."""
    source = step.source("video", "to extend")
    what = _what_happens(step)
    return [{**({"prompt": what} if what else {}), **_clamped(step, 2, 30, 5), "videoIndex": source}]


def replace_video_segment(step: Step) -> list[Arguments]:
    """Render a time window anew."""
    window = step.clause.figures.window
    if window is None:
        raise Ask("Which part of the clip? Give me its start and end, for example “from 2 to 4 seconds”.")
    source = step.source("video", "to change a part of")
    what = _what_happens(step)
    start = -1.001 if window[0] == -1 else window[0]  # −1 leaves the length of the part to the tool
    named = step.clause.videos.indices if step.clause.videos.named else []
    by_clip = step.clause.says(r" (?:with|by|for|from|into) (?:the )?(?:\w+ )?{vid}")
    if len(named) == 2 and by_clip:
        source, what = named[0], None
    arguments: Arguments = {"startSeconds": number(start), "endSeconds": number(window[1]), "videoIndex": source}
    if len(named) == 2 and by_clip:
        arguments["replacementVideoIndex"] = named[1]
    if step.clause.says(
        r" (?:keep|keeping|leave|with) (?:the |its |my )?(?:original |own |old |same )*(?:sound|audio) "
    ):
        arguments["keepOriginalAudio"] = True
    return [{**arguments, **({"prompt": what} if what else {})}]


def upscale_video(step: Step) -> list[Arguments]:
    """Enlarge a clip to 1080p or 1440p."""
    clause = step.clause
    arguments: Arguments = {"sourceVideoIndex": step.source("video", "to enlarge")}
    wanted = clause.figures.resolution
    if wanted:
        arguments["targetResolution"] = 1080 if wanted <= 1080 else 1440
    if clause.says(r" (?:sharper|crisper|sharp|crisp|sharpen|sharpened) "):
        arguments["detailPreference"] = "sharper"
    if clause.says(r" (?:fast|faster|quick|quickly) "):
        arguments["processingSpeed"] = "faster"
    return [arguments]
