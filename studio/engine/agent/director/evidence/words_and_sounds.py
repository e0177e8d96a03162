# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Evidence for writing, planning, music and speech."""

from studio.engine.agent.director.evidence.base import Evidence

WORDS_AND_SOUNDS: tuple[Evidence, ...] = (
    # words about words
    Evidence(
        "enhance_prompt",
        12,
        r" (?:improve|enhance|rewrite|polish|optimize|expand|better|refine|sharpen|stronger|richer|fix|write|upgrade|adapt|turn|good|detailed|make) (?:.* )?prompts? ",
    ),
    Evidence(
        "enhance_prompt",
        14,
        r" prompts? (?:is |: |.* )(?:make|improve|better|richer|more (?:detail|detailed|vivid|specific)|expand|polish|fix|rewrite|enhance|shorten|tighten|too) ",
    ),
    Evidence(
        "enhance_prompt",
        14,
        r" (?:with|need|want|me|suggest|write) (?:an?|some|the) (?:\w+ )?prompts? (?:for|about|that|to) ",
    ),
    Evidence(
        "enhance_prompt",
        13,
        r"^ (?:rewrite|adapt|optimize|rephrase|reword|expand|enrich|polish|tune|improve|format) (?:this |it |that )?(?:for|to suit|into a prompt) (?:the )?(?:\w+ )?(?:model|seedance|ltx|wan|flux|qwen|krea|z |gpt|chroma|pony|sdxl|happyhorse|minimax)",
    ),
    Evidence(
        "compose_lyrics",
        11,
        r" lyrics? | (?:words|text) (?:to|for|of) (?:a|my|the|our) (?:\w+ ){{0,3}}(?:song|lullaby|ballad|anthem|hymn|carol|tune)",
        lambda c: (
            not c.says(r" (?:with|using) (?:the|these|this|my) (?:following )?lyrics|^ sing | lyrics :")
            or c.says(
                r"^ (?:some |new |song )?lyrics : (?:an? |the |my )?(?:\w+ ){{0,4}}(?:song|ballad|rap|anthem|lullaby|hymn|verse|chorus|about) "
            )
        ),
    ),
    Evidence(
        "compose_lyrics",
        18,
        r"^ (?:write|compose|pen|give me|make up|invent|i want|i need|come up with) (?:me |us )?(?:an? |some |the )?(?:\w+ ){{0,3}}(?:poems?|haikus?|limericks?|sonnets?|rhymes?|ode) ",
        lambda c: not c.points_at_picture,
    ),
    Evidence(
        "compose_lyrics",
        9,
        r" (?:write|pen|compose|come up with|need|want) (?:me |us )?(?:a|an|some|the) (?:\w+ ){{0,3}}(?:rap|verse|verses|chorus|song text|poem to sing) ",
    ),
    Evidence(
        "compose_lyrics",
        12,
        r" (?:song ?(?:text|words|lines)|(?:verses?|stanzas?) and (?:an? )?(?:chorus|hook|bridge|refrain)|chorus (?:about|for|on)|refrain (?:about|for)|(?:\d+|an?|some) (?:\w+ ){{0,2}}(?:verses?|stanzas?|rhymes?) (?:about|for|on|of)|words for (?:an?|my|the|our) (?:\w+ ){{0,3}}(?:song|melody|tune)) ",
        lambda c: not c.says(r" (?:picture|illustration|painting|drawing) "),
    ),
    Evidence("compose_lyrics", 7, r" write (?:me |us )?(?:a|an) (?:\w+ ){{0,3}}(?:song|lullaby|ballad)(?: |$)"),
    Evidence(
        "compose_script",
        14,
        r" (?:storyboard|screenplay|shot ?list|treatment for|teleprompter|voice ?over script|monologue|dialogue (?:for|between|about)|conversation between|skit (?:about|with|for|between)|sketch comedy|elevator pitch|one act play|stage play|plot (?:for|outline)|outline for an? (?:\w+ )?(?:film|video|clip|movie)) ",
    ),
    Evidence("compose_script", 14, r"(?<!python)(?<!shell)(?<!bash) scripts? (?!in python|in bash|that )"),
    Evidence(
        "compose_script",
        8,
        r" (?:write|draft|script|plan|outline) (?:me )?(?:a|an|the) (?:\w+ ){{0,4}}(?:trailer|ad|advert|commercial|scene|sketch comedy|short film|story ?line|campaign|skit|narration script) ",
    ),
    Evidence(
        "compose_instrumental",
        13,
        r" (?:outline|plan|structure|arrangement|arrange|sections|form|layout|blueprint|write|lay out) (?:.* )?instrumental| instrumental (?:\w+ )?(?:plan|structure|arrangement|outline|layout|sections|form|sketch)",
    ),
    Evidence(
        "compose_instrumental",
        12,
        r" (?:arrangement|instrumentation|orchestration|section) (?:plan|outline|sketch|map|list)s? | (?:plan|outline|sketch|map) (?:of |out |for )?(?:an? |the |my )?(?:\w+ )?(?:arrangement|instrumentation|orchestration) ",
        lambda c: not c.says(r" (?:flowers?|picture|image|photo|video) "),
    ),
    Evidence(
        "compose_instrumental",
        15,
        r"^ (?:(?:give|make|write|plan|need|want|i|me|us|a|an|the|some) )*(?:structure|arrangement|form|outline|sections|layout|blueprint) (?:for|of) (?:.* )?(?:{music}|{snd}) ",
        lambda c: not c.says(r" (?:lyrics|words|this|that|it|my) "),
    ),
    Evidence("compose_instrumental", 9, r"^ compose (?:me )?an? (?:\w+ )?instrumental "),
    # sound
    Evidence(
        "generate_music",
        9,
        r"^ compose (?!.*(?:(?!pieces? ){make}|{vid}|lyrics|scripts?|poems?|text|words|prompts?|letters?) )",
        lambda c: not c.points_at_picture and not c.points_at_video,
    ),
    Evidence("generate_speech", 10, r"^ (?:say|speak|pronounce|recite|narrate|voice|utter)(?: |$)"),
    Evidence(
        "generate_speech",
        15,
        r" (?:voice|accent|narrator|speaker|announcer|recording|audio|sound bite|sound clip)(?: \w+){{0,5}}? (?:saying|says|reading|that says|speaking) | (?:into|to) (?:speech|spoken words|a voice)",
    ),
    Evidence(
        "generate_speech",
        16,
        r" (?:my|this|the|that) (?:\w+ )?(?:recording|voice memo|voice(?: sample)?|sample) (?:.* )?(?:speak|say|read|saying|reading|speaking) (?:: |§)",
        lambda c: c.has("audio") and not c.stock.image.attached,
    ),
    Evidence("generate_speech", 12, r"^ (?:\w+ ){{0,3}}saying §", lambda c: not c.says(r" {make} | {vid} ")),
    Evidence("generate_speech", 14, r"^ read (?:out |aloud )?§"),
    Evidence(
        "generate_speech",
        15,
        r"^ read (?:me |us |to me |out )?(?:this|the following|my|these)(?: (?:poem|text|story|letter|message|lines?|paragraph|sentence|words|passage|speech|script|quote|verse))? (?:: |§)",
    ),
    Evidence(
        "generate_speech",
        14,
        r" (?:voice|accent|narrator|narration|voice ?message|voicemail|announcement) (?:: |, |§)",
        lambda c: (
            (bool(c.text.quotes) or " : " in c.core)
            and not c.points_at_video
            and not c.says(r" {make} | {vid} | lyrics? | prompt ")
        ),
    ),
    Evidence(
        "generate_speech",
        13,
        r" (?:clone|use|in|with|imitate|copy) (?:my (?:own )?|this |that |\w+ s )voice (?:.* )?(?:say|speak|read|saying|reading)(?: |$)",
    ),
    Evidence(
        "generate_speech",
        15,
        r" (?:narrator|voice|voice actor|speaker|someone|somebody|actor|announcer|(?:wo)?man|lady|girl|boy|robot|presenter) (?:to |who |that |should )?(?:reads?|says?|speaks?|recites?|reading|speaking|narrates?)(?: this| the words| out)?(?: :)? ?§",
        lambda c: not c.says(r" {make} | {vid} ") and not c.points_at_video and not c.stock.image.attached,
    ),
    Evidence(
        "generate_speech",
        14,
        r" (?:voicemail|answering machine|audiobook|audio book|announcement|pa system|phone greeting|dictate|say it|speak it|hear it spoken) ",
        lambda c: bool(c.text.quotes) or " : " in c.core,
    ),
    Evidence("generate_speech", 13, r"^ (?:whisper|shout|yell|announce|tell) (?:.* )?§"),
    Evidence(
        "generate_speech",
        15,
        r" (?:text to speech|tts|voice ?over|read (?:this |it |the following |that |me |out |this text )*(?:aloud|out loud|out)|aloud|narration|narrate|spoken|read this :|speech (?:of|saying|from)|voice message|say §\d|says? : )",
        lambda c: not c.points_at_video,
    ),
    Evidence(
        "generate_speech",
        8,
        r" (?:clone|in) my (?:own )?voice| (?:in|with) an? (?:\w+ ){{0,3}}(?:voice|accent) .*§| §\d+ in an? (?:\w+ ){{0,3}}(?:voice|accent)",
    ),
    Evidence(
        "generate_music",
        6,
        r" (?:{music}) ",
        lambda c: (
            not c.points_at_video
            and not c.question
            and not c.says(r"^ (?:i|we) have | text for |^ (?:here is|this is|i made|i wrote|i recorded|meet) ")
        ),
    ),
    Evidence(
        "generate_music",
        13,
        r"^ (?:add|write|compose|make) (?:some |an? |the )?(?:\w+ ){{0,3}}(?:soundtrack|score|{music}) (?:for it |to it |under it |to go with it |in the background |at the end )*(?:please )?(?:[.!] )?$",
        lambda c: bool(c.carried) and not c.has("audio"),
    ),
    Evidence(
        "generate_music",
        14,
        r" (?:version|variation|variant|take|arrangement|remix) (?:of|on) (?:this|that|the|my|audio \d+) ?(?:\w+ ){{0,2}}?(?:{snd})?(?: |$)",
        lambda c: c.stock.focus == "audio" and not c.says(r" (?:{vid}|{pic}) "),
    ),
    Evidence(
        "generate_music",
        14,
        r" (?:background music|music|soundtracks?|songs?|tunes?|jingles?|score|theme) for (?:an?|my|the|our) ",
        lambda c: not c.says(r" (?:lyrics|words|text for|video for|music video|clip for) | i have | a video "),
    ),
    Evidence(
        "generate_music",
        3,
        r" (?:{music}) ",
        lambda c: c.creates or c.says(r"^ (?:an?|some|play|sing|perform|background|epic|happy|sad) "),
    ),
    Evidence(
        "generate_music",
        4,
        r" (?:bpm|music|in [a-g] (?:sharp |flat )?(?:minor|major)|instrumental|sing|soundtrack|tune|melody|beat) ",
        lambda c: not c.points_at_video and not c.question,
    ),
    Evidence(
        "generate_music",
        8,
        r" (?:with|using) (?:the|these|this|my) (?:following )?lyrics?|^ sing | lyrics : ",
        lambda c: c.says(r" (?:sing|song|music|make|create|compose|generate|track) (?:.* )?lyrics? |^ sing "),
    ),
    Evidence(
        "generate_music",
        12,
        r"^ ",
        lambda c: (
            (c.figures.bpm is not None or c.figures.key is not None)
            and not c.points_at_video
            and not c.question
            and not c.says(r" {vid} | lyrics? ")
        ),
    ),
    Evidence(
        "generate_music",
        6,
        r" (?:bossa nova|reggae|dubstep|hip hop|trap|edm|house music|ambient (?:drone|pad|soundscape)|soundscape|bluegrass|(?:delta|slow|electric|country|chicago) blues|blues (?:riff|rock|tune|guitar)|jazz|punk rock|heavy metal|samba|tango|polka|ska|funk|gospel|orchestral|chiptune|lullaby|lo fi|lofi|chillout|dnb|eurodance|grunge|swing|mariachi|flamenco|klezmer|trance|background music|elevator music|ringtone|ambien(?:ce|ces)|soundscapes?|white noise|binaural beats|pads|synth pads?|bassline|arpeggios?|breakbeat|loopable|jingle|menu music|hold music|sound ?track|theme tune|intro music|drone)(?: |$)",
        lambda c: (
            not c.points_at_video
            and not c.question
            and not c.points_at_picture
            and not c.says(
                r" {make} | {vid} | (?:club|bar|band|musician|singer|concert|player|dancers?|trumpeter|pianist|stage|festival|shot|poster|style|aesthetic|couple|guitarist|street|flying) "
            )
        ),
    ),
    Evidence(
        "generate_music",
        14,
        r"^ (?:sing|play|perform|compose|record|produce|make|render) (?:it|them|that|this)(?: |$)",
        lambda c: c.written in ("compose_lyrics", "compose_instrumental"),
    ),
    Evidence(
        "generate_speech",
        16,
        r"^ (?:read|speak|recite|say|narrate|record) (?:it|them|that|this)(?: |$)|^ (?:read|recite) (?:me|us) (?:it|that|this) ",
        lambda c: c.written is not None,
    ),
    Evidence(
        "generate_music",
        13,
        r"^ (?:(?:an?|some|solo|slow|fast|happy|sad|soft|gentle|quiet|calm|warm|dark|bright|simple|solemn|playful|funky|dreamy|epic|lonely) )*(?:ukulele|piano|guitar|violin|cello|flute|harp|accordion|sax|saxophone|trumpet|strings|drums?|synth|synths|organ|banjo|marimba|handpan|kalimba|choir|brass|clarinet|music box|harmonica)s?(?: |$)",
        lambda c: (
            not c.points_at_video
            and not c.points_at_picture
            and not c.question
            and c.says(
                r" (?:bpm|vocals?|drums|beat|loop|instrumental|background|music|\d+ (?:seconds?|minutes?)|minutes?|in [a-g]|for (?:an?|my|the) (?:\w+ )?(?:reel|video|film|intro|game|podcast|trailer|vlog|wedding|funeral|scene|clip)) "
            )
        ),
    ),
    Evidence(
        "generate_speech",
        17,
        r"^ (?:read|recite|speak|narrate|say) (?:me |us |out |aloud )*(?:the|those|these|my|your|that|this) (?:lyrics|poem|script|text|words|story|lines|verses?)(?: (?:out|aloud|loud|to me|out loud|please|again))* (?:[.!?] )?$",
        lambda c: c.stock.last in ("compose_lyrics", "compose_script", "enhance_prompt") or c.written is not None,
    ),
    Evidence(
        "compose_lyrics",
        14,
        r"^ (?:write|do|make|add|invent|compose) (?:the|its|some|my) (?:words|lyrics|text)(?: too| as well| first| also| for it| to it)* (?:[.!?] )?$",
        lambda c: "audio" in c.carried or c.stock.focus == "audio",
    ),
    Evidence(
        "generate_music",
        9,
        r" (?:from|with|to|of|on) (?:these|the|this|my) (?:\w+ )?(?:words|lines|text) : ",
        lambda c: c.says(r" (?:song|ballad|music|hymn|anthem|tune|lullaby|track|sing|sung) "),
    ),
    Evidence(
        "generate_music",
        14,
        r"^ (?:put|add|lay|have|set|use) (?:some |an? )?(?:(?:\w+ ){{0,3}}{music} (?:under|underneath|to|over|behind|below|on|for)|(?:\w+ ){{1,4}}(?:under|underneath|behind)) (?:it|this|that|them|the {vid}|top) |^ (?:put|add|lay) (?:some |an? )?(?:\w+ ){{0,3}}{music} (?:on|to it|in)(?: too)? (?:[.!] )?$",
        lambda c: "video" in c.carried and not c.has("audio"),
    ),
    Evidence(
        "generate_music",
        14,
        r"^ (?:under|underneath|behind|below|over) (?:it|that|them|this) (?:goes |lies |comes |put |an? |some )*(?:\w+ ){{1,4}}(?:[.!] )?$",
        lambda c: "video" in c.carried and not c.has("audio") and not c.text.quotes,
    ),
    # plans
    Evidence(
        "compose_workflow",
        14,
        r" (?:plan (?:the|out|all)? ?(?:steps|workflow|production|project|it)|plan with (?:\w+ )?steps|production plan|steps (?:for|to make|of)|plan .* (?:do not|without) (?:start|run|render|mak)\w*|make a (?:workflow|plan)|workflow|step by step plan|plan (?:for|of) (?:making|producing)) ",
        lambda c: not c.says(r" template "),
    ),
    Evidence(
        "compose_workflow_template",
        15,
        r"^ (?:new )?template (?::|for|that|of) | (?:(?:make|create|draft|build|write|design|turn .* into) (?:me )?(?:an? )?(?:\w+ ){{0,4}}template|workflow template|reusable (?:workflow|template)|(?:want|need|would like|save|draft|make|as) (?:this |it )?(?:as )?(?:an? |my )?template (?::|for|of|called|named|that|where|with|which)) ",
        lambda c: not c.says(r" (?:picture|image|drawing|poster) of "),
    ),
)
