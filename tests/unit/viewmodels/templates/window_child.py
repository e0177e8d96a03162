"""A window without a screen, for the test that kills one: it starts a run and says when the engine works on it.

``python window_child.py DATA_DIR ENGINE_URL KEY``
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from studio.contract.editing.document import Document
from studio.service.connection import Connection
from studio.service.transport import Transport
from studio.viewmodels.desk import Desk
from studio.viewmodels.templates.running import Order, TemplateRuns
from studio.viewmodels.upload_wire import HttpUploads
from studio.viewmodels.uploading import Uploader


class Line:
    """One engine."""

    def __init__(self, url: str, key: str) -> None:
        self.made = Transport(Connection("local", url, key))

    def kind_now(self) -> Any:
        return "local"

    async def transport(self) -> Transport:
        return self.made

    async def transport_for(self, kind: Any, base_url: str) -> Transport:
        return self.made

    def failed(self, kind: Any, error: BaseException) -> None:
        pass


async def main(folder: str, url: str, key: str) -> None:
    desk = Desk(Path(folder))
    desk.begin()
    uploader = Uploader(desk, HttpUploads())
    runs = TemplateRuns(desk, Line(url, key), lambda: uploader)
    template = json.loads(sys.stdin.readline())
    run = runs.start(Order("t1", Document(template), {"idea": "a boat"}))
    seen = ""
    while True:
        state = run.state.value
        said = f"{state.status} {sum(len(paths) for paths in state.results.values())}"
        if said != seen:
            seen = said
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
        await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
