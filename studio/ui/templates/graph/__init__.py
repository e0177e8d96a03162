"""The graph of a template: stages as nodes, bindings as wires, edited with mouse and keyboard."""

from studio.ui.templates.graph.view import GraphView

__all__ = ["GraphView"]
