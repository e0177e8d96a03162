"""Prompts written out: the model's words when there is a model, a phrase book otherwise."""

import pytest

from studio.contract.errors import ToolError
from studio.engine.tools.enhance_prompt import EnhancePrompt, enhance, kind_of
from tests.engine.tools.conftest import Context

IMAGE = {"prompt": "a fox in the snow", "target_output": "image_prompt", "destination_model": "krea-2-turbo"}


async def test_the_language_model_is_asked() -> None:
    context = Context([], answer='Prompt: "A red fox, low sun."')
    outcome = await EnhancePrompt().run({**IMAGE, "aspect_ratio": "16:9"}, context)
    assert outcome.text["prompt"] == "A red fox, low sun."
    assert "krea-2-turbo" in context.asked[0][0]
    assert "16:9" in context.asked[0][1]


async def test_phrase_book() -> None:
    outcome = await EnhancePrompt().run(IMAGE, Context([]))
    again = await EnhancePrompt().run(IMAGE, Context([]))
    prompt = outcome.text["prompt"]
    assert prompt == again.text["prompt"]
    assert prompt.startswith("a fox in the snow, ")
    assert len(prompt.split(", ")) >= 6
    assert outcome.reason is not None
    assert "No language model" in outcome.reason


def test_what_is_there_is_not_added_again() -> None:
    full = "oil painting of a fox at dusk, wide composition, red palette, calm mood"
    assert enhance(full, "image") == full
    assert "camera" not in enhance("a slow dolly shot of a fox walking at dusk with music", "video").lower()


def test_modes_and_targets() -> None:
    plain = enhance("a fox", "image")
    assert enhance("a fox", "image", mode="validate") == "a fox"
    assert (
        len(enhance("a fox", "image", mode="preserve")) < len(enhance("a fox", "image", mode="compress")) < len(plain)
    )
    assert "keep the identity" in enhance("make the coat green", "edit")
    assert "8 seconds" in enhance("a fox", "video", arguments={"duration_seconds": 8.0})
    assert "BPM" in enhance("a song about foxes", "music")


@pytest.mark.parametrize(
    ("target", "model", "tool", "kind"),
    [
        ("image_prompt", "ltx25", None, "image"),
        ("video_prompt", "x", None, "video"),
        ("edit_prompt", "x", None, "edit"),
        ("model_prompt", "seedance2", None, "video"),
        ("model_prompt", "ace-step-1.5", None, "music"),
        ("model_prompt", "anything", "generate_speech", "speech"),
        ("model_prompt", "anything", "generate_video", "video"),
        ("model_prompt", "krea-2-turbo", None, "image"),
    ],
)
def test_kinds(target: str, model: str, tool: str | None, kind: str) -> None:
    assert kind_of(target, model, tool) == kind


async def test_empty_idea_asks() -> None:
    with pytest.raises(ToolError) as caught:
        await EnhancePrompt().run({**IMAGE, "prompt": " "}, Context([]))
    assert caught.value.code == "USER_INPUT_INCOMPLETE"
