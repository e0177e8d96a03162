# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Arguments for looking at pieces and for writing."""

import re

from studio.contract.tools import catalogue
from studio.engine.agent.director.arguments.sounds import planned_seconds
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.lexicon import LANGUAGES
from studio.engine.agent.director.step import Arguments, Ask, Step, number
from studio.engine.agent.director.subject import instruction, topic_after
from studio.engine.agent.director.text import read, tidy


def analyze_image(step: Step) -> list[Arguments]:
    """Look at one picture, each of several, or compare two."""
    clause = step.clause
    query = tidy(clause.text.raw) or "Describe this picture."
    if clause.says(
        r" (?:compare|difference|differences|different|differ|similar|better|identical|match|same (?:person|place|man|woman|dog|cat|house|object|thing|location|room|car|scene)|which of (?:them|these|the 2|both)|(?:both|the 2|these 2) .*(?:alike|agree|related)) "
    ) and (len(clause.stock.image.everything) > 1 or len(clause.images.indices) > 1):
        pair = (
            clause.images.indices
            if len(clause.images.indices) > 1
            else (clause.stock.image.attached or clause.stock.image.made or clause.stock.image.sent)
        )
        if len(pair) > 1:
            first, second = pair[-2:]
            return [{"query": query, "analysisType": "compare", "sourceImageIndex": first, "compareImageIndex": second}]
    kind = "general"
    if clause.says(r" (?:read|ocr|text|written|writing|transcribe|says|say|letters|sign) ") and not clause.says(
        r" (?:describe|prompt) "
    ):
        kind = "ocr"
    elif clause.says(
        r" (?:describe|description|caption|what is (?:in|on|this)|what do you see|you see|tell me about) "
    ):
        kind = "describe"
    elif clause.says(r" (?:objects|list|how many|count|find) "):
        kind = "objects"
    detail: Arguments = (
        {"detailed": True} if clause.says(r" (?:in detail|detailed|thorough|thoroughly|every detail) ") else {}
    )
    return [
        {"query": query, "analysisType": kind, "sourceImageIndex": index, **detail}
        for index in step.sources("image", "to look at")
    ]


def analyze_video(step: Step) -> list[Arguments]:
    """Look at a clip."""
    clause = step.clause
    kinds = (
        ("summary", r" (?:summarize|summary|recap|sum up) "), ("timeline", r" (?:timeline|when|order of events|second by second) "),
        ("ocr", r" (?:text|written|read|says) "), ("action", r" (?:doing|happens|happening|action|going on|do) "),
        ("scene", r" (?:scene|scenes|setting|where|place) "),
    )  # fmt: skip
    kind = next((name for name, pattern in kinds if clause.says(pattern)), "general")
    return [
        {"query": tidy(clause.text.raw), "analysisType": kind, "sourceVideoIndex": step.source("video", "to look at")}
    ]


def extract_metadata(step: Step) -> list[Arguments]:
    """Report the facts of one piece."""
    clause = step.clause
    if clause.points_at_video and clause.has("video"):
        return [{"mediaType": "video", "sourceVideoIndex": step.source("video", "to inspect")}]
    if clause.says(r" {snd} ") and clause.has("audio") and not clause.says(r" {pic} "):
        return [{"mediaType": "audio", "audioSourceIndex": step.source("audio", "to inspect")}]
    if not clause.has("image") and clause.has("video"):
        return [{"mediaType": "video", "sourceVideoIndex": step.source("video", "to inspect")}]
    if not clause.has("image") and clause.has("audio"):
        return [{"mediaType": "audio", "audioSourceIndex": step.source("audio", "to inspect")}]
    return [{"mediaType": "image", "sourceImageIndex": index} for index in step.sources("image", "to inspect")]


_MODEL_LIKE = re.compile(
    r"\b[a-z][a-z\d.]*(?:[-_][a-z\d.]+)+\b|\b(?:ltx\d+|wan\d+|seedance\d+(?:-\d)?)\b", re.IGNORECASE
)


def known_models() -> set[str]:
    """Return every model selector that the catalogue names."""
    found: set[str] = set()
    for tool in catalogue().values():
        for name in ("model", "videoModel"):
            found |= set(tool.parameters.get("properties", {}).get(name, {}).get("enum", []))
    return found - {"voice", "clone", "design", "auto"}


def enhance_prompt(step: Step) -> list[Arguments]:
    """Improve a prompt for one model; the built-in choice of the modality when none is named."""
    clause = step.clause
    models = known_models()
    named = next((word for word in _MODEL_LIKE.findall(clause.text.raw) if word.lower() in models), None)
    rough = _rough_prompt(step, named)
    video = clause.says(r" (?:{vid}|animation|animate) ") or (named or "").startswith(
        ("ltx", "wan", "seedance", "minimax", "happyhorse")
    )
    edit = clause.says(r" (?:edit|editing) prompt")
    target = "video_prompt" if video else "edit_prompt" if edit else "image_prompt"
    model = named.lower() if named else "ltx25" if video else "qwen-lightning" if edit else "z-turbo"
    tool = "generate_video" if video else "edit_image" if edit else "generate_image"
    extra: Arguments = {"aspect_ratio": clause.figures.aspect} if clause.figures.aspect else {}
    return [
        {
            "prompt": rough,
            "target_output": target,
            "destination_model": model,
            "destination_tool": tool,
            **extra,
            **(planned_seconds(step, 1, 300) if video else {}),
        }
    ]


def _rough_prompt(step: Step, model: str | None) -> str:
    text = step.clause.text
    if text.quotes:
        return max(text.quotes, key=len)
    colon = re.search(r"(?s):\s*(\S.+)$", text.raw)
    if colon:
        return colon[1].strip()
    match = re.search(
        r" prompts? (?:(?:for|of|about|to|that shows|with|describing) )?(?:(?:an? |the |my )?(?:picture|image|photo|video|clip|film|drawing|painting) )?(?:of |about |showing |with |for )?(.+)$",
        text.norm,
    )
    rest = tidy(text.typed(match.start(1))) if match else ""
    if model:
        rest = tidy(re.sub(rf"(?i)\b(?:for|with|on|to)?\s*{re.escape(model)}\b", "", rest))
    if len(re.findall(r"[a-z]{3,}", rest.lower())) >= 1 and read(rest).norm.strip() not in (
        "please",
        "for me",
        "it",
        "better",
        "more",
    ):
        return rest
    before = step.talk.last_prompt(("generate_image", "generate_video", "enhance_prompt"))
    if before:
        return str(before.arguments["prompt"])
    raise Ask(
        "Which prompt should I improve? Write it after a colon, for example “improve my prompt: a cat on a roof”."
    )


_SCRIPT_TYPES = (
    ("storyboard", r" (?:storyboard|shot ?list) "), ("screenplay", r" (?:screenplay|scene|short film|dialogue|skit) "),
    ("ad_script", r" (?:ad|ads|advert|advertisement|commercial|spot|promo) "), ("trailer", r" (?:trailer|teaser) "),
    ("social_short", r" (?:reel|short|shorts|tiktok|social|instagram) "), ("campaign", r" campaign "),
    ("talking_head", r" (?:talking head|teleprompter|presenter|explainer|monologue|voice ?over) "),
    ("revision", r" (?:revise|revision|rework|shorten|rewrite) "), ("video_prompt", r" video prompt "),
)  # fmt: skip


def compose_script(step: Step) -> list[Arguments]:
    """Write a script."""
    clause = step.clause
    brief = topic_after(clause, r"(?:storyboard|screenplay|script|treatment|trailer|shot ?list|ad|commercial)s?")
    arguments: Arguments = {"brief": brief, **planned_seconds(step, 1, 300)}
    kind = next((name for name, pattern in _SCRIPT_TYPES if clause.says(pattern)), None)
    if kind:
        arguments["script_type"] = kind
    arguments |= scene_count(clause)
    if clause.figures.aspect:
        arguments["aspect_ratio"] = clause.figures.aspect
    return [arguments]


def scene_count(clause: Clause) -> Arguments:
    """Return how many scenes, shots or panels are asked for."""
    found = re.search(r" (\d{1,2}) (?:\w+ )?(?:scenes?|panels?|shots?|frames?|acts?|parts?) ", clause.text.norm)
    return {"scene_count": min(12, max(1, int(found[1])))} if found else {}


def compose_lyrics(step: Step) -> list[Arguments]:
    """Write lyrics."""
    clause = step.clause
    prompt = topic_after(
        clause, r"(?:lyrics?|words|song|rap|verses?|lullaby|chorus|ballad|poem|haiku|limerick|sonnet|rhyme|ode)"
    )
    language = next(
        (
            name
            for name in (*LANGUAGES, "dutch", "polish", "swedish", "turkish", "latin", "greek")
            if f" {name} " in clause.core
        ),
        None,
    )
    seconds = planned_seconds(step, 10, 600)
    if not seconds and step.seconds:
        seconds = {"duration_seconds": number(min(600.0, max(10.0, step.seconds)))}
    return [{"prompt": prompt, **({"language": language} if language else {}), **seconds}]


def compose_instrumental(step: Step) -> list[Arguments]:
    """Plan music without vocals."""
    return [
        {
            "prompt": topic_after(step.clause, r"(?:instrumental|arrangement|structure|plan|track|piece)"),
            **planned_seconds(step, 10, 600),
        }
    ]


def compose_workflow(step: Step) -> list[Arguments]:
    """Plan durable steps."""
    clause = step.clause
    arguments: Arguments = {"brief": instruction(clause), **planned_seconds(step, 1, 120)}
    if clause.figures.aspect in ("1:1", "4:3", "3:4", "16:9", "9:16", "21:9"):
        arguments["aspect_ratio"] = clause.figures.aspect
    if clause.says(r" (?:music|soundtrack|song|audio) "):
        arguments["include_audio"] = True
    return [arguments | scene_count(clause)]


def compose_workflow_template(step: Step) -> list[Arguments]:
    """Draft a template."""
    text = step.clause.text
    brief = instruction(step.clause)
    called = re.search(
        r"(?i)\b(?:called|named|titled|(?:name|call)\s+it|name(?:\s+is|:))\s+([\w' -]+?)(?=\s+(?:that|which|where|with|for|from|to)\s|[,.;:!?\n]|$)",
        text.raw,
    )
    name = text.quotes[0] if text.quotes else tidy(called[1]) if called else " ".join(brief.split()[:6])
    arguments: Arguments = {"brief": brief, "name": name[:200] or "New template"}
    if step.clause.figures.aspect in ("1:1", "4:3", "3:4", "16:9", "9:16", "21:9"):
        arguments["aspect_ratio"] = step.clause.figures.aspect
    return [arguments]
