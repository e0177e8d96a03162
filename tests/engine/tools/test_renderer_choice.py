"""Choosing between renderers: order, models, reasons; nothing that another program does fails a choice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Ability, Renderers, Unavailable
from studio.engine.tools.base import ToolContext, ToolOutcome
from tests.engine.tools.conftest import Context


@dataclass
class Other:
    """A renderer that can do what *answers* says."""

    title: str
    answers: dict[str, Any] = field(default_factory=dict)
    refuse: str = ""

    async def models(self, ability: Ability) -> Sequence[str]:
        answer = self.answers.get(ability, Unavailable("it cannot."))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run(self, ability: Ability, model: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        if self.refuse:
            raise Unavailable(self.refuse)
        return ToolOutcome("made", self.title, model)


class BuiltIn:
    """A tool of the studio that asks who does it."""

    name = "generate_image"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose("generate_image")
        assert choice.other is None
        assert context.request_text == "hello"
        return ToolOutcome("painted", "painter", "rules", alternatives=choice.alternatives)


def built_in() -> dict[str, Any]:
    return {"generate_image": BuiltIn()}


async def test_without_others_the_built_in_one_does_it() -> None:
    choice = await Renderers(()).choose("generate_image")
    assert (choice.other, choice.model, choice.alternatives) == (None, None, [])
    assert choice.reason == "It runs on this computer and needs no other program."


async def test_the_first_that_can_is_taken_and_a_named_model_wins() -> None:
    first = Other("A", {"generate_image": ["small"]})
    second = Other("B", {"generate_image": ["large-model.safetensors"], "generate_video": ["film"]})
    renderers = Renderers([first, second])
    choice = await renderers.choose("generate_image")
    assert (choice.other, choice.model, choice.reason) == (first, "small", "A is connected.")
    assert choice.alternatives == ["B: A comes first."]
    named = await renderers.choose("generate_image", "Large Model")
    assert (named.other, named.model) == (second, "large-model.safetensors")
    assert named.alternatives == ["A: B has the model large-model.safetensors."]
    unknown = await renderers.choose("generate_image", "other")
    assert unknown.reason == "A is connected. It has no model other, so small was used."
    film = await renderers.choose("generate_video")
    assert (film.other, film.alternatives) == (second, ["A: it cannot."])


async def test_a_renderer_that_breaks_is_one_that_cannot(expect_log: Any) -> None:
    expect_log(r"A could not be asked \(ValueError\)")
    broken = Other("A", {"generate_image": ValueError("surprise")})
    choice = await Renderers([broken]).choose("generate_image")
    assert choice.other is None
    assert choice.alternatives == ["A: it could not be asked (ValueError)."]


@pytest.mark.parametrize("made", [True, False])
async def test_what_it_finds_it_cannot_do_the_studio_does(made: bool) -> None:
    other = Other("A", {"generate_image": ["m"]}, refuse="" if made else "not this one.")
    choice = await Renderers(lambda: [other, Other("B")], built_in).choose("generate_image")
    assert choice.other is not None
    outcome = await choice.other.run("generate_image", "m", {}, Context([], request_text="hello"))
    if made:
        assert (outcome.renderer, outcome.reason, outcome.alternatives) == ("A", "A is connected.", ["B: it cannot."])
    else:
        assert (outcome.renderer, outcome.alternatives) == ("painter", ["A: not this one.", "B: it cannot."])


async def test_a_tool_that_only_others_can_do_says_why_not() -> None:
    other = Other("A", {"image_to_3d": ["m"]}, refuse="not this one.")
    choice = await Renderers([other], built_in).choose("image_to_3d")
    assert choice.other is not None
    with pytest.raises(ToolError, match=r"A: not this one\.") as caught:
        await choice.other.run("image_to_3d", "m", {}, Context([]))
    assert caught.value.code == "MODEL_UNAVAILABLE"


async def test_a_survey_says_what_each_can_do() -> None:
    renderers = Renderers([Other("A", {"generate_image": ["m", "n"]}), Other("B")])
    assert await renderers.survey() == [
        {"title": "A", "abilities": {"generate_image": "m"}, "problem": ""},
        {"title": "B", "abilities": {}, "problem": "it cannot."},
    ]
