"""Workflow templates: documents, bindings, conditions, validation and compilation to steps.

All of it is pure, so the editor and the engine run the same code. Source:
contract/templates.md. Start with ``validation.validate_template`` and
``compile.compile_template``.
"""
