# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Evidence for edits and for new pictures."""

from studio.engine.agent.director.evidence.base import Evidence, nothing_meant, picture_at_hand, picture_meant

PICTURES: tuple[Evidence, ...] = (
    # edits
    Evidence(
        "edit",
        11,
        r"^ (?:(?:can|could|should|may) (?:the|her|his|its|we|it|this|that|image \d+) .*?(?:be|have|get|become|look|turn|add|remove|make)|(?:it|this|that|the \w+|image \d+|they|there) (?:needs?|should|could use|must|has to|ought to|could be)) ",
        lambda c: (
            picture_at_hand(c)
            and c.has("image")
            and not c.says(r" (?:work|help|possible|free|cost) | it be (?:done|possible)")
        ),
    ),
    Evidence(
        "edit",
        11,
        r"^ (?:i|we) (?:want|would like|would love|need|wish|prefer|would rather(?: have| see)?|would prefer) (?:the|her|his|its|it|them|this|that|him) .*(?: to | in | with |er | more | less )",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:its (?:(?:a|bit|little|still|much|way|far) )*(?:too|to|so|very) |(?:it|this|that|the \w+|everything|she|he|they|image \d+|(?:her|his|its|their|my) \w+) (?:is|are|looks?|seems?|feels?|comes out|turned out) (?:(?:a|bit|little|still|much|way|far|just|kind|of|rather) )*(?:too|to|so|very|not|wrong|off|missing|over|under))",
        lambda c: (
            picture_at_hand(c)
            and c.has("image")
            and not c.question
            and not c.says(
                r" (?:small|tiny|big enough|beautiful|good|nice|lovely|perfect|great|cute|cool|pretty|funny|amazing) "
            )
        ),
    ),
    Evidence(
        "edit",
        11,
        r"^ (?:(?:the |this |that |my )(?:\w+ ){{0,2}}(?:one|{pic})|image \d+|picture \d+|photo \d+) (?:, )?(?:but (?:the|his|her|its|make|in|with|give|add) ?|without|with|minus|plus|in|at|during|only|where) ",
        lambda c: (
            c.has("image")
            and (c.images.named or bool(c.stock.image.attached))
            and not c.says(r" {style} | {vid} | transparent | resolution | k | hd | background ")
        ),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:there (?:is|are)|it has|he has|she has|i see|we see|i can see|they have) (?:far |way |still |a bit )*(?:too (?:many|much|few|little)|not enough|something missing)|^ too (?:many|much) ",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:can|could) (?:the|his|her|its|she|he|they) (?:\w+ ){{1,8}}(?:please )?(?:[?.!] )*$",
        lambda c: (
            c.has("image")
            and c.stock.focus == "image"
            and not c.says(
                r" (?:work|help|possible|free|cost|studio|engine|app|program|you|seen?|found|support|video) "
            )
        ),
    ),
    Evidence(
        "edit",
        12,
        r"^ what if (?:the|she|he|it|they|there|we|you|his|her|its) ",
        lambda c: c.has("image") and c.stock.focus == "image",
    ),
    Evidence(
        "edit",
        16,
        r" (?:collage|composite|mash ?up|diptych|triptych|photo ?montage) (?:from|of|out of|with|using) (?:these|both|all|the|my|them|\d)",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        14,
        r"^ (?:what|how) would .* look(?: like)? (?:with|without|if|in|as) ",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        9,
        r"^ (?:add|remove|delete|erase|replace|swap|change|put|move|edit|alter|modify|insert|fill|adjust|fix|take|get rid of|combine|merge|blend|blur|sharpen|recolor|crop|flip|mirror|brighten|darken|lighten|warm|cool|saturate|desaturate|tint|soften|retouch|place|dress|hide|extend the|expand|outpaint|inpaint|clean|smooth|rotate|straighten|tone|increase|decrease|reduce|lower|raise|simplify|keep|exchange|switch|mix|trim|color|whiten|paint (?:the|his|her|its) \w+ (?:red|blue|green|yellow|black|white|pink|gold|in)|paint over|give (?:the|her|him|it|them|this|that|everyone)|make (?:only |just )?(?:the|his|her|its|it|him|them|this|that|image|everything|my)|turn (?:the|his|her|its|it|this|that|image|on|off)|let|use|open|close|set|light|have|pretend|lose|ditch|drop|kill|photoshop|stick|wipe|scrub|shift|shrink|widen|shorten|thicken|swap out|switch out|turn up|turn down|tone down|bump|dial|get (?:him|her|it|that|the|rid)|take out|bring|leave out|cover|uncover|unclutter|declutter|fade|blacken|bleach|dye|shave|slim|age|populate|decorate|furnish|repaint|refocus|defocus|zoom|reframe|center|scatter|sprinkle|surround)(?: |$)",
        lambda c: picture_at_hand(c) and (c.has("image") or c.images.pointed),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:(?:a |an )?(?:bit|little|touch|tad|slightly|much|way|somewhat|lot) )*(?:more|less|fewer|too|not so|\w+er|without the)(?: |$)",
        lambda c: (
            picture_at_hand(c)
            and c.has("image")
            and not c.creates
            and c.says(r"^ (?:\w+ (?:, )?){{1,8}}(?:[.!?] )?(?:please )?$")
            and not c.says(
                r"^ (?:\w+ ){{0,3}}(?:computer|water|river|flower|paper|tower|winter|summer|water|tiger|spider|ever|over|never|under|weather|mother|father|better idea|more of|one more|\w+er (?:in|of|on|with|by|at|and(?! (?:\w+er|more|less|fewer) )|under)) ?"
            )
        ),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:(?:an? )?(?:different|other|another|new|warmer|colder|softer|stronger|brighter|darker|more|less|fewer) )+(?:\w+ )?(?:colors?|light(?:ing)?|sky|background|mood|tones?|contrast|palette|weather|season|expression|hair|outfit|clothes)(?: |$)",
        lambda c: c.has("image") and c.stock.focus == "image",
    ),
    Evidence(
        "edit",
        12,
        r"^ (?:try|test|do|make|give me|show me) (?:\d+|some|a few) (?:different |other |new )?(?:\w+ ){{0,2}}(?:colors?|schemes?|palettes?|looks?|moods?|outfits?|skies|backgrounds?) (?:for|of|on|in) (?:this|it|that|him|her|image \d+) ",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:try|test|do|redo|repeat) (?:it|this|that|the same)(?: again)? (?:with|without|in|at|but|darker|brighter|less|more) ",
        lambda c: c.has("image") and c.stock.focus == "image" and not c.says(r" {style} "),
    ),
    Evidence(
        "edit",
        9,
        r"^ (?:with|without) (?:an? |the |some |more |less |fewer |no |his |her |its )?[a-z]",
        lambda c: c.has("image") and c.stock.focus == "image" and not c.creates,
    ),
    Evidence(
        "edit",
        10,
        r"[,.!] (?:please |can you |could you |so |and |just )*(?:remove|erase|delete|take|get|lose|fix|clean|change|replace|hide|crop|blur|add|put|move) (?:it|that|them|him|her|this|the) ",
        lambda c: picture_at_hand(c) and c.has("image") and not c.creates_new,
    ),
    Evidence(
        "edit",
        6,
        r" (?:in|on|to|from) (?:this|the|my|image \d+) ?(?:{pic})?|so that | instead(?: |$)|(?:combine|merge|blend|add|remove|onto|into one|single image|swap|replace) ",
        lambda c: picture_meant(c) and not c.question and c.has("image"),
    ),
    Evidence(
        "edit",
        9,
        r" (?:(?:combine|merge|blend|mix|fuse|mash|put) (?:.* )?(?:these|both|2|all|together|first|second|image \d|photos|pictures|images)|the (?:\w+ )?from the (?:first|second) )",
        lambda c: picture_at_hand(c) and not c.says(r" {vid} "),
    ),
    Evidence(
        "edit",
        17,
        r"^ (?:turn|make|convert|transform) (?:it|this|that|image \d+|(?:the|my|this) (?:\w+ )?{pic}) (?:in)?to (?:an? )?(?:\w+ ){{0,3}}?(?:poster|postcard|cover|card|flyer|banner|thumbnail|meme|ad|advert|invitation) .*§\d ",
        lambda c: c.points_at_picture and c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "edit",
        16,
        r"^ (?:write|put|print|letter|add|place|paint|set|stamp) (?:the |my |some )?(?:\w+ ){{0,2}}?§\d (?:.* )?(?:on|onto|over|across|above|below|at|in|into|to|under|along) (?:it|this|that|him|her|image \d+|upload \d+|(?:the|my|this|that) (?:\w+ )?(?:{pic}|top|bottom|middle|center|corner|left|right)) ",
        lambda c: c.points_at_picture and c.has("image") and not c.points_at_video,
    ),
    # new pictures
    Evidence(
        "generate_image",
        15,
        r" (?:{make}|signs?|signboards?|t ?shirts?|mugs?|labels?|billboards?|neon(?: sign)?|book|magazine|badges?|plaques?|cakes?|flags?|graffiti|invitations?|menus?|leaflets?|brochures?|packaging|chalkboards?|blackboards?|memes?|tickets?|certificates?|letters) (?:.* )?(?:say|says|saying|said|read|reads|reading|written|labelled|labeled|titled|with the (?:\w+ )?(?:words?|text|title|headline|name|slogan|message|caption|lettering|phrase|letters)|with (?:text|title|headline|slogan)|text|headline|slogan|caption|called|spells|spelling|lettering) (?:: |in \w+ (?:letters )?|on it )?§",
        lambda c: (
            not c.points_at_video
            and not (c.points_at_picture and c.has("image"))
            and not c.says(
                r" {vid} | voice | accent | audio | recording |^ (?:say|read|speak|narrate) |^ (?:the )?same |^ another (?:one|version) "
            )
        ),
    ),
    Evidence(
        "generate_image",
        12,
        r"^ (?:paint|draw|render|generate|show|make|illustrate|create) (?:me )?(?:(?:it|that|this)(?: now)?|an? (?:picture|image|painting) of it) (?:[.!?] )?$",
        lambda c: (c.written or (c.stock.last if not c.carried else None)) in ("enhance_prompt", "compose_script"),
    ),
    Evidence(
        "generate_image",
        13,
        r"^ (?:with |give me |show me )?(?:the )?(?:first|opening|last|final|second|third|best|key) (?:shot|scene|panel|frame|page) (?:as|in) (?:an? )?{make} ",
        lambda c: c.written == "compose_script",
    ),
    Evidence(
        "generate_image",
        5,
        r"^ ",
        lambda c: c.creates_new and not c.says(r" {vid} | (?:{music}) (?:for|in|at|with|about)?"),
    ),
    Evidence(
        "generate_image",
        15,
        r"^ (?:make|create|draw|paint|design|do|give|i need|i want|need) (?:me |us )?(?:an?|\d+|some) (?:\w+ )?(?!pieces? |scenes? |scores? |studies |study ){make} (?:, |: )?(?:1 |one )?(?:for|of|about|showing|with) ",
        lambda c: nothing_meant(c) and not c.says(r" {vid} "),
    ),
    Evidence("generate_image", 4, r" {make} ", lambda c: c.creates and nothing_meant(c)),
    Evidence(
        "generate_image",
        6,
        r" (?:{make}) (?:of|with|showing|for|in which|where|called|that shows|featuring|depicting) ",
        nothing_meant,
    ),
    Evidence(
        "generate_image",
        5,
        r"^ (?:draw|paint|sketch|illustrate|depict|doodle|imagine|render|picture) (?!it |this |that |them )",
        lambda c: (
            not c.says(
                r"^ (?:draw|paint|sketch|render|picture) (?:the \w+ (?:red|blue|green|yellow|black|white|pink)|over)"
            )
        ),
    ),
    Evidence(
        "generate_image",
        12,
        r" (?:(?:make|draw|paint|create|generate)(?: me| us)? (?:something|anything) (?:weird|funny|scary|spooky|crazy|random|cute|dark|sweet|strange|awesome|epic|silly|wild|colorful|relaxing|interesting|unusual)|surprise me|use your imagination|something (?:\w+ ){{0,3}}(?:beautiful|pretty|nice|cool|new|else|lovely|amazing|fun|magical)|anything (?:you (?:like|want)|goes|beautiful)|whatever you (?:like|want)|be creative|dream up|your choice|you (?:choose|decide|pick))(?: |$)",
        lambda c: not c.question,
    ),
    Evidence(
        "again",
        14,
        r"^ (?:(?:make|do|give me|paint|draw|want|i want|i would like|let me have|have) )*(?:\d+|an?|another|some|a few|more|other) (?:more )?(?:of|like) (?:those|these|them|that|this|it) |^ (?:repeat|rerun|re run|regenerate|reroll|re roll|redo)(?: (?:it|that|this|the (?:last|previous) one))?(?: |$)",
        lambda c: (
            c.has("image")
            and not c.points_at_video
            and not c.stock.image.attached
            and not c.says(r" (?:as|like|into) (?:an? )?(?:\w+ ){{0,2}}(?:{style}|style) | {style} ")
            and c.figures.window is None
        ),
    ),
    Evidence(
        "again",
        14,
        r"^ (?:(?:give|show|make|me|us|i|we|want|need|would|like|have|get|can|do|see|let|to|some|please) )*(?:\d+|some|a few|several|more|other|another|different|new|an?) (?:more |other |new |different |further )*(?:alternatives?|versions?|variations?|variants?|options?|takes?|tries|try|goes) (?:please )?(?:[.!?] )?$",
        lambda c: c.has("image") and not c.points_at_video and not c.stock.image.attached and c.stock.focus == "image",
    ),
    Evidence(
        "again",
        14,
        r"^ (?:that|this|it)(?: one)?(?: ,)? but |^ do (?:the|that|this|it) (?:\w+ ){{0,4}}again |^ same | (?:the same|same (?:thing|picture|image|one|again|but|in|as|prompt|scene|idea)|(?:a )?(?:different|new|another|other) seed|once more|one more(?: time)?|another (?:one|1|version|variation|take|try|go|\d(?!\d* (?:s|seconds?|minutes?) ))|again|\d more (?:like|of|please|variations?|versions?|[.!]? ?$)|more like (?:that|this|it)|try again|do (?:it|that) again|a new (?:one|version)|redo (?:it|that)|(?:variations?|versions?|variants?|takes) (?:of|on) (?:it|this|that|image|the)|something similar|similar ones?|more (?:of (?:these|those|this|that)|variations|versions))(?: |$)",
        lambda c: (
            not c.points_at_video
            and not c.question
            and not c.stock.image.attached
            and not c.says(r"^ (?:make|create|write|compose|play) (?:me |us )?an? (?:\w+ ){{0,3}}(?:{music}|{snd}) ")
        ),
    ),
)
