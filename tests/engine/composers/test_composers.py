# ruff: noqa: E501 — a brief is easiest to judge on one line
"""The built-in composers: about what was asked, exact in time, well formed for any brief."""

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.tools import validate_arguments
from studio.engine.composers.brief import read_brief, subject_of
from studio.engine.composers.instrumental import as_text, write_structure
from studio.engine.composers.lyrics import write_song
from studio.engine.composers.script import write_script
from studio.engine.composers.settings import SETTINGS, THEME_WORDS
from studio.engine.composers.template import draft_template, problems_of_template
from studio.engine.composers.verses import VERSES
from studio.engine.composers.workflow import as_wire, plan_workflow, problems_of, stand_in_media
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context

KINDS = [
    "video_prompt",
    "screenplay",
    "storyboard",
    "ad_script",
    "trailer",
    "social_short",
    "talking_head",
    "campaign",
    "revision",
]


@pytest.mark.parametrize(
    ("text", "actor", "action"),
    [
        ("a lighthouse keeper who falls in love with the sea", "a lighthouse keeper", "falls in love with the sea"),
        ("storyboard about a fox learning to skate on a frozen lake", "a fox", "is learning to skate on a frozen lake"),
        ("a trailer for two friends crossing the desert", "two friends", "are crossing the desert"),
        ("Write a 30 second ad script for our new oat milk, playful", "our new oat milk", ""),
        ("spot about a lonely vending machine", "a lonely vending machine", ""),
        ("a man eating soup alone", "a man", "is eating soup alone"),
    ],
)
def test_a_brief_is_read_into_who_and_what(text: str, actor: str, action: str) -> None:
    brief = read_brief(text)
    assert (brief.actor, brief.action) == (actor, action)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_scripts_obey_scenes_and_time_and_stay_on_the_subject(kind: str, count: int) -> None:
    given_arguments = {"brief": "a lighthouse keeper who falls in love with the sea", "script_type": kind, "scene_count": count,
                       "duration_seconds": 48, "return_format": "json", "style": "noir", "platform": "Cinema"}  # fmt: skip
    script = json.loads(write_script(given_arguments))
    scenes = script["scenes"]
    assert [scene["number"] for scene in scenes] == list(range(1, count + 1))
    assert (scenes[0]["start_seconds"], scenes[-1]["end_seconds"]) == (0, 48)
    for before, after in itertools.pairwise(scenes):
        assert before["end_seconds"] == after["start_seconds"] > before["start_seconds"]
    assert "lighthouse keeper" in json.dumps(script).lower()
    assert "Style: noir" in script["notes"]
    assert "Platform: Cinema" in script["notes"]
    assert write_script(given_arguments) == json.dumps(script, ensure_ascii=False, indent=2)


def test_shapes_of_a_script() -> None:
    brief = {"brief": "a fox learning to skate", "scene_count": 3, "first_frame_description": "a red door"}
    assert write_script({**brief, "return_format": "markdown"}).startswith("# The Fox\n")
    assert "Opens on: a red door." in write_script(brief)
    page = write_script({**brief, "script_type": "screenplay"})
    assert page.count("EXT. ") == 3
    assert "FADE OUT." in page
    assert "\n" not in write_script({**brief, "script_type": "video_prompt"})


def test_a_revision_shortens_what_it_was_given() -> None:
    text = (
        "I really just wanted to say that the bakery is open. It is very early in the day here. We have bread. Come in."
    )
    revised = write_script({"brief": f"Make this shorter: {text}", "script_type": "revision"})
    assert len(revised.split()) < 0.75 * len(text.split())
    assert "bakery is open" in revised


def lines_of(lyrics: str) -> list[list[str]]:
    return [[line for line in block.splitlines() if not line.startswith("[")] for block in lyrics.split("\n\n")]


def test_songs_are_about_the_subject_and_as_long_as_asked() -> None:
    short = write_song({"prompt": "a lighthouse keeper", "duration_seconds": 30})
    long = write_song({"prompt": "a lighthouse keeper", "duration_seconds": 240})
    assert "lighthouse keeper" in short.lyrics.lower()
    assert len(lines_of(long.lyrics)) > 2 * len(lines_of(short.lyrics))
    assert re.findall(r"\[(.+?)\]", short.lyrics) == ["Verse 1", "Chorus"]
    assert {"Bridge", "Pre-Chorus", "Outro"} <= set(re.findall(r"\[(.+?)\]", long.lyrics))
    assert (
        write_song({"prompt": "the desert at night"}).lyrics
        != write_song({"prompt": "my kitchen in the morning"}).lyrics
    )


def test_poems_have_stanzas_and_no_marks_and_every_theme_has_verses() -> None:
    poem = write_song({"prompt": "a short poem about clay"}).lyrics
    assert "[" not in poem
    assert [len(stanza.splitlines()) for stanza in poem.split("\n\n")] == [4, 4, 4]
    assert {*SETTINGS} == {*THEME_WORDS} <= {*VERSES}


@pytest.mark.parametrize(
    ("prompt", "named", "language", "word"),
    [("Ein Lied über den Regen und die Stadt", None, "german", "Regen"), ("la pluie", "fr", "french", "La pluie"),
     ("una canción sobre el mar y la luna", None, "spanish", "mar"), ("rain", "klingon", "english", "rain")],
)  # fmt: skip
def test_songs_are_in_the_language_of_the_request(prompt: str, named: str | None, language: str, word: str) -> None:
    song = write_song({"prompt": prompt, **({"language": named} if named else {})})
    assert song.language == language
    assert word in song.lyrics


@pytest.mark.parametrize("seconds", [10, 17.5, 30, 61, 180, 600])
@pytest.mark.parametrize(
    "prompt",
    ["calm ambient", "epic orchestral battle with choir", "lo-fi at 80 bpm in D minor", "waltz, accordion only"],
)
def test_bars_fill_the_length(prompt: str, seconds: float) -> None:
    piece = write_structure({"prompt": prompt, "duration_seconds": seconds})
    bar_s = piece.sound.beats * 60 / piece.bpm
    assert sum(section.bars for section in piece.sections) * bar_s == pytest.approx(piece.seconds, abs=0.02)
    assert piece.seconds == pytest.approx(seconds, abs=bar_s)
    assert all(section.bars > 0 for section in piece.sections)
    if "80 bpm" in prompt:
        assert (piece.bpm, piece.sound.key) == (80, "D minor")
    if "only" in prompt:
        assert (piece.sound.instruments, piece.sound.beats) == (("accordion",), 3)
    assert as_text(piece).count("bar") >= len(piece.sections)


BRIEFS = [
    "draw a castle on a cliff, then animate it and add music",
    "a 20 second product film for a coffee mug with three scenes",
    "paint a poster of a whale, remove the background and upscale it",
    "restore my photo and animate it",
    "plan a workflow that makes three pictures of a fox, animates each of them and stitches them",
    "a fox learning to skate",
    "hello",
]


@pytest.mark.parametrize("brief", BRIEFS)
@pytest.mark.parametrize(
    "extra",
    [{}, {"scene_count": 8, "include_audio": True, "aspect_ratio": "9:16"}, {"max_estimated_capacity_units": 10}],
)
def test_plans_can_be_started(brief: str, extra: dict[str, Any]) -> None:
    plan = plan_workflow({"brief": brief, **extra})
    steps, problems = problems_of(as_wire(plan.steps), stand_in_media(plan.needs_media))
    assert problems == []
    assert steps == plan.steps
    assert plan.fits == ("max_estimated_capacity_units" not in extra or plan.units <= 10)


def test_plans_follow_the_phrase_and_shrink_to_the_budget() -> None:
    chain = plan_workflow({"brief": BRIEFS[2]})
    assert [step.tool_name for step in chain.steps] == ["generate_image", "remove_background", "upscale_image"]
    photo = plan_workflow({"brief": BRIEFS[3]})
    assert photo.needs_media == ["image"]
    assert photo.steps[0].depends_on[0].source_step_id == "$input_media"
    assert "generate_music" in [step.tool_name for step in plan_workflow({"brief": BRIEFS[0]}).steps]
    film = {"brief": "a film about a lighthouse", "scene_count": 3}
    units = [plan_workflow({**film, "max_estimated_capacity_units": most}).units for most in (100, 20, 9, 1)]
    assert units == sorted(units, reverse=True)
    assert units[0] == 28
    assert not plan_workflow({"brief": BRIEFS[2], "max_estimated_capacity_units": 1}).fits


@pytest.mark.parametrize("brief", BRIEFS)
def test_templates_are_valid_and_edits_keep_their_ids(brief: str) -> None:
    draft = draft_template({"brief": brief, "name": "First", "inputs": []}).template
    assert problems_of_template(draft) == []
    stored = {**draft, "id": "first-1", "version": "0.0.4"}
    edit = {"brief": "make it vertical and add music", "name": "Second", "existing_template": stored}
    edited = draft_template(edit)
    assert problems_of_template(edited.template) == []
    assert (edited.template["id"], edited.template["version"], edited.template["name"]) == (
        "first-1",
        "0.0.5",
        "Second",
    )
    ids = [stage["id"] for stage in draft["stages"]]
    assert [stage["id"] for stage in edited.template["stages"]][: len(ids)] == ids
    assert stored["name"] == "First"


anything = st.text(min_size=1, max_size=80).filter(lambda text: text.strip() != "")


@settings(max_examples=25, deadline=None)
@given(anything | st.sampled_from(BRIEFS), st.sampled_from(KINDS))
def test_any_words_make_a_text(text: str, kind: str) -> None:
    assert write_script({"brief": text, "script_type": kind}).strip()
    assert write_song({"prompt": text}).lyrics
    assert as_text(write_structure({"prompt": text}))
    plan = plan_workflow({"brief": text})
    assert problems_of(as_wire(plan.steps), stand_in_media(plan.needs_media))[1] == []
    assert problems_of_template(draft_template({"brief": text, "name": "x"}).template) == []


async def run(tool: str, answer: str | None = None, **arguments: Any) -> tuple[Any, Context]:
    checked = validate_arguments(tool, arguments)
    assert checked.ok, checked.problems
    context = Context([], answer)
    return await runners()[tool].run(checked.arguments, context), context


async def test_a_language_model_writes_when_there_is_one_and_is_asked_to_repair_once() -> None:
    good = json.dumps({"title": "Kite", "lyrics": "[Verse 1]\na\nb\nc\nd", "bpm": 90})
    song, context = await run("compose_lyrics", f"```json\n{good}\n```", prompt="a kite")
    assert (song.renderer, song.data["bpm"], len(context.asked)) == ("language-model", 90, 1)
    broken, context = await run("compose_lyrics", "no", prompt="a kite")
    assert (broken.renderer, len(context.asked)) == ("built-in-composer", 2)
    assert "not one JSON object" in context.asked[1][1]
    steps = {"steps": [{"toolName": "generate_image", "arguments": {}}]}
    plan, context = await run("compose_workflow", json.dumps(steps), brief="a kite")
    assert (plan.renderer, len(context.asked)) == ("built-in-composer", 2)
    assert "prompt is required" in context.asked[1][1]


async def test_the_result_says_who_wrote_it() -> None:
    for tool, arguments in (("compose_script", {"brief": "a kite"}), ("compose_lyrics", {"prompt": "a kite", "language": "polish"}),
                            ("compose_instrumental", {"prompt": "calm piano"}), ("compose_workflow", {"brief": "a kite"}),
                            ("compose_workflow_template", {"brief": "a kite", "name": "Kite"})):  # fmt: skip
        outcome, _ = await run(tool, **arguments)
        assert outcome.model == "Built-in composer"
    assert "does not write Polish" in (await run("compose_lyrics", prompt="a kite", language="polish"))[0].message


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("lyrics for a sea shanty about a lost anchor, two verses", "a lost anchor"),
        ("lyrics for a rap on my morning coffee", "my morning coffee"),
        ("song lyrics about the ocean", "the ocean"),
        ("ad script for a bakery", "a bakery"),
        ("three scenes of a day at the market with music, 16:9", "a day at the market"),
    ],
)
def test_the_subject_is_what_a_kind_of_song_is_about(words: str, subject: str) -> None:
    assert subject_of(words) == subject
