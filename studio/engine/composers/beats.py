# ruff: noqa: E501 — a beat is easiest to judge on one line
"""What can happen in a scene, in story order: for someone who acts, for a thing, for an advertisement, for a speaker.

A beat is (name, shot, action, voice). Slots: ``A`` the actor when first met, ``a`` once known,
``act`` what they do, ``at`` where, ``ground``, ``light``, ``detail``, ``detail2``, ``sound``,
``trouble``, ``Noun`` the actor's name as a title. An option is chosen for each story.
"""

from typing import Final

Beat = tuple[str, str, tuple[str, ...], tuple[str, ...]]

STORY: Final[tuple[Beat, ...]] = (
    (
        "Before",
        "extreme wide, locked off",
        (
            "{At}. {Light}. {Detail}. Nobody is here yet.",
            "{At}. {Light}. {Detail}. The frame waits a beat longer than it should.",
        ),
        ("Some stories begin with a noise. This one begins with {sound}.", "Nothing ever happened here. Until it did."),
    ),
    (
        "Arrival",
        "wide, slow push-in",
        (
            "{A} {come} into frame, small against {ground}. {Detail2}.",
            "{A} {stop} at the edge of {ground} and {look} back once.",
        ),
        ("Nobody had told {a} it could not be done.", "Everyone had an opinion about {a}."),
    ),
    (
        "Wanting",
        "close-up, 85 mm, shallow focus",
        (
            "Close on {a}: a decision, made before the face shows it.",
            "Close on {a}. Eyes on something we cannot see yet. {Detail}.",
        ),
        ("I thought it would feel different.", "Just once. That is all I ask."),
    ),
    (
        "The doing",
        "medium, handheld, follows at walking pace",
        (
            "{A_known} {act}. The camera keeps its distance and lets it happen.",
            "{A_known} {act}. We stay with the body, not the result.",
        ),
        ("Like this?", "Do not look at me. Look at what I am doing."),
    ),
    ("Detail", "macro, static", ("{Detail2}. A small thing, held on screen until it becomes the subject.",), ("", "")),
    (
        "Trouble",
        "low angle, drifting off level",
        ("Then {trouble}. {A_known} {stop}; the sound drops out.", "{Trouble}. For the first time {a} {look} unsure."),
        ("Not now. Please, not now.", "I knew it. I knew it and I came anyway."),
    ),
    (
        "Alone",
        "wide from above, very slow pull-back",
        ("From above, {a} {be} a single mark {at}. {Light}. Only {sound}.",),
        ("Go home, they said.", ""),
    ),
    (
        "The turn",
        "over the shoulder, rack focus",
        (
            "{Detail}. {A_known} {see} it, and everything about the way {they} {stand} changes.",
            "Rack from {a} to what {they} {see}: {detail2}. It was there all along.",
        ),
        ("Oh.", "So that is where you were."),
    ),
    (
        "Again",
        "match cut, same lens as the first attempt",
        ("Same place, same light. {A_known} {begin} again, slower, without looking down.",),
        ("Again.", "One more time."),
    ),
    (
        "Summit",
        "one unbroken take, orbiting half a turn",
        (
            "This time it holds: {a}, {light}, no cut. The camera comes round until the whole of {ground} lies behind {them}.",
            "It works. The camera circles once, and {sound} comes back all at once.",
        ),
        ("Look. Look!", "I told you. I told all of you."),
    ),
    (
        "After",
        "medium, eye level, still",
        ("{A_known} {sit} down. Somewhere between laughing and not. {Detail2}.",),
        ("Nobody will believe this.", "Well. That is that."),
    ),
    (
        "The same frame",
        "extreme wide, the first frame again",
        (
            "The opening frame, unchanged except for one thing: {a} {be} in it now. {Sound_cap}. Cut to black.",
            "We are back where we began, but {detail}, and {a} {do} not leave. Fade out on {sound}.",
        ),
        ("And that is how it started.", "Now ask me again."),
    ),
)

THING: Final[tuple[Beat, ...]] = (
    (
        "Threshold",
        "extreme wide, slow push-in",
        ("{At}. {Light}. {Detail}. Nothing yet tells us what this is about.", "{At}: {detail}. {Light}."),
        ("You have seen it a hundred times. Look again.",),
    ),
    (
        "First look",
        "medium, reveal from behind the foreground",
        (
            "The foreground slides away and there it is: {subject}. Held for three full seconds.",
            "{Subject}, centred, at the far end of the frame. The camera walks toward it.",
        ),
        ("{Subject}. Say it slowly.",),
    ),
    (
        "Surface",
        "macro, raking light",
        ("So close that scale is lost: edge, grain, shine. {Light} moves across it.",),
        ("Up close, it is a country of its own.",),
    ),
    (
        "Motion",
        "tracking, constant speed",
        ("Something sets it going. The shot follows {subject} from left to right without a cut. {Detail2}.",),
        ("There is no stillness here. We only look too briefly.",),
    ),
    (
        "People",
        "medium, natural light",
        ("Faces that are looking at {subject}, not at us. One of them smiles before she knows it.",),
        ("Ask anyone why they look, and wait.",),
    ),
    (
        "Against it",
        "low angle, wind in the lens",
        ("{Trouble}. For a moment {subject} could be lost.",),
        ("It could have ended here.",),
    ),
    (
        "Turning point",
        "rack focus, near to far",
        ("From {detail} to {subject}, in one pull of focus.",),
        ("And then you see how the parts belong together.",),
    ),
    (
        "Scale",
        "aerial, rising",
        ("The camera rises until {subject} is one part of everything around it.",),
        ("Small, then. And still the centre of it.",),
    ),
    (
        "Rhythm",
        "four quick cuts on the beat",
        ("Four images, one second each: edge, hand, light, whole. On the last one, {sound}.",),
        ("",),
    ),
    ("Quiet", "static, long lens", ("Everything stops. {Detail2}. Only {sound}.",), ("Listen.",)),
    (
        "Full view",
        "wide, one half turn around it",
        ("The whole of {subject}, seen from every side in one slow half turn, {light}.",),
        ("This is what we came for.",),
    ),
    (
        "Last image",
        "the first frame again, tighter",
        ("The first frame again, but now we know what it holds: {subject}. {Sound_cap}. Black.",),
        ("{Subject}. Now you have seen it.",),
    ),
)

ADVERT: Final[tuple[Beat, ...]] = (
    (
        "Hook",
        "close-up, already moving",
        (
            "No logo, no music: {detail}. Someone is having the kind of day everybody knows.",
            "Straight in: a hand reaches for the usual thing and stops halfway.",
        ),
        ("You know this moment.", "It was going to be one of those days."),
    ),
    (
        "The old way",
        "static, flat light",
        ("The ordinary version, played deadpan. It takes too long and nobody enjoys it.",),
        ("You could go on like this.",),
    ),
    (
        "Entrance",
        "push-in, light warms",
        (
            "{Subject} comes into frame. The light turns with it: {light}.",
            "A click, a breath, and {subject} is simply there, in its best light.",
        ),
        ("Or you could try {subject}.", "Say hello to {subject}."),
    ),
    (
        "The senses",
        "macro, 120 fps",
        ("Macro: texture, pour, edge, shine of {subject}. {Detail2}. Sound very close.",),
        ("Go on. Closer.",),
    ),
    (
        "In use",
        "handheld, natural",
        ("Somebody uses {subject} without thinking about it. That is the point. {Detail}.",),
        ("It fits. That is all it has to do.",),
    ),
    (
        "The face",
        "85 mm portrait, no words",
        ("The reaction: first surprise, then the attempt to hide it.",),
        ("There it is.",),
    ),
    (
        "Shared",
        "wide, three people and a table",
        ("It is passed on. Three people, one {ground}, laughter we cannot quite hear.",),
        ("Better when somebody steals it from you.",),
    ),
    (
        "Proof",
        "split screen, same clock",
        ("Left: the old way. Right: {subject}. Same clock in both; only one side is smiling.",),
        ("Same morning. Different morning.",),
    ),
    ("Rhythm", "four cuts on the beat", ("Four cuts on the beat: hand, detail, face, {subject}.",), ("",)),
    (
        "Night",
        "wide, practical lights only",
        ("Hours later. {Subject} is still on the table; the evening has grown around it.",),
        ("And it is still here at the end.",),
    ),
    (
        "Turn to us",
        "medium, breaks the fourth wall",
        ("The person looks into the lens, shrugs, and goes back to {subject}.",),
        ("What? You would too.",),
    ),
    (
        "End card",
        "packshot, locked off",
        ("{Subject}, centred, clean background in {palette}. Line and logo fade up. Button of {sound}.",),
        ("{Tagline}",),
    ),
)

SPEAKER: Final[tuple[Beat, ...]] = (
    (
        "Hook",
        "medium close-up, eyes on lens",
        ("Speak straight away, no greeting.",),
        (
            "Give me {seconds} seconds and you will look at {topic} differently.",
            "Here is what I wish somebody had told me about {topic}.",
        ),
    ),
    (
        "Why it matters",
        "same frame, half a step closer",
        ("Slow down. One hand, no slides.",),
        (
            "{Topic_cap} sounds like a thing for other people. It stopped being that for me when [the moment it got personal].",
        ),
    ),
    (
        "First point",
        "cut to the other side, b-roll of {topic}",
        ("Count on one finger.",),
        (
            "First: start smaller than feels reasonable. With {topic}, the first honest step is [your smallest first step].",
        ),
    ),
    (
        "Second point",
        "medium, b-roll over the second sentence",
        ("Count on two; show, do not list.",),
        (
            "Second: the mistake everybody makes is [the usual mistake]. I made it too. What works instead is [your fix].",
        ),
    ),
    (
        "Example",
        "close-up on hands or screen",
        ("Demonstrate in real time; let a silence stand.",),
        ("Watch. [Show it: before, one change, after.] That is all of it.",),
    ),
    (
        "Third point",
        "medium close-up",
        ("Count on three.",),
        ("Third, and nobody says this aloud: you are allowed to be bad at {topic} for a while.",),
    ),
    (
        "Objection",
        "profile, then turn to the lens",
        ("Say the doubt in the viewer's voice.",),
        ("“But I do not have the time.” Good. You need [minutes] minutes, and you have just spent one with me.",),
    ),
    (
        "Proof",
        "b-roll, number on screen",
        ("One number only, held for two seconds.",),
        ("In [period], it changed [the one number you can stand behind].",),
    ),
    (
        "Recap",
        "same frame as the hook",
        ("Faster, smiling.",),
        ("Start small, skip the usual mistake, allow yourself to be bad at it. That is {topic}.",),
    ),
    (
        "Story",
        "wide, sitting down",
        ("Lean back, as if the interview were over.",),
        ("Somebody asked me last week why I still care about {topic}. I said: [your one-sentence answer].",),
    ),
    ("Invitation", "close-up, quiet", ("Lower the voice.",), ("Try it today, badly, and tell me what happened.",)),
    (
        "Close",
        "hold on the face, two seconds of nothing",
        ("Stop talking before you are finished looking.",),
        ("If this helped, keep it for the day you need {topic} again.",),
    ),
)

ORDERS: Final[dict[int, tuple[int, ...]]] = {
    1: (3,), 2: (3, 11), 3: (0, 3, 11), 4: (0, 1, 3, 11), 5: (0, 1, 3, 5, 11), 6: (0, 1, 3, 5, 9, 11),
    7: (0, 1, 3, 5, 7, 9, 11), 8: (0, 1, 2, 3, 5, 7, 9, 11), 9: (0, 1, 2, 3, 5, 7, 9, 10, 11),
    10: (0, 1, 2, 3, 4, 5, 7, 9, 10, 11), 11: (0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11), 12: tuple(range(12)),
}  # fmt: skip
"""Which beats a story of so many scenes takes; the other kinds have orders of their own."""
ORDERS_AD: Final[dict[int, tuple[int, ...]]] = {
    1: (2,), 2: (2, 11), 3: (0, 2, 11), 4: (0, 2, 3, 11), 5: (0, 2, 3, 5, 11), 6: (0, 2, 3, 4, 5, 11),
    7: (0, 1, 2, 3, 4, 5, 11), 8: (0, 1, 2, 3, 4, 5, 6, 11), 9: (0, 1, 2, 3, 4, 5, 6, 10, 11),
    10: (0, 1, 2, 3, 4, 5, 6, 7, 10, 11), 11: (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11), 12: tuple(range(12)),
}  # fmt: skip
ORDERS_TALK: Final[dict[int, tuple[int, ...]]] = {
    1: (0,), 2: (0, 10), 3: (0, 2, 10), 4: (0, 2, 3, 10), 5: (0, 2, 3, 5, 10), 6: (0, 1, 2, 3, 5, 10),
    7: (0, 1, 2, 3, 5, 8, 10), 8: (0, 1, 2, 3, 4, 5, 8, 10), 9: (0, 1, 2, 3, 4, 5, 6, 8, 10),
    10: (0, 1, 2, 3, 4, 5, 6, 7, 8, 10), 11: (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11), 12: tuple(range(12)),
}  # fmt: skip
