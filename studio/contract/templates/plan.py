"""The plan of a template run: what an executor walks through, in order.

As JSON (``msgspec.to_builtins``) every entry has a ``type``: ``step``, ``batch``,
``checkpoint`` or ``interactive``.
"""

from typing import Any

from msgspec import Struct, field

from studio.contract.templates.structs import Condition, OnError
from studio.contract.workflows import StepSpec


class StepNode(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, tag_field="type", tag="step"):
    """One step.

    Attributes:
        stage: the stage it comes from.
        attempts: how often it may be tried.
        after: stages that must be over first.
        needs: stages without whose success it cannot run.
        condition: decided when the step is reached; without one it runs.
        concurrency: how many steps of its stage may run at once; absent, the executor decides.
        late: arguments with text that a stage has yet to write; resolved when the step starts (``RunView.late``).
    """

    spec: StepSpec
    stage: str
    on_error: OnError = "stop"
    attempts: int = 1
    after: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    condition: Condition | None = None
    concurrency: int | None = None
    late: dict[str, Any] = field(default_factory=dict)


class BatchNode(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, tag_field="type", tag="batch"):
    """A stage whose steps are not known before the stages ``after`` are over; then ``RunView.expand`` tells them."""

    stage: str
    label: str = ""
    after: list[str] = field(default_factory=list)
    condition: Condition | None = None


class CheckpointNode(
    Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, tag_field="type", tag="checkpoint"
):
    """After a stage: somebody looks at what was made and lets the run go on. Passed over with its stage."""

    stage: str
    details: dict[str, Any] = field(default_factory=dict)
    condition: Condition | None = None


class InteractiveNode(
    Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, tag_field="type", tag="interactive"
):
    """A stage in which somebody takes part; what it makes comes with the resume."""

    stage: str
    details: dict[str, Any] = field(default_factory=dict)
    condition: Condition | None = None


Node = StepNode | BatchNode | CheckpointNode | InteractiveNode


class Compiled(Struct, frozen=True, rename="camel", kw_only=True):
    """A template with its inputs, ready to run.

    Attributes:
        media: the request's media, then those that media inputs added, as ``{kind, url}``.
        inputs: the value of every input, defaults included; kept with the run.
        nodes: in plan order.
    """

    title: str
    media: list[dict[str, Any]]
    inputs: dict[str, Any]
    nodes: list[Node]

    @property
    def steps(self) -> list[StepSpec]:
        """The steps that are known before the run."""
        return [node.spec for node in self.nodes if isinstance(node, StepNode)]
