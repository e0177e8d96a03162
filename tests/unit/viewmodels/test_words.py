"""Words, titles, sizes and dates."""

from datetime import datetime

import pytest

from studio.contract.tools import catalogue
from studio.viewmodels import words


@pytest.mark.parametrize(
    ("tool", "arguments", "target", "working", "done"),
    [
        ("generate_image", {"numberOfVariations": 4}, "", "Painting 4 images", "Made 4 images"),
        ("generate_image", {}, "", "Painting 1 image", "Made 1 image"),
        ("apply_style", {}, "Image 3", "Restyling Image 3", "Restyled Image 3"),
        ("restore_photo", {}, "Upload 1", "Restoring Upload 1", "Restored Upload 1"),
        ("remove_background", {}, "Image 1", "Cutting out Image 1", "Cut out Image 1"),
        ("analyze_image", {}, "", "Looking at the picture", "Looked at the picture"),
        ("extend_video", {}, "", "Extending the clip", "Extended the clip"),
        ("enhance_prompt", {}, "", "Finding the words", "Found the words"),
        ("label_asset", {}, "", "Label asset", "Label asset"),
    ],
)  # fmt: skip
def test_sentences(tool: str, arguments: dict[str, object], target: str, working: str, done: str) -> None:
    assert words.working_sentence(tool, arguments, target) == working
    assert words.done_sentence(tool, arguments, target=target) == done


def test_every_creative_tool_has_sentences_of_its_own() -> None:
    for tool in catalogue().values():
        if tool.family == "creative-tools":
            assert words.working_sentence(tool.name, {}, "Image 1") != words.tool_title(tool.name), tool.name
            assert "{" not in words.done_sentence(tool.name, {}, target="Image 1")


NOW = datetime(2026, 6, 10, 15, 0)


@pytest.mark.parametrize(
    ("then", "said", "group"),
    [
        (datetime(2026, 6, 10, 14, 59, 30), "just now", "Today"),
        (datetime(2026, 6, 10, 14, 40), "20 min ago", "Today"),
        (datetime(2026, 6, 10, 9, 5), "09:05", "Today"),
        (datetime(2026, 6, 9, 23, 50), "yesterday", "Yesterday"),
        (datetime(2026, 6, 5, 12, 0), "Friday", "Earlier"),
        (datetime(2026, 6, 3, 12, 0), "3 June", "Earlier"),
        (datetime(2025, 6, 3, 12, 0), "3 June 2025", "Earlier"),
    ],
)
def test_dates(then: datetime, said: str, group: str) -> None:
    epoch_ms = int(then.timestamp() * 1000)
    assert words.relative_date(epoch_ms, NOW) == said
    assert words.day_group(epoch_ms, NOW) == group


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 KB"), (300, "1 KB"), (12_400, "12 KB"), (2_100_000, "2.1 MB"), (1_400_000_000, "1.4 GB")]
)
def test_sizes(size: int, said: str) -> None:
    assert words.size_words(size) == said


def test_joined_and_counted() -> None:
    assert words.joined(["a"]) == "a"
    assert words.joined(["a", "b", "c"]) == "a, b and c"
    assert (words.count_of("audio", 2), words.count_of("", 1), words.count_of("", 2)) == (
        "2 sounds",
        "1 piece",
        "2 pieces",
    )
