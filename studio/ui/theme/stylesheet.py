"""The style sheet: templates in ``resources/theme`` whose tokens are filled in.

``@text.primary`` is a colour, ``@px(radius.card)`` or ``@px(13)`` a scaled length with its unit,
``@font(body)`` a ``font`` value.
"""

import re
from collections.abc import Callable

from studio import resources
from studio.ui.theme import fonts, tokens
from studio.ui.theme.theme import Theme

FILES = ("base.qss", "controls.qss")
_TOKEN = re.compile(r"@(?:(px|font|icon)\(([\w.-]+)\)|([a-z]+\.[A-Za-z0-9]+))")


def make(theme: Theme) -> str:
    """Return the style sheet of *theme*.

    Raises:
        KeyError: a template names a token that does not exist.
    """
    templates = "\n".join(resources.path("theme", name).read_text(encoding="utf-8") for name in FILES)
    return _TOKEN.sub(_filler(theme), templates)


def _filler(theme: Theme) -> Callable[[re.Match[str]], str]:
    def fill(match: re.Match[str]) -> str:
        function, argument, color = match.groups()
        if color:
            value = theme.color(color)
            return value.name() if value.alpha() == 255 else value.name(value.NameFormat.HexArgb)
        if function == "px":
            number = argument.replace(".", "", 1).isdigit()
            return f"{theme.px(float(argument) if number else argument)}px"
        if function == "icon":
            return f'url("{resources.path("icons", argument + ".svg").as_posix()}")'
        facts = tokens.value(f"font.scale.{argument}")
        italic = "italic " if facts.get("italic") else ""
        family = fonts.families(facts["family"])[0]
        return f'{italic}{facts["weight"]} {theme.px(facts["size"])}px "{family}"'

    return fill
