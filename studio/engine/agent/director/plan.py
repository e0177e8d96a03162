# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Split a request into steps and put them in order: what depends on what, and what runs side by side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studio.contract.chat import MediaKind
from studio.engine.agent.director import habits
from studio.engine.agent.director.arguments.titles import written_cues
from studio.engine.agent.director.arrange import arranged
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.history import KIND_OF_TOOL, Conversation
from studio.engine.agent.director.intents import intent, settle_edit
from studio.engine.agent.director.lexicon import CREATE
from studio.engine.agent.director.revisions import CLIPS, revises
from studio.engine.agent.director.step import Step
from studio.engine.agent.director.stock import Stock
from studio.engine.agent.director.text import Text, read

_THEN = r"(?:(?:, |\. |; |! )?(?:and )?(?:then|after that|afterwards|after which|next(?! to)|finally|lastly|once (?:that is )?done|when (?:that is )?done|and also|followed by)(?: ,)? )"
_VERBS = (
    r"(?:cut|remove|delete|put|make|enlarge|upscale|scale|turn|animate|style|stylize|convert|restore|repair|describe|add|give|blow|"
    r"apply|upsize|double|triple|quadruple|isolate|segment|mask|colorize|orbit|rotate|spin|show|transform|bring|stitch|join|merge|extend|"
    r"edit|perform|record|write|compose|generate|draw|paint|create|say(?= (?:§|: ))|narrate|read|sing|tell|change|erase|replace|caption|subtitle|let|render|produce|export|"
    r"title|dance|recite|lighten|sharpen|place|crop|brighten|darken|increase|get|take|drop|strip|film|analyze|compare|sketch|design|knock|clean|fix|resize)"
)
_SPLIT = re.compile(
    rf"(?P<item>(?<= )(?:[.,;\n] )*(?:\( )?\d{{1,2}} [).:] (?=[^\W\d]))|(?P<then>(?<= ){_THEN}(?=\w))|(?P<stop>(?<= )[.;!?\n](?: [.;!?\n])* (?=\S))|(?P<soft>(?<= )(?:, and|, but|,|and|but|&) (?:please |also |actually )?(?={_VERBS} )|(?:, and|and) (?=(?:what|who|how many|where) (?:is|are|happens|do|does) )|(?:, and|,|and) (?=an? (?:matching )?(?:picture|image|painting|drawing|video|clip|song|poster|track|soundtrack|jingle) (?:of|about|for|to|with) |(?:some|an?) (?:[a-z]+ ){{0,2}}(?:music|soundtrack|tune|song|beat)(?: (?:for|to|under|with) (?:it|that|them))? (?:[.!] )?$))"
)
_TEXT_TOOLS = frozenset(
    ("compose_lyrics", "compose_script", "compose_instrumental", "enhance_prompt", "generate_speech", "generate_music")
)
_PLANNERS = frozenset(
    (
        "compose_workflow", "compose_workflow_template", "create_asset_manifest", "inspect_asset", "label_asset",
        "map_assets_for_model", "validate_asset_references",
    )
)  # fmt: skip
_EDITS = frozenset(("edit_image", "refine_result"))
_NEW = frozenset(
    (
        "generate_image",
        "generate_video",
        "generate_music",
        "generate_speech",
        "again",
        "compose_lyrics",
        "compose_script",
        "compose_instrumental",
    )
)
_WORKS_ON_PICTURES = frozenset(
    (
        "edit_image", "refine_result", "apply_style", "restore_photo", "upscale_image", "remove_background",
        "segment_image", "change_angle", "animate_photo", "image_to_3d", "orbit_video", "dance_montage", "analyze_image",
    )
)  # fmt: skip
_WORKS_ON_CLIPS = frozenset(
    (
        "extend_video",
        "replace_video_segment",
        "overlay_video",
        "add_subtitles",
        "upscale_video",
        "video_to_video",
        "stitch_video",
    )
)
_MOST_PARTS = 16
_REVISION = 14.0
_STRONG = 7.0
_WEAK = 5.5


@dataclass
class Part:
    """A stretch of the request: where it lies, what separates it from the one before."""

    start: int
    end: int
    link: str
    """``first``, ``then`` (an explicit order), ``item`` (of a numbered list), ``stop`` (a new sentence) or ``soft``
    (a comma or "and")."""


def parts(text: Text) -> Iterator[Part]:
    """Cut *text* where a new instruction may begin."""
    start, link, found = 1, "first", 0
    listed = len(re.findall(r" \d{1,2} \) (?=[^\W\d])| \d [.:] (?=[^\W\d])", text.norm)) > 1
    for match in _SPLIT.finditer(text.norm):
        if match.lastgroup == "item":
            if not listed:
                continue
            if match.start() <= start:
                start, link = match.end(), "item"
                continue
        if match.start() > start and found < _MOST_PARTS:
            found += 1
            yield Part(start, match.start(), link)
            start, link = match.end(), str(match.lastgroup)
    if start < len(text.norm):
        yield Part(start, len(text.norm), link)


def make_steps(text: Text, stock: Stock, talk: Conversation) -> list[Step]:
    """Return the steps of a request; one step with tool ``talk`` when it wants words."""
    whole = Clause(text, stock)
    if revises(whole):
        return [Step("again", whole, talk)]
    tool, _ = intent(whole)
    goes_on = re.search(
        rf" {_THEN}| and (?:paint|draw|render|film|animate|make|show) (?:me )?(?:it|that|them|a )", text.norm
    )
    if tool == "enhance_prompt" and text.quotes and " prompt" in text.norm and not goes_on:
        return [Step(tool, whole, talk)]
    ordered = r" \d+ (?:first )?(?:, )?(?:and )?(?:then|followed by|after that|next) (?:the )?(?:clip|video)? ?\d"
    if tool == "stitch_video" and re.search(ordered, text.norm):
        return [Step(tool, whole, talk)]
    shown = re.search(
        r" (?:[.;!?]|,|and) (?:and |then |please )*(?:paint|draw|render|film|animate|illustrate|shoot) (?:me )?(?:the )?(?:\w+ )?(?:panel|shot|scene|frame|page|it|them) ",
        text.norm,
    )
    if (
        tool in _PLANNERS
        or (tool == "add_subtitles" and stock.has("video") and written_cues(text.raw) and not text.quotes)
        or (
            tool in _TEXT_TOOLS
            and re.search(r"(?s):\s*\S", text.raw)
            and not re.search(rf" {_THEN}", text.norm.split(" : ")[0])
            and not (tool == "compose_script" and shown)
        )
    ):
        return [Step(tool, whole, talk)]
    chosen: list[tuple[str, int, int, str]] = []
    carried: tuple[MediaKind, ...] = ()
    strength, known = 0.0, 0
    for part in parts(text):
        only = not chosen and not carried and (part.start, part.end) == (1, len(text.norm))
        clause = (
            whole
            if only
            else Clause(
                read_part(text, part.start, part.end),
                stock,
                first=not chosen,
                carried=carried,
                written=_written(chosen[-1][0] if chosen else ""),
            )
        )
        tool, weight = intent(clause)
        if not chosen and revises(clause):
            tool, weight = "again", _REVISION
        weak = (
            bool(chosen)
            and part.link not in ("item", "then")
            and strength < 5
            and (
                (stock.has("image") and tool in _WORKS_ON_PICTURES) or (stock.has("video") and tool in _WORKS_ON_CLIPS)
            )
        )
        aside = (
            bool(chosen)
            and part.link != "item"
            and strength < 5
            and chosen[-1][0] == "generate_image"
            and tool in _NEW
            and weight >= 5
        )
        if aside and part.link == "stop" and not clause.says(r" (?:it|them|that|one) "):
            chosen[-1] = (tool, part.start, part.end, chosen[-1][3])
            strength = weight
            continue
        sought = (
            bool(chosen)
            and part.link in ("soft", "stop")
            and re.match(
                r" (?:please )?(?:find|locate|detect|spot|look for|where (?:\w+ )?(?:is|are)|which \w+ (?:belong|are|is|show)) ",
                text.norm[chosen[-1][1] - 1 :],
            )
        )
        if sought and tool in ("segment_image", "remove_background"):
            chosen[-1] = ("segment_image", chosen[-1][1], part.end, chosen[-1][3])
        elif chosen and not weak and not _is_new_step(chosen[-1][0], tool, weight, part.link, clause):
            last = chosen[-1]
            chosen[-1] = _merged(last, tool, part)
        elif weak:
            chosen[-1] = (tool, chosen[-1][1], part.end, chosen[-1][3])
        else:
            chosen.append((tool, part.start, part.end, part.link))
        strength = weight if len(chosen) != known else max(strength, weight)
        known = len(chosen)
        kind = _kind(chosen[-1][0], stock)
        if kind and kind not in carried[-1:]:
            carried = (*carried, kind)
    steps = _finished(chosen, whole, stock, talk)
    return [_settled_by_habit(steps[0])] if len(steps) == 1 and strength <= _WEAK else steps


def _settled_by_habit(step: Step) -> Step:
    """Where the rules have next to nothing to say, let the usual meaning of such words decide."""
    _, weight = intent(step.clause)
    label = habits.guess(step.clause) if weight <= _WEAK else None
    if label is None or step.chained:
        return step
    tool = settle_edit(step.clause) if label == "edit" else "talk" if label == "reply" else label
    return Step(tool, step.clause, step.talk)


def read_part(text: Text, start: int, end: int) -> Text:
    """Return a stretch as a text of its own."""
    first, last = text.raw_span(start, end)
    return read(text.raw[first:last])


def _kind(tool: str, stock: Stock) -> MediaKind | None:
    """Return what *tool* makes; "again" makes what was made last."""
    last = stock.last or ""
    revised = last in CLIPS or last in ("generate_music", "generate_speech")
    return KIND_OF_TOOL.get(tool if tool != "again" else last if revised else "generate_image")


def _written(tool: str) -> str | None:
    return tool if tool.startswith(("compose_", "enhance_")) else None


def _merged(last: tuple[str, int, int, str], tool: str, part: Part) -> tuple[str, int, int, str]:
    weak_before = last[0] == "talk" and tool != "talk"
    return (tool if weak_before else last[0], last[1], part.end, last[3])


_OPENS_WITH_PIECE = r"^ (?:(?:give|make|put|turn|paint|let|change|in|on) )*(?:the )?(?:(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: (?:one|{pic}))?|image \d+) "
_ON_WHAT_WAS_MADE = r"^ (?:let|make|have|show|see)(?: me)? (?:(?:it|him|her|them) (?:danc|rotat|spin|turn|from)|(?:the|its|his|her) (?:\w+ )?(?:side|back|rear|front|view) )"


_SAME_PIECE = r" (?:same (?:thing|picture|photo|image|one)|original) "


def _is_new_step(before: str, tool: str, weight: float, link: str, clause: Clause) -> bool:
    if link == "item":
        return tool != "talk"
    if (before, tool) == ("segment_image", "remove_background") and link != "then":
        return False
    if link == "soft" and weight >= _STRONG and clause.says(_ON_WHAT_WAS_MADE) and tool in _WORKS_ON_PICTURES:
        return True
    if clause.written and weight >= _STRONG and clause.says(r"^ \w+ (?:me |us )?(?:it|them|that|this) "):
        return True
    if tool == before == "video_to_video" and link == "soft":
        return False
    makes = clause.creates or clause.says(r"^ (?:write|compose|sing|play|film|draw|paint) ")
    makes = makes or (tool in _NEW and before in _NEW and tool != before)
    if link == "then" and weight and before != "talk" and tool in (_WORKS_ON_PICTURES | _WORKS_ON_CLIPS):
        return tool != before or tool in _EDITS or tool == "overlay_video" or clause.says(_SAME_PIECE)
    if tool == "talk" or weight < (5 if link == "then" or makes else _STRONG):
        return bool(tool != "talk" and before == "talk" and tool in _NEW)
    if before == "talk":
        return tool in _NEW
    if (
        before == "stitch_video"
        and clause.has("audio")
        and clause.says(r" (?:put|add|use|lay|play|set|with|have) (?:.* )?(?:{snd}|audio \d+) ")
    ):
        return False
    if tool == before == "generate_speech" and link == "soft":
        return False
    if tool in _EDITS:
        if before in _EDITS and clause.images.named and clause.says(_OPENS_WITH_PIECE):
            return True
        if before in _EDITS or (before == "restore_photo" and link != "then"):
            return False
        if before in _NEW:
            return link == "then"
        return not (
            before in ("apply_style", "change_angle")
            and link == "soft"
            and not clause.says(
                r"^ (?:(?:and|also|please) )*(?:put|place|write|crop|replace|swap) | (?:add|remove|erase) "
            )
        )
    if tool == "apply_style" and clause.says(
        r"^ (?:turn|convert|transform|restyle|stylize|redraw|repaint) (?:it|them|that|this|him|her) "
    ):
        return True
    if before in ("generate_image", "again", "generate_video") and link != "then":
        if tool in (
            "apply_style",
            "restore_photo",
            "segment_image",
            "dance_montage",
            "change_angle",
            "video_to_video",
            "again",
        ):
            return False
        if tool in ("generate_image", "generate_video"):
            verb = CREATE if tool != before else "(?:draw|paint|sketch|generate|create|make|film)"
            return _has_subject(clause) and bool(re.match(rf"^ {verb} (?:me |us )?(?:an? |another |\d)", clause.core))
    if tool == "generate_image":
        if not _has_subject(clause):
            return False
        return bool(re.match(rf"^ {CREATE} ", clause.core)) or (before in _NEW and before != tool and before != "again")
    if tool == before and tool.startswith(("analyze", "extract", "compose", "restore", "remove", "apply", "upscale")):
        return clause.images.named and link != "stop" and tool != "analyze_image"
    if before in _TEXT_TOOLS and tool in ("apply_style", "animate_photo"):
        return link == "then"
    return True


def _has_subject(clause: Clause) -> bool:
    """Whether anything but figures and a verb of making is left ("make two versions" has none)."""
    left = clause.text.without(clause.figures.spans).lower()
    return bool(
        re.search(
            r"[a-z]{2}", re.sub(rf"\b(?:{CREATE}|versions?|variations?|pictures?|of|it|please|me|us)\b", "", left)
        )
    )


def _finished(
    chosen: list[tuple[str, int, int, str]], all_of_it: Clause, stock: Stock, talk: Conversation
) -> list[Step]:
    """Build the steps; words before or between deeds are dropped, unless there are only words."""
    text = all_of_it.text
    tools = [tool for tool, *_ in chosen if tool != "talk"]
    if not tools:
        return [Step("talk", all_of_it, talk)]
    steps: list[Step] = []
    holds = any(stock.has(kind) for kind in ("image", "video", "audio"))
    carried: tuple[MediaKind, ...] = ()
    pending: int | None = None
    for tool, start, end, _link in chosen:
        if tool == "talk":
            pending = start if pending is None else pending
            continue
        named = pending is not None and holds and _names_existing(Clause(read_part(text, pending, start), stock))
        thing = named or re.search(r" (?:it|them|him|her|this|that|one) ", text.norm[start - 1 : end])
        begin = start if pending is None or (tool in _NEW and not thing) else pending
        pending = None
        if len(tools) == 1 and len(chosen) == 1:
            begin, end = 1, len(text.norm)
        clause = Clause(
            read_part(text, begin, end),
            stock,
            first=not steps,
            carried=carried,
            written=_written(steps[-1].tool if steps else ""),
        )
        if begin != start:
            whole, weight = intent(clause)
            tool = whole if whole != "talk" and (weight > _STRONG or (named and weight)) else tool
        if tool in _EDITS:
            again, _ = intent(clause)
            tool = again if again in _WORKS_ON_PICTURES else settle_edit(clause)
        follows = (
            clause.says(r" (?:it|them|that|those|this|these) ")
            and steps
            and steps[-1].tool.startswith(("compose_", "enhance_"))
        )
        repeats = tool == "again" and any(step.tool in ("generate_image", "again") for step in steps)
        chained = (
            bool(steps)
            and (tool not in _NEW or bool(follows) or repeats)
            and not (_names_existing(clause) and holds)
            and not (steps[-1].tool == tool == "apply_style" and clause.says(_SAME_PIECE))
        )
        steps.append(Step(tool, clause, talk, chained=chained))
        kind = _kind(tool, stock)
        if kind and kind not in carried[-1:]:
            carried = (*carried, kind)
    return arranged(steps)


def _names_existing(clause: Clause) -> bool:
    badge = re.search(
        r" (?:image|video|audio|upload|picture|clip) \d+ | my upload | the (?:first|second|third|last|original|other) (?:one|picture|photo|image|video|clip|upload) ",
        clause.text.norm,
    )
    return bool(badge)


def groups(steps: list[Step]) -> list[list[int]]:
    """Return the positions of *steps* that run side by side, in order of the groups."""
    out: list[list[int]] = []
    for position, step in enumerate(steps):
        if step.chained or not out:
            out.append([position])
        elif any(steps[i].chained for i in out[-1]):
            out[0].append(position)
        else:
            out[-1].append(position)
    return out
