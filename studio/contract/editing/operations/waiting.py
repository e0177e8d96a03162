"""Who waits for whom: the artifacts that a stage needs, and the order that follows."""

from studio.contract.editing.document import INPUTS, REMOVE, Document, texts
from studio.contract.editing.wires import wires_of


def need(document: Document, stage_id: str, artifact: str) -> Document:
    stage = document.stage(stage_id)
    if artifact in texts(stage.body.get("requiredArtifactsIn")) + texts(stage.body.get("optionalArtifactsIn")):
        return document
    place = (*stage.place, "requiredArtifactsIn")
    return document.put(place, [*texts(stage.body.get("requiredArtifactsIn")), artifact])


def no_need(document: Document, stage_id: str, artifact: str) -> Document:
    changed = document
    for member in ("requiredArtifactsIn", "optionalArtifactsIn"):
        place = (*document.stage(stage_id).place, member)
        names = texts(changed.at(place))
        if artifact in names:
            kept = [name for name in names if name != artifact]
            changed = changed.put(place, kept or REMOVE)
    return changed


def tidy_needs(document: Document, stage_id: str) -> Document:
    """Wait for exactly what is bound: new bindings are waited for, and what nothing is bound to any more is not."""
    stage = document.stage(stage_id)
    if stage.is_item and stage.parent is not None:
        stage = document.stage(stage.parent)
    bound = {
        wire.output
        for wire in wires_of(document)
        if wire.target == stage.id and wire.source != INPUTS and wire.form in ("value", "text")
    }
    changed = document
    for name in texts(stage.body.get("requiredArtifactsIn")):
        if name not in bound and name in document.producers:
            changed = no_need(changed, stage.id, name)
    for name in sorted(bound):
        changed = need(changed, stage.id, name)
    return in_order(changed)


def reaches(document: Document, source: str, target: str) -> bool:
    """Whether wires lead from *source* to *target*, or they are the same."""
    following: dict[str, set[str]] = {}
    for wire in wires_of(document):
        following.setdefault(wire.source, set()).add(wire.target)
    waiting, seen = [source], set()
    while waiting:
        stage_id = waiting.pop()
        if stage_id == target:
            return True
        if stage_id not in seen:
            seen.add(stage_id)
            waiting += following.get(stage_id, ())
    return False


def in_order(document: Document) -> Document:
    """Put outer stages behind what they wait for, and leave their order otherwise (a stable topological order)."""
    stages = document.content.get("stages")
    if not isinstance(stages, list):
        return document
    outer: dict[str, int] = {}
    for stage in document.every_stage:
        if isinstance(stage.place[1], int):
            outer[stage.id] = stage.place[1]
    before: dict[int, set[int]] = {number: set() for number in range(len(stages))}
    for wire in wires_of(document):
        if wire.source != INPUTS and wire.source in outer and wire.target in outer:
            first, second = outer[wire.source], outer[wire.target]
            if first != second:
                before[second].add(first)
    order: list[int] = []
    done: set[int] = set()
    left = list(range(len(stages)))
    while left:
        ready = next((number for number in left if before[number] <= done), None)
        if ready is None:
            return document  # a circle, which the problems tell about
        order.append(ready)
        done.add(ready)
        left.remove(ready)
    if order == sorted(order):
        return document
    return document.put(("stages",), [stages[number] for number in order])
