"""Rules for every test: offscreen, no keychain of the machine, noise is failure."""

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for name in list(os.environ):  # keys and addresses of the person who runs the tests
    if name.startswith(
        ("STUDIO_DATA_DIR", "STUDIO_API_", "STUDIO_LLM_", "STUDIO_COMFY_", "STUDIO_IMAGES_", "STUDIO_SUPERNET_")
    ):
        del os.environ[name]


@dataclass
class ExpectedLog:
    """Log records at WARNING or above that a test means to cause.

    Call it with a pattern; the test fails if no record matches it.
    """

    patterns: list[re.Pattern[str]] = field(default_factory=list)

    def __call__(self, pattern: str) -> None:
        self.patterns.append(re.compile(pattern))


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[ExpectedLog]:
    """Fail the test on an unexpected warning or error in the log, or on an expected one that is absent."""
    expected = ExpectedLog()
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    try:
        yield expected
    finally:
        logging.getLogger().removeHandler(collector)
    surprises = [line for line in collector.lines if not any(p.search(line) for p in expected.patterns)]
    absent = [p.pattern for p in expected.patterns if not any(p.search(line) for line in collector.lines)]
    if surprises:
        pytest.fail("unexpected log records:\n" + "\n".join(surprises))
    if absent:
        pytest.fail(f"expected log records did not come: {absent}")
