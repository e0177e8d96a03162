"""Telling a server that a run was stopped, in the background and for as long as it takes."""

from typing import TYPE_CHECKING, cast

from studio.viewmodels.desk import Desk
from studio.viewmodels.state import ConnectionKind
from studio.viewmodels.troubles import EngineDown

if TYPE_CHECKING:
    from studio.library.runs import RunRow
    from studio.viewmodels.run_port import RunsPort
    from studio.viewmodels.turn_run import Line

WAIT_S = (0.0, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0)


class RunCanceller:
    """Cancels runs that the window has let go of already. The wish is in the library until the server knows."""

    def __init__(self, desk: Desk, line: "Line", runs: "RunsPort") -> None:
        self._desk = desk
        self._line = line
        self._runs = runs

    def start(self, row: "RunRow") -> None:
        """Cancel one run."""
        self._desk.tasks.start(f"cancel.{row.key}", lambda: self._cancel(row))

    async def _cancel(self, row: "RunRow") -> None:
        import asyncio

        await self._desk.warm()
        from studio.contract.errors import ApiError, TransportError

        failures, run_id = 0, row.run_id
        while True:
            await asyncio.sleep(WAIT_S[min(failures, len(WAIT_S) - 1)])
            try:
                transport = await self._line.transport_for(cast(ConnectionKind, row.kind), row.base_url)
                if not run_id:
                    # Nobody knows whether it was begun; beginning it again with the same key tells its name.
                    run_id = str((await self._runs.start(transport, row.request.encode(), row.key)).get("runId") or "")
                await self._runs.cancel(transport, run_id)
                break
            except (TransportError, EngineDown):
                failures += 1
            except ApiError as error:
                if error.http_status < 500 and error.http_status != 429:
                    break  # it is over, or not known (any more)
                failures += 1
        await self._desk.call(lambda lib: lib.runs.cancelled(row.key))
