"""Contact sheets: what the tools make, laid out to be looked at. Not tests; nothing is asserted.

``python -m tests.helpers.contact_sheets [topic …]`` writes PNG files to ``tests/artifacts``. A topic is a module of
this package with ``sheets(out: Path) -> None``.
"""
