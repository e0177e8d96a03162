"""What every kind of work at a ComfyUI server needs: its pieces go there, a graph is checked and run, a file comes."""

import asyncio
from pathlib import Path
from typing import Final

from studio.engine.renderers.remote.comfy import checking
from studio.engine.renderers.remote.comfy.client import ComfyClient, Tell
from studio.engine.renderers.remote.comfy.graph import Graph
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.tools.base import ToolContext

RENDERER: Final = "comfyui"


class Bench:
    """One server and what it has installed, for one call of a tool."""

    title: Final = "ComfyUI"

    def __init__(self, client: ComfyClient, installed: Installed) -> None:
        self._client = client
        self.installed = installed

    async def give(self, data: bytes, context: ToolContext) -> str:
        """Send a picture (PNG) and return the name under which graphs load it.

        Raises:
            Unavailable: it was not taken.
        """
        context.progress(None, "Sending pictures to ComfyUI")
        return await self._client.upload(data)

    async def make(self, graph: Graph, path: Path, context: ToolContext, place: int = 0, count: int = 1) -> Path:
        """Run *graph*, which makes number *place* of *count* results, and write its first file to *path*.

        Raises:
            Unavailable: the server would not take the graph, or has no connection; nothing was queued.
            ToolError: as ``ComfyClient.run``.
        """
        checking.complete(graph, self.installed)
        files = await self._client.run(graph, _part(context, place, count))
        data = await self._client.fetch(files[0])
        await asyncio.to_thread(path.write_bytes, data)
        return path


def _part(context: ToolContext, place: int, count: int) -> Tell:
    """Return what takes the progress of one of *count* results and reports the whole call's."""

    def tell(fraction: float | None, label: str | None) -> None:
        if fraction is None:
            context.progress(place / count if place else None, label)
        else:
            context.progress((place + fraction) / count, label)

    return tell
