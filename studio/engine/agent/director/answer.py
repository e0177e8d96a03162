"""What one round of the director comes to."""

from dataclasses import dataclass, field

from studio.engine.agent.director.step import Arguments


@dataclass(frozen=True)
class Answer:
    """Words, calls, or words and then calls."""

    text: str = ""
    calls: list[tuple[str, Arguments]] = field(default_factory=list)
