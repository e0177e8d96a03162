"""The closing words tell what a picture lacks, and never advise what cannot be done here."""

from studio.engine.agent.director.history import Done
from studio.engine.agent.director.replies import summary


def done(prompt: str, not_drawn: list[str]) -> Done:
    result = {"tool": "generate_image", "success": True, "ok": True, "indices": [0], "data": {"not_drawn": not_drawn}}
    return Done(name="generate_image", arguments={"prompt": prompt}, result=result, text="")


def test_missing_things_are_named() -> None:
    words = summary([done("a pond with a heron", ["heron"])])
    assert "heron." in words
    assert "could not show" in words


def test_a_complete_picture_needs_no_excuse() -> None:
    assert "could not" not in summary([done("a pond", [])])


def test_a_night_is_not_offered_at_night() -> None:
    assert "at dawn" in summary([done("a pond at night", [])])
    assert "at night" in summary([done("a pond", [])])
