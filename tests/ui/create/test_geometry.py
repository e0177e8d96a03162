"""Running heights against plain lists."""

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.create.transcript.geometry import RunningHeights

HEIGHTS = st.lists(st.integers(0, 900), max_size=60)


@given(HEIGHTS, st.lists(st.tuples(st.integers(0, 59), st.integers(0, 900)), max_size=20), HEIGHTS)
def test_sums_match_a_plain_list(first: list[int], changes: list[tuple[int, int]], later: list[int]) -> None:
    heights = RunningHeights(first)
    plain = list(first)
    for height in later:
        heights.append(height)
        plain.append(height)
    for index, height in changes:
        if index < len(plain):
            assert heights.set_height(index, height) == height - plain[index]
            plain[index] = height
    assert heights.total_px == sum(plain)
    assert [heights.top_px(i) for i in range(len(plain) + 1)] == [sum(plain[:i]) for i in range(len(plain) + 1)]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.integers(-50, 30_000))
def test_index_at_is_the_turn_that_covers_the_pixel(plain: list[int], y: int) -> None:
    heights = RunningHeights(plain)
    index = heights.index_at(y)
    if y < 0:
        assert index == 0
    elif y >= sum(plain):
        assert index == len(plain) - 1
    else:
        assert sum(plain[:index]) <= y < sum(plain[: index + 1])


def test_nothing_has_no_index() -> None:
    heights = RunningHeights()
    assert heights.index_at(10) == -1
    assert list(heights.range_between(0, 100)) == []


def test_range_covers_what_is_visible_and_no_more() -> None:
    heights = RunningHeights([100] * 10)
    assert list(heights.range_between(100, 300)) == [1, 2]
    assert list(heights.range_between(150, 301)) == [1, 2, 3]
    assert list(heights.range_between(5_000, 6_000)) == []
