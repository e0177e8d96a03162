"""The functions that tools send to the render pool.

They import what makes pixels only when they run, inside the worker: the engine's own
process never loads NumPy, OpenCV or the networks.
"""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from studio.engine.renderers.relief.angles import Angle
from studio.engine.renderers.relief.order import Order
from studio.engine.renderers.rendered import Format, Rendered, RenderedMedia
from studio.engine.renderers.segment.prompts import Prompt

About = Mapping[str, str]
P = ParamSpec("P")
R = TypeVar("R")


def one_of_many(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run *function* without progress reports: its caller counts finished jobs."""
    from studio.engine.renderers.worker import report_nothing

    report_nothing()
    return function(*args, **kwargs)


def paint_picture(
    prompt: str, negative: str, size: tuple[int, int], seed: int, output: Format, about: About
) -> Rendered:
    """Paint a prompt; see ``studio.engine.renderers.generate.render``."""
    from studio.engine.renderers import generate

    return generate.render(prompt, negative, size, seed, output, about)


def repaint_picture(
    path: str, prompt: str, strength: float, size: tuple[int, int] | None, seed: int, output: Format, about: About
) -> Rendered:
    """Image-to-image; see ``studio.engine.renderers.generate.render_from``."""
    from studio.engine.renderers import generate

    return generate.render_from(path, prompt, strength, size, seed, output, about)


def style_picture(path: str, prompt: str, scale: float, shape: str | None, about: About) -> Rendered:
    """Restyle a picture; see ``studio.engine.renderers.style.render``."""
    from studio.engine.renderers import style

    return style.render(path, prompt, scale, shape, about)


def upscale_picture(path: str, scale: float | None, longest_edge: int | None, output: Format, about: About) -> Rendered:
    """Enlarge a picture; see ``studio.engine.renderers.upscale.render``."""
    from studio.engine.renderers import upscale

    return upscale.render(path, scale, longest_edge, output, about)


def cut_out_picture(path: str, apply_mask: bool, packs: str, about: About) -> Rendered:
    """Remove the background; see ``studio.engine.renderers.cutout.render``."""
    from studio.engine.renderers import cutout

    return cutout.render(path, apply_mask, packs, about)


def segment_picture(path: str, prompt: Prompt, apply_mask: bool, packs: str, about: About) -> list[Rendered]:
    """Select things; see ``studio.engine.renderers.segment.selecting.render``."""
    from studio.engine.renderers.segment import selecting

    return selecting.render(path, prompt, apply_mask, packs, about)


def sculpt_picture(path: str, order: Order, out: str) -> RenderedMedia:
    """Make a 3D model; see ``studio.engine.renderers.relief.model.render``."""
    from studio.engine.renderers.relief import model

    return model.render(path, order, out)


def turn_picture(path: str, angle: Angle, size: tuple[int, int] | None, about: About) -> Rendered:
    """Move the camera a little; see ``studio.engine.renderers.relief.turning.render``."""
    from studio.engine.renderers.relief import turning

    return turning.render(path, angle, size, about)


def is_known_thing(text: str) -> bool:
    """Tell whether words can be selected here; see ``studio.engine.renderers.segment.concepts``."""
    from studio.engine.renderers.segment import concepts

    return concepts.is_sure(text)


def restore_picture(
    path: str, prompt: str, hq: bool, scale: float, shape: str | None, strength: float, about: About
) -> Rendered:
    """Restore a photograph; see ``studio.engine.renderers.restore.render``."""
    from studio.engine.renderers import restore

    return restore.render(path, prompt, hq, scale, shape, strength, about)


def look_at_picture(path: str) -> dict[str, Any]:
    """Measure a picture; see ``studio.engine.renderers.looks.findings``."""
    from studio.engine.renderers import looks

    return looks.findings(path)


def compare_pictures(path: str, other: str) -> dict[str, Any]:
    """Measure how alike two pictures are; see ``studio.engine.renderers.looks.comparison``."""
    from studio.engine.renderers import looks

    return looks.comparison(path, other)


def read_metadata(path: str, kind: str) -> dict[str, Any]:
    """Read a file's metadata; see ``studio.engine.renderers.metadata.read``."""
    from studio.engine.renderers import metadata

    return metadata.read(path, kind)
