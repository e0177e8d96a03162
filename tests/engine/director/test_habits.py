"""Word habits: they decide only where rules are silent, and only with a clear lead."""

import pytest

from studio.engine.agent.director import habits
from tests.engine.director.learn import clause_of, count
from tests.engine.director.phrasings import TUNED, P


@pytest.mark.parametrize(
    ("text", "have", "label"),
    [
        ("remove the creases from this photo", "+1", "restore_photo"),
        ("show me the back of the coat", "i1", "change_angle"),
        ("all four clips in a row", "v4", "stitch_video"),
    ],
)
def test_a_clear_habit_is_named(text: str, have: str, label: str) -> None:
    assert habits.guess(clause_of(P(text, label, have))) == label


@pytest.mark.parametrize("text", ["pick out the lorry", "all four clips in a row", "upscale this"])
def test_no_tool_is_guessed_that_lacks_what_it_works_on(text: str) -> None:
    assert habits.guess(clause_of(P(text, "reply"))) in (None, "generate_video", "generate_music")


def test_unknown_words_give_no_guess() -> None:
    assert habits.guess(clause_of(P("zzyzx qwrtp", "reply", "i1"))) is None


def test_counts_leave_out_words_that_only_one_phrasing_has() -> None:
    counts = count(TUNED)
    assert sum(counts["labels"].values()) == len(TUNED)
    assert min(sum(found.values()) for found in counts["words"].values()) == 2


@pytest.mark.parametrize("text", ["a misty forest", "a forest", "an old man in the rain"])
def test_a_bare_subject_is_left_to_the_rules(text: str) -> None:
    assert habits.guess(clause_of(P(text, "generate_image"))) != "generate_video"
