# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Find the engine that a request names, among those that the tool knows."""

import re

from studio.contract.tools import catalogue
from studio.engine.agent.director.step import Arguments, Step

_FAMILIES: tuple[tuple[str, str], ...] = (
    (r"seedance 2[ .]?5", "seedance2-5"), (r"seedance(?: 2(?:\.0)?)? mini", "seedance2-mini"), (r"seedance", "seedance2"),
    (r"ltx ?2[ .]?3", "ltx23"), (r"ltx", "ltx25"), (r"wan ?3(?:\.0)?", "wan3.0-video"), (r"wan(?: ?2(?:\.2)?)?", "wan22"),
    (r"happy ?horse", "happyhorse-1.1"), (r"minimax", "minimax-h3"), (r"gpt image", "gpt-image-2"),
    (r"z image turbo|z turbo", "z-turbo"), (r"z image", "z-image"), (r"krea(?: 2)?", "krea-2-turbo"),
    (r"flux", "flux-3-klein"), (r"qwen", "qwen"), (r"chroma", "chroma1-hd"), (r"pony", "pony-v7"),
    (r"ace ?step", "ace_step_1.5_turbo"),
)  # fmt: skip
"""Spoken names, the particular before the general; only behind "with", "using", "model" or before "model", "video"."""


def named_model(step: Step, key: str) -> Arguments:
    """Return ``{key: selector}`` when the request names an engine of the step's tool; else nothing."""
    options = catalogue()[step.tool].parameters.get("properties", {}).get(key, {}).get("enum", [])
    raw = step.clause.text.raw.lower()
    exact = [name for name in options if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", raw)]
    distinct = [name for name in exact if re.search(r"[\d_-]", name)]
    if distinct:
        return {key: max(distinct, key=len)}
    spoken = " " + re.sub(r"[-_]", " ", raw) + " "
    for pattern, family in _FAMILIES:
        asked = rf"\b(?:with|using|use|by|via|on|model:?) (?:the )?(?:{pattern})\b(?! (?:style|painting|horse|look))|\b(?:{pattern}) (?:model|video|clip|image|engine)\b"
        if re.search(asked, spoken):
            found = next((name for name in options if name == family), None)
            found = found or next((name for name in options if name.startswith(family)), None)
            if found:
                return {key: found}
    return {}
