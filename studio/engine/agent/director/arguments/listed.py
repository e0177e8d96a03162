"""The things of a list that are each to become a piece of their own."""

import re

from studio.engine.agent.director.lexicon import MAKEABLE, PICTURE
from studio.engine.agent.director.step import Step
from studio.engine.agent.director.text import tidy

_BETWEEN = re.compile(r"\s*[,;\n]\s*(?:and\s+)?|\s+and\s+")
_EACH = re.compile(
    r"(?i)[\s,;.]*\b(?:(?:one|an?|1)\s+)(?:picture|image|painting|drawing|clip|video|film|one)?\s*(?:for\s+)?each(?:\s+(?:one|of\s+them))?\W*$"
)
_ONE = re.compile(r"(?i)^(?:one|1) (of|with|for|showing) ")
_SHARED = re.compile(r"(?i)\s+(?:over|on|in|at|of|with|above|across|under|by|from)\s+the\s+same\s+.+$")
"""What the last thing of a list says for all of them: "dawn, noon, dusk over the same dunes"."""


def listed(step: Step, prompt: str, typed: str = "") -> list[str]:
    """Return the prompts of "three pictures: a cat, a dog and a horse" or "a tree in spring and in autumn, one each".

    Args:
        prompt: what the whole step asks for, without the command.
        typed: the whole step as typed; without it, sentences are not taken for a list.

    Returns:
        Two or more prompts, or none when the words are one thing.
    """
    return _counted(step) or _one_each(prompt) or _bare_things(typed)


def _counted(step: Step) -> list[str]:
    norm, count = step.clause.text.norm, step.clause.figures.count
    match = re.search(r" : (.+)$", norm) or re.search(r" , ((?:one|1) (?:for|of|with|showing) .+)$", norm)
    each = match is not None and " each " in norm[: match.start() + 1]
    if match is None or not (each or (count and 2 <= count <= 8)):
        return []
    items = _items(step.clause.text.typed(match.start(1)).rstrip(" .!?"))
    if len(items) != count and not (each and len(items) > 1):
        return []
    kind = re.search(rf" ({MAKEABLE}) $", norm[: match.start() + 1])
    noun = "" if kind is None or re.fullmatch(PICTURE, kind[1]) else f"{kind[1].removesuffix('s')} "
    items = [_ONE.sub(lambda one: f"{noun}{one[1]} " if noun else "", item) for item in items]
    shared = _SHARED.search(items[-1])
    return [item + shared[0] for item in [*items[:-1], items[-1][: shared.start()]]] if shared else items


def _one_each(prompt: str) -> list[str]:
    each = _EACH.search(prompt)
    items = _items(prompt[: each.start()]) if each else []
    if len(items) < 2:
        return []
    words = items[0].split()
    length = min(len(items[1].split()), len(words) - 1)
    head = " ".join(words[:-length]) if len(words) > 1 else ""
    return [items[0], *(tidy(f"{head} {item}") for item in items[1:])]


def _bare_things(typed: str) -> list[str]:
    """Return the things of "a windmill. a water mill. a paper mill." """
    things = re.split(r"\s*[.;\n]\s*", typed.strip(" .;!\n"))
    plain = all(re.fullmatch(r"(?i)(?:an?|one) (?:[\w'-]+ ?){1,5}", thing) for thing in things)
    return things if len(things) > 2 and plain else []


def _items(typed: str) -> list[str]:
    return [item for item in map(tidy, _BETWEEN.split(typed)) if item]
