"""The other renderers of one engine, made from its settings, in the order of preference. Asks none of them."""

from studio.engine.renderers.registry import OtherRenderer
from studio.engine.renderers.remote.comfy.client import ComfyClient
from studio.engine.renderers.remote.comfy.renderer import ComfyRenderer
from studio.engine.renderers.remote.images import ImagesRenderer
from studio.engine.renderers.remote.supernet.renderer import SupernetRenderer
from studio.engine.settings import RendererSettings

COMFY_URL = "http://127.0.0.1:8188"
"""Where a ComfyUI that was started without options answers."""


def connect(settings: RendererSettings, *, detect: bool) -> list[OtherRenderer]:
    """Return the renderers that may be asked, best first.

    Args:
        detect: whether a ComfyUI may be looked for where it usually is.
    """
    others: list[OtherRenderer] = []
    if settings.comfy_url or detect:
        client = ComfyClient(settings.comfy_url or COMFY_URL, settings.comfy_api_key)
        others.append(ComfyRenderer(client, found=settings.comfy_url is None))
    if settings.images_url:
        others.append(ImagesRenderer(settings.images_url, settings.images_model, settings.images_api_key))
    if settings.supernet_api_key:
        others.append(SupernetRenderer(settings.supernet_api_key, settings.supernet_url, settings.supernet_limit))
    return others
