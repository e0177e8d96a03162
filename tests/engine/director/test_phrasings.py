"""The phrasing sets: right tool and essential arguments in at least 95 of 100."""

import pytest

from studio.contract.tools import surface
from tests.engine.director.everyday import Everyday, judge
from tests.engine.director.everyday_rows import ALL_EVERYDAY
from tests.engine.director.phrasings import FURTHER, HELD_OUT, TUNED, Phrasing
from tests.engine.director.scoring import fits, problems
from tests.engine.director.strangers import ALL_STRANGERS


@pytest.mark.parametrize(
    "rows",
    [TUNED, HELD_OUT, FURTHER, *ALL_STRANGERS.values()],
    ids=["tuned", "held out", "further", *ALL_STRANGERS],
)
def test_at_least_95_percent(rows: list[Phrasing]) -> None:
    wrong = {row.text: found for row in rows if (found := problems(row))}
    assert len(wrong) <= 0.05 * len(rows), wrong


@pytest.mark.parametrize("rows", ALL_EVERYDAY.values(), ids=ALL_EVERYDAY)
def test_whole_turns_at_least_95_percent(rows: list[Everyday]) -> None:
    wrong = {row.text: found for row in rows if (found := judge(row))[0] != "right"}
    assert len(wrong) <= 0.05 * len(rows), wrong


def test_the_sets_cover_every_creative_tool_and_are_large_enough() -> None:
    rows = [*TUNED, *HELD_OUT]
    wanted = {name for row in rows for name in row.tool.split("|")}
    assert {tool.name for tool in surface("creative-tools")} <= wanted
    assert len(rows) >= 180
    assert len(HELD_OUT) >= 60
    assert not {row.text for row in TUNED} & {row.text for row in HELD_OUT}


def test_the_comparison_can_fail() -> None:
    assert fits("A red cat", "~red,cat,!dog")
    assert not fits("A red dog", "~red,cat")
    assert not fits("A red cat and a dog", "~cat,!dog")
    assert not fits(None, "~cat")
    assert fits(3, (2, 3))
    assert not fits(4, (2, 3))
    assert problems(Phrasing("upscale this", "remove_background", "+1"))
    assert problems(Phrasing("hello", "generate_image"))
