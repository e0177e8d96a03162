"""What is to be run, and what is kept of it beside its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from studio.contract.editing.document import Document
from studio.viewmodels.state import ConnectionKind

if TYPE_CHECKING:
    from studio.service.transport import Transport


class Line(Protocol):
    """What runs need of the connection."""

    def kind_now(self) -> ConnectionKind:
        """The kind that new work uses."""
        ...

    async def transport(self) -> "Transport":
        """The way to the server that new work uses."""
        ...

    async def transport_for(self, kind: ConnectionKind, base_url: str) -> "Transport":
        """The way back to a server that was used before."""
        ...

    def failed(self, kind: ConnectionKind, error: BaseException) -> None:
        """Look at the connection after a failure of it; this computer's engine is started again where it died."""
        ...


@dataclass(frozen=True)
class Order:
    """What is to be run.

    Attributes:
        inputs: values of the form; media as ``piece:ID``, ``file:PATH`` or addresses.
        ceiling: stop and ask above so many capacity units; None for no limit.
        local: on this computer, whatever connection is chosen (a rehearsal).
        known_id: the id of the very same template on the chosen server; empty where it has none.
        session_id: where results go; empty for a session of its own.
    """

    template_id: str
    document: Document
    inputs: Mapping[str, Any]
    ceiling: float | None = None
    token_type: str = ""
    local: bool = False
    known_id: str = ""
    session_id: str = ""
    purpose: str = "run"
    group: str = ""
    label: str = ""


@dataclass
class Kept:
    """What is kept of a run beside its row, as JSON.

    Attributes:
        answers: what the person answered, by stage.
        replay: answers of the run that this one is another take of, still to be given again.
    """

    document: dict[str, Any]
    ceiling: float | None = None
    token_type: str = ""
    known_id: str = ""
    scratch: str = ""
    consented: bool = False
    purpose: str = "run"
    group: str = ""
    parent: str = ""
    parent_workflow: str = ""
    label: str = ""
    seeds: dict[str, int] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    stages: list[dict[str, Any]] = field(default_factory=list)
    pieces: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    replay: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: str = ""
