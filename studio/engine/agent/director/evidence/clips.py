# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Evidence for the tools that make or change clips."""

from studio.engine.agent.director.evidence.base import Evidence, clip_meant, part_of_clip, picture_at_hand

CLIPS: tuple[Evidence, ...] = (
    # clips
    Evidence(
        "sound_to_video",
        15,
        r" (?:start|starting|from|begin|beginning)(?: at| from)? \d+:\d+ (?:of|in|into|on) (?:my|the|this|that) (?:\w+ )?{snd} ",
        lambda c: c.has("audio") and not c.points_at_video,
    ),
    Evidence(
        "stitch_video",
        16,
        r" {vid} \d (?:first )?(?:, )?(?:and )?(?:then|before|after|followed by) (?:the )?(?:{vid} )?\d ",
        lambda c: len(c.stock.video.everything) > 1 and c.figures.window is None,
    ),
    Evidence("sound_to_video", 20, r" (?:music|lyric) (?:video|clip)s? (?!prompt)", lambda c: not c.points_at_video),
    Evidence(
        "sound_to_video",
        15,
        r" (?:sing|talk|speak|say|mouth|recite)s? (?:along )?(?:to |with |it |out )?(?:this|that|it)(?: please)? (?:[.!,]|$)",
        lambda c: c.has("audio") and picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "animate_photo",
        15,
        r" (?:last|final|end|closing|first|opening|start(?:ing)?) frame ",
        lambda c: picture_at_hand(c) and c.has("image") and not c.question,
    ),
    Evidence(
        "video_to_video",
        15,
        r" (?:need|want|make|convert|reformat|turn|change|into|to) (?:it |this |that )?(?:in |in ?to |as |to )?(?:an? )?(?:9:16|16:9|1:1|4:3|3:4|21:9)(?= |$)",
        lambda c: c.stock.focus == "video" and not c.creates_new and not c.creates_video and not c.images.named,
    ),
    Evidence(
        "sound_to_video",
        14,
        r" lip ?sync| sync\w* (?:.* )?(?:to|with) | visuali[sz]er? | audio ?reactive",
    ),
    Evidence(
        "sound_to_video",
        14,
        r" {vid} (?:\w+ ){{0,6}}?(?:for|to|from|of|that follows|following|with|about|around|matching|based on|out of) (?:the (?:beat|rhythm) of )?(?:this|my|the|that|audio \d|track \d) (?:\w+ )?(?:{snd})?",
        lambda c: (
            c.has("audio")
            and c.says(r" (?:this|my|the|that|your) (?:\w+ )?{snd} | (?:audio|track|sound) \d")
            and not c.points_at_video
        ),
    ),
    Evidence(
        "sound_to_video",
        9,
        r" (?:sing|talk|speak|mouth)\w* (?:.* )?(?:(?:to|with|along) )?(?:this|my|the) (?:\w+ )?(?:{snd})",
        lambda c: c.has("image") or c.has("audio"),
    ),
    Evidence(
        "sound_to_video",
        15,
        r" {vid} (?:\w+ ){{0,3}}?(?:for|to|with) (?:it|this|that|them) ",
        lambda c: (
            c.has("audio")
            and (c.says(r" {snd} ") or (c.carried[-1] if c.carried else c.stock.focus) == "audio")
            and not c.points_at_video
        ),
    ),
    Evidence(
        "sound_to_video",
        14,
        r" (?:recording|audio|voice|track|song|speech)(?: \d+)? (?:.* )?(?:talk|speak|sing|say)s? | (?:talk|speak|sing)s? (?:.* )?(?:recording|audio)",
        lambda c: c.has("audio") and (c.has("image") or "image" in c.carried),
    ),
    Evidence(
        "sound_to_video",
        14,
        r" (?:use|with|from|take|using) (?:this|my|the) (?:\w+ )?{snd} .*{vid}",
        lambda c: c.has("audio") and not c.has("video"),
    ),
    Evidence(
        "sound_to_video",
        14,
        r" (?:{vid}|visuals?|visualization|animation) (?:.* )?(?:for|to|with|from|on|of|matching|by) (?:the|this|that|my|your|our) (?:\w+ ){{0,2}}?{snd} ",
        lambda c: c.has("audio") and not c.points_at_video,
    ),
    Evidence(
        "sound_to_video",
        15,
        r"^ (?:visualize|illustrate) (?:the|my|this|that) (?:\w+ )?{snd}| (?:cover|picture|photo|image|artwork) (?:.* )?(?:with|to|for|under) (?:my|the|this) (?:\w+ )?{snd} as (?:an? )?{vid} ",
        lambda c: c.has("audio") and not c.points_at_video,
    ),
    Evidence(
        "stitch_video",
        16,
        r"^ (?:make|create|cut|edit|build|turn|put|join|stitch|merge|combine) (?:me )?(?:an? |1 |one )?(?:\w+ )?(?:{vid} )?(?:out of |of |from |with )?(?:everything|all of (?:it|them|these)|all (?:the |my )?clips)(?: together| into (?:an?|1|one) {vid})?(?: |$)",
        lambda c: len(c.stock.video.everything) > 1 and not c.stock.image.attached,
    ),
    Evidence(
        "animate_photo",
        17,
        r" from (?:1|one|the first)(?: one)? (?:in)?to (?:the )?(?:other|second|next)",
        lambda c: "image" in c.carried and c.says(r" {vid} | morph | animation | animate "),
    ),
    Evidence(
        "dance_montage",
        14,
        r"^ (?:let|make|have) (?:it|him|her|them) dance(?: |$)",
        lambda c: c.has("image"),
    ),
    Evidence(
        "animate_photo",
        13,
        r" (?:seamless |perfect |endless )?loop(?:ed|ing)? (?:please )?(?:[.!] )?$",
        lambda c: (
            bool(c.stock.image.attached) and c.figures.duration is not None and not c.says(r" (?:{snd}|drums?|bpm) ")
        ),
    ),
    Evidence(
        "orbit_video",
        13,
        r"^ spin (?:it|this|that|him|her)(?: around| round| slowly| please)* (?:[.!,]|$)",
        lambda c: c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "orbit_video",
        14,
        r"^ (?:show|let|have|make) (?:me )?(?:it|him|her|them) (?:rotat|spin|turn|revolv)(?:e|ing|n)?(?: |$)",
        lambda c: c.has("image") and not c.points_at_video and not c.says(r" (?:head|to the|left|right|into) "),
    ),
    Evidence(
        "video_to_video",
        15,
        r"^ (?:make (?:it|this) |turn (?:it|this) |convert |reformat |change )(?:\w+ )?(?:in)?(?:to )?(?:vertical|portrait|landscape|square|wide ?screen|9:16|16:9|1:1)|(?:extend|expand|fill|stretch) the (?:borders?|sides?|edges|canvas|frame)",
        lambda c: c.points_at_video or (c.has("video") and not c.has("image")),
    ),
    Evidence(
        "stitch_video",
        15,
        r" (?:one|a|single) (?:long |single )?{vid} (?:from|of|out of|with) (?:all|both|these|the|my|\d|clips|videos)(?: |$)",
        lambda c: c.says(r" (?:clips|videos|reels) "),
    ),
    Evidence(
        "stitch_video",
        14,
        r" (?:joined|stitched|merged|combined|glued|spliced|join|stitch|merge|concatenate|combine|splice|glue|connect|assemble|attach|together|in one|into one|one after (?:the other|another)|in (?:that|this|the right) order|back to back|in a row|in sequence|in order|as one|compile|compilation|supercut|montage of|single|after|before|followed by) ",
        lambda c: c.says(r" {vid}s? ") and (len(c.videos.indices) > 1 or c.says(r" (?:videos|clips|reels) ")),
    ),
    Evidence(
        "stitch_video",
        15,
        r"^ (?:join|stitch|merge|combine|splice|glue|connect|string|cut|put) (?:them|those|these|all|everything|both)(?: all)? (?:together|up|into 1|into one|in a row|with|end to end)? ?",
        lambda c: bool(c.carried) and c.carried[-1] == "video" and not c.says(r" (?:collage|grid|side by side) "),
    ),
    Evidence(
        "stitch_video",
        14,
        r" (?:join|stitch|merge|combine|splice|glue|connect|assemble|attach|put|string|cut) (?:them|everything|those|these|it all|all)(?: all)? (?:together|up|into 1|into one|in a row|end to end|back to back)? ?",
        lambda c: (
            len(c.stock.video.everything) > 1
            and not c.stock.image.attached
            and c.points_at_video
            and c.says(r" (?:together|join|stitch|merge|combine|splice|glue|in a row|into 1|into one|end to end) ")
        ),
    ),
    Evidence(
        "add_subtitles",
        15,
        r" (?:subtitles?|subtitled|captions?(?! (?:.* )?§\d+ (?:at the (?:very )?end|in the (?:top|bottom|upper|lower)|at the top))|captioned|captioning|closed captions|srt|vtt) ",
        lambda c: c.points_at_video or (c.has("video") and not c.stock.image.attached) or c.says(r" subtitles? "),
    ),
    Evidence(
        "overlay_video",
        13,
        r" (?:overlay|watermark|title card|lower third|logo|write|text|title|put|place|add|stick|slap|drop|burn|stamp|show|say|says|saying|read|reads|display|heading|headline|sticker) ",
        lambda c: (
            c.points_at_video and (c.says(r"§\d| (?:overlay|watermark|logo|lower third|title|text|heading|headline) "))
        ),
    ),
    Evidence(
        "overlay_video",
        13,
        r" captions? (?:.* )?§\d (?:at the (?:very )?end|in the (?:top|bottom|upper|lower)|at the (?:top|bottom)) | (?:title card|lower third|watermark|overlay|end card|credits|intro title|text overlay|opening title)s? ",
        lambda c: (
            (c.has("video") or "video" in c.carried) and not c.stock.image.attached and not c.says(r" subtitles? ")
        ),
    ),
    Evidence(
        "overlay_video",
        14,
        r" (?:title|titled|text|words|heading|headline|caption|credit|credits|lower third|watermark|lettering) (?:.* )?§\d ",
        lambda c: (
            (c.carried[-1] if c.carried else c.stock.focus) == "video"
            and not c.stock.image.attached
            and not c.images.named
            and not c.creates_new
            and not c.says(r" (?:image|picture|photo|poster|cover|subtitles?) ")
        ),
    ),
    Evidence(
        "sound_to_video",
        16,
        r" (?:{vid}|animation) (?:out )?(?:of|from|with|using) (?:both|them|these|the 2|all of (?:it|them)) ",
        lambda c: "audio" in c.carried and "image" in c.carried,
    ),
    Evidence(
        "sound_to_video",
        16,
        r" (?:animate|animated|move|moving|alive|life|{vid}) (?:.* )?(?:with|to|over|using|and) (?:this|my|the|that|our|audio \d) (?:\w+ ){{0,2}}?(?:{snd})(?: |$)",
        lambda c: c.has("audio") and picture_at_hand(c) and c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "replace_video_segment",
        16,
        r" (?:replace|redo|re ?do|change|regenerate|re ?render|remake|swap|show|rework|cut|fix|turn|make|instead|edit|re ?shoot|let) ",
        part_of_clip,
    ),
    Evidence(
        "replace_video_segment", 11, r"^ ", lambda c: part_of_clip(c) and not c.text.quotes and not c.creates_video
    ),
    Evidence(
        "extend_video",
        13,
        r" (?:extend|lengthen|continue|prolong|longer|keep going|carry on|go on|add (?:another |\d+ )*(?:more )?seconds|\d+ more seconds|another \d+ seconds|seconds to the end) ",
        lambda c: clip_meant(c) or c.says(r" (?:{vid}) ") or (c.stock.focus == "video" and not c.creates_new),
    ),
    Evidence(
        "upscale_video",
        12,
        r" (?:upscale|enlarge|sharper|higher|bigger|larger|twice as|as large|as big|twice the size|double the size|resolution|quality|hd|4 k|2 k|1080(?: p)?|1440(?: p)?|2160 p|super resolution|crisper|increase|blurry|pixelated|grainy|low res|low quality) ",
        lambda c: c.points_at_video and not c.says(r" (?:look like|style|turn into|into an?|replace) "),
    ),
    Evidence(
        "video_to_video",
        11,
        r" (?:turn|make|restyle|stylize|style|convert|transform|change|replace|swap|as|into|in the style|edit|remove|repaint|transfer|put|reimagine|redraw|look|recolor|erase|add|motion|outpaint|inpaint|expand) ",
        lambda c: c.points_at_video and not c.says(r" longer "),
    ),
    Evidence(
        "video_to_video",
        12,
        r" (?:motion|movement|moves) (?:of|from) (?:this|my|the) (?:\w+ )?{vid}",
        lambda c: c.has("video") or c.has("image"),
    ),
    Evidence(
        "analyze_video",
        14,
        r"^ (?:what|who|where|when|describe|summarize|sum up|tl ?dr|review|critique|count|identify|analyze what|summary|tell|is|are|how many|analyze|explain|does|which|transcribe|watch|list|(?:give (?:me )?|make )?(?:an? |the )(?:\w+ )?(?:summary|timeline|description|breakdown|overview|transcript|analysis)|recap|why)(?: |$)",
        lambda c: c.points_at_video and not c.says(r" (?:make|longer than|seed|resolution|metadata) "),
    ),
    Evidence(
        "dance_montage",
        13,
        r" danc(?:e|es|ing)(?: |$)",
        lambda c: (
            (
                picture_at_hand(c)
                and not c.says(r"^ (?:draw|paint|sketch|a|an|the|generate|create) ")
                and not c.says(r" {vid} of | (?:song|music|track|light|lights) ")
            )
            or c.says(r" dance (?:montage|video|clip) | (?:make|let|have) (?:\w+ ){{1,4}}dance ")
        ),
    ),
    Evidence(
        "dance_montage", 9, r" (?:rasputin|chanel|spongebob|gangsta|this is america) ", lambda c: c.says(r" danc")
    ),
    Evidence(
        "orbit_video",
        14,
        r" (?:360(?: degrees?)?|turn ?table|orbit(?:s|ing)?|from (?:all sides|every side|every angle|all angles)|all around|full (?:turn|circle|rotation|spin|orbit)|all the way (?:around|round)|(?:spin|rotate|circle|walk|fly|go|turn)(?:s|ing)? (?:all )?(?:the camera )?(?:around|round) (?:it|this|her|him|the|that|image|my)|rotating view|spinning (?:view|video)|(?:spin|rotation|rotating|revolving) (?:video|clip|animation)|showcase spin) ",
        lambda c: picture_at_hand(c) or c.says(r" turn ?table"),
    ),
    Evidence(
        "animate_photo",
        15,
        r" (?:morph|turn|transition|transform|become|fade|change|blend|go) (?:.* )?(?:to|into) (?:.* )?(?:image|upload|picture|photo|second) ",
        lambda c: (
            len(c.images.indices) == 2 and c.has("image") and c.says(r" (?:{vid}|morph|transition|animation|animate) ")
        ),
    ),
    Evidence(
        "animate_photo",
        13,
        r" (?:animate|cinemagraph|living photo|(?:bring|come|comes) (?:.* )?(?:to life|alive)|in motion|set (?:.* )?moving|morph|parallax|add (?:some )?(?:motion|movement)) ",
        picture_at_hand,
    ),
    Evidence(
        "animate_photo",
        11,
        r" (?:make|let|have|get) (?:.* )?(?:move|moving|flow|blink|wave|fly|fall|drift|walk|run|swim|flicker|sway|breathe|smile|nod|wink|spin|rise|turn (?:her|his|its) head|ripple|float|swing|open|close|blow|swirl|rotate|jump|talk|laugh)s?(?: |$)",
        picture_at_hand,
    ),
    Evidence(
        "animate_photo",
        14,
        r" (?:turn|make|convert|transform|change|create|get|give|want|do|produce|generate|render|as) (?:.* )?{vid} ",
        lambda c: picture_at_hand(c) and c.has("image") and c.animates_existing,
    ),
    Evidence(
        "animate_photo",
        14,
        r" {vid} (?:out of|from|of|with|using) (?:this|that|it|these|image \d|my (?:upload|picture|photo|image)|the (?:{pic}|first|second|third|last))(?: |$)",
        picture_at_hand,
    ),
    Evidence(
        "animate_photo",
        15,
        r" (?:{pic}|it|this|that|one|image \d+) (?:to |should |must |can |could )*(?:become|be|turned into|made into|converted into|as) (?:an? )?(?:\w+ ){{0,2}}{vid} ",
        lambda c: picture_at_hand(c) and c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "animate_photo",
        14,
        r" (?:animation|loop|motion version|moving version) (?:out of|from|of|with|using) (?:this|that|it|image \d|my (?:\w+ )?{pic}|the (?:\w+ )?{pic}|the (?:first|second|third|last))(?: |$)",
        lambda c: picture_at_hand(c) and c.has("image"),
    ),
    Evidence(
        "video_to_video",
        12,
        r" {style} (?:version|look|take|rendition|treatment|filter|edition|style|effect)s? (?:of|for|on|to) (?:.* )?{vid} ",
        lambda c: c.points_at_video,
    ),
    Evidence(
        "animate_photo",
        12,
        r" {vid} ",
        lambda c: (
            bool(c.stock.image.attached)
            and not c.points_at_video
            and not c.question
            and not c.says(
                r" {snd} | (?:thumbnail|cover|poster|still|360|orbit|turn ?table|spin|spinning|rotating|dance|dancing) "
            )
        ),
    ),
    Evidence(
        "sound_to_video",
        15,
        r" (?:talking|speaking|singing) (?:portrait|head|picture|photo|avatar|face|statue|character|person|image|video|clip)s? | (?:lips?|mouth|jaw)s? (?:move|moving|match|follow|sync)",
        lambda c: c.has("audio") and not c.points_at_video,
    ),
    Evidence(
        "video_to_video",
        11,
        r" {vid} (?:, )?(?:but|only|as|in) (?!\d|longer|reverse)",
        lambda c: (
            c.points_at_video
            and c.has("video")
            and not c.question
            and not c.says(r" (?:resolution|quality|1080|1440|hd|subtitles?|row|order|sequence) ")
        ),
    ),
    Evidence(
        "generate_video",
        12,
        r" (?:seconds? loop|(?:seamless|endless|perfect|looping|looped) (?:loop|shot|scene|background)|loop (?:of|:|showing)) ",
        lambda c: (
            not c.points_at_video
            and not c.points_at_picture
            and not c.says(
                r" (?:beats?|drums?|guitar|bass|bpm|melod\w+|lo ?fi|music|synth|audio|sound|song|techno|percussion) "
            )
        ),
    ),
    Evidence(
        "sound_to_video",
        13,
        r" (?:my|the|this|that|our|uploaded) (?:\w+ ){{0,2}}?{snd} (?:.* )?(?:visuals?|{vid}) ",
        lambda c: c.has("audio") and not c.points_at_video and not c.has("video"),
    ),
    Evidence(
        "generate_video",
        11,
        r" (?:{vid}|animation|footage|timelapse|time lapse|drone shot|drone flight|slow motion shot|b ?roll|stop ?motion|hyperlapse|slow ?mo|cut ?scene|motion graphics?|tracking shot|animated (?:\w+ )?(?:loop|sticker|gif|logo|short|scene|sequence|intro)|boomerang|intro sequence|video loop) ",
        lambda c: (
            not c.points_at_video
            and not c.animates_existing
            and not c.question
            and not c.says(
                r"^ (?:i|we|there) (?:have|is|got) | {make} (?:for|about|to promote|of) (?:an?|my|the|our) (?:\w+ ){{0,3}}{vid} | cover (?:image |art )?for "
            )
            and (c.creates or c.creates_video or not c.says(r"^ (?:turn|join|merge|upscale|extend|add|put) "))
        ),
    ),
    Evidence(
        "generate_video",
        14,
        r"^ (?:film|shoot|make|render|generate|produce) (?:it|that|this)(?: now)? (?:[.!?] )?$",
        lambda c: c.written == "compose_script",
    ),
    Evidence(
        "upscale_video",
        13,
        r"^ (?:(?:and|please|a|bit|make|in|to|as|need|want|i|it|give|me|much) )*(?:sharper|crisper|smoother|cleaner|bigger|larger|upscaled?|1080(?: p)?|1440(?: p)?|full hd|hd|2 k|4 k)(?: (?:and|,|in|to|at|please|if you can|smoother|cleaner|1080 p|1440 p|full hd|hd|2 k|4 k|quality|version|resolution|sharper|crisper))* (?:[.!] )?$",
        lambda c: c.has("video") and c.stock.focus == "video" and not c.images.named,
    ),
    Evidence(
        "generate_video",
        12,
        r"^ (?:\d+(?:\.\d+)?|half an?|an?|1|one|a few|some) (?:seconds?|minutes?) (?:long )?(?:of|with|showing) (?!.*(?<!no )(?<!without )(?:{snd}|{music}|silence|piano|guitar|drums|ambien))",
        lambda c: not c.points_at_video and not c.stock.image.attached,
    ),
    Evidence(
        "animate_photo",
        16,
        r"^ (?:(?:go|move|travel|morph|fade|change|transition|blend|turn|switch) )?(?:slowly |smoothly )?from (?:this|the first|image \d|upload \d|1|one|here)(?: one| picture| photo)? (?:in)?to (?:that|the (?:second|other|last)|image \d|upload \d|there)",
        lambda c: c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "animate_photo",
        12,
        r"^ (?:(?:with|add|and|do|give it|make|please) )*(?:an? )?(?:(?:slow|gentle|fast|soft|quick|smooth|subtle|long) )*(?:zoom|pan|push|dolly|pull|tilt|camera (?:move|flight|drift|push|zoom|pan)|ken burns)(?: (?:in|out|back|forward|left|right|up|down|across|over|through|effect|move))*(?: |$)",
        lambda c: c.has("image") and (bool(c.carried) or bool(c.stock.image.attached)) and not c.points_at_video,
    ),
    Evidence(
        "sound_to_video",
        15,
        r" (?:film|shoot|{vid}|visuals?|animation|something) (?:.* )?(?:for|to|with) (?:it|this|that|them|(?:my|the|this) (?:riff|demo|beat|loop|take|jam)) ",
        lambda c: c.has("audio") and not c.points_at_video and not c.question,
    ),
    Evidence(
        "sound_to_video",
        14,
        r" (?:\w+(?:ing|s)|in time|in sync|synced) (?:to|with) (?:the|this|my|that) (?:\w+ )?(?:{snd}|beat|bass|drums|rhythm) ",
        lambda c: (
            c.has("audio")
            and not c.points_at_video
            and not c.question
            and not c.says(r" (?:lyrics|remix|version|longer|loop|add|mix|bpm|key|write|compose|similar) ")
        ),
    ),
    Evidence(
        "animate_photo",
        14,
        r"^ (?:\d+|a few|some) (?:s|seconds) (?:long )?(?:of|where|in which) (?:it|this|him|her|them|the \w+) ",
        lambda c: c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "stitch_video",
        16,
        r"^ (?:all|both|the)(?: (?:of them|of these|\d+|clips|videos|my clips))? (?:.* )?(?:in a row|one after (?:the other|another)|back to back|end to end|joined|stitched|as (?:1|one)) ",
        lambda c: len(c.stock.video.everything) > 1 and c.stock.focus == "video" and not c.stock.image.attached,
    ),
    Evidence(
        "stitch_video",
        16,
        r"^ (?:edit|cut|make|turn|put|join|mix) (?:them|these|those|everything|all)(?: all)? (?:up )?(?:in)?to (?:1|one|an?|a single) (?:\w+ )?{vid}",
        lambda c: "video" in c.carried,
    ),
    Evidence(
        "animate_photo",
        13,
        r" (?:rises?|drifts?|moves?|flows?|falls?|blows?|sways?|flickers?|floats?|spins?|waves?|ripples?|swirls?|stays? still) ",
        lambda c: (
            c.figures.duration is not None
            and c.figures.window is None
            and picture_at_hand(c)
            and c.has("image")
            and not c.points_at_video
            and not c.creates_new
        ),
    ),
    Evidence(
        "animate_photo",
        15,
        r"^ (?:(?:and|now|the same|that|this|it) )*(?:as|into) an? (?:[\w.]+ ){{0,4}}?{vid} ",
        lambda c: c.has("image") and not c.points_at_video and (c.stock.focus == "image" or "image" in c.carried),
    ),
    Evidence(
        "stitch_video",
        15,
        r"^ (?:join|stitch|merge|combine|glue|connect|attach|append|splice) (?:it|this|that|them) (?:up )?(?:with|to|and|onto|before|after) (?:the )?(?:\w+ )?(?:{vid}|\w+ one)",
        lambda c: c.has("video"),
    ),
    Evidence(
        "overlay_video",
        14,
        r"^ (?:burn in|burn|write|put|add|stick|slap|drop|stamp|print|place|overlay|show|title|with) (?:in |the (?:words?|text|title) )?§\d",
        lambda c: (
            (c.carried[-1] if c.carried else c.stock.focus) == "video"
            and c.has("video")
            and not c.stock.image.attached
            and not c.points_at_picture
        ),
    ),
    Evidence("generate_video", 12, r"^ (?:film|shoot|record) (?!noir|cover|player)"),
    Evidence("generate_video", 6, r"^ animate an? "),
)
