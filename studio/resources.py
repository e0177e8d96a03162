"""The one locator of shipped data files (icons, fonts, tokens, catalogue, models).

An installed package carries them inside itself; an editable checkout has them at
its root, because hatch's ``force-include`` does not apply there.
"""

from functools import cache
from pathlib import Path

_INSTALLED = Path(__file__).parent / "_resources"
_CHECKOUT = Path(__file__).parent.parent / "resources"


@cache
def root() -> Path:
    """Return the folder that holds the shipped resources.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for folder in (_INSTALLED, _CHECKOUT):
        if (folder / "theme" / "tokens.json").is_file():
            return folder
    raise FileNotFoundError("The studio's resources are missing; install the application again.")


def path(*parts: str) -> Path:
    """Return the path of one resource, e.g. ``path("theme", "tokens.json")``."""
    return root().joinpath(*parts)
