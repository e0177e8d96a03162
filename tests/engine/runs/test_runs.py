"""What runs do and what they tell, with the director and with a language model."""

from tests.engine.runs.conftest import MakeBench, of_type


async def test_a_run_of_the_director_draws_and_answers(bench: MakeBench) -> None:
    async with bench() as studio:
        run = await studio.done()
        events = await studio.events(run["runId"])
        print(await studio.types(run["runId"]))
        print(run)
        assert run["status"] == "completed"
