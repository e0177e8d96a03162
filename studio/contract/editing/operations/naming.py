"""Names that are free and usable."""

import re
from collections.abc import Iterable
from typing import Final

from studio.contract.templates.documents import slug

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def free_name(wanted: str, taken: Iterable[str], *, before: str = "_") -> str:
    """Return *wanted*, with a number when it is taken, and *before* between them."""
    known = set(taken)
    stem = re.sub(rf"{re.escape(before)}\d+$", "", wanted)
    number = 2
    found = wanted
    while found in known:
        found = f"{stem}{before}{number}"
        number += 1
    return found


def identifier(words: str) -> str:
    return slug(words).replace("-", "_")[:48] or "stage"
