"""Task ownership, notices, settings: the small parts that everything stands on."""

import asyncio
from pathlib import Path
from typing import Any

from studio.viewmodels.notices import NoticesModel
from studio.viewmodels.settings import SettingsModel
from studio.viewmodels.tasks import TaskOwner


async def test_work_asked_for_before_the_loop_runs_is_done_when_it_does() -> None:
    done: list[str] = []
    owner = TaskOwner("test", lambda name, error: None)

    async def work(name: str) -> None:
        done.append(name)

    owner.start("a", lambda: work("a"))
    owner.start("b", lambda: work("b"))
    assert (done, owner.is_running("a")) == ([], True)
    owner.begin()
    await asyncio.sleep(0)
    assert done == ["a", "b"]
    await owner.aclose()


async def test_a_running_name_is_not_started_twice_unless_restarted() -> None:
    owner = TaskOwner("test", lambda name, error: None)
    owner.begin()
    ended: list[str] = []

    async def work(label: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(label)

    assert owner.start("x", lambda: work("first"))
    await asyncio.sleep(0)
    assert not owner.start("x", lambda: work("second"))
    assert owner.start("x", lambda: work("third"), restart=True)
    await asyncio.sleep(0.01)
    assert ended == ["first"]
    assert owner.is_running("x")
    await owner.aclose()
    assert ended == ["first", "third"]
    assert not owner.start("x", lambda: work("late"))


async def test_every_unexpected_error_is_reported_and_cancelling_is_none() -> None:
    errors: list[tuple[str, str]] = []
    owner = TaskOwner("test", lambda name, error: errors.append((name, str(error))))
    owner.begin()

    async def fail() -> None:
        raise RuntimeError("boom")

    owner.start("bad", fail)
    owner.start("cancelled", lambda: asyncio.sleep(10))
    await asyncio.sleep(0.01)
    owner.cancel("cancelled")
    await owner.aclose()
    assert errors == [("bad", "boom")]


def test_a_notice_runs_its_action_once() -> None:
    notices, ran, gone = NoticesModel(), [], []
    notices.dismissed.connect(gone.append)
    notice = notices.post("info", "Moved 1 picture to the bin.", action="Undo", run=lambda: ran.append(1))
    notices.run_action(notice)
    notices.run_action(notice)
    assert (ran, gone) == ([1], [notice, notice])
    assert notices.recent[-1].action == "Undo"
    assert notices.post("info", "x", action="Do") != notice
    assert notices.recent[-1].action == "", "a button that does nothing is not shown"


def test_settings_are_saved_on_change_and_only_then(tmp_path: Path) -> None:
    saved: list[tuple[str, Any]] = []
    settings = SettingsModel(tmp_path, lambda key, value: saved.append((key, value)))
    settings.load({"theme": "dark", "scale": 9, "density": "huge", "window.geometry": [1, 2]})
    assert (settings.theme.value, settings.scale.value, settings.density.value) == ("dark", 2.0, "comfortable")
    assert (settings.get("window.geometry"), saved) == ([1, 2], [])
    settings.theme.value = "light"
    settings.set("pane.gallery", 340)
    settings.set("pane.gallery", 340)
    assert saved == [("theme", "light"), ("pane.gallery", 340)]
