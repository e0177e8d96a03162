# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Evidence for the tools that work on an existing picture."""

from studio.engine.agent.director.evidence.base import (
    Evidence,
    no_new_picture,
    picture_at_hand,
    picture_meant,
    size_given,
)

_FROM_WHERE = (
    r"(?:from (?:directly )?(?:behind|above|below|underneath|overhead|(?:the |its |her |his )?(?:left|right|back|front|side|top|rear|bottom|other side|low angle|high angle))"
    r"|(?:front|back|rear|side|left|right|quarter|top|birds?(?: s)? eye|worms?(?: s)? eye|profile|three quarter) (?:side )?(?:view|angle)|(?:low|high|eye level|another|different|new|other) (?:camera )?(?:angle|viewpoint|perspective)"
    r"|(?:rotate|move|turn|orbit|swing|pan) the camera|camera (?:angle|to the|from)|(?:show|see|view) (?:me )?(?:the|its|his|her) (?:back|rear|other side|left side|right side|profile)(?= |$)|view (?:it|this|that|her|him) from|^ view from|(?:other|back|far|left|right|rear|reverse|under) ?side of (?:it|the|this|that|her|him|my)|over the shoulder|side on|top down|(?:front|back) (?:left|right) (?:view|angle|side)|viewed from|from a (?:lower|higher|low|high|different|new|steeper) (?:angle|viewpoint|position|perspective|point of view))"
)

_FROM_SIDE = r"(?:from|seen from|viewed from) (?:directly )?(?:behind|above|below|overhead|(?:the |its |her |his )?(?:left|right|back|front|top|rear|other)(?: side)?(?! (?:of|into) )|the side)"

REWORKED: tuple[Evidence, ...] = (
    # pictures from pictures
    Evidence(
        "image_to_3d",
        14,
        r" (?:3d (?:model|mesh|object|asset|print|file|sculpture|version|scan|figure|figurine|statue|statuette|sculpture|character|miniature|avatar|bust|toy|prop|reconstruction|thing|shape|geometry|printing|printer)s?|glb|gltf|obj file|stl|mesh|3d printable) ",
    ),
    Evidence(
        "image_to_3d",
        14,
        r" (?:models? for (?:unreal|unity|blender|godot|maya|the game|my game|a game|vr|ar|printing)|action figures?|point cloud|photogrammetry|fbx|usdz|obj|blender (?:model|file)|polygon model)(?: |$)",
        no_new_picture,
    ),
    Evidence(
        "image_to_3d",
        13,
        r" (?:into|to|as|become|be|make|want|get) (?:it |this |an? )*(?:\w+ )?(?:bas )?relief(?: |$)",
        lambda c: picture_at_hand(c) and c.has("image") and not c.says(r" (?:{style}) relief | style "),
    ),
    Evidence("image_to_3d", 13, r"^ (?:an? |the |in |as )?3d(?: please)? (?:[.!] )?$", no_new_picture),
    Evidence(
        "segment_image",
        15,
        r" (?:separate|isolate|free|split|lift|cut) (?:out )?(?:the|her|his|my|that) (?:\w+ ){{1,2}}from (?:the rest|everything|the others?|the other things)(?: |$)",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "image_to_3d", 13, r" (?:in|into|to|make (?:it|this|that)|go|convert .* to) (?:full )?3d(?: |$)", no_new_picture
    ),
    Evidence(
        "segment_image",
        15,
        r" (?:segment(?:ation)?|masks? (?:the|my|his|her|every|all|out the|for|of|around)|select(?:ion)? (?:of |only |just |all |every |out )*(?:the|my|her|his|every|all)?|(?:cut|isolate|extract|crop|pick|lift|separate) (?:out )?(?:just|only) (?:the|her|his|my)|only (?:need|want|keep) the) ",
        lambda c: picture_at_hand(c) and not c.says(r" (?:foreground|subject) "),
    ),
    Evidence(
        "segment_image",
        15,
        r" (?:pick|single|sort|fish) (?:out )?(?:the|all|every|only|just)(?: \w+){{1,4}}(?: out)? ",
        lambda c: picture_at_hand(c) and c.has("image") and c.says(r"^ (?:pick|single|sort|fish) (?:.* )?out "),
    ),
    Evidence(
        "segment_image",
        14,
        r" masks? ",
        lambda c: (
            no_new_picture(c)
            and c.has("image")
            and not c.says(
                r" (?:wear|wears|wearing|put|puts|add|with|gas|face|carnival|venetian|party|ski|his|remove|take off|without|background) (?:an? |the |her |his |some |on )?(?:\w+ )?masks? | (?:background|foreground|subject) "
            )
        ),
    ),
    Evidence(
        "segment_image",
        15,
        r"^ (?:(?:please|can|you|could|i|need|want|give|make|create|get|me|us) )*(?:an? |the )?selection(?: please)? (?:[.!?] )?$",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "remove_background",
        17,
        r" (?:masks?|mattes?) (?:of|for) (?:this|the|my|that|the main) (?:{pic}|subject|person|figure|foreground) ",
        picture_at_hand,
    ),
    Evidence("segment_image", 15, r" mask (?:it|him|her|them|the \w+) ?(?:out)? ", picture_at_hand),
    Evidence(
        "segment_image",
        16,
        r" (?:cut out|select|isolate|mask|segment|extract) (?:the |both |my )?.* and .* (?:separately|individually|1 by 1|one by one|each on (?:its|their) own)",
        picture_at_hand,
    ),
    Evidence(
        "segment_image",
        16,
        r" (?:as|on|to|into) (?:its|their|an?) (?:own|separate|single) layers?(?= |$)",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "segment_image",
        16,
        r" cut (?:.* )?(?:only|just|nothing but) (?:the|her|his|my) \w+ ",
        lambda c: picture_at_hand(c) and not c.says(r" (?:subject|foreground|background) "),
    ),
    Evidence(
        "remove_background",
        14,
        r" (?:with|as|in|keep) (?:an? )?(?:png )?(?:with )?(?:full )?transparency(?= |$)",
        no_new_picture,
    ),
    Evidence(
        "remove_background",
        14,
        r" (?:alpha(?: channel)?|nothing behind (?:it|her|him|them)|everything behind|all behind|knock ?out|free ?stand(?:ing)?|no backdrop|background ?less|backgrounds? (?:gone|off|eraser)) ",
        lambda c: no_new_picture(c) and not c.says(r" (?:alpha )?(?:masks?|mattes?) "),
    ),
    Evidence(
        "segment_image",
        14,
        r" (?:mattes? (?:of|for)|alpha matte|roto(?:scope)?|silhouette of the|outline of the|highlight (?:the|all|every)|separate the (?!\w+ from)|pixels of the|bounding|stencil (?:of|for)) ",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence("remove_background", 10, r" transparent(?: please)? (?:[.!] )?$", no_new_picture),
    Evidence(
        "remove_background",
        15,
        r" (?:free|separate|lift|extract|cut|isolate|detach|pull) (?:.* )?(?:from|off|out of) (?:the|its|his|her|their) background",
        picture_at_hand,
    ),
    Evidence(
        "remove_background", 14, r" transparent (?:version|copy|cutout|sticker|image|picture|png) ", no_new_picture
    ),
    Evidence(
        "remove_background",
        15,
        r" (?:remove|delete|drop|strip|erase|get rid of|take away|take|cut away|cut|knock out|kick out|lose|clear|without|no|minus|eliminate|make|dump|cut out) (?:out |off |away )?(?:the |its |his |her |a |any |all the |that |this )*(?:\w+ )?backgrounds?(?: |$)(?!to |with |into |music)",
        lambda c: (
            picture_at_hand(c)
            and not c.says(r" make the background (?!transparent)| remove (?:\w+ )+from the background")
        ),
    ),
    Evidence(
        "remove_background",
        15,
        r" (?:transparent|see through) (?:background|png)| backgrounds? (?:of .* )?(?:to be )?(?:transparent|away|gone|off|out)(?: |$)| background ?removal ",
        no_new_picture,
    ),
    Evidence(
        "remove_background",
        14,
        r" (?:cut ?out|cut (?:it|this|that|me|us|him|her|them|these|those|both|image \d+|the (?:\w+ ){{1,2}}?\w+|the \w+|my \w+|everything|all of them) out|cutouts?|isolate (?:the |main )*(?:subject|figure|foreground|person|it|this|him|her)|isolate|mask of the (?:foreground|subject)|die ?cut|extract the (?:subject|foreground)|(?:cut ?out|cut out) (?:of )?(?:image|the|my|this)) ",
        lambda c: picture_at_hand(c) and not c.says(r" paper cutouts? | cut out (?:style|animation)"),
    ),
    Evidence(
        "restore_photo",
        13,
        r" (?:restore|restoration|repair|unblur|denoise|colorize|colorization|descratch|retouch (?:this|the|my) old|revive|rescue|de ?age spots|recolor(?:ize)? (?:this|the|my) (?:old|black)) ",
        picture_at_hand,
    ),
    Evidence(
        "restore_photo",
        12,
        r" (?:scratch(?:es|ed)?|faded|torn|dust|dusty|cracks?|cracked|stains?|stained|creases?|grainy|grain|mold|damaged|damage|creased|tears|water spots|noise|noisy|former glory|fading|yellowed|blurry|rips?|ripped|tear|water damage|mould|foxing|worn|burnt|bent|spots?|specks?|blotch(?:es)?|yellow(?:ish|ing)|wet|soaked|coffee|spill(?:ed|t)?|ruined|destroyed|moldy|mouldy|chewed|very yellow|folds?|folded|crumpled) ",
        lambda c: (
            picture_at_hand(c)
            and c.says(
                r" (?:fix|remove|repair|clean|restore|mend|heal|get rid|take out|undo|erase|bring|improve|help|sharpen|is|(?<!\d )s|has|have|rescued?|saved?|help|got|done|there are|very|patch|touch|make|mended|fixed|repaired|restored) "
            )
            and not c.says(
                r" add (?:some |a |film |more |little |bit of )*(?:grain|noise|dust|scratches|cracks|spots) "
            )
            and not c.says(
                r" (?:make|turn|get|leave|keep|render) (?:.* )?(?:blurry|grainy|noisy|dusty|wet|worn|burnt|yellow(?:ish)?|torn) "
            )
            and not c.says(r" make (?:the |my |his |her )?coffee (?!stain|spill|spot|mark|ring|go |disappear|vanish)")
        ),
    ),
    Evidence(
        "restore_photo",
        13,
        r" (?:add|give|bring|put) (?:it |this |back |some |the )*colors? (?:back )?(?:to|into|in)? ?.*(?:black and white|b & w|bw|old|gray|monochrome|faded)",
        picture_at_hand,
    ),
    Evidence(
        "restore_photo",
        14,
        r" (?:jpe?g|compression|scan(?:ner|ning)?) (?:artefacts?|artifacts?|noise|lines?|blocks?)| (?:artefacts|artifacts|blockiness|moire|haloes) ",
        lambda c: picture_at_hand(c) and c.has("image") and not c.question,
    ),
    Evidence(
        "restore_photo",
        9,
        r" (?:old|ancient|vintage) (?:{pic}|family)",
        lambda c: picture_at_hand(c) and c.says(r" (?:fix|clean|improve|save|new|better|enhance) "),
    ),
    Evidence(
        "change_angle",
        14,
        " " + _FROM_WHERE + "(?: |$)",
        lambda c: (
            (
                picture_at_hand(c)
                and c.has("image")
                and (c.points_at_picture or "image" in c.carried)
                and not c.says(r"^ (?:draw|paint|sketch|a|an) |^ (?:make|create|generate) (?:me )?an? ")
            )
            or c.says(r"^ (?:rotate|turn|move) the camera")
            or (picture_at_hand(c) and c.has("image") and c.only_camera_words)
        ),
    ),
    Evidence(
        "change_angle",
        14,
        r"^ (?:(?:let|me|us|show|see|i|want|would|like|to|can|we|look|at) )*the (?:back|front|rear|left|right|underside|top|bottom|reverse)(?: side)? of (?:the|it|this|that|her|him|my|his) |^ (?:an? |the )?(?:lower|higher|closer|different|steeper|flatter) (?:camera|angle|viewpoint|perspective|view)(?= |$)|^ (?:the )?camera (?:a bit |slightly |much )*(?:lower|higher|closer|further|left|right|behind|above|below|from|looking) ",
        lambda c: picture_at_hand(c) and c.has("image") and not c.text.quotes,
    ),
    Evidence(
        "change_angle",
        14,
        r" (?:front|side|back|left|right|rear)(?: ,| and| , and) (?:(?:front|side|back|left|right|rear)(?: ,| and| , and)? )+(?:views? )?(?:of|from) (?:this|the|that|it|her|him|my) ",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "change_angle",
        12,
        r" (?:turn|rotate|spin|swivel|tilt|face) (?:the (?:\w+ ){{1,2}}|it |him |her |this |them )(?:a (?:quarter|bit|little|half|touch) |slightly |more |halfway )*(?:turn )?(?:to(?:wards)? (?:the |his |her |our |my |us)?)?(?:left|right|sideways|away|camera|viewer|side|around) ",
        lambda c: picture_at_hand(c) and c.has("image") and not c.says(r" (?:degrees|all the way|360|head|{vid}) "),
    ),
    Evidence(
        "change_angle",
        14,
        r"^ (?:(?:let|me|us|show|see|i|want|would|like|to|can|we|look|at) )*(?:the )?(?:other|back|far|left|right|rear|reverse) ?side of (?:it|the|this|that|her|him|my) ",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "change_angle",
        14,
        r" (?:the|this|that|my|his|her|it|him) (?:\w+ ){{0,3}}" + _FROM_SIDE + "(?: |$)",
        lambda c: picture_at_hand(c) and c.has("image") and not c.creates_new and not c.says(r"^ (?:an?|draw|paint) "),
    ),
    Evidence(
        "apply_style",
        14,
        r"^ (?:an? )?{style}(?: style)? (?:of )?(?:this|it|that|these|them|the (?:\w+ )?{pic}|my|image \d|the (?:first|second|third|last))",
        picture_meant,
    ),
    Evidence(
        "apply_style",
        12,
        r" (?:turn|make|convert|transform|change|render|redraw|repaint|put|give|apply|style|show|have|get|want|as|into|in|reimagine|recreate|do|paint|draw|look|looks|like|redo) (?:.* )?{style}",
        lambda c: picture_meant(c) and not c.points_at_video,
    ),
    Evidence(
        "apply_style",
        12,
        r" (?:in the (?:\w+ )?style of|style of|stylize|restyle|style transfer|\w+(?:oon|ic|ing|el|o|i)ify|cartoonify|(?:cartoon|comic|anime|manga|lego|pixel|simpson|disney|pixar|ghibli|sketch|paint|toon|muppet|clay) ?(?:ify|fy|ize|ise|ified)|as if (?:painted|drawn|made) by|(?:painted|drawn) by|in (?:an? |the )?(?:\w+ )+style|(?:an?|the) (?:\w+ ){{1,3}}(?:style|look|effect|filter|aesthetic|treatment|vibe)) ",
        lambda c: (
            (
                picture_at_hand(c)
                and c.has("image")
                and (c.points_at_picture or "image" in c.carried or not c.names_subject)
            )
            or (picture_meant(c) and not c.creates_new)
        ),
    ),
    Evidence(
        "apply_style",
        9,
        r"^ (?:(?:and|as|in|like|now|with|into) )*(?:an? |the )?(?:\w+ ){{0,2}}{style}(?: (?:style|look|version|filter|effect|vibes?|aesthetic|treatment|tones?|mode|edition|art))?(?: in (?:only |just )?(?:\d|1|one|a few|few) colors?)? (?:, )?(?:please )?(?:[.!?] )?$",
        lambda c: picture_at_hand(c) and c.has("image") and not c.creates,
    ),
    Evidence(
        "apply_style",
        12,
        r" {style} (?:version|look|take|rendition|rendering|treatment|filter|edition|variant|style|effect)s? (?:of|for|on|to) (?:the )?(?:first|second|third|last|{pic}|this|it|that|these|them|image|my|the|upload|both)",
        lambda c: picture_meant(c) and not c.points_at_video,
    ),
    Evidence(
        "apply_style",
        16,
        r" (?:style|manner|technique|brushwork) (?:of|from|in) (?:the |my )?(?:(?:first|second|third|last|other) (?:one|{pic}|upload)|image \d+|upload \d+) | (?:painted|drawn|paint|draw|look|looks|style|restyle|restyled) (?:it |this |that |him |her )?like (?:the |my )?(?:(?:first|second|third|last|other) (?:one|{pic}|upload)|image \d+|upload \d+) ",
        lambda c: picture_at_hand(c) and len(c.stock.image.everything) + len(c.carried) > 1 and not c.points_at_video,
    ),
    Evidence(
        "apply_style",
        7,
        r" look(?:s)? like (?:it (?:is|was) )?(?:an? )?\w+",
        lambda c: picture_meant(c) and not c.question,
    ),
    Evidence(
        "upscale_image",
        12,
        r" (?:make|get|want|need|in|to|into) (?:.* )?(?:hd|uhd|full hd|hq|high definition|ultra hd) ",
        lambda c: no_new_picture(c) and not c.points_at_video,
    ),
    Evidence(
        "upscale_image",
        13,
        r" (?:upscale|upscaled|upscaling|enlarge|enlarged|super ?resolution|blow (?:\w+ ){{0,2}}up|supersize|upsize|(?:higher|more|better|full|max|maximum|increase|increased|raise|boost|enhance|improve|double|triple|bump|up) (?:.* )?resolution|higher res|high res|hi res|hires|resolution up|more pixels|print size|print quality) ",
        lambda c: picture_at_hand(c) and not c.creates_new,
    ),
    Evidence(
        "upscale_image",
        12,
        r" (?:(?:make|get|need|want|have|print|printed|scale|size|grow|blow|is|be|resize) (?:.* )?)?(?:bigger|larger|huge|as (?:big|large)|the size) ",
        lambda c: no_new_picture(c) and c.resizes_whole,
    ),
    Evidence(
        "upscale_image",
        9,
        r" (?:x|times|size|bigger|larger|px|pixels?|double|twice|triple|quadruple|resize|scale|%|percent) ",
        size_given,
    ),
    Evidence(
        "upscale_image",
        13,
        r" (?:biggest|largest|highest|maximum|max|full|big|large|bigger|larger)(?: possible)? (?:version|size|format|quality|resolution|copy|file)(?: |$)",
        lambda c: (
            picture_at_hand(c)
            and c.has("image")
            and not c.points_at_video
            and not c.question
            and not c.says(r" (?:{make}) (?:of|with|showing) ")
        ),
    ),
    Evidence(
        "upscale_image",
        12,
        r" (?:resolution|dpi|megapixels?|pixel count|res) ",
        lambda c: (
            no_new_picture(c)
            and not c.question
            and c.says(
                r" (?:make|need|want|raise|boost|print|printing|printed|increase|low|too|enough|higher|more|up|better|improve|double|bump|poor|max) "
            )
        ),
    ),
    Evidence(
        "upscale_image",
        13,
        r" (?:big|large) enough (?:to|for) ",
        lambda c: no_new_picture(c) and not c.question and not c.points_at_video,
    ),
    Evidence(
        "upscale_image",
        12,
        r" too (?:small|tiny|low res|pixelated)(?! a)|(?:pixelated|pixelly|low res|low resolution) ",
        lambda c: (
            no_new_picture(c) and not c.says(r" (?:the|his|her|its) (?!(?:\w+ )?{pic})\w+ (?:is|are|looks?) too ")
        ),
    ),
    Evidence("upscale_image", 12, r" (?:to|in|at|as) (?:2|4|8) k ", no_new_picture),
    Evidence(
        "upscale_image",
        13,
        r"^ (?:make|resize|scale|size|bring|blow|get|grow|take) (?:it|this|that|him|her|them|the (?:\w+ )?{pic}|my (?:\w+ )?{pic}|image \d+|upload \d+) (?:up )?(?:to |at )?(?:exactly |about |around )?\d{{3,5}} (?:px|pixels?) ",
        lambda c: size_given(c) and (c.figures.longest_edge or 0) >= 512 and not c.points_at_video,
    ),
    Evidence(
        "upscale_image",
        13,
        r"^ (?:(?:make|get|give|want|need|i|me|us|would|like|can|an?|the|it|this|to|have) )*(?:(?:2|4|8) k|hd|uhd|full hd|high res(?:olution)?|hi res|print)(?: (?:version|copy|quality|resolution|size))?(?: of (?:it|this|that|image \d+|the (?:\w+ )?{pic}))?(?: please)? (?:[.!] )?$",
        lambda c: picture_at_hand(c) and not c.points_at_video,
    ),
    Evidence("upscale_image", 7, r"^ (?:\d|double|triple|quadruple|twice) ", size_given),
)
