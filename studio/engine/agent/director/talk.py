# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Requests that want words: how strongly a clause is one, and what to answer without a language model."""

from typing import TYPE_CHECKING

from studio.engine.agent.director.text import search

if TYPE_CHECKING:
    from studio.engine.agent.director.clause import Clause

NO_MODEL = "No language model is connected, so I answer from a small set of built-in words."
CONNECT = (
    "To talk about anything else, connect one: start **Ollama**, **LM Studio** or **llama.cpp** on this computer and it "
    "is found by itself, run `studio serve --llm-url URL --llm-model NAME`, or open **Settings → Connections**."
)
CAN_DO = (
    "Tell me what you would like to see and I paint it. I can also work on a picture that you drop here:\n\n"
    "- **Make**: “a lighthouse above the clouds at dusk”, “three variations of a koi pond, square”\n"
    "- **Change**: put it in an ink-drawing style, restore an old photo, cut it out, make it four times larger\n"
    "- **Look**: describe a picture or a clip, read its text, show its metadata\n"
    "- **Film**: “animate this for 3 seconds with snow”, join clips with a cross-fade, extend them, title and subtitle them\n"
    "- **Music**: “a 20 second jazz piece at 120 bpm in B flat major”, or a film that moves to a song\n"
    "- **Chain**: “cut this out, put it in an ink-drawing style and make it four times larger”\n\n"
    "What cannot be done here is said with each result."
)

_GREETING = r"(?:hi|hello|hey|howdy|yo|greetings|good (?:morning|afternoon|evening|day|night)|moin|hola|bonjour|(?:morning|afternoon|evening)(?= (?:[.,!]|$|all|everyone|there|you))|g day|ahoy|salut|ciao|hallo|guten (?:tag|morgen|abend)|servus|welcome|sup)"
_PATTERNS: tuple[tuple[str, float, str], ...] = (
    (
        "delete",
        20,
        r"^ (?:please )?(?:delete|trash|throw away|discard|bin) (?:(?:image|video|audio|upload) \d+|it|this|that|them|all(?: of them)?|everything|the (?:last|first|second) (?:one|picture|image|video)|both|the (?:picture|image|photo|video)s?)(?: please)? (?:[.!] )?$",
    ),
    ("retime", 22, r"^ (?:(?:and|then|please|now) )*(?:loop|reverse|mute) (?:it|this|that|them|the (?:video|clip|film))(?: please)? (?:[.!] )?$"),
    ("greeting", 20, rf"^ {_GREETING}(?: (?:there|you|all|everyone|studio|again|friend|director|sogni))* (?:[.,!?] )*(?:(?:how (?:are you|is it going|do you do|are things)|what is up|what is new|nice to meet you|how you doing)[\w ]*(?:[?!.] )*)?$"),
    ("bye", 21, r"^ (?:(?:ok|okay|thanks?|thank you|great|cool|well|alright|so|and|nice|lovely|perfect|[.,!]) )*(?:bye(?: bye)?|goodbye|farewell|see you(?: \w+)?|talk later|cya|gtg|good night) (?:[.,!?] )*$"),
    ("greeting", 20, r"^ (?:how are you|how is it going|what is up|sup|wassup|you there|are you there|anyone there)[\w ]*(?:[?!.] )*$"),
    ("connect", 22, r" (?:connect|set ?up|install|attach|configure|use|link|hook up|add) (?:.* )?(?:language model|llms?|ollama|lm studio|llama ?cpp|llama|openai|gpt|local model|model)(?: |$)"),
    ("model", 22, r" (?:which|what) (?:language )?(?:model|llm|ai) (?:are you|do you|is (?:this|connected|running|answering))| (?:are|is) (?:you|this) (?:an? )?(?:real )?(?:chatgpt|gpt|llm|language model|ai|bot|robot|human|person)(?: |$)"),
    ("who", 20, r"^ (?:so )?(?:who|what) are you | your name | who (?:made|built|created) you | introduce yourself | tell me about yourself "),
    ("able", 20, r" what (?:else )?(?:can|could|do) (?:you|i|this|it|we) (?:do|make(?! of)|draw|paint|create|offer|support|know)?(?: |$)(?!.* (?:see|think) )| what (?:are you able|is possible)|(?:which|what) (?:tools|features|functions|commands|styles|file formats?|formats?|models|kinds?|sizes|languages|things) (?:do|can|are|does|should)|^ (?:help|commands|menu|\?|options)(?: me| please)? (?:[.!?] )*$| how (?:do|does|can|should|to) (?:i|this|it|we|you|the studio) (?:work|use|start|begin|get started|export|save|download|drop|upload|undo|delete)|what is (?:this|sogni|the studio)(?: |$)"),
    ("able", 18, r"^ (?!do (?:it|this) )(?:do|can|are|does|did|have|will) (?:you|this|it|the studio) (?:work|run|support|need|know|understand|speak|remember|free(?! the| my| him| her| it)|have|use|save|cost|offline|online|able|store|send|keep|like|love|dream|see|hear|think)(?: |$)(?!.* (?:picture|image|photo) )|^ (?:can|do|could|are) you (?:able to )?(?:draw|paint|sing|write|code|animate|speak|talk|sketch|compose|edit|see|hear|film|write code|make (?:videos|music|pictures|images|songs)|do (?:videos|music))(?: (?:code|songs|music|pictures|images|videos|things|stuff))? (?:[?!.] )*$"),
    ("thanks", 20, r"^ (?:(?:oh|wow|omg|hahaha|hehe|ok|okay|great|cool|nice|ha|haha|lol|yes|super|many|really|very) )*(?:thanks?(?: you)?|thank you|cheers|(?:perfect|lovely|beautiful|awesome|amazing|wonderful|brilliant|excellent)(?= (?:[.,!?]|$|thanks?|thank|one|work|job|stuff|result|picture|image|photo|mate|dear|that|this|it|i|as|really|and thank))|love it|i (?:really )?(?:love|like) (?:it|this|that|them)(?! (?:in|as|with|more|better|at|darker|brighter|bigger))|nice(?: work| one| job)?|well done|good (?:job|work)|great(?: work| job| stuff| one)?(?= (?:[.,!?]|$|thanks?|thank|mate|dear|i|that))|cool(?= (?:[.,!?]|$|thanks?|thank|mate|i|that|beans|stuff))|wow|so (?:pretty|beautiful|good|cute)|gorgeous|stunning|it is (?:perfect|beautiful|great|lovely)|that is (?:\w+ )?(?:hilarious|funny|fantastic|superb|neat|sweet|impressive|incredible|adorable|cute|wonderful|brilliant|gorgeous|stunning|perfect|beautiful|great|lovely|nice|good|it|all|fine|awesome|amazing))(?: |$)(?!(?:\w+ )*?(?:but|now|then|make|please (?:make|add|cut)|picture of|drawing of|painting of|of an?|in an?|woman|sunset|landscape|house|garden|flowers?|cat|dog) )"),
    ("small", 18, r"^ (?:let us )?(?:chat|talk|have a (?:chat|talk|conversation))(?: |$)(?!about (?:this|the) (?:picture|image|photo))"),
    ("small", 20, r"^ (?:(?:ok|okay|yes|no|yeah|yep|nope|nah|sure|hm+|hmm|ah|oh|cool|fine|great|nice|alright|right|wow|lol|haha|bye(?: bye)?|goodbye|farewell|sorry|oops|whoops|my (?:bad|mistake)|wrong (?:window|chat|button|tab|one)|take care|see you|talk later|brb|gtg|cya|good night|never ?mind|nothing|stop|wait|test|testing|ping|later) ?(?:[.,!?] )*)+$"),
    ("knowledge", 17, r"^ (?:(?:explain|summarize|describe)(?! (?:this|that|it|these|image|video|both|(?:the|my) (?:\w+ )?(?:picture|photo|image|video|clip|drawing|painting|scene)))|define|translate|calculate|compute|solve|prove|teach|convince|advise|recommend|remind|book(?! covers?| jackets?| illustrations?| shop| shelf| lovers?| worm)|order|search (?:the web|for)|google|look up|email|call|send|schedule|tell me (?:a (?:joke|story|secret)|about (?!this|it|that|image|the picture|my))|(?:write|give me|draft|compose|code|create|make) (?:me )?(?:an? |some |the )?(?:\w+ ){0,3}(?:function|code|program|class|unit tests?|essay|e ?mail|article|blog post|blog|letter|cv|resume|poem|haiku|joke|story|recipe|sql|regex|html|spreadsheet|query|list of|summary of|report|website|app)(?: |$)(?!.* (?:illustration|picture|drawing|chorus|verse|lyrics|song)))(?: |$)?"),
    ("knowledge", 9, r"^ (?:(?:what|who|why|when|where|how|which|whose) (?:is|are|was|were|do|does|did|can|could|should|would|will|many|much|far|old|tall|to|painted|wrote|invented|discovered|made|has|have|come|long|big|often)|(?:is|are|was|were|do|does|did|has|have|should|would|could|will|am|can) (?:i|you|it|this|that|they|we|he|she|there|the|my|people|anyone|someone|all|these|those)|what|why|who)(?: |$)"),
    ("chat", 8, r"^ (?:(?:today|yesterday|lately|now|honestly|sometimes|wow|sorry) ,? ?)?(?:i|we|you|he|she|they|my \w+) (?:am|was|were|are|is|had|have|has|feel|felt|think|thought|hate|hated|wonder|guess|know|knew|do not|did not|will|went|just|broke|lost|got|believe|hope|mean|can|could|should)(?: |$)(?!.* (?:draw|paint|picture|image|photo|video|song) )"),
    ("chat", 9, r" (?:help|assist) me (?:with|about|on|understand|learn|find|decide) (?!.*(?:picture|image|photo|drawing|video|song|prompt|lyrics))"),
)  # fmt: skip


def topic(clause: "Clause") -> str | None:
    """Return what kind of words *clause* wants, or None."""
    found = _strongest(clause)
    return found[0] if found else None


def talk_weight(clause: "Clause") -> float:
    """Return how strongly *clause* wants words."""
    if not clause.core.strip(" .,!?:;"):
        return 20
    found = _strongest(clause)
    return found[1] if found else 0


_RETIMED = (
    r" (?:slow(?:ed)?(?: \w+){{0,3}} down|slower|faster|speed(?: \w+){{0,3}} up|sped up|(?:half|double|twice|normal) (?:the )?speed"
    r"|(?:in|into|to) slow ?(?:mo|motion)|reverse(?:d)?|backwards?|stretch|trim|shorten|shorter"
    r"|(?:in|into|to|as) (?:an? )?(?:animated )?gif|(?:keep|take|cut out|export|save)(?: only| just)? (?:the )?(?:first|last) (?:\d+ )?seconds?) "
)
"""What no tool does to a clip: another speed, direction, a shorter length, another kind of file."""


_UNDERLAID = (
    r" (?:replace|swap|change|remove|delete|mute|strip|drop|take (?:out|off|away)) (?:the |its |my )?(?:\w+ )?(?:sound|audio|soundtrack|music) (?:of|from|in|on)"
    r"| (?:put|lay|add|use|play|set) (?:the |this |that |my |our |some )?(?:\w+ ){{0,2}}?(?:{snd}|audio \d+) (?:under|underneath|over|to|on|onto|below|behind|as) (?:the |this |that |my |it )*(?:\w+ )?(?:{vid}|it|soundtrack|sound|background)(?: |$)"
)
"""Another sound for one clip, or none."""
_STILL = r" (?:give|get|save|take|extract|export|grab|show|make)(?: me)? (?:the |a )?(?:first|last|middle|\w+)? ?(?:frame|still)s? (?:of|from|as|in|out)"


def _clip_refusal(clause: "Clause") -> str | None:
    """Return the topic of a wish about one clip that no tool here fulfils."""
    if not clause.stock.has("video") or clause.text.quotes or clause.question:
        return None
    if (clause.points_at_video or clause.stock.focus == "video") and clause.says(_STILL):
        return "still"
    if not clause.points_at_video:
        return None
    if clause.says(_RETIMED) and not clause.says(r" (?:with|replace|instead|style) "):
        return "retime"
    one = len(clause.videos.indices) < 2 and not clause.says(r" (?:join|stitch|combine|merge|both|all|them) ")
    return "underlay" if one and clause.figures.window is None and clause.says(_UNDERLAID) else None


_ABLE_WITH = (
    ("video", r" (?:with|to|for|from|about) (?:an? |my |this |these |the )?(?:\w+ )?{vid} "),
    ("audio", r" (?:with|to|for|from|about) (?:an? |my |this |these |the )?(?:\w+ )?{snd} "),
    ("image", r" (?:with|to|for|from|about) (?:an? |my |this |these |the )?(?:\w+ )?{pic} "),
)
_CAN_DO_WITH = {
    "able-video": "With a clip I can: add seconds to its end, replace a part of it, join it with others (cut or cross-fade, with a song under "
    "them), give it another style, light or shape, write titles and subtitles on it, enlarge it to 1080p or 1440p, and say what is in it. "
    "I cannot change its speed or direction.",
    "able-audio": "With a sound I can: make a film that moves to it, let a portrait move to it, lay it under joined clips, and tell its length and "
    "format. I compose music of my own too: “a 20 second jazz piece at 120 bpm in B flat major”.",
    "able-image": "With a picture I can: change light, colour, sky, weather and background, put it in another style, restore it, cut it out, enlarge "
    "it up to 15,360 px, show it from another side, make a relief in 3D or a film of it, and say what is in it.",
}


def _strongest(clause: "Clause") -> tuple[str, float] | None:
    best: tuple[str, float] | None = None
    if refused := _clip_refusal(clause):
        return refused, 25
    for name, weight, pattern in _PATTERNS:
        if search(pattern, clause.text.norm) or (weight < 20 and search(pattern, clause.core)):
            polite = clause.text.norm != clause.core and not clause.question
            if name == "knowledge" and clause.says(r"^ do (?:the|that|this|it) (?:\w+ ){{0,4}}again "):
                continue
            if name == "knowledge" and weight < 10 and polite:
                continue
            if name == "able" and clause.stock.image.attached and clause.says(r" (?:think|see|like|know) (?!any)"):
                continue
            pointed = (clause.points_at_picture and clause.has("image")) or (
                clause.points_at_video and clause.has("video")
            )
            if name == "knowledge" and pointed:
                weight = 3
            if name == "able" and pointed and clause.says(r"^ what is (?:this|that) (?:[?.!] )*$"):
                continue
            if name == "able":
                name = next((f"able-{kind}" for kind, noun in _ABLE_WITH if clause.says(noun)), name)
            if best is None or weight > best[1]:
                best = (name, weight)
    return best


def answer(name: str | None, *, has_pieces: bool) -> str:
    """Return words for the topic *name*."""
    nxt = "Say what to do with it, or ask for something new." if has_pieces else "What would you like to see?"
    match name:
        case "greeting":
            return f"Hello! I am the studio's director. {nxt}\n\n{NO_MODEL} {CONNECT}"
        case "who":
            return (
                "I am the director of this studio: I read your request and choose the tools that carry it out. "
                f"{NO_MODEL} {CONNECT}\n\n{CAN_DO}"
            )
        case "able":
            return f"{CAN_DO}\n\n{NO_MODEL} {CONNECT}"
        case "able-video" | "able-audio" | "able-image":
            return f"{_CAN_DO_WITH[name]}\n\n{nxt}"
        case "model":
            return f"I am the studio's own director: rules on this computer, no language model and no person. {CONNECT}"
        case "bye":
            return "Goodbye! Everything you made stays in the gallery."
        case "connect":
            return (
                f"{NO_MODEL} There are three ways to connect one:\n\n"
                "1. Start **Ollama**, **LM Studio** or **llama.cpp** on this computer; the studio finds it by itself.\n"
                "2. Run `studio serve --llm-url URL --llm-model NAME` with the address of any OpenAI-compatible server.\n"
                "3. Open **Settings → Connections** and give its address there.\n\n"
                "Pictures need none: just say what you would like to see."
            )
        case "thanks":
            return f"You are welcome! {nxt}"
        case "delete":
            return (
                "I never delete pieces. Select them in the session's gallery and press Delete; Undo brings them back."
            )
        case "retime":
            return (
                "I cannot do that to a clip: no tool here changes its speed or direction, loops it, cuts it shorter or saves it as a "
                "GIF. I can make it longer, replace a part of it, join it with others, give it another style, light or size, "
                "and put titles or subtitles on it."
            )
        case "underlay":
            return (
                "I cannot change the sound of one clip by itself: no tool here does that. When clips are joined, a song can "
                "lie under all of them (“join Video 1 and Video 2 with this music”); a new film can be made to a song, from "
                "words or from a picture; and a film asked for “without sound” is silent from the start."
            )
        case "still":
            return (
                "I cannot save a single frame of a clip as a picture: no tool here does that. The picture that a "
                "clip was made from is still in the gallery."
            )
        case "small":
            return f"All right. {nxt}"
        case "chat":
            return (
                f"Thank you for telling me. {NO_MODEL} {CONNECT}\n\nIf a picture would help, say what it should show."
            )
        case _:
            return f"I cannot answer that from what I know. {NO_MODEL} {CONNECT}\n\nI can make and change pictures: {nxt[0].lower()}{nxt[1:]}"
