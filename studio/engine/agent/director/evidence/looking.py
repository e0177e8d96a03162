# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Evidence for looking at a picture and for reading the facts of a piece."""

from studio.engine.agent.director.evidence.base import Evidence, picture_at_hand, picture_meant

LOOKING: tuple[Evidence, ...] = (
    # facts and looks
    Evidence(
        "extract_metadata",
        16,
        r"^ who (?:made|created|painted|took|shot|generated) (?:this|that|the|it) | (?:is|was) (?:it|this|that) (?:by |made by |made with )?(?:an? )?(?:ai|ai generated|ai made|generated)(?: |$)",
        lambda c: c.question and (c.has("image") or c.has("video") or c.has("audio")),
    ),
    Evidence(
        "extract_metadata",
        17,
        r" (?:what|which) (?:camera|lens|iso|aperture|shutter|phone|software) | taken with ",
        lambda c: c.question and (c.has("image") or c.has("video")),
    ),
    Evidence(
        "extract_metadata",
        17,
        r" (?:what|which) (?:\w+ ){{0,2}}?(?:generator|tool|app|application|program|sampler|checkpoint|settings?|steps|cfg|lora|loras|workflow) (?:.* )?(?:made|generated|created|painted|rendered|produced|used|wrote|drew|come|came|was|were) ",
        lambda c: c.question and picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "extract_metadata",
        15,
        r" (?:iso|shutter(?: speed)?|aperture|f stop|focal length|gps|geotag|coordinates|bit depth|date taken|time ?stamp|sampling rate|channels|file ?name|mime type|ppi|color space|encoder|container|megabytes|mb) ",
        lambda c: (
            (c.has("image") or c.has("video") or c.has("audio"))
            and not c.creates_new
            and (
                c.question
                or c.says(r"\?|^ (?:\w+ (?:, )?){{1,6}}$|^ (?:show|tell|give|list|read|extract|get|print|check) ")
            )
        ),
    ),
    Evidence(
        "extract_metadata",
        16,
        r" (?:metadata|meta data|exif|file (?:info|information|size|format|type|details)|technical (?:details|data|info|information)|codec|frame ?rate|fps|bit ?rate|sample rate|properties|color profile) ",
        lambda c: c.has("image") or c.has("video") or c.has("audio") or c.images.pointed or c.videos.pointed,
    ),
    Evidence(
        "extract_metadata",
        16,
        r" (?:what|which|tell me the|show me the|show the|give me the) (?:is |are |was |were )?(?:the |its )?(?:exact )?(?:dimensions?|resolution|size|seed|aspect ratio|pixel (?:size|dimensions|count)|prompt|model|format|duration|length)(?: |$)",
        lambda c: (
            (c.has("image") or c.has("video") or c.has("audio"))
            and not c.says(r" prompts? (?:should|could|would|for an?) ")
        ),
    ),
    Evidence(
        "extract_metadata",
        15,
        r" (?:size|dimensions?|resolution|width|height|aspect ratio|length|duration|format) of (?:it|this|that|the|my|image \d+|video \d+|clip \d+)(?: |$)",
        lambda c: (
            (c.has("image") or c.has("video") or c.has("audio"))
            and (
                c.question
                or c.says(
                    r"^ (?:the )?(?:size|dimensions?|resolution|width|height|aspect|length|duration|format) | \? "
                )
            )
        ),
    ),
    Evidence(
        "extract_metadata",
        15,
        r" how (?:big|large|wide|tall|high|many pixels|many megapixels|heavy) (?:is|are|does|do|was|has) ?(?:it|this|that|the|my|image|there)?",
        lambda c: (
            c.has("image")
            and not c.points_at_video
            and c.says(r" (?:it|this|that|file|{pic}|pixels|megapixels|image \d) ")
        ),
    ),
    Evidence(
        "extract_metadata",
        16,
        r" (?:tempo|bpm|key|how (?:fast|loud|slow)) ",
        lambda c: c.question and c.has("audio") and c.says(r" {snd} "),
    ),
    Evidence(
        "extract_metadata",
        16,
        r" how (?:long|big|large|many frames|many seconds) (?:is|are|does|was|has) ?",
        lambda c: c.says(r" (?:{vid}|{snd}) ") and (c.has("video") or c.has("audio")),
    ),
    Evidence(
        "extract_metadata",
        14,
        r" (?:when|where|when and where|where and when) was (?:this|it|that|the|my) (?:\w+ )?(?:taken|made|shot|created|photographed)",
        lambda c: c.has("image") or c.images.pointed,
    ),
    Evidence(
        "analyze_image",
        12,
        r"^ which (?:one|of (?:them|these|those|the (?:2|3|4|\w+))|picture|image|photo|version|is) ",
        lambda c: c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "analyze_image",
        13,
        r" (?:alt ?text|captions?|descriptions?|explanations?|critique|feedback) (?:for|of|about|on) (?:this|the|my|image|that|these|it)",
        lambda c: picture_meant(c) and c.has("image"),
    ),
    Evidence(
        "analyze_image",
        12,
        r"^ (?:explain|summarize) (?:this|that|it|image|the|my) ",
        lambda c: picture_meant(c) and c.has("image"),
    ),
    Evidence(
        "analyze_image",
        12,
        r"^ (?!read (?:\w+ )*?(?:aloud|out)|read (?:this|the following) :)(?:describe|identify|recogni[sz]e|analyze|compare|critique|review|evaluate|judge|caption|ocr|transcribe|inspect|look at|have a look at|tell (?:me )?(?:about|what|more|if|who|how|which|where|whether)|count|list|name|read|explain|rate|give (?:me )?(?:a description|feedback|an opinion)|what do you (?:see|think)|spot|find)(?: |$)",
        picture_at_hand,
    ),
    Evidence(
        "analyze_image",
        9,
        r" (?:in|on|about|of|at|with) (?:this|that|the|my|both|these) (?:\w+ )?{pic}| here (?:\? )?$| image \d+|(?:see|there|wrong|written|shown|visible|depicted|dominate|difference|happening|going on) ",
        lambda c: c.question and picture_at_hand(c) and c.has("image"),
    ),
    Evidence("analyze_image", 8, r"^ ", lambda c: c.question and bool(c.stock.image.attached)),
    Evidence(
        "analyze_image",
        9,
        r"^ (?:what|who|where|which|is|are|does|do|how many|why|can you (?:see|tell))(?: is| are| s)? ?(?:.* )?(?:this|that|it|here|these|{pic}) ",
        lambda c: (
            c.question
            and picture_at_hand(c)
            and c.has("image")
            and not c.says(
                r"^ (?:what|how) (?:is|are|do|does) (?:it|that|this) (?:called|cost|work|you)|^ what (?:can|do) you|^ (?:is|was) (?:that|this|it) (?:ok|okay|free|possible|clear|you)|^ what is (?:this|it) studio"
            )
        ),
    ),
)
