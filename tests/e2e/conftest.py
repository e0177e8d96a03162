"""Engines as processes, shared by the tests of one module."""

from collections.abc import Iterator

import pytest

from tests.helpers.processes import Process, engine_process


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """``studio serve`` with its own tools and the built-in director; it must leave in order, silently."""
    with engine_process(tmp_path_factory.mktemp("studio"), "--no-detect") as process:
        yield process


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The same, where work costs something and there is a balance."""
    options = ("--no-detect", "--rates", "rehearsal", "--balance", "spark=500")
    with engine_process(tmp_path_factory.mktemp("rehearsal"), *options) as process:
        yield process
