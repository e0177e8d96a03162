"""Optional models of this computer: what there is, what is installed, and installs under way."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from studio.viewmodels.connection import ConnectionModel
from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property
from studio.viewmodels.troubles import trouble_of

if TYPE_CHECKING:
    from studio.contract.packs import PackInfo
    from studio.service.transport import Transport


class PacksModel:
    """The packs of this computer's engine; nothing is asked of it before ``load``.

    Attributes:
        packs: every pack, in the order in which they are shown; empty until they are known.
        trouble: why the list could not be read, a sentence; empty when it could.
        wanted: the pack that the person came for; empty for none.
    """

    def __init__(self, desk: Desk, connection: ConnectionModel) -> None:
        self._desk = desk
        self._connection = connection
        self.packs: Property[tuple[PackInfo, ...]] = Property(())
        self.trouble: Property[str] = Property("")
        self.wanted: Property[str] = Property("")

    def pack(self, pack_id: str) -> "PackInfo | None":
        """Return a pack, once it is known."""
        return next((pack for pack in self.packs.value if pack.id == pack_id), None)

    def load(self) -> None:
        """Read the list, and follow what is being installed."""
        self._desk.tasks.start("packs.load", self._load)

    def install(self, pack_id: str, source: str | None = None) -> None:
        """Install a pack and follow it.

        Args:
            source: the model file of a pack that runs one of the person's own.
        """

        async def run() -> None:
            from studio.service import packs

            await self._change(pack_id, lambda transport: packs.install(transport, pack_id, source))

        self._desk.tasks.start(f"packs.change.{pack_id}", run)

    def fetch(self, pack_id: str) -> None:
        """Install a pack unless it is here, or needs a file that only the person can choose."""

        async def run() -> None:
            await self._load()
            pack = self.pack(pack_id)
            if pack is not None and pack.own_model is None and pack.state in ("available", "failed"):
                self.install(pack_id)

        self._desk.tasks.start(f"packs.fetch.{pack_id}", run)

    def cancel(self, pack_id: str) -> None:
        """Stop an install."""

        async def run() -> None:
            from studio.service import packs

            await self._change(pack_id, lambda transport: packs.cancel(transport, pack_id))

        self._desk.tasks.start(f"packs.cancel.{pack_id}", run)

    def remove(self, pack_id: str) -> None:
        """Take a pack away."""

        async def run() -> None:
            from studio.service import packs

            await self._change(pack_id, lambda transport: packs.remove(transport, pack_id))

        self._desk.tasks.start(f"packs.change.{pack_id}", run)

    async def _transport(self) -> "Transport":
        return await self._connection.transport_for("local", "")

    async def _load(self) -> None:
        from studio.contract.errors import StudioError
        from studio.service import packs
        from studio.viewmodels.troubles import EngineDown

        try:
            found = await packs.list_packs(await self._transport())
        except (StudioError, EngineDown) as error:
            self.trouble.value = trouble_of(error, "local").what
            return
        self.trouble.value = ""
        self.packs.value = tuple(found)
        for pack in found:
            if pack.state == "installing":
                self._follow(pack)

    async def _change(self, pack_id: str, call: "Callable[[Transport], Coroutine[Any, Any, PackInfo]]") -> None:
        from studio.contract.errors import StudioError
        from studio.viewmodels.troubles import EngineDown

        try:
            pack = await call(await self._transport())
        except (StudioError, EngineDown) as error:
            self._desk.notices.post("error", trouble_of(error, "local").what, "Nothing was changed.")
            return
        self._take(pack)
        if pack.state == "installing":
            self._follow(pack)

    def _follow(self, pack: "PackInfo") -> None:
        async def run() -> None:
            from studio.contract.errors import StudioError
            from studio.service import packs
            from studio.viewmodels.troubles import EngineDown

            last = pack
            try:
                async for last in packs.follow(await self._transport(), pack):
                    self._take(last)
            except (StudioError, EngineDown) as error:
                self.trouble.value = trouble_of(error, "local").what
                return
            if last.state == "installed":
                self._desk.notices.post("success", f"{last.title}: installed", "It is used from now on.")

        self._desk.tasks.start(f"packs.follow.{pack.id}", run, restart=True)

    def _take(self, pack: "PackInfo") -> None:
        self.packs.value = tuple(pack if known.id == pack.id else known for known in self.packs.value) or (pack,)
