"""The Inputs tab: what a run asks for, in which order, and how it will look."""

from studio.ui.templates.inputs.tab import InputsTab

__all__ = ["InputsTab"]
