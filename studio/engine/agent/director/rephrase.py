# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Spell out what a request leaves out, before anything is read off it."""

import re

_ORDINAL = r"(?:the\s+)?(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?:\s+(?:one|picture|image|photo))?"
_GAP = re.compile(
    rf"\b(give|make|put|turn)\s+({_ORDINAL})\s+([^,.;]+?)(?:,\s*and\s+|,\s*|\s+and\s+)({_ORDINAL})\s+(?=\w)",
    re.IGNORECASE,
)
_BADGE = re.compile(
    r"(^\s*|[,;.]\s*(?:and\s+)?|\s+and\s+)((?:image|picture|photo|pic|upload)\s+\d+)[\s:]+(?=(?:(?:much|a\s+bit|slightly|way)\s+)?(?:\w+er|more|less|in|at|as|with|without|black)\b)",
    re.IGNORECASE,
)
_NO_VERB = re.compile(r"^\s*(?:image|picture|photo|pic|upload)\s+\d+\b", re.IGNORECASE)
_KEPT = re.compile(
    rf"^\s*(?:(?:ok|okay|nice|great|please)\W+)?keep\s+(?:{_ORDINAL}|it|this|that)(?:\s+as\s+(?:it\s+)?is)?\s*,?\s*(?:but|and)\s+",
    re.IGNORECASE,
)
_TWO_FORMS = re.compile(
    r"\b(turn|make|convert)\s+(it|this|that|him|her)\s+(?:in)?to\s+((?:an?\s+)?(?:glb|3d\s+model|cut-?out|turntable|film|video|gif))\s+and\s+(?=an?\s+(?:glb|3d\s+model|turntable|film|video|clip)\b)",
    re.IGNORECASE,
)
_FORM_OF_IT = re.compile(
    r"\s*(?:,|\band\b|\bplus\b)+\s+(an?\s+(?:3d\s+model|glb|turntable|cut-?out|film|video|clip|transparent\s+(?:png|version))\s+(?:of|from)\s+(?:it|this|that|him|her)\b)",
    re.IGNORECASE,
)


_WRITE_AND_SING = re.compile(
    r"^(\s*(?:please\s+)?(?:write|compose)\s+(?:me\s+|us\s+)?)(an?\s+(?:[\w-]+\s+){0,3}?(?:song|shanty|ballad|hymn|carol|anthem|lullaby|rap)\b[^,.;]*?)"
    r",?\s+and\s+(?:then\s+)?(?:perform|sing|play|record)\s+it\b",
    re.IGNORECASE,
)
_WITH_SOUND = re.compile(
    r"\s+with\s+((?:an?|some)\s+(?:[\w-]+\s+){0,3}?[\w-]+)\s+(?:under|underneath|behind|below)\s+(?:it|that)\b",
    re.IGNORECASE,
)
_AND_AS = re.compile(
    r"\s+and\s+(without\s+(?:the\s+|a\s+)?background|transparent|cut\s*out|in\s+[248]\s?k)(?=\s*(?:please|pls|[.!]|$))",
    re.IGNORECASE,
)
_TIMES = r"(?:\d(?:\.\d)?\s?x|\d\s+times|twice|double|triple)"
_SIZE = rf"(?:(?:a\s+(?:bit|lot)\s+|much\s+|{_TIMES}\s+)?(?:bigger|larger|as\s+big)(?:\s*,?\s*{_TIMES})?|{_TIMES}(?:\s+(?:the\s+)?size)?)"
_PLEASE_END = r"(?=\s*(?:please|pls|[.!]|$))\W*(?:please|pls)?\W*$"
_AND_BIGGER = re.compile(
    rf"\s*(?:[,;]|[.]\s|\band\b)+\s*(?:and\s+|then\s+)*(?:print\s+(?:it\s+)?)?({_SIZE}){_PLEASE_END}", re.IGNORECASE
)
_SIZED = re.compile(
    r"^\W*(?:(?:size|scale|upscale|enlarge|blow|make|magnify|double)\b[^,.;]*|[\w ]*\b(?:upscale|enlarge)\w*[^,.;]*)[,.;]?\s*\S+\W*$",
    re.IGNORECASE,
)
"""Enlarging alone, which needs no second step."""
_EXPORT = re.compile(
    r"\s*(?:[,;.]|\band\b)+\s*(?:and\s+|then\s+)*(?:export|save|render\s+out|deliver)(?:\s+(?:it|that|this|all))?(?:\s+(?:in|at|as|to))?\s+"
    rf"((?:[248]\s?k|full\s+hd|1080|1440)\s?p?){_PLEASE_END}",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s*(?:(?<!-)->|=>|→|⇒|>>)\s*(?=\w)")
_LAUGHTER = re.compile(r"(?i)(?<=[\w!?.,])[\s,]+(?:lol|lmao|haha+|hehe+|omg|tbh|imo|btw|xd)(?=\s*(?:[,.!?]|$))")
_TAKEN_BACK = re.compile(
    r"^.*?(?:\bno,?\s+wait\b|\bwait,?\s+no\b|\bactually,?\s+no\b|\bscratch\s+that\b|\bon\s+second\s+thoughts?\b)[\s,.:;!-]*(?=\w)",
    re.IGNORECASE | re.DOTALL,
)
"""What is said before "no wait" is not wanted any more."""


def rephrased(raw: str) -> str:
    """Return *raw* with the verbs that it leaves out: "give the first snow and the second stars"."""
    raw = _LAUGHTER.sub("", _ARROW.sub(", then ", raw))
    raw = _KEPT.sub("", _TAKEN_BACK.sub("", raw))
    if len(_BADGE.findall(raw)) > 1 and _NO_VERB.match(raw):
        raw = _BADGE.sub(r"\1make \2 ", raw)
    for _ in range(6):
        longer = _GAP.sub(r"\1 \2 \3, \1 \4 ", raw)
        if longer == raw:
            break
        raw = longer
    if not _SIZED.search(raw):
        raw = _AND_BIGGER.sub(r", then make it \1", raw)
    raw = _EXPORT.sub(r", then make it \1", raw)
    raw = _WRITE_AND_SING.sub(r"\1lyrics for \2, then sing it", raw)
    raw = _WITH_SOUND.sub(r", then add \1 under it", raw)
    raw = _AND_AS.sub(r", then make it \1", raw)
    raw = _TWO_FORMS.sub(r"\1 \2 into \3, then make ", raw)
    return _FORM_OF_IT.sub(r", then make \1", raw)
