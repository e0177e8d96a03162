"""The workflow executor, loaded with the first workflow: the engine's start does not wait for its imports."""

from typing import TYPE_CHECKING

from studio.engine.durable.execution import Attempt
from studio.engine.durable.jobs import JobKind
from studio.engine.durable.token import CancelToken
from studio.engine.services import Services

if TYPE_CHECKING:
    from studio.engine.workflows.executor import WorkflowExecutor


class Workflows:
    """The ``Executor`` of kind *workflow*, made on first use."""

    kind: JobKind = "workflow"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._made: WorkflowExecutor | None = None

    async def execute(self, attempt: Attempt) -> None:
        """Orchestrate one attempt."""
        await self._executor().execute(attempt)

    async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
        """Do one step."""
        await self._executor().perform(job_id, step, token)

    async def broke(self, job_id: str, error: Exception) -> None:
        """End the workflow after an unexpected *error*."""
        await self._executor().broke(job_id, error)

    def _executor(self) -> "WorkflowExecutor":
        if self._made is None:
            from studio.engine.workflows.executor import WorkflowExecutor
            from studio.engine.workflows.work import StepWork

            parts = self._services
            work = StepWork(
                parts.jobs,
                parts.workshop,
                backend=lambda: parts.brains.default,
                base_url=lambda: parts.runtime.base_url,
            )
            self._made = WorkflowExecutor(parts.jobs, work)
        return self._made
