"""Decide one round: words, or the calls that carry out the next part of the request.

The decision is a function of the messages, the tools and the media index alone, so the same
conversation gives the same answer whether the engine runs the calls or the caller does.
"""

import re
from dataclasses import dataclass
from typing import Any

from studio.contract.chat import MAX_CALLS_PER_ROUND, NamedToolChoice, ToolSpec
from studio.contract.tools import catalogue, validate_arguments, validate_schema
from studio.engine.agent.backends.base import Round
from studio.engine.agent.director import custom, replies, talk, undo
from studio.engine.agent.director.answer import Answer
from studio.engine.agent.director.arguments import BUILDERS, calls_of
from studio.engine.agent.director.choose_custom import fitting_custom_tool
from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.helper_prompts import helper_answer
from studio.engine.agent.director.history import KIND_OF_TOOL, Conversation, Done, read_conversation
from studio.engine.agent.director.lacking import missing_subject
from studio.engine.agent.director.plan import groups, make_steps, parts, read_part
from studio.engine.agent.director.rephrase import rephrased
from studio.engine.agent.director.shaped import shaped
from studio.engine.agent.director.step import Arguments, Ask, Step
from studio.engine.agent.director.stock import Stock, take_stock
from studio.engine.agent.director.text import Text, read

Call = tuple[str, Arguments]

_STANDINS = {"refine_result": "edit_image", "edit_image": "refine_result"}


_MOST_LETTERS = 6000
"""A longer request is read at its beginning and end only: rules cost time for every word."""


@dataclass
class _Desk:
    """Everything that one decision looks at."""

    round_: Round
    talk: Conversation
    stock: Stock
    text: Text
    tools: dict[str, ToolSpec]

    def closing(self, *, question: str | None = None) -> str:
        """Return the last words of the turn."""
        return replies.summary(self.talk.turn, question=question, earlier=self.talk.earlier)

    @property
    def has_pieces(self) -> bool:
        return any(self.stock.has(kind) for kind in ("image", "video", "audio"))


def decide(round_: Round) -> Answer:
    """Return the answer of one round."""
    conversation = read_conversation(round_.messages)
    request = conversation.request.text.strip() if conversation.request else ""
    readable = request if len(request) <= _MOST_LETTERS else f"{request[: _MOST_LETTERS - 1000]} … {request[-1000:]}"
    undone, text = undo.without_undo(read(rephrased(readable)))
    undo.note_undone(conversation, read(readable))
    desk = _Desk(
        round_,
        conversation,
        take_stock(round_.media, conversation),
        text,
        {t.function.name: t for t in round_.tools},
    )
    only_undone = undone and not re.search(r"[a-z]", text.norm) and not conversation.turn
    answer = Answer(undo.answer(conversation, desk.stock)) if only_undone else _decide(desk)
    if not answer.calls:
        return Answer(shaped(answer.text, round_.request.response_format, request, conversation))
    return answer


def _decide(desk: _Desk) -> Answer:
    choice = desk.round_.tool_choice
    helper = helper_answer(desk.text.raw)
    if helper is not None and not isinstance(choice, NamedToolChoice) and not desk.talk.turn:
        return Answer(helper)
    if choice == "none" or not desk.tools:
        return _words_only(desk)
    if isinstance(choice, NamedToolChoice):
        if desk.talk.turn:
            return Answer(desk.closing())
        return _forced(desk, choice.function.name)
    if not desk.talk.turn or not _is_ours(desk):
        picked = None if desk.talk.turn else fitting_custom_tool(desk.text, desk.tools)
        if picked is not None:
            return Answer("", [(picked.function.name, custom.fill(picked.function.parameters, desk.text.raw))])
    answer = _carry_on(desk)
    if choice == "required" and not answer.calls and not desk.talk.turn:
        return _required(desk)
    return answer


def _is_ours(desk: _Desk) -> bool:
    return all(done.name in catalogue() for done in desk.talk.turn)


def _words_only(desk: _Desk) -> Answer:
    if desk.talk.turn:
        return Answer(desk.closing())
    steps = make_steps(desk.text, desk.stock, desk.talk)
    if steps[0].tool == "talk" or not desk.text.raw:
        return _talk(desk)
    return Answer(
        "I understand what you would like, but no tool may be used for this answer, so I cannot make it. "
        "Switch the tools on (Creative in the composer, or `sogni_tools: true`) and ask again.\n\n"
        f"{talk.NO_MODEL}"
    )


def _talk(desk: _Desk) -> Answer:
    clause = Clause(desk.text, desk.stock)
    name = talk.topic(clause) if desk.text.raw else "greeting"
    if name is None and not clause.core.strip(" .,!?"):
        name = "small"
    return Answer(talk.answer(name, has_pieces=desk.has_pieces))


def _carry_on(desk: _Desk) -> Answer:
    """Emit the next group of calls, or close the turn."""
    if not _is_ours(desk) and desk.talk.turn:
        return Answer(desk.closing())
    if not desk.text.raw and desk.stock.image.attached:
        desk.text = read("Describe this picture.")
    steps = make_steps(desk.text, desk.stock, desk.talk)
    if steps[0].tool == "talk":
        return Answer(desk.closing()) if desk.talk.turn else _talk(desk)
    rounds = list(desk.talk.rounds)
    refused = _refused(desk) if len(rounds) >= 1 else None
    parents: dict[int, dict[Any, list[int]]] = {}
    ordered = groups(steps)
    for number, group in enumerate(ordered):
        try:
            calls = _calls_of_group(desk, steps, group, parents)
        except Ask as ask:
            return Answer(desk.closing(question=str(ask)) if desk.talk.turn else str(ask))
        for page in range(0, len(calls), MAX_CALLS_PER_ROUND):
            batch = calls[page : page + MAX_CALLS_PER_ROUND]
            if not rounds:
                return _emit(desk, [call for _, call in batch])
            done = rounds.pop(0)
            if any(one.failed for one in done):
                return Answer(desk.closing(question=_left_out(steps, ordered[number + 1 :])))
            if lacking := missing_subject(done, steps, ordered[number + 1 :]):
                return Answer(desk.closing(question=lacking))
            for (position, call), one in zip(batch, done, strict=False):
                _note_outputs(desk, parents, position, call[0], one)
    return Answer(desk.closing(question=refused))


def _refused(desk: _Desk) -> str | None:
    """Return what to say about a later part of the request that no tool does; it has no step."""
    for part in parts(desk.text):
        clause = Clause(read_part(desk.text, part.start, part.end), desk.stock, first=False)
        looped = clause.says(r"^ (?:loop|mute) ")  # a film of this request is made so
        if part.link != "first" and not looped and (topic := talk.topic(clause)) in ("retime", "still"):
            return talk.answer(topic, has_pieces=True)
    return None


def _left_out(steps: list[Step], rest: list[list[int]]) -> str | None:
    count = sum(len(group) for group in rest)
    if not count:
        return None
    return f"I stopped there; {'one more step was' if count == 1 else f'{count} more steps were'} planned after it."


def _calls_of_group(
    desk: _Desk, steps: list[Step], group: list[int], parents: dict[int, dict[Any, list[int]]]
) -> list[tuple[int, Call]]:
    out: list[tuple[int, Call]] = []
    for position in group:
        step = steps[position]
        if step.chained:
            for before in range(position):
                for kind, indices in parents.get(before, {}).items():
                    step.produced[kind] = indices
                    step.all_made.setdefault(kind, []).extend(indices)
        out += [(position, call) for call in calls_of(step)]
    return out


def _note_outputs(desk: _Desk, parents: dict[int, dict[Any, list[int]]], position: int, tool: str, done: Done) -> None:
    kind = KIND_OF_TOOL.get(tool)
    if kind is None or done.arguments.get("applyMask") is False:
        return  # a mask shows where something is: what comes after works on the picture itself
    indices = done.indices
    if not indices:
        earlier = sum(len(p.get(kind, [])) for p in parents.values())
        indices = [len(desk.stock.shelf(kind).made) + earlier]
    if tool == "extend_video":
        indices = indices[-1:]  # the new part comes first, the whole clip last
    parents.setdefault(position, {}).setdefault(kind, []).extend(indices)


def _emit(desk: _Desk, calls: list[Call]) -> Answer:
    ready: list[Call] = []
    for name, arguments in calls:
        offered = name if name in desk.tools else _STANDINS.get(name, name)
        if offered not in desk.tools:
            sorry = f"This needs the tool `{name}`, which is not offered in this conversation."
            if desk.talk.turn:
                return Answer(desk.closing(question=sorry))
            return Answer(f"{sorry} Choose Creative under Tools, or send `sogni_tools: true`.")
        ready.append((offered, _valid(desk, offered, arguments)))
    return Answer(replies.opening(ready), ready)


def _valid(desk: _Desk, name: str, arguments: Arguments) -> Arguments:
    """Return arguments that pass the catalogue's rules and the caller's own schema of that name."""
    checked = validate_arguments(name, arguments)
    clean = checked.arguments
    if not checked.ok:
        required = catalogue()[name].required
        for problem in checked.problems:
            key = re.split(r"[ .\[]", problem)[0]
            if key in clean and key not in required:
                clean.pop(key)
        if not validate_arguments(name, clean).ok:
            clean = {**custom.fill(catalogue()[name].parameters, desk.text.raw), **clean}
    own = desk.tools[name].function.parameters
    if own and own != catalogue()[name].parameters:
        known = own.get("properties", {})
        kept = {key: value for key, value in clean.items() if key in known or own.get("additionalProperties") is True}
        if validate_schema(own, kept):
            filled = custom.fill(own, desk.text.raw)
            kept = {**filled, **{k: v for k, v in kept.items() if not validate_schema(known.get(k, {}), v)}}
        clean = kept
    return clean


def _forced(desk: _Desk, name: str) -> Answer:
    """Call exactly the tool *name*."""
    spec = desk.tools.get(name)
    if name in catalogue() and name in BUILDERS:
        steps = make_steps(desk.text, desk.stock, desk.talk)
        step = next((s for s in steps if s.tool == name), None) or Step(name, Clause(desk.text, desk.stock), desk.talk)
        try:
            calls = calls_of(step)
        except Ask:
            calls = [(name, custom.fill(catalogue()[name].parameters, desk.text.raw))]
        if spec is None:
            return Answer(f"The tool `{name}` is not offered in this conversation.")
        return Answer("", [(name, _valid(desk, name, arguments)) for _, arguments in calls[:MAX_CALLS_PER_ROUND]])
    if spec is None:
        return Answer(f"The tool `{name}` is not offered in this conversation.")
    parameters = spec.function.parameters or (catalogue()[name].parameters if name in catalogue() else None)
    return Answer("", [(name, custom.fill(parameters, desk.text.raw))])


def _required(desk: _Desk) -> Answer:
    """Call the most sensible tool although the request names none."""
    picked = fitting_custom_tool(desk.text, desk.tools, insist=True)
    own = [spec for name, spec in desk.tools.items() if name not in catalogue()]
    if picked is not None or own:
        return _forced(desk, (picked or own[0]).function.name)
    if "ask_clarifying_question" in desk.tools:
        words = _carry_on(desk).text
        return Answer("", [("ask_clarifying_question", {"question": words or "What would you like to see?"})])
    for name in ("generate_image", "enhance_prompt", "compose_script"):
        if name in desk.tools:
            return _forced(desk, name)
    return _forced(desk, next(iter(desk.tools)))
