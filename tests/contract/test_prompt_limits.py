"""Prompt limits by model family, and the bound on any text argument."""

import pytest

from studio.contract.prompt_limits import prompt_problem
from studio.contract.tools import MOST_CHARACTERS, validate_arguments
from studio.contract.vendor_models import normal


@pytest.mark.parametrize(
    ("tool", "model", "longest", "arguments"),
    [
        ("generate_video", "wan22", 4096 * 4, ("prompt", "negativePrompt")),
        ("generate_video", "minimax-h3-t2v-turbo", 7000, ("prompt",)),
        ("animate_photo", "wan3.0-video", 20_000, ("prompt",)),
        ("generate_image", "gpt-image-2.5-flare", 32_000, ("prompt",)),
        ("generate_image", "chroma1-hd", 4096 * 4, ("prompt",)),
        ("generate_video", "happyhorse-1.1-t2v", 5000, ("prompt",)),
        ("generate_music", "ace_step_1.5_sft", 4096, ("prompt", "lyrics")),
        ("generate_music", "minimax_music3", 20_000, ("prompt",)),
        ("segment_image", None, 128, ("text",)),
        ("generate_speech", None, 4096, ("prompt",)),
    ],
)
def test_the_longest_prompt_is_taken_and_one_more_letter_is_not(
    tool: str, model: str | None, longest: int, arguments: tuple[str, ...]
) -> None:
    known = None if model is None else normal(model)
    for name in arguments:
        assert prompt_problem(tool, known, {name: "a" * longest}) is None
        problem = prompt_problem(tool, known, {name: "a" * (longest + 1)})
        assert problem is not None
        assert name in problem


def test_prompt_and_lyrics_of_music_3_count_together_and_cjk_counts_double() -> None:
    assert prompt_problem("generate_music", "minimax-music3", {"prompt": "a" * 12_000, "lyrics": "b" * 12_000})
    assert prompt_problem("generate_video", "happyhorse-1.1-t2v", {"prompt": "画" * 2501})
    assert prompt_problem("generate_video", "happyhorse-1.1-t2v", {"prompt": "画" * 2500}) is None


@pytest.mark.parametrize("model", ["z-turbo", "krea-2-turbo", "seedance-2-0", "ltx25", None])
def test_other_models_have_no_known_limit(model: str | None) -> None:
    assert prompt_problem("generate_image", model, {"prompt": "a" * 100_000}) is None


def test_text_arguments_are_bounded_but_inline_media_are_not_text() -> None:
    assert not validate_arguments("generate_image", {"prompt": "a" * (MOST_CHARACTERS + 1)}).ok
    assert validate_arguments("generate_image", {"prompt": "a" * MOST_CHARACTERS}).ok
    inline = {"prompt": "a", "mask_image_url": "data:image/png;base64," + "A" * (MOST_CHARACTERS + 1)}
    assert validate_arguments("edit_image", inline).ok
