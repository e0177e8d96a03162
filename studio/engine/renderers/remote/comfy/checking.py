"""Whether a server takes a graph, seen from its ``/object_info``, before anything is sent to it."""

from typing import Any, Final

from studio.engine.renderers.registry import Unavailable
from studio.engine.renderers.remote.comfy.graph import Graph
from studio.engine.renderers.remote.comfy.installed import Input, Installed

_WIDGETS: Final[dict[str, type | tuple[type, ...]]] = {
    "INT": int,
    "FLOAT": (int, float),
    "STRING": str,
    "BOOLEAN": bool,
}
_AUTOMATIC: Final = ("auto", "default")


def complete(graph: Graph, installed: Installed) -> None:
    """Fill in what newer nodes also want to know with their own defaults, then check the whole graph.

    Checked is what ComfyUI checks when a graph is queued: every class exists, every required input is given, every
    link leads to an output of its type, every choice is offered, every number is within its bounds, something is
    shown. An input that the server does not know is refused too, because it would be ignored without a word.

    Raises:
        Unavailable: the server would not take it, in one sentence; nothing was sent.
    """
    shown = False
    for node in graph.nodes.values():
        kind, given = str(node["class_type"]), node["inputs"]
        if not installed.has(kind):
            raise Unavailable(f"the node {kind} is not installed there.")
        shown = shown or installed.shows(kind)
        declared = installed.inputs(kind)
        for name, said in declared.items():
            if said.required and name not in given:
                given[name] = _default(kind, name, said)
        for name, value in given.items():
            if name not in declared:
                raise Unavailable(f"its node {kind} takes no {name}; the studio knows another version of it.")
            problem = _problem(graph, installed, value, declared[name])
            if problem:
                raise Unavailable(f"its node {kind} {problem} for {name}.")
    if not shown:
        raise Unavailable("the graph shows nothing.")


def _default(kind: str, name: str, said: Input) -> Any:
    if "default" in said.options and (said.kind in _WIDGETS or said.kind == "COMBO"):
        return said.options["default"]
    for automatic in _AUTOMATIC if said.kind == "COMBO" else ():
        if automatic in (said.choices or ()):
            return automatic
    raise Unavailable(f"its node {kind} also needs {name}, which the studio does not know.")


def _problem(graph: Graph, installed: Installed, value: Any, said: Input) -> str:
    """Return what is wrong with a value, as the middle of a sentence; nothing when it may be sent."""
    if isinstance(value, list):
        source = graph.nodes.get(str(value[0]))
        outputs = installed.outputs(str(source["class_type"])) if source is not None else []
        if value[1] >= len(outputs):
            return "gets an output that does not exist"
        return "" if _fits(outputs[value[1]], said.kind) else f"gets {outputs[value[1]]} instead of {said.kind}"
    if said.kind == "COMBO":
        uploads = bool(said.options.get("image_upload"))
        unknown = said.choices is not None and value not in said.choices
        return f"does not offer {value}" if unknown and not uploads else ""
    if said.kind in _WIDGETS:
        wrong = not isinstance(value, _WIDGETS[said.kind]) or (isinstance(value, bool) and said.kind != "BOOLEAN")
        if wrong:
            return f"takes no {type(value).__name__}"
        low, high = said.options.get("min"), said.options.get("max")
        beyond = (isinstance(low, int | float) and value < low) or (isinstance(high, int | float) and value > high)
        return f"does not take {value}" if beyond else ""
    return f"takes no {type(value).__name__}" if said.kind else ""


def _fits(given: str, wanted: str) -> bool:
    """Return whether an output of type *given* may be linked to an input; ``*`` takes all, commas list several."""
    kinds = set(wanted.split(","))
    return not wanted or "*" in (given, wanted) or bool(kinds & set(given.split(",")))
