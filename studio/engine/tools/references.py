"""Which pictures of a session an instruction speaks of besides the main one."""

import re
from typing import Final

from studio.contract.errors import ToolError
from studio.engine.renderers.editing.rules import PICTURE
from studio.engine.tools.base import SourceMedia, ToolContext

MOST: Final = 16
"""Most references of one edit, the main picture included."""

_ORDINALS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "other": 2, "next": 2, "reference": 2, "attached": 2,
    "third": 3, "3rd": 3, "fourth": 4,
}  # fmt: skip


def _number(words: str) -> tuple[int | None, bool, bool]:
    """Return (number from 1 or None for the last one, whether of the uploads, whether counted from 0) of a name."""
    digits = re.search(r"\d+", words)
    if digits and not re.search(r"\b(?:1st|2nd|3rd)\b", words):
        zero_based = words.startswith("context_image")
        return int(digits[0]) + (1 if zero_based else 0), words.startswith("upload"), zero_based
    for word, number in _ORDINALS.items():
        if re.search(rf"\b{word}\b", words):
            return number, "upload" in words, False
    return None, "upload" in words, False


async def named_picture(context: ToolContext, words: str, main: SourceMedia) -> SourceMedia:
    """Return the picture that *words* ("image 2", "the other photo") name.

    With uploads at hand, numbers count them, the main one first; otherwise they are the
    numbers that the results carry.

    Raises:
        ToolError: ASSET_NOT_FOUND.
    """
    number, of_uploads, _ = _number(words)
    uploads, results = context.count("image", uploaded=True), context.count("image")
    if number is None:
        number = max(uploads, 1)
        return await context.source("image", -number)
    if main.index < 0 and not of_uploads:  # the main upload is picture 1, the others follow in their order
        order = [main.index, *(-i for i in range(1, uploads + 1) if -i != main.index)]
        if number <= len(order) and not (order[number - 1] == main.index and number <= results):
            return await context.source("image", order[number - 1])
        if number <= results:
            return await context.source("image", number - 1)
    elif of_uploads and number <= uploads:
        return await context.source("image", -number)
    elif number <= results and number - 1 != main.index:
        return await context.source("image", number - 1)
    if uploads and main.index >= 0:
        return await context.source("image", -min(number, uploads))
    if results:
        return await context.source("image", min(number, results) - 1)
    raise ToolError("ASSET_NOT_FOUND", f"There is no {words.removeprefix('the ')} in this session.")


async def other_uploads(context: ToolContext, main: SourceMedia) -> list[SourceMedia]:
    """Return the uploads besides *main*, in order, as far as a call takes references."""
    uploads = context.count("image", uploaded=True)
    found: list[SourceMedia] = []
    for place in range(1, uploads + 1):
        if -place != main.index and len(found) < MOST - 1:
            found.append(await context.source("image", -place))
    return found


def names_a_picture(words: str) -> str | None:
    """Return the first name of a picture in *words*, or None."""
    found = PICTURE.search(words.lower())
    return found[0] if found else None
