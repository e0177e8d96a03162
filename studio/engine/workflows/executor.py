"""Carries workflows through: which step when, what a step does, and how it all ends.

``execute`` looks at the plan again after every step; ``perform`` does one step and needs
nothing but the store. Every write is one transaction with its events. Whatever is killed
in between is found again in the state it was left in: a recorded step is not repeated, a
step without a record is done anew.
"""

import asyncio
from typing import Any

from studio.engine.durable.execution import Attempt, Step
from studio.engine.durable.faults import fault
from studio.engine.durable.jobs import TERMINAL, JobKind, JobStore
from studio.engine.durable.token import CancelToken
from studio.engine.workflows import templates
from studio.engine.workflows.ending import conclude, fail, wait_for_somebody
from studio.engine.workflows.plan import Moves, Plan
from studio.engine.workflows.state import Edit, Failure, edit, request_of, state_of
from studio.engine.workflows.work import StepWork, finish_step


class WorkflowExecutor:
    """The ``Executor`` of kind *workflow*."""

    kind: JobKind = "workflow"

    def __init__(self, store: JobStore, work: StepWork) -> None:
        self._store = store
        self._work = work

    async def execute(self, attempt: Attempt) -> None:
        """Run steps until the workflow is over or waits; running steps always end first."""
        drawn: dict[str, Step] = {}
        running: dict[asyncio.Task[Any], str] = {}
        try:
            while True:
                job = await self._store.require(attempt.job_id)
                if job.status in TERMINAL:
                    break
                plan = Plan(request_of(job), state_of(job))
                for node in plan.known():  # in plan order: recovery draws the same ids again
                    if node.id not in drawn:
                        drawn[node.id] = attempt.step(node.id, remote=True)
                moves = Moves() if attempt.token.cancelled else plan.moves(set(running.values()))
                if await self._prepare(attempt.job_id, moves):
                    continue
                for node in moves.start:
                    task = asyncio.create_task(drawn[node.id].run(), name=f"step {node.id}")
                    running[task] = node.id
                if not running:
                    break
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    del running[task]
                    task.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        fault("workflow.before_conclude")
        await edit(self._store, attempt.job_id, conclude)
        fault("workflow.concluded")

    async def perform(self, job_id: str, step: str, token: CancelToken) -> None:
        """Do one step; whatever becomes of it is recorded."""
        await self._work.perform(job_id, step, token)

    async def broke(self, job_id: str, error: Exception) -> None:
        """End the workflow after an unexpected *error*."""

        def work(opened: Edit) -> None:
            if opened.draft.status in TERMINAL:
                return
            for state in opened.state.steps.values():
                if state.status == "running":
                    state.status = "pending"
            text = "Something went wrong inside the engine. Its log holds the details; resuming tries again."
            fail(opened, Failure(text, "internal_error", "unknown", True))

        await edit(self._store, job_id, work)

    async def _prepare(self, job_id: str, moves: Moves) -> bool:
        """Do what must be decided or noted before steps can start; True when the plan must be looked at again."""
        if moves.stopped is not None or not (moves.fail or moves.decide or moves.expand or moves.pause):
            return False

        def work(opened: Edit) -> bool:
            if opened.draft.status in TERMINAL:
                return False
            for node, problem in moves.fail:
                finish_step(opened, node, problem)
            if moves.decide is not None:
                templates.decide(opened, moves.decide)
            elif moves.expand is not None:
                templates.expand(opened, moves.expand)
            elif moves.pause is not None:
                wait_for_somebody(opened, moves.pause)
            return True

        fault("workflow.before_decision")
        again = await edit(self._store, job_id, work)
        fault("workflow.decided")
        return again
