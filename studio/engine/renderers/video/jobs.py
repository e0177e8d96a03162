"""What the film tools send to the render pool. Imports nothing heavy until it runs, inside the worker."""

from collections.abc import Mapping, Sequence
from typing import Any

from studio.engine.renderers.rendered import RenderedMedia

About = Mapping[str, str]


def stitch_films(
    paths: Sequence[str], target: str, transition: Mapping[str, Any] | None, soundtrack: str | None, about: About
) -> RenderedMedia:
    """Join films; see ``studio.engine.renderers.video.stitch.render``."""
    from studio.engine.renderers.video import stitch

    return stitch.render(paths, target, transition, soundtrack, about)


def overlay_film(path: str, target: str, overlays: Sequence[Mapping[str, Any]], about: About) -> RenderedMedia:
    """Put texts and pictures on a film; see ``studio.engine.renderers.video.overlay.render``."""
    from studio.engine.renderers.video import overlay

    return overlay.render(path, target, overlays, about)


def subtitle_film(
    path: str, target: str, cues: Sequence[tuple[float, float, str]], style: Mapping[str, Any], about: About
) -> RenderedMedia:
    """Put subtitles on a film; see ``studio.engine.renderers.video.subtitles.render``."""
    from studio.engine.renderers.video import subtitles

    return subtitles.render(path, target, cues, style, about)


def upscale_film(path: str, target: str, order: Mapping[str, Any], about: About) -> RenderedMedia:
    """Enlarge a film; see ``studio.engine.renderers.video.upscale.render``."""
    from studio.engine.renderers.video import upscale

    return upscale.render(path, target, order, about)
