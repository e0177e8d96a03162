# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Arguments for the tools that make or change pictures."""

import re

from studio.contract.media import badge
from studio.engine.agent.director.arguments.listed import listed
from studio.engine.agent.director.arguments.models import named_model
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.intents import intent
from studio.engine.agent.director.inventions import invent, is_vague, wishes
from studio.engine.agent.director.lexicon import PICTURE, STYLES
from studio.engine.agent.director.media_refs import find_reference
from studio.engine.agent.director.step import Arguments, Ask, Step, number
from studio.engine.agent.director.subject import instruction, picture_prompt, rest_of
from studio.engine.agent.director.text import read, tidy


def generate_image(step: Step) -> list[Arguments]:
    """One call, or one for each thing of a list ("three pictures: a cat, a dog and a horse")."""
    clause = step.clause
    common = step.pick("width", "height", "aspectRatio", "negativePrompt", "seed", "numberOfVariations")
    times = clause.figures.scale
    if (
        times
        and times >= 2
        and "numberOfVariations" not in common
        and not clause.says(r" (?:bigger|larger|size|scale|upscale|enlarge|zoom|resolution) ")
    ):
        common["numberOfVariations"] = int(times)
    common |= named_model(step, "model")
    if "width" in common:
        common.pop("aspectRatio", None)
    if clause.figures.output in ("jpg", "webp", "png"):
        common["outputFormat"] = clause.figures.output
    if is_vague(clause.text.norm):
        seed = "\n".join(
            [*step.talk.earlier_requests, clause.text.raw, *(str(d.arguments.get("prompt")) for d in step.talk.earlier)]
        )
        return [{"prompt": invent(seed, wishes(clause.core)), **common}]
    prompt = _improved(step) or picture_prompt(clause) or invent(clause.text.raw)
    if items := listed(step, prompt, clause.text.raw):
        common.pop("numberOfVariations", None)
        return [{"prompt": item, **common} for item in items]
    return [{"prompt": tidy(_ON_NOTHING.sub("", prompt)) or prompt, **common}]


_ON_NOTHING = re.compile(
    r"(?i)[\s,]*(?:\b(?:and|with|on|as)\s+)*(?:an?\s+|the\s+)?\b(?:transparent\s+(?:background|png)|(?:no|without(?:\s+an?)?)\s+background)"
)
"""Cut out afterwards, not painted."""


def _improved(step: Step) -> str | None:
    """Return the prompt that an earlier step or the turn before wrote, when this one says "(and) paint it"."""
    names = ("enhance_prompt", "compose_script")
    made = step.talk.turn if step.chained else step.talk.standing
    written = next((d for d in reversed(made) if d.name in names), None)
    late = step.clause.stock.last in names and step.clause.says(r"^ \w+ (?:me )?(?:it|that|this) ")
    if written is None or not (step.chained or late):
        return None
    key = "prompt" if written.name == "enhance_prompt" else "brief"
    return str(written.result.get("prompt") or written.arguments.get(key, "")) or None


def again(step: Step) -> tuple[str, list[Arguments]]:
    """Repeat or vary an earlier picture; returns the tool as well, because it depends on what is known."""
    clause = step.clause
    change = changed(step)
    common = step.pick("width", "height", "aspectRatio", "negativePrompt", "seed", "numberOfVariations")
    before = step.talk.last_prompt(("generate_image",))
    chosen = [
        d
        for d in step.talk.standing
        if d.name == "generate_image" and clause.images.named and set(d.indices) & set(clause.images.indices)
    ]
    before = chosen[-1] if chosen else before
    if step.chained:
        before = next((d for d in reversed(step.talk.turn) if d.name == "generate_image"), before)
    if before is not None and not (clause.images.named and clause.images.indices and clause.images.indices[0] < 0):
        kept = {
            k: v
            for k, v in before.arguments.items()
            if k in ("width", "height", "aspectRatio", "negativePrompt", "outputFormat")
        }
        if {"aspectRatio", "width"} & set(common):
            kept = {k: v for k, v in kept.items() if k not in ("width", "height", "aspectRatio")}
        prompt = vary(str(before.arguments["prompt"]), change)
        seeds = before.result.get("data", {}).get("seeds") if isinstance(before.result.get("data"), dict) else None
        if change and seeds and len(seeds) == 1 and clause.says(r" same ") and not clause.figures.count:
            kept["seed"] = seeds[0]  # "the same but …" keeps what a renderer composes from its seed
        return "generate_image", [{**kept, "prompt": _left_out(prompt, step), **common}]
    told = None if clause.images.named else _told(step)
    if told:
        return "generate_image", [{"prompt": vary(told, change), **common}]
    if clause.has("image") or clause.images.indices:
        index = step.source("image", "to vary")
        arguments = {
            "prompt": change or "a new variation of this picture",
            "sourceImageIndex": index,
            **step.pick("numberOfVariations", "aspectRatio"),
        }
        return ("edit_image" if index < 0 else "refine_result"), [arguments]
    if change and len(change.split()) > 1:
        return "generate_image", [{"prompt": change, **common}]
    raise Ask("I do not know which picture to repeat. Tell me what it should show.")


def _told(step: Step) -> str | None:
    """Return the prompt of the latest earlier request for a picture, when the history shows words but no calls."""
    for request in reversed(step.talk.earlier_requests):
        clause = Clause(read(request), step.clause.stock)
        if request.strip() and intent(clause)[0] == "generate_image" and not is_vague(clause.text.norm):
            return picture_prompt(clause) or None
    return None


_AGAIN = (
    r"^(?:(?:that ,|this ,|it ,|please|now|ok|okay|make|do|give|me|us|can|could|you|i|want|would|like|have|draw|paint|create|generate|show|try|let|see|for|to|it|get|one|more|just|again|,|and|redo) )*"
    r"(?:(?:the )?(?:last|first|second|third|previous) (?:one|picture|image) )?(?:(?:the |a )?(?:very )?(?:same|other|another|again|repeat|rerun|regenerate|reroll|once more|one more|similar|new|variations?|versions?|\d+ more|more)(?: (?:thing|composition|subject|motif|shot|view|setting|prompt|picture|image|painting|drawing|scene|prompt|idea|one|version|variation|variations|versions|as before|as that|time|like|of|on|that|this|it|those|them|please|again|take|try|[,.!?]))*)"
)


def changed(step: Step) -> str:
    """Return what a follow-up wants different, without figures and the words that ask for it again."""
    text = read(step.clause.text.without(step.clause.figures.spans))
    match = re.match(_AGAIN, text.norm.strip() + " ")
    rest = text.typed(match.end() + 1) if match else text.raw
    rest = re.sub(
        r"^(?:[\s,.:;-]*(?:but|and|only|just|except|this time|now|make it|make that|with it|please|again|it should be|let it be|have it|instead|one)\b[\s,]*)+",
        "",
        rest.strip(),
        flags=re.IGNORECASE,
    )
    return tidy(rest)


_GROUPS = (
    r"(?:(?:at|in|by|during|under|before|after|around) )?(?:the )?(?:early |late |golden |blue )?(?:dawn|daybreak|sunrise|morning(?: light)?|noon|midday|afternoon(?: light)?|sunset|dusk|twilight|night(?:time)?|midnight|evening(?: light)?|golden hour|blue hour|daylight|moonlight|broad daylight)",
    r"(?:(?:in|during) )?(?:the )?(?:early |late )?(?:spring|summer|autumn|fall|winter)(?:time)?(?: colou?rs)?",
    r"(?:(?:in|during|under) )?(?:the |an? )?(?:heavy |light )?(?:rain|snow|fog|mist|storm|thunderstorm|sunshine|blizzard|drizzle)",
)


def vary(prompt: str, change: str) -> str:
    """Return *prompt* with *change* put in place of what it contradicts."""
    if not change:
        return prompt
    named = re.match(r"(?i)(?:the |an? )?([\w' -]+?) ((?:at|in|by|on|under|with|from|during|without|but) .+)$", change)
    if named and re.search(rf"(?i)\b{re.escape(named[1].strip())}\b", prompt):
        change = named[2]  # "the same desert at night" of a desert
    swap = re.search(r"(?i)\b(?:with |use )?(an? [\w -]+?|[\w -]+?) instead of (?:the |an? )?([\w -]+)", change)
    if swap and re.search(rf"(?i)\b{re.escape(swap[2].strip())}\b", prompt):
        return re.sub(rf"(?i)\b(?:an? |the )?{re.escape(swap[2].strip())}\b", swap[1].strip(), prompt, count=1)
    for group in _GROUPS:
        if re.search(rf"(?i)\b{group}\b", change):
            prompt = re.sub(rf"(?i),?\s*\b{group}\b", "", prompt)
    style = next((s for s in STYLES if re.search(rf"(?i)\b{re.escape(s)}\b", change)), None)
    if style and not re.search(r"(?i)^(?:with|add)", change):
        for other in STYLES:
            prompt = re.sub(rf"(?i),\s*(?:an? |in )?{re.escape(other)}(?: style| painting)?(?=\s*(?:,|$))", "", prompt)
    return tidy(f"{tidy(prompt)}, {change}")


def _left_out(prompt: str, step: Step) -> str:
    """Return *prompt* without what the follow-up does not want to see any more."""
    for thing in filter(None, (part.strip() for part in (step.clause.figures.negative or "").split(","))):
        word = rf"(?:(?:the|an?|any|some|heavy|light|falling)\s+)*{re.escape(thing)}"
        shorter = re.sub(
            rf"(?i),?\s*\b(?:(?:and|with|in|under|of)\s+){word}\b|,\s*{word}\b|\b{word}\s+and\s+", "", prompt
        )
        prompt = tidy(shorter) or prompt
    return prompt


def edit_image(step: Step) -> list[Arguments]:
    """Change an upload, or join several pictures (the first is the main one)."""
    clause = step.clause
    ref = clause.images
    indices = step.sources("image", "to edit")
    arguments: Arguments = {"prompt": instruction(clause)}
    joins = clause.says(
        r" (?:in one|one (?:photo|picture|image)|next to|side by side|collage|composite|montage|combine|merge|blend|mix|fuse|together|into one|from the|of the second|onto|single|(?:at|in|on|around|inside|behind) the same|same (?:scene|room|table|frame)|each other|group (?:photo|picture|shot)|standing with|hugging|shaking hands|(?:postcard|greeting card)|(?:on|in|into) the (?:first|second|other)|1 (?:photo|picture|image|scene)) "
    )
    attached = clause.stock.image.attached
    if len(ref.indices) == 2 and clause.says(
        r" from (?:the )?(?:{pic} |image |upload )?.* (?:on|onto|into|in|to|over) "
    ):
        # "put the hat from the second on the man in the first": the first is the main one
        return [{**arguments, "sourceImageIndex": ref.indices[-1], **_shape(step)}]
    if ref.plural and len(indices) > 1 and not joins:
        return [{**arguments, "sourceImageIndex": index, **_shape(step)} for index in indices]
    main = attached[0] if joins and len(attached) > 1 else indices[0]
    return [{**arguments, "sourceImageIndex": main, **_shape(step)}]


_WHICH = re.compile(
    r"(?i)^(?:the\s+)?(?:first|second|third|fourth|fifth|last|\d(?:st|nd|rd|th))\s*(?:one|picture|image|photo)?[\s,:]*(?:but|only|just)\s+"
)


_PLAIN = re.compile(
    r"(?i)(?<=\bon )((?:an? )?(?:plain|pure|solid|flat) (?!background|backdrop)[a-z]+(?<!color)(?<!colour))(?=\W*$)"
)
"""A colour that stands for the ground: "put it on plain pink"."""


def refine_result(step: Step) -> list[Arguments]:
    """Follow up on results."""
    prompt = _WHICH.sub("", instruction(step.clause))
    prompt = _PLAIN.sub(r"\1 background", prompt)
    if step.chained and step.talk.turn and step.talk.turn[-1].name == "remove_background":
        prompt = re.sub(r"(?i)^((?:replace|fill|swap)) it (?=with|by|for)", r"\1 the background ", prompt)
    return [
        {"prompt": prompt, "sourceImageIndex": index, **_shape(step)} for index in step.sources("image", "to change")
    ]


def _shape(step: Step) -> Arguments:
    return step.pick("numberOfVariations", "aspectRatio")


def apply_style(step: Step) -> list[Arguments]:
    """Restyle each source."""
    clause = step.clause
    extra = step.pick("aspectRatio")
    if clause.figures.scale in (1.5, 2, 3, 4):
        extra["scale"] = number(clause.figures.scale)
    if like := _model_picture(step):
        index, prompt = like
        return [{"prompt": prompt, "sourceImageIndex": index, **extra}]
    sources = step.sources("image", "to restyle")
    if styles := _several_styles(step):
        return [{"prompt": style, "sourceImageIndex": index, **extra} for index in sources for style in styles]
    return [{"prompt": _style_prompt(step), "sourceImageIndex": index, **extra} for index in sources]


_OTHER_PICTURE = rf"(?:the |my )?(?:(?:first|second|third|last|other) (?:one|{PICTURE}|upload)|(?:image|picture|photo|upload) \d+|(?:first|second|third|other)(?= (?:[.,!?]|$)))"
_MODEL_PICTURE = re.compile(
    rf" (?:(?:style|manner|technique|brushwork) (?:of|from|in)|(?:painted|drawn|paint|draw|look|looks|style|restyle|restyled) (?:it |this |that |him |her )?like) ({_OTHER_PICTURE})(?= )"
)
_AMOUNT = re.compile(
    r"(?i)\b(?:\d+ ?(?:%|percent)|subtl[ey]|slightly|gently|a (?:bit|little)|half|strongly|lightly)(?!\w)"
)


def _model_picture(step: Step) -> tuple[int, str] | None:
    """Return what to restyle and a prompt that names the picture whose manner to take, when the words name one."""
    clause = step.clause
    norm = clause.text.norm
    match = _MODEL_PICTURE.search(norm)
    if match is None:
        return None
    shelf = clause.stock.image
    rest = find_reference(f"{norm[: match.start(1)]}§ {norm[match.end(1) :].lstrip()}", "image", clause.stock)
    made = step.produced.get("image", []) if step.chained else []
    pool = shelf.attached if len(shelf.attached) > 1 else shelf.everything
    if " other " in f" {match[1]} ":
        main = rest.indices[0] if rest.named and rest.indices else made[0] if made else pool[0] if pool else None
        others = [index for index in pool if index != main]
        like = others[-1] if others else None
    else:
        named = find_reference(f" the {match[1].removeprefix('the ')} ", "image", clause.stock)
        if named.missing:
            raise Ask(named.missing)
        like = named.indices[0] if named.indices else None
        main = rest.indices[0] if rest.named and rest.indices else made[0] if made else None
        if main is None:
            left = [index for index in (*shelf.attached, *reversed(shelf.everything)) if index != like]
            main = left[0] if left else None
    if like is None or main is None or like == main:
        return None
    amount = _AMOUNT.search(clause.text.raw)
    return main, f"in the style of {badge('image', like).lower()}" + (f", {amount[0].lower()}" if amount else "")


_NEXT_STYLE = re.compile(
    r"(?i)\s*(?:(?:[,;.]|\b(?:and|then|or|plus)\b)\s*)+(?:\b(?:also|once|one|another)\b\s*)*(?:in|as|like|into)\s+(?:an?\s+)?"
    r"|\s+(?:\b(?:also|once|one|another)\b\s*)+(?:in|as|like|into)\s+(?:an?\s+)?"
)


def _several_styles(step: Step) -> list[str]:
    """Return the styles of "once as a woodcut and once in pastel"; empty unless there are two or more."""
    first, *others = _NEXT_STYLE.split(instruction(step.clause))
    if not others:
        return []
    lead = re.sub(r"(?i)^.*\b(?:as|into|in|like|to)\s+(?:an?\s+)?", "", first)
    found = [lead, *(re.sub(r"(?i)\s+(?:as well|too|also)\W*$", "", other) for other in others)]
    known = [one for one in map(tidy, found) if any(re.search(rf"\b{re.escape(s)}\b", read(one).norm) for s in STYLES)]
    return known if len(known) > 1 and len(known) == len([one for one in found if tidy(one)]) else []


def _style_prompt(step: Step) -> str:
    clause = step.clause
    text = read(clause.text.without([*clause.figures.spans]))
    match = re.search(
        r" (?:in the style of|in the manner of|look(?:s|ing)? (?:more )?like|look as|turned into|into|as if it were|as|to|with|in|like|apply) ((?:an? |the )?[\w§ ,'-]+?) ?(?:[.!?;]|$)",
        text.norm,
    )
    if (
        match
        and re.search(r"[a-z]{3}", match[1])
        and not re.match(r"(?:my|this|that|it|the (?:first|second|last|picture|image|photo))\b|image \d", match[1])
    ):
        style = tidy(text.typed(match.start(1), match.end(1)))
        style = re.sub(
            r"(?i)\s+(?:to|on|for) (?:it|this|that|all of them|them|both|image \d+|the .*|my .*)$", "", style
        )
        known = any(re.search(rf"\b{re.escape(name)}\b", read(style).norm) for name in STYLES)
        if known or not clause.style_words:
            if re.search(r" in the (?:style|manner) of ", text.norm):
                return f"in the style of {style}"
            return re.sub(r"(?i)^(?:an?|the)\s+", "", style) or style
    return tidy(instruction(clause))


def restore_photo(step: Step) -> list[Arguments]:
    """Restore the original upload."""
    step.source("image", "to restore")
    prompt = instruction(step.clause)
    if not re.search(r"(?i)restor|repair|fix|clean|colou?ri|remove|mend|denois|sharpen", prompt):
        prompt = f"Restore the photo: {prompt}"
    arguments: Arguments = {"prompt": prompt, **_shape(step)}
    if step.clause.says(r" (?:high|best|highest|top|maximum) quality | carefully | hq "):
        arguments["quality"] = "hq"
    elif step.clause.says(r" (?:quick|fast|quickly|draft) "):
        arguments["quality"] = "fast"
    if step.clause.figures.scale in (1.5, 2, 3, 4):
        arguments["scale"] = number(step.clause.figures.scale)
    return [arguments]


def change_angle(step: Step) -> list[Arguments]:
    """Re-render from the named position."""
    core = step.clause.core
    listed = re.search(
        rf" {_SIDE}(?: side)?(?: view)?(?: ,| and| , and) (?:the )?{_SIDE}(?: side)?(?: view)?(?:(?: ,| and| , and) (?:the )?{_SIDE}(?: side)?(?: view)?)* ",
        core,
    )
    sides = re.findall(_SIDE, listed[0]) if listed and not re.search(r" quarter | corner ", core) else []
    views = [azimuth(f" {side} ") for side in dict.fromkeys(sides)] or [azimuth(core)]
    sources = step.sources("image", "to look at from another side")
    return [
        {
            "description": f"{view} {elevation(core)} {distance(core)}",
            "sourceImageIndex": index,
            **step.pick("aspectRatio"),
        }
        for index in sources
        for view in views
    ]


_SIDE = r"(?:front|left|right|back|rear|(?<!left )(?<!right )side)"


def azimuth(norm: str) -> str:
    """Return the named camera position around the subject."""
    side = "left" if re.search(r" left ", norm) else "right" if re.search(r" right ", norm) else ""
    back = re.search(r" (?:back|behind|rear|(?:other|far|reverse) side) ", norm)
    front = re.search(r" front ", norm)
    quarter = re.search(r" (?:quarter|3/4|diagonal(?:ly)?|corner) ", norm)
    if side and back:
        return f"back-{side} quarter view"
    if side and (front or quarter):
        return f"front-{side} quarter view"
    if back:
        return "back view"
    if quarter:
        return "front-right quarter view"
    if side or re.search(r" (?:side|profile) ", norm):
        return f"{side or 'right'} side view"
    if re.search(r" (?:another|different|new|other) (?:camera )?(?:angle|viewpoint|perspective|side)", norm):
        return "front-right quarter view"
    return "front view"


def elevation(norm: str) -> str:
    """Return the named camera height."""
    if re.search(r" (?:low|lower|below|underneath|worms?(?: s)? eye|ground level|looking up) ", norm):
        return "low-angle shot"
    if re.search(
        r" (?:slightly|(?:a )?(?:little )?bit|a little|a touch|somewhat) (?:from )?(?:above|higher)(?= )| (?:elevated|raised) ",
        norm,
    ):
        return "elevated shot"
    if re.search(r" (?:above|overhead|high|higher|top|birds?(?: s)? eye|looking down|aerial) ", norm):
        return "high-angle shot"
    return "eye-level shot"


def distance(norm: str) -> str:
    """Return the named camera distance."""
    if re.search(r" (?:close up|closeup|close|closer|near|zoomed in|macro) ", norm):
        return "close-up"
    if re.search(r" (?:wide|far|farther|further away|distant|zoomed out|long shot|full body) ", norm):
        return "wide shot"
    return "medium shot"


def upscale_image(step: Step) -> list[Arguments]:
    """Enlarge each source."""
    figures = step.clause.figures
    size: Arguments = {}
    edge = figures.longest_edge or (max(figures.width, figures.height or 0) if figures.width else None)
    if edge is None and figures.resolution:
        edge = {1440: 2560, 2160: 3840, 4320: 7680, 1080: 1920, 720: 1280}.get(figures.resolution)
    if edge and edge < 512:
        raise Ask(f"Enlarging makes 512 px or more on the longest edge, not {edge}. Shall I make it 512 px?")
    if edge:
        size["targetLongestEdge"] = min(15360, max(512, edge))
    elif figures.scale:
        size["scale"] = min((2, 3, 4), key=lambda s: abs(s - (figures.scale or 2)))
    return [{**size, "sourceImageIndex": index} for index in step.sources("image", "to enlarge")]


def remove_background(step: Step) -> list[Arguments]:
    """Cut out each source."""
    mask: Arguments = (
        {"applyMask": False}
        if step.clause.says(r" (?:just|only|as) (?:the |a )?mask | (?:mask|matte) (?:of|for) | the mask ")
        else {}
    )
    return [{"sourceImageIndex": index, **mask} for index in step.sources("image", "to cut out")]


_SELECTING = (
    r"(?:i )?(?:only |just )?(?:need|want|would like) (?:the |my )?",
    r"(?:segment|select|mask|isolate|extract|crop|pick|lift|separate|cut)(?: out)?(?: of| only| just| all| every)* (?:the |my |her |his |of the |out )?",
    r"which \w+ (?:belongs? to|are|is|shows?) (?:the |my |all )*",
    r"where (?:exactly |precisely )?(?:is|are) (?:the |my |all )*",
    r"(?:find|locate|detect|spot|look for) (?:the |my |all |every )*",
    r"(?:i need |i want |we need )?(?:create |make |give me |get |draw |generate )?(?:an? |the )?(?:(?:\w+ |/ ){0,3}(?:selection |segmentation )?)?masks? (?:for|of|around) (?:the |my |his |her )?",
    r"(?:only )?keep (?:only )?(?:the )?",
)


_EACH = re.compile(r"(?i)\s*\b(?:separately|individually|one by one|each on (?:its|their) own)\b.*$")


def segment_image(step: Step) -> list[Arguments]:
    """Select a named thing."""
    clause = step.clause
    what = rest_of(clause, _SELECTING)
    what = re.split(
        r"(?i)\s*(?:,|\.|;|\?|\band (?:give|make|put|save|deliver|return|show|mask|select|cut|segment|isolate)\b|\b(?:from|in|on|out of) (?:the|this|my|that) (?:picture|photo|image)|\bfrom (?:it|this|image)|\b(?:in|of) image \d|\bfor me\b|\bas (?:an?|its|their)\b)",
        what,
    )[0]
    what = re.sub(r"(?i)^(?:the|a|an|my|only|just|out)\s+", "", tidy(what))[:240]
    if not what or what in ("it", "this", "that"):
        raise Ask("What should I select in the picture? Name the object, for example “the red car”.")
    cut = not clause.says(r" masks? ") and clause.says(r" (?:cut|isolate|extract|only|just|keep|crop|lift|separate) ")
    each = clause.says(r" (?:separately|individually|1 by 1|one by one|each on (?:its|their) own) ")
    things = re.split(r"(?i)\s*,\s*(?:and\s+)?|\s+and\s+", _EACH.sub("", what)) if each else [what]
    things = [re.sub(r"(?i)^(?:the|a|an|my)\s+", "", thing) for thing in things if thing]
    cut = cut or each
    return [
        {"text": thing, "applyMask": bool(cut), "sourceImageIndex": index}
        for index in step.sources("image", "to select something in")
        for thing in things
    ]


def image_to_3d(step: Step) -> list[Arguments]:
    """Reconstruct a model of each source."""
    norm = step.clause.text.norm
    unit = r"(?:\w+ )?(?:faces|tris|triangles|polys|polygons)"
    faces = re.search(rf" (\d+(?:\.\d+)?) (k )?{unit} ", norm) or re.search(rf" {unit} (?:: )?(\d+) (k )?", norm)
    extra: Arguments = {}
    if faces:
        count = float(faces[1]) * (1000 if faces[2] else 1)
        extra["meshTargetFaces"] = min(700000, max(5000, int(count)))
    texture = re.search(
        r" (\d) (k) textures? | (\d{4}) (?:px |pixels? )?textures? | textures? (?:size |of |at |in )*(\d{4}) ", norm
    )
    if texture:
        extra["textureSize"] = min(
            4096, max(1024, int(texture[1]) * 1024 if texture[2] else int(texture[3] or texture[4]))
        )
    if step.clause.says(r" (?:high|highest|max|maximum|more) (?:geometry |shape )?(?:detail|resolution|precision) "):
        extra["shapeResolution"] = 1536
    attached = step.clause.stock.image.attached
    roles = list(dict.fromkeys(re.findall(r"(?<= )(?:front|left|back|right)(?= )", norm.replace(" rear ", " back "))))
    if len(attached) > 1 and len(roles) == len(attached) and "front" in roles:
        front = attached[roles.index("front")]
        others = {
            f"{role}ViewImageIndex": index for role, index in zip(roles, attached, strict=True) if role != "front"
        }
        return [{"sourceImageIndex": front, **others, **extra}]
    return [{"sourceImageIndex": index, **extra} for index in step.sources("image", "to build the 3D model from")]
