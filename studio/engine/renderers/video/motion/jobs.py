"""What the tools of moving pictures send to the render pool. Imports nothing heavy until it runs, inside the worker."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.renderers.rendered import RenderedMedia

if TYPE_CHECKING:
    from studio.engine.renderers.video.motion.orders import Exchange, Order

About = Mapping[str, str]


def animate(order: "Order", target: str) -> RenderedMedia:
    """Make a film of pictures or words; see ``studio.engine.renderers.video.motion.films.animate``."""
    from studio.engine.renderers.video.motion import films

    return films.animate(order, target)


def orbit(path: str, target: str, wishes: Mapping[str, Any], about: About) -> RenderedMedia:
    """Lean around a picture; see ``studio.engine.renderers.video.motion.films.orbit``."""
    from studio.engine.renderers.video.motion import films

    return films.orbit(path, target, wishes, about)


def extend(path: str, folder: str, prompt: str, duration_s: float, about: About) -> list[RenderedMedia]:
    """Append new time to a film; see ``studio.engine.renderers.video.motion.edits.extend``."""
    from studio.engine.renderers.video.motion import edits

    return edits.extend(path, folder, prompt, duration_s, about)


def exchange(path: str, folder: str, order: "Exchange") -> RenderedMedia:
    """Put something else into a window of a film; see ``studio.engine.renderers.video.motion.edits.exchange``."""
    from studio.engine.renderers.video.motion import edits

    return edits.exchange(path, folder, order)
