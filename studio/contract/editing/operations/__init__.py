"""What can be done to a template. Every operation returns a new document, or raises ``EditError`` and changes nothing.

Ids, artifact and input names that are taken get a number. References follow every rename; what is removed takes its
wires with it. The order of stages follows the wires, because a run goes through them in that order.
"""

from studio.contract.editing.document import EditError
from studio.contract.editing.operations.clipboard import copy_stages, duplicate_stages, paste_stages
from studio.contract.editing.operations.graph import GRID, place_nodes
from studio.contract.editing.operations.inputs import (
    add_input,
    move_input,
    remove_input,
    rename_input,
    set_input_member,
)
from studio.contract.editing.operations.kinds import convert_stage, nest_stages, unnest_stages
from studio.contract.editing.operations.naming import free_name
from studio.contract.editing.operations.stages import (
    add_stage,
    new_template,
    remove_stages,
    rename_artifact,
    rename_stage,
    set_argument,
    set_condition,
    set_member,
    set_stage_member,
    set_tool,
)
from studio.contract.editing.operations.wiring import ask_for, connect, disconnect, insert_on_wire, output_of

__all__ = [
    "EditError",
    "GRID",
    "add_input",
    "add_stage",
    "ask_for",
    "connect",
    "convert_stage",
    "copy_stages",
    "disconnect",
    "duplicate_stages",
    "free_name",
    "insert_on_wire",
    "move_input",
    "nest_stages",
    "new_template",
    "output_of",
    "paste_stages",
    "place_nodes",
    "remove_input",
    "remove_stages",
    "rename_artifact",
    "rename_input",
    "rename_stage",
    "set_argument",
    "set_condition",
    "set_input_member",
    "set_member",
    "set_stage_member",
    "set_tool",
    "unnest_stages",
]
