"""What a template made last, beside the picture that it was given: its cover, and the comparison in its form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.viewmodels.observable import Signal
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.viewmodels.templates.running import TemplateRunModel, TemplateRuns


@dataclass(frozen=True)
class Look:
    """The newest finished run of a template in two pictures.

    Attributes:
        cover: its most finished picture.
        after: the first picture that was made from *before*; the cover where it came from words alone.
    """

    run_id: str
    cover: Piece
    after: Piece
    before: Piece | None = None


class Looks:
    """The look of every template that was run to its end; ``refresh`` reads what there is already.

    Attributes:
        changed: id of a template that looks otherwise now.
    """

    def __init__(self, runs: "TemplateRuns") -> None:
        self._runs = runs
        self._looks: dict[str, Look] = {}
        self.changed: Signal[str] = Signal()
        self._binding = runs.changed.connect(self.refresh)

    def of(self, template_id: str) -> Look | None:
        """Return the look of a template; None while nothing was run to its end."""
        return self._looks.get(template_id)

    def refresh(self) -> None:
        """Look at the newest runs."""
        seen: set[str] = set()
        for run in self._runs.runs.value:
            state = run.state.value
            if state.status != "completed" or state.purpose != "run" or state.template_id in seen:
                continue
            cover = next(iter(pictures_of(run)), None)
            if cover is None:
                continue
            seen.add(state.template_id)
            known = self._looks.get(state.template_id)
            if known is None or known.run_id != run.id:
                self._show(state.template_id, Look(run.id, cover, cover))
                self._find_before(run)

    def _find_before(self, run: "TemplateRunModel") -> None:
        ids = list(dict.fromkeys(piece for given in run.kept.sources.values() for piece in given))
        template_id = run.state.value.template_id
        if not ids:
            return

        async def find() -> None:
            given = await self._runs.desk.call(lambda lib: lib.media.get_many(ids))
            pair = compared(run, given)
            look = self._looks[template_id]
            if pair is not None and look.run_id == run.id:
                self._show(template_id, Look(run.id, look.cover, pair[1], pair[0]))

        self._runs.desk.tasks.start(f"look.{template_id}", find, restart=True)

    def _show(self, template_id: str, look: Look) -> None:
        if self._looks.get(template_id) != look:
            self._looks[template_id] = look
            self.changed.emit(template_id)


def pictures_of(run: "TemplateRunModel") -> list[Piece]:
    """Return the pictures of a run, those of its last stage first."""
    stages = reversed(run.state.value.stages)
    pieces = [piece for stage in stages for item in stage.items for piece in run.pieces_of(item.step_id)]
    return [piece for piece in pieces if piece.kind == "image" and not piece.missing]


def compared(run: "TemplateRunModel", given: Sequence[Piece]) -> tuple[Piece, Piece] | None:
    """Return one of *given* and the first picture that was made from it; None where there is none.

    The first, because later ones may be sheets that show both already.
    """
    before = {piece.id: piece for piece in given if piece.kind == "image" and not piece.missing}
    made = {piece.id: piece for piece in run.pieces}
    for after in (piece for piece in run.pieces if piece.kind == "image" and not piece.missing):
        todo, seen = list(after.parents), set[str]()
        while todo:
            each = todo.pop(0)
            if each in before:
                return before[each], after
            if each in made and each not in seen:
                seen.add(each)
                todo += made[each].parents
    return None
