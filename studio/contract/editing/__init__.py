"""Editing templates: an immutable document, pure operations on it, its typed ports and wires, problems and repairs.

Everything is a function from a document to a document, so undo keeps the former one and
nothing is copied that did not change. No Qt, no files. Start with ``document.Document``
and ``operations``.
"""
