"""What the account of a connection holds, where the connection tells it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.viewmodels.desk import Desk
from studio.viewmodels.observable import Property

if TYPE_CHECKING:
    from studio.viewmodels.templates.run_orders import Line


class BalanceModel:
    """The balance of the connection that new work uses.

    Attributes:
        amounts: what can be spent, by token (``spark``, ``sogni``); empty where nothing is paid or nothing is told.
    """

    def __init__(self, desk: Desk, line: "Callable[[], Line]") -> None:
        """*line* returns the connection."""
        self._desk, self._line = desk, line
        self.amounts: Property[dict[str, float]] = Property({})

    def look(self) -> None:
        """Ask the connection anew."""
        self.amounts.value = {}
        if self._line().kind_now() != "local":
            self._desk.tasks.start("balance", self._look, restart=True)

    async def _look(self) -> None:
        from studio.contract.errors import StudioError
        from studio.service import account

        await self._desk.warm()
        kind = self._line().kind_now()
        try:
            told = await account.balance(await self._line().transport())
            amounts = {"spark": float(told.spark.net), "sogni": float(told.sogni.net)}
        except (StudioError, ValueError):
            return  # a plain server keeps no accounts; whether it can be reached is said elsewhere
        if kind != self._line().kind_now():
            return
        if kind == "custom" and not any(amounts.values()):
            return  # a studio engine that works for nothing tells zeros
        self.amounts.value = amounts


def amount_words(amount: float) -> str:
    """Return “1,284.6”, or “120” for whole numbers."""
    return f"{amount:,.1f}".removesuffix(".0")
