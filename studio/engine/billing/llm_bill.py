"""The bill of one answer of a language model: settled when it ends, given back when it does not."""

import asyncio
from types import TracebackType
from typing import Self

from studio.contract.billing import LlmCost
from studio.contract.chat import Usage
from studio.engine.billing.desk import BillingDesk, Hold


class LlmBill:
    """Holds credit while an answer is made: ``async with bill:`` around the work, ``settle`` at its end."""

    def __init__(self, desk: BillingDesk, hold: Hold) -> None:
        self._desk = desk
        self._hold = hold
        self._settled = False

    async def settle(self, usage: Usage) -> LlmCost | None:
        """Charge the tokens that were used; return the cost, or None where language models cost nothing."""
        self._settled = True
        return await asyncio.shield(self._desk.settle_llm(self._hold, usage))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the credit back if nothing was settled, also when the client went away."""
        if not self._settled:
            await asyncio.shield(self._desk.release(self._hold))
