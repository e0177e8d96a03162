"""The functions that ``generate_music`` sends to the render pool."""

from studio.engine.renderers.music.order import MusicOrder
from studio.engine.renderers.rendered import RenderedMedia


def make_music(order: MusicOrder, path: str) -> RenderedMedia:
    """Compose, play and write one piece to *path*; see ``studio.engine.renderers.music.production``."""
    from studio.engine.renderers.music import production

    return production.produce(order, path)


def make_music_quietly(order: MusicOrder, path: str) -> RenderedMedia:
    """Do what ``make_music`` does without progress reports: one of several pieces, whose caller counts them."""
    from studio.engine.renderers.worker import report_nothing

    report_nothing()
    return make_music(order, path)
