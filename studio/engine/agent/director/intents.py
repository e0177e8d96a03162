# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""What a clause asks for: every tool gathers evidence, the strongest wins.

Evidence is a weight for a pattern of verbs and objects, under a condition on what the
session holds. Conditions and weights live in ``EVIDENCE``; nothing is decided by one
phrase alone, and requests for words (``talk``) compete like any tool.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from studio.engine.agent.director.clause import Clause
from studio.engine.agent.director.talk import talk_weight

Condition = Callable[[Clause], bool]


def _always(_: Clause) -> bool:
    return True


def _pic(c: Clause) -> bool:
    """A picture exists, or one is pointed at (then its absence is worth a sentence), and no clip is meant."""
    return (c.has("image") or c.images.pointed or c.commands_edit) and not c.points_at_video


def _pointed(c: Clause) -> bool:
    return c.points_at_picture or ("image" in c.carried and not c.points_at_video)


def _vid(c: Clause) -> bool:
    return c.points_at_video


def _snd(c: Clause) -> bool:
    return c.has("audio") or c.says(r" (?:this|my|the|that) (?:\w+ )?{snd} ")


def _no_ref(c: Clause) -> bool:
    return not (c.points_at_picture or c.points_at_video) or not (c.has("image") or c.has("video"))


def _window(c: Clause) -> bool:
    return c.figures.window is not None and (c.points_at_video or c.has("video"))


def _scale(c: Clause) -> bool:
    return _pic(c) and (c.figures.scale is not None or c.figures.longest_edge is not None) and not c.creates_new


def _not_new(c: Clause) -> bool:
    return _pic(c) and not c.creates_new


@dataclass(frozen=True)
class Evidence:
    """A pattern that speaks for a tool."""

    tool: str
    weight: float
    pattern: str
    when: Condition = _always


_FROM_WHERE = (
    r"(?:from (?:directly )?(?:behind|above|below|underneath|overhead|(?:the |its |her |his )?(?:left|right|back|front|side|top|rear|bottom|other side|low angle|high angle))"
    r"|(?:front|back|rear|side|left|right|quarter|top|bird s eye|worm s eye|profile|three quarter) (?:side )?(?:view|angle)|(?:low|high|eye level|another|different|new|other) (?:camera )?(?:angle|viewpoint|perspective)"
    r"|(?:rotate|move|turn|orbit|swing|pan) the camera|camera (?:angle|to the|from)|(?:show|see|view) (?:me )?(?:the|its|his|her) (?:back|rear|other side|left side|right side|profile)(?: |$)|view (?:it|this|that|her|him) from)"
)

EVIDENCE: tuple[Evidence, ...] = (
    # words about words
    Evidence(
        "enhance_prompt",
        12,
        r" (?:improve|enhance|rewrite|polish|optimize|expand|better|refine|sharpen|stronger|richer|fix|write|upgrade|adapt|turn|good|detailed|make) (?:.* )?prompts? ",
    ),
    Evidence(
        "compose_lyrics",
        11,
        r" lyrics? | (?:words|text) (?:to|for|of) (?:a|my|the|our) (?:\w+ ){{0,3}}(?:song|lullaby|ballad|anthem|hymn|carol|tune)",
        lambda c: not c.says(r" (?:with|using) (?:the|these|this|my) (?:following )?lyrics|^ sing | lyrics :"),
    ),
    Evidence(
        "compose_lyrics",
        9,
        r" (?:write|pen|compose|come up with|need|want) (?:me |us )?(?:a|an|some|the) (?:\w+ ){{0,3}}(?:rap|verse|verses|chorus|song text|poem to sing) ",
    ),
    Evidence("compose_lyrics", 7, r" write (?:me |us )?(?:a|an) (?:\w+ ){{0,3}}(?:song|lullaby|ballad)(?: |$)"),
    Evidence(
        "compose_script",
        10,
        r" (?:storyboard|screenplay|shot ?list|treatment for|teleprompter|voice ?over script|monologue|dialogue for) ",
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
    Evidence("compose_instrumental", 9, r"^ compose (?:me )?an? (?:\w+ )?instrumental "),
    # sound
    Evidence("generate_speech", 10, r"^ (?:say|speak|pronounce|recite|narrate|voice|utter)(?: |$)"),
    Evidence(
        "generate_speech",
        15,
        r" (?:voice|accent)(?: \w+){{0,2}} (?:saying|says|reading|that says|speaking) | saying §| (?:into|to) (?:speech|spoken words|a voice)",
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
        lambda c: not c.points_at_video and not c.question and not c.says(r"^ (?:i|we) have | text for "),
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
        lambda c: c.says(r" (?:sing|song|music|make|create|compose|generate|track) "),
    ),
    # clips
    Evidence(
        "sound_to_video",
        14,
        r" (?:music|lyric) (?:video|clip)s? | lip ?sync| sync\w* (?:.* )?(?:to|with) | visuali[sz]er? | audio ?reactive",
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
        r" {vid} (?:\w+ ){{0,3}}?(?:for|to|with) (?:it|this|that) ",
        lambda c: c.has("audio") and c.says(r" {snd} "),
    ),
    Evidence(
        "sound_to_video",
        14,
        r" (?:recording|audio|voice|track|song|speech)(?: \d+)? (?:.* )?(?:talk|speak|sing|say)s? | (?:talk|speak|sing)s? (?:.* )?(?:recording|audio)",
        lambda c: c.has("audio") and (c.has("image") or "image" in c.carried),
    ),
    Evidence(
        "stitch_video",
        15,
        r" (?:one|a|single) (?:long |single )?{vid} (?:from|of|out of|with) (?:all|both|these|the|my|\d) ",
        lambda c: c.says(r" (?:clips|videos|reels) "),
    ),
    Evidence(
        "stitch_video",
        14,
        r" (?:join|stitch|merge|concatenate|combine|splice|glue|connect|assemble|attach|together|in one|into one|one after (?:the other|another)|back to back|montage of|single|after|before|followed by) ",
        lambda c: c.says(r" {vid}s? ") and (len(c.videos.indices) > 1 or c.says(r" (?:videos|clips|reels) ")),
    ),
    Evidence(
        "add_subtitles",
        15,
        r" (?:subtitles?|subtitled|captions?|captioned|captioning|closed captions|srt|vtt) ",
        lambda c: c.points_at_video or (c.has("video") and not c.stock.image.attached) or c.says(r" subtitles? "),
    ),
    Evidence(
        "overlay_video",
        13,
        r" (?:overlay|watermark|title card|lower third|logo|write|text|title|put|place|add|burn|stamp|show|say|says|saying|read|reads|display|heading|headline|sticker) ",
        lambda c: (
            c.points_at_video and (c.says(r"§\d| (?:overlay|watermark|logo|lower third|title|text|heading|headline) "))
        ),
    ),
    Evidence(
        "replace_video_segment",
        16,
        r" (?:replace|redo|re ?do|change|regenerate|re ?render|remake|swap|show|rework|cut|fix|turn|make|instead|edit|re ?shoot|let) ",
        _window,
    ),
    Evidence("replace_video_segment", 11, r"^ ", lambda c: _window(c) and not c.text.quotes and not c.creates_video),
    Evidence(
        "extend_video",
        13,
        r" (?:extend|lengthen|continue|prolong|longer|keep going|carry on|go on|add (?:another |\d+ )*(?:more )?seconds|\d+ more seconds|another \d+ seconds|seconds to the end) ",
        lambda c: _vid(c) or c.says(r" (?:{vid}) ") or (c.stock.focus == "video" and not c.creates_new),
    ),
    Evidence(
        "upscale_video",
        12,
        r" (?:upscale|enlarge|sharper|higher|bigger|larger|resolution|quality|hd|4 k|2 k|1080 p|1440 p|2160 p|super resolution|crisper|increase) ",
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
        r"^ (?:what|who|where|when|describe|summarize|summary|tell|is|are|how many|analyze|explain|does|which|transcribe|watch|list|give (?:me )?a summary|recap|why)(?: |$)",
        lambda c: c.points_at_video and not c.says(r" (?:make|longer than|seed|resolution|metadata) "),
    ),
    Evidence(
        "dance_montage",
        13,
        r" danc(?:e|es|ing)(?: |$)",
        lambda c: (
            (
                _pic(c)
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
        r" (?:360(?: degrees?)?|turn ?table|orbit(?:s|ing)?|from (?:all sides|every side|every angle|all angles)|all around|full (?:turn|circle|rotation|spin|orbit)|all the way (?:around|round)|(?:spin|rotate|circle|walk|fly|go|turn)(?:s|ing)? (?:all )?(?:the camera )?(?:around|round) (?:it|this|her|him|the|that|image|my)|rotating view|spinning (?:view|video)) ",
        lambda c: _pic(c) or c.says(r" turn ?table"),
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
        _pic,
    ),
    Evidence(
        "animate_photo",
        11,
        r" (?:make|let|have|get) (?:.* )?(?:move|moving|flow|blink|wave|fly|fall|drift|walk|run|swim|flicker|sway|breathe|smile|nod|wink|spin|rise|turn (?:her|his|its) head|ripple|float|swing|open|close|blow|swirl|rotate|jump|talk|laugh)s?(?: |$)",
        _pic,
    ),
    Evidence(
        "animate_photo",
        14,
        r" (?:turn|make|convert|transform|change|create|get|give|want|do|produce|generate|render|as) (?:.* )?{vid} ",
        lambda c: _pic(c) and c.has("image") and c.animates_existing,
    ),
    Evidence(
        "animate_photo",
        14,
        r" {vid} (?:out of|from|of|with|using) (?:this|that|it|these|image \d|my (?:upload|picture|photo|image)|the (?:{pic}|first|second|third|last))(?: |$)",
        _pic,
    ),
    Evidence(
        "generate_video",
        11,
        r" (?:{vid}|animation|timelapse|time lapse|drone shot|drone flight|slow motion shot) ",
        lambda c: (
            not c.points_at_video
            and not c.animates_existing
            and not c.question
            and (c.creates or c.creates_video or not c.says(r"^ (?:turn|join|merge|upscale|extend|add|put) "))
        ),
    ),
    Evidence("generate_video", 12, r"^ (?:film|shoot) (?!noir)"),
    Evidence("generate_video", 6, r"^ animate an? "),
    # pictures from pictures
    Evidence(
        "image_to_3d",
        14,
        r" (?:3d (?:model|mesh|object|asset|print|file|sculpture|version|scan|figure|thing|shape|geometry)s?|glb|gltf|obj file|stl|mesh|3d printable) ",
    ),
    Evidence(
        "image_to_3d", 13, r" (?:in|into|to|make (?:it|this|that)|go|convert .* to) (?:full )?3d(?: |$)", _not_new
    ),
    Evidence(
        "segment_image",
        15,
        r" (?:segment(?:ation)?|masks? (?:the|my|his|her|every|all|out the|for|of|around)|select(?:ion)? (?:of |only |just |all |every |out )*(?:the|my|her|his|every|all)?|(?:cut|isolate|extract|crop|pick|lift|separate) (?:out )?(?:just|only) (?:the|her|his|my)|only (?:need|want|keep) the) ",
        lambda c: _pic(c) and not c.says(r" (?:foreground|subject) "),
    ),
    Evidence("remove_background", 14, r" transparent (?:version|copy|cutout|sticker|image|picture|png) ", _not_new),
    Evidence(
        "remove_background",
        15,
        r" (?:remove|delete|drop|strip|erase|get rid of|take away|take|cut away|cut|knock out|kick out|lose|clear|without|no|minus|eliminate|make|dump|cut out) (?:out |off |away )?(?:the |its |his |her |a |any |all the |that |this )*(?:\w+ )?backgrounds?(?: |$)(?!to |with |into |music)",
        lambda c: _pic(c) and not c.says(r" make the background (?!transparent)| remove (?:\w+ )+from the background"),
    ),
    Evidence(
        "remove_background",
        15,
        r" (?:transparent|see through) (?:background|png)| backgrounds? (?:of .* )?(?:to be )?(?:transparent|away|gone|off|out)(?: |$)| background ?removal ",
        _not_new,
    ),
    Evidence(
        "remove_background",
        14,
        r" (?:cut ?out|cut (?:it|this|that|him|her|them|these|those|both|image \d+|the \w+|my \w+|everything|all of them) out|cutouts?|isolate (?:the |main )*(?:subject|figure|foreground|person|it|this|him|her)|isolate|mask of the (?:foreground|subject)|die ?cut|extract the (?:subject|foreground)|(?:cut ?out|cut out) (?:of )?(?:image|the|my|this)) ",
        lambda c: _pic(c) and not c.says(r" paper cutouts? | cut out (?:style|animation)"),
    ),
    Evidence(
        "restore_photo",
        13,
        r" (?:restore|restoration|repair|unblur|denoise|colorize|colorization|descratch|retouch (?:this|the|my) old|revive|rescue|de ?age spots|recolor(?:ize)? (?:this|the|my) (?:old|black)) ",
        _pic,
    ),
    Evidence(
        "restore_photo",
        12,
        r" (?:scratch(?:es|ed)?|faded|torn|dust|dusty|cracks?|cracked|stains?|stained|creases?|grainy|grain|mold|damaged|damage|tears|water spots|noise|noisy|former glory|fading|yellowed|blurry) ",
        lambda c: (
            _pic(c)
            and c.says(
                r" (?:fix|remove|repair|clean|restore|mend|heal|get rid|take out|undo|erase|bring|improve|help|sharpen|is|s) "
            )
        ),
    ),
    Evidence(
        "restore_photo",
        13,
        r" (?:add|give|bring|put) (?:it |this |back |some |the )*colors? (?:back )?(?:to|into|in)? ?.*(?:black and white|b & w|bw|old|gray|monochrome|faded)",
        _pic,
    ),
    Evidence(
        "restore_photo",
        9,
        r" (?:old|ancient|vintage) (?:{pic}|family)",
        lambda c: _pic(c) and c.says(r" (?:fix|clean|improve|save|new|better|enhance) "),
    ),
    Evidence(
        "change_angle",
        14,
        " " + _FROM_WHERE + "(?: |$)",
        lambda c: (
            (
                _pic(c)
                and c.has("image")
                and (c.points_at_picture or "image" in c.carried)
                and not c.says(r"^ (?:draw|paint|sketch|a|an) |^ (?:make|create|generate) (?:me )?an? ")
            )
            or c.says(r"^ (?:rotate|turn|move) the camera")
            or (_pic(c) and c.has("image") and c.only_camera_words)
        ),
    ),
    Evidence(
        "apply_style",
        12,
        r" (?:turn|make|convert|transform|change|render|redraw|repaint|put|give|apply|style|show|have|get|want|as|into|in|reimagine|recreate|do|paint|draw|look|looks|like|redo) (?:.* )?{style}",
        lambda c: _pointed(c) and not c.points_at_video,
    ),
    Evidence(
        "apply_style",
        12,
        r" (?:in the (?:\w+ )?style of|style of|stylize|restyle|style transfer|\w+(?:oon|ic|ing)ify|cartoonify|in (?:an? |the )?(?:\w+ )+style|(?:an?|the) (?:\w+ ){{1,3}}(?:style|look|effect|filter|aesthetic|treatment|vibe)) ",
        lambda c: (
            (_pic(c) and c.has("image") and (c.points_at_picture or "image" in c.carried or not c.names_subject))
            or (_pointed(c) and not c.creates_new)
        ),
    ),
    Evidence(
        "apply_style",
        9,
        r"^ (?:(?:and|as|in|like|now|with|into) )*(?:an? |the )?(?:\w+ ){{0,2}}{style}(?: style| look| version)? (?:, )?(?:please )?(?:[.!?] )?$",
        lambda c: _pic(c) and c.has("image") and not c.creates,
    ),
    Evidence(
        "apply_style",
        12,
        r" {style} (?:version|look|take|rendition|rendering|treatment|filter|edition|variant)s? (?:of|for|on|to) (?:this|it|that|these|them|image|my|the|upload|both)",
        lambda c: _pointed(c) and not c.points_at_video,
    ),
    Evidence(
        "apply_style", 7, r" look(?:s)? like (?:it (?:is|was) )?(?:an? )?\w+", lambda c: _pointed(c) and not c.question
    ),
    Evidence(
        "upscale_image",
        12,
        r" (?:make|get|want|need|in|to|into) (?:.* )?(?:hd|uhd|full hd|hq|high definition|ultra hd) ",
        lambda c: _not_new(c) and not c.points_at_video,
    ),
    Evidence(
        "upscale_image",
        13,
        r" (?:upscale|upscaled|upscaling|enlarge|enlarged|super ?resolution|blow (?:\w+ ){{0,2}}up|supersize|upsize|(?:higher|more|better|full|max|maximum|increase|increased|raise|boost|enhance|improve|double|triple|bump|up) (?:.* )?resolution|higher res|high res|hi res|hires|resolution up|more pixels|print size|print quality) ",
        lambda c: _pic(c) and not c.creates_new,
    ),
    Evidence(
        "upscale_image",
        12,
        r" (?:(?:make|get|need|want|have|print|printed|scale|size|grow|blow|is|be|resize) (?:.* )?)?(?:bigger|larger|huge|as (?:big|large)|the size) ",
        lambda c: _not_new(c) and c.resizes_whole,
    ),
    Evidence(
        "upscale_image",
        9,
        r" (?:x|times|size|bigger|larger|px|pixels?|double|twice|triple|quadruple|resize|scale) ",
        _scale,
    ),
    Evidence("upscale_image", 10, r" (?:to|in) (?:2|4|8) k ", _not_new),
    Evidence("upscale_image", 7, r"^ (?:\d|double|triple|quadruple|twice) ", _scale),
    # facts and looks
    Evidence(
        "extract_metadata",
        17,
        r" (?:what|which) (?:camera|lens|iso|aperture|shutter|phone|software) | taken with ",
        lambda c: c.question and (c.has("image") or c.has("video")),
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
        r" how (?:long|big|large|many frames|many seconds) (?:is|are|does|was|has) ?",
        lambda c: c.says(r" (?:{vid}|{snd}) ") and (c.has("video") or c.has("audio")),
    ),
    Evidence(
        "extract_metadata",
        14,
        r" when was (?:this|it|that|the|my) (?:\w+ )?(?:taken|made|shot|created|photographed)",
        lambda c: c.has("image") or c.images.pointed,
    ),
    Evidence(
        "analyze_image",
        12,
        r"^ which (?:one|of (?:them|these|those)|picture|image|photo|version|is) ",
        lambda c: c.has("image") and not c.points_at_video,
    ),
    Evidence(
        "analyze_image",
        13,
        r" (?:alt ?text|captions?|descriptions?|explanations?|critique|feedback) (?:for|of|about|on) (?:this|the|my|image|that|these|it)",
        lambda c: _pointed(c) and c.has("image"),
    ),
    Evidence(
        "analyze_image",
        12,
        r"^ (?:explain|summarize) (?:this|that|it|image|the|my) ",
        lambda c: _pointed(c) and c.has("image"),
    ),
    Evidence(
        "analyze_image",
        12,
        r"^ (?!read (?:\w+ )*?(?:aloud|out)|read (?:this|the following) :)(?:describe|identify|recogni[sz]e|analyze|compare|critique|review|evaluate|judge|caption|ocr|transcribe|inspect|look at|have a look at|tell (?:me )?(?:about|what|more|if|who|how|which|where|whether)|count|list|name|read|explain|rate|give (?:me )?(?:a description|feedback|an opinion)|what do you (?:see|think)|spot|find)(?: |$)",
        _pic,
    ),
    Evidence(
        "analyze_image",
        9,
        r" (?:in|on|about|of|at|with) (?:this|that|the|my|both|these) (?:\w+ )?{pic}| here (?:\? )?$| image \d+|(?:see|there|wrong|written|shown|visible|depicted|dominate|difference|happening|going on) ",
        lambda c: c.question and _pic(c) and c.has("image"),
    ),
    Evidence("analyze_image", 8, r"^ ", lambda c: c.question and bool(c.stock.image.attached)),
    Evidence(
        "analyze_image",
        9,
        r"^ (?:what|who|where|which|is|are|does|do|how many|why|can you (?:see|tell))(?: is| are| s)? ?(?:.* )?(?:this|that|it|here|these|{pic}) ",
        lambda c: (
            c.question
            and _pic(c)
            and c.has("image")
            and not c.says(
                r"^ (?:what|how) (?:is|are|do|does) (?:it|that|this) (?:called|cost|work|you)|^ what (?:can|do) you|^ (?:is|was) (?:that|this|it) (?:ok|okay|free|possible|clear|you)|^ what is (?:this|it) studio"
            )
        ),
    ),
    # edits
    Evidence(
        "edit",
        11,
        r"^ (?:(?:can|could|should|may) (?:the|her|his|its|we|it|this|that|image \d+) .*?(?:be|have|get|become|look|turn|add|remove|make)|(?:it|this|that|the \w+|image \d+|they|there) (?:needs?|should|could use|must|has to|ought to|could be)) ",
        lambda c: (
            _pic(c) and c.has("image") and not c.says(r" (?:work|help|possible|free|cost) | it be (?:done|possible)")
        ),
    ),
    Evidence(
        "edit",
        11,
        r"^ (?:i|we) (?:want|would like|would love|need|wish|prefer) (?:the|her|his|its|it|them|this|that|him) .*(?: to | in | with |er | more | less )",
        lambda c: _pic(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        16,
        r" (?:collage|composite|mash ?up|diptych|triptych|photo ?montage) (?:from|of|out of|with|using) (?:these|both|all|the|my|them|\d)",
        lambda c: _pic(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        14,
        r"^ (?:what|how) would .* look(?: like)? (?:with|without|if|in|as) ",
        lambda c: _pic(c) and c.has("image"),
    ),
    Evidence(
        "edit",
        9,
        r"^ (?:add|remove|delete|erase|replace|swap|change|put|move|edit|alter|modify|insert|fill|adjust|fix|take|get rid of|combine|merge|blend|blur|sharpen|recolor|crop|flip|mirror|brighten|darken|lighten|warm|cool|saturate|desaturate|tint|soften|retouch|place|dress|hide|extend the|expand|outpaint|inpaint|clean|smooth|rotate|straighten|tone|increase|decrease|reduce|lower|raise|simplify|keep|exchange|switch|mix|trim|color|whiten|paint (?:the|his|her|its) \w+ (?:red|blue|green|yellow|black|white|pink|gold|in)|paint over|give (?:the|her|him|it|them|this|that|everyone)|make (?:the|his|her|its|it|him|them|this|that|image|everything|my)|turn (?:the|his|her|its|it|this|that|image|on|off)|let|use|open|close|set|light|have|pretend)(?: |$)",
        lambda c: _pic(c) and (c.has("image") or c.images.pointed),
    ),
    Evidence(
        "edit",
        10,
        r"^ (?:(?:a |an )?(?:bit|little|touch|tad|slightly|much|way|somewhat|lot) )*(?:more|less|fewer|too|not so|\w+er|without the)(?: |$)",
        lambda c: (
            _pic(c)
            and c.has("image")
            and not c.creates
            and c.says(r"^ (?:\w+ (?:, )?){{1,8}}(?:[.!?] )?(?:please )?$")
            and not c.says(
                r"^ (?:\w+ ){{0,3}}(?:computer|water|river|flower|paper|tower|winter|summer|water|tiger|spider|ever|over|never|under|weather|mother|father|better idea|more of|one more|\w+er (?:in|of|on|with|by|at|and|under)) ?"
            )
        ),
    ),
    Evidence(
        "edit",
        6,
        r" (?:in|on|to|from) (?:this|the|my|image \d+) ?(?:{pic})?|so that | instead(?: |$)|(?:combine|merge|blend|add|remove|onto|into one|single image|swap|replace) ",
        lambda c: _pointed(c) and not c.question and c.has("image"),
    ),
    Evidence(
        "edit",
        9,
        r" (?:(?:combine|merge|blend|mix|fuse|mash|put) (?:.* )?(?:these|both|2|all|together|first|second|image \d|photos|pictures|images)|the (?:\w+ )?from the (?:first|second) )",
        lambda c: _pic(c) and not c.says(r" {vid} "),
    ),
    # new pictures
    Evidence(
        "generate_image",
        5,
        r"^ ",
        lambda c: c.creates_new and not c.says(r" {vid} | (?:{music}) (?:for|in|at|with|about)?"),
    ),
    Evidence("generate_image", 4, r" {make} ", lambda c: c.creates and _no_ref(c)),
    Evidence(
        "generate_image",
        6,
        r" (?:{make}) (?:of|with|showing|for|in which|where|called|that shows|featuring|depicting) ",
        _no_ref,
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
        r" (?:surprise me|use your imagination|something (?:\w+ ){{0,3}}(?:beautiful|pretty|nice|cool|new|else|lovely|amazing|fun|magical)|anything (?:you (?:like|want)|goes|beautiful)|whatever you (?:like|want)|be creative|dream up|your choice|you (?:choose|decide|pick))(?: |$)",
        lambda c: not c.question,
    ),
    Evidence(
        "again",
        14,
        r"^ (?:that|this|it)(?: one)? , but | (?:the same|same (?:thing|picture|image|one|again|but|in|as|prompt|scene|idea)|(?:a )?(?:different|new|another|other) seed|once more|one more(?: time)?|another (?:one|1|version|variation|take|try|go|\d)|again|\d more (?:like|of|please|variations?|versions?|[.!]? ?$)|more like (?:that|this|it)|try again|do (?:it|that) again|a new (?:one|version)|redo (?:it|that)|(?:variations?|versions?|variants?|takes) (?:of|on) (?:it|this|that|image|the)|something similar|similar ones?|more (?:of (?:these|those|this|that)|variations|versions))(?: |$)",
        lambda c: not c.points_at_video and not c.question and not c.stock.image.attached,
    ),
    # plans
    Evidence(
        "compose_workflow",
        14,
        r" (?:plan (?:the|out|all)? ?(?:steps|workflow|production|project|it)|make a (?:workflow|plan)|workflow|step by step plan|plan (?:for|of) (?:making|producing)) ",
        lambda c: not c.says(r" template "),
    ),
    Evidence(
        "compose_workflow_template",
        15,
        r" (?:(?:make|create|draft|build|write|design|turn .* into) (?:me )?(?:an? )?(?:\w+ ){{0,4}}template|workflow template|reusable (?:workflow|template)) ",
        lambda c: not c.says(r" (?:picture|image|drawing|poster) of "),
    ),
)


def scores(clause: Clause) -> dict[str, float]:
    """Return the evidence for every tool, ``talk`` included; strongest first."""
    total: dict[str, float] = defaultdict(float)
    for item in EVIDENCE:
        if clause.says(item.pattern) and item.when(clause):
            best = total[item.tool]
            total[item.tool] = max(best, item.weight) + min(best, item.weight) * 0.25
    talk = talk_weight(clause)
    if talk:
        total["talk"] = talk
    if not total and clause.stock.image.attached and not clause.question:
        total["edit"] = 3
    if not total and clause.names_subject and not clause.question and re.search(r"[a-z]{3}", clause.core):
        total["generate_image"] = 2
    return dict(sorted(total.items(), key=lambda pair: -pair[1]))


def intent(clause: Clause) -> tuple[str, float]:
    """Return what *clause* asks for and how strong the evidence is; ``("talk", 0)`` when nothing speaks."""
    ranked = scores(clause)
    for tool, weight in ranked.items():
        return _settle(tool, clause), weight
    return "talk", 0.0


def _settle(tool: str, clause: Clause) -> str:
    """Choose between tools that differ only by what they work on."""
    return tool if tool != "edit" else settle_edit(clause)


def settle_edit(clause: Clause) -> str:
    """Return which tool edits what *clause* points at: results, uploads and clips have one each."""
    if clause.points_at_video:
        return "video_to_video"
    several = len(clause.images.indices) > 1 or clause.says(
        r" (?:combine|merge|blend|mix|fuse) | from the (?:first|second) "
    )
    target = clause.images.indices[0] if clause.images.indices else None
    if clause.carried and (target is None or not clause.images.named):
        return "refine_result"
    if (several and not clause.images.plural) or clause.says(r" (?:combine|merge|blend|mix|fuse) "):
        return "edit_image"
    return "edit_image" if target is None or target < 0 else "refine_result"
