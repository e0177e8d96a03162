# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Requests as people type them, and what must come of each: written before the director was.

``TUNED`` may be looked at while rules are written; ``HELD_OUT`` is scored but not tuned against.

A row is ``P(text, tool, have, **arguments)``. *have* names what the session holds:
``i2`` two generated pictures, ``u1`` one uploaded picture (``+1``: attached to this very
message), ``v1``/``w1`` a generated/uploaded clip, ``a1``/``s1`` a generated/uploaded sound.
*tool* is a tool's name, several names joined by ``|`` when either is right, or ``reply``.
An argument is compared exactly, except for a tuple (any of its members) and a string that
begins with ``~``: then each comma-separated part must occur in the value, ignoring case,
or must not when it begins with ``!``.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Phrasing:
    """One request with its expected outcome."""

    text: str
    tool: str
    have: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    calls: int | None = None
    then: tuple[str, ...] = ()
    earlier: str | None = None
    """Prompt of a picture made earlier in the conversation, as its tool call shows it."""


def P(
    text: str,
    tool: str,
    have: str = "",
    /,
    *,
    calls: int | None = None,
    then: tuple[str, ...] = (),
    earlier: str | None = None,
    **arguments: Any,
) -> Phrasing:
    """Write a row shortly."""
    return Phrasing(text, tool, have, arguments, calls, then, earlier)


TUNED: list[Phrasing] = [
    # generate_image
    P("Make me something beautiful, use your imagination!", "generate_image", prompt="~!imagination,!something"),
    P("Draw a red bicycle in the snow.", "generate_image", prompt="~red bicycle,snow,!draw"),
    P("paint a lighthouse above the clouds at dusk", "generate_image", prompt="~lighthouse,clouds,dusk"),
    P(
        "Could you please create a watercolour of two foxes in a misty forest?",
        "generate_image",
        prompt="~watercolour,two foxes,misty forest,!please",
    ),
    P(
        "i want 3 variations of a koi pond seen from above",
        "generate_image",
        numberOfVariations=3,
        prompt="~koi pond,!variations",
    ),
    P(
        "a set of 6 geometric patterns in teal and gold",
        "generate_image",
        numberOfVariations=6,
        prompt="~geometric,teal,gold",
    ),
    P("genrate a pic of an old sailing ship in a storm plz", "generate_image", prompt="~sailing ship,storm,!plz"),
    P(
        "wide panorama of snowy mountains at sunrise",
        "generate_image",
        aspectRatio=("21:9", "16:9"),
        prompt="~mountains,sunrise",
    ),
    P(
        "phone wallpaper with a nebula in purple and pink",
        "generate_image",
        aspectRatio="9:16",
        prompt="~nebula,purple,pink",
    ),
    P("A still life with lemons, 1920x1080, please", "generate_image", width=1920, height=1080, prompt="~lemons,!1920"),
    P(
        "Create a square stained-glass window of a peacock, seed 42",
        "generate_image",
        aspectRatio="1:1",
        seed=42,
        prompt="~stained-glass,peacock,!seed",
    ),
    P(
        "a busy city street at night in the rain, no people",
        "generate_image",
        negativePrompt="~people",
        prompt="~city,night,rain",
    ),
    P("sunflowers", "generate_image", prompt="~sunflowers"),
    P(
        "I'd love to see a tiny house on a floating island, oil painting, warm colours",
        "generate_image",
        prompt="~tiny house,floating island,oil painting,warm",
    ),
    P(
        "Show me a jellyfish glowing in the deep sea. Make it dreamy and blue. 16:9 please.",
        "generate_image",
        aspectRatio="16:9",
        prompt="~jellyfish,dreamy,blue",
    ),
    P("surprise me", "generate_image"),
    P(
        "can u draw a couple of pictures of autumn forest paths",
        "generate_image",
        numberOfVariations=2,
        prompt="~autumn,forest",
    ),
    P(
        "Design a banner for my bakery with wheat and bread in it, as jpg",
        "generate_image",
        outputFormat=("jpg", "jpeg"),
        prompt="~bakery,wheat",
    ),
    P(
        "My daughter turns seven on Sunday and she loves dragons. Please paint her a friendly green dragon eating cake in a garden.",
        "generate_image",
        prompt="~dragon,cake,garden",
    ),
    P(
        "the same but at night",
        "generate_image",
        "i1",
        earlier="a harbour with fishing boats, watercolour",
        prompt="~harbour,fishing boats,night",
    ),
    P("another one please", "generate_image", "i1", earlier="a fern unfolding, ink drawing", prompt="~fern"),
    P("again, but in winter", "generate_image", "i1", earlier="a mill by a river", prompt="~mill,river,winter"),
    P(
        "same thing in portrait format",
        "generate_image",
        "i1",
        earlier="a castle on a cliff",
        prompt="~castle,cliff",
        aspectRatio=("4:5", "9:16", "2:3", "3:4"),
    ),
    P("two more like that", "generate_image", "i1", earlier="a paper-cut owl", prompt="~owl", numberOfVariations=2),
    P("imagine a desert with three moons", "generate_image", prompt="~desert,three moons"),
    P("Draw me three pictures: a cat, a dog and a horse", "generate_image", calls=3),
    P('I need a logo for a coffee shop called "Bean There"', "generate_image", prompt="~logo,coffee,Bean There"),
    P(
        "generate an image of a robot playing violin without text, webp",
        "generate_image",
        negativePrompt="~text",
        outputFormat="webp",
        prompt="~robot,violin",
    ),
    P("a portrait of an old fisherman in charcoal", "generate_image", prompt="~portrait,fisherman,charcoal"),
    P(
        "poster of a jazz night, art deco, vertical",
        "generate_image",
        prompt="~jazz,art deco",
        aspectRatio=("9:16", "2:3", "4:5", "3:4"),
    ),
    # edit_image
    P("Put a red hat on the cat in this photo", "edit_image", "+1", prompt="~red hat,cat", sourceImageIndex=-1),
    P("remove the lamp post from my photo", "edit_image", "u1", prompt="~lamp post", sourceImageIndex=-1),
    P("change the sky to a sunset", "edit_image", "+1", prompt="~sky,sunset", sourceImageIndex=-1),
    P("combine both photos into one picture", "edit_image", "+2", prompt="~combine"),
    P("put the woman from the first photo onto the beach of the second one", "edit_image", "+2", prompt="~woman,beach"),
    P("swap the car for a horse", "edit_image", "u1", prompt="~car,horse"),
    P("Edit this picture so that it is snowing", "edit_image", "+1", prompt="~snow"),
    P("please erase the people in the background", "edit_image", "+1", prompt="~people"),
    # apply_style
    P("turn this into a watercolor", "apply_style", "+1", prompt="~watercolor", sourceImageIndex=-1),
    P("make Image 2 look like a van gogh painting", "apply_style", "i3", prompt="~van gogh", sourceImageIndex=1),
    P("put it in an ink-drawing style", "apply_style", "i1", prompt="~ink", sourceImageIndex=0),
    P("cartoonify my photo", "apply_style", "u1", prompt="~cartoon", sourceImageIndex=-1),
    P("Can I have the last picture as pixel art?", "apply_style", "i2", prompt="~pixel art", sourceImageIndex=1),
    P("give this a vintage 70s film look", "apply_style", "+1", prompt="~70s"),
    P("apply a mosaic style to all of them", "apply_style", "i3", prompt="~mosaic", calls=3),
    P("in the style of hokusai pls", "apply_style", "i1", prompt="~hokusai"),
    # restore_photo
    P("restore this old photo", "restore_photo", "+1", prompt="~restore"),
    P(
        "can you fix the scratches and the faded colours on grandma's picture?",
        "restore_photo",
        "u1",
        prompt="~scratches",
    ),
    P("colorize this black and white photo", "restore_photo", "+1", prompt="~colo"),
    P("repair the damaged photograph, high quality", "restore_photo", "u1", quality="hq"),
    P("its all grainy and torn, clean it up", "restore_photo", "+1"),
    # refine_result
    P("make it bluer", "refine_result", "i1", prompt="~bluer", sourceImageIndex=0),
    P("now add a moon in the top left", "refine_result", "i2", prompt="~moon", sourceImageIndex=1),
    P("in the second one, remove the tree", "refine_result", "i3", prompt="~tree", sourceImageIndex=1),
    P("Please brighten Image 1 a little", "refine_result", "i2", prompt="~brighten", sourceImageIndex=0),
    P("more contrast", "refine_result", "i1", prompt="~contrast"),
    P("change the boat's colour to yellow and keep everything else", "refine_result", "i1", prompt="~boat,yellow"),
    # change_angle
    P("show it from behind", "change_angle", "i1", description="back view eye-level shot medium shot"),
    P(
        "the same statue from the right side, low angle",
        "change_angle",
        "+1",
        description="right side view low-angle shot medium shot",
    ),
    P(
        "rotate the camera to the left of Image 1, close up",
        "change_angle",
        "i1",
        description="left side view eye-level shot close-up",
        sourceImageIndex=0,
    ),
    P(
        "give me a front-left quarter view from above, wide shot",
        "change_angle",
        "u1",
        description=(
            "front-left quarter view high-angle shot wide shot",
            "front-left quarter view elevated shot wide shot",
        ),
    ),
    P(
        "what would this look like from above?",
        "change_angle",
        "+1",
        description=("front view high-angle shot medium shot", "front view elevated shot medium shot"),
    ),
    # upscale_image
    P("upscale this", "upscale_image", "+1", sourceImageIndex=-1),
    P("make it four times larger", "upscale_image", "i1", scale=4, sourceImageIndex=0),
    P("enlarge the second one to 4000 px", "upscale_image", "i3", targetLongestEdge=4000, sourceImageIndex=1),
    P("double the size of my upload", "upscale_image", "u1", scale=2, sourceImageIndex=-1),
    P("i need image 3 in a higher resolution, 3x", "upscale_image", "i3", scale=3, sourceImageIndex=2),
    P("uspcale both", "upscale_image", "i2", calls=2),
    P("can this be printed bigger?", "upscale_image", "+1"),
    P("blow it up to 4K", "upscale_image", "i1", targetLongestEdge=(3840, 4096)),
    # remove_background
    P("cut this out", "remove_background", "+1", sourceImageIndex=-1),
    P("remove the background", "remove_background", "u1", sourceImageIndex=-1),
    P("pls make the backround transparent", "remove_background", "i1", sourceImageIndex=0),
    P("I want the cat without the background", "remove_background", "+1"),
    P("get rid of the background of Image 2", "remove_background", "i2", sourceImageIndex=1),
    P("give me just the mask of the foreground", "remove_background|segment_image", "+1", applyMask=False),
    # segment_image
    P("select only the red car and give me the mask", "segment_image", "+1", text="~red car"),
    P("segment the dog", "segment_image", "u1", text="~dog"),
    P("cut out just the teapot from the picture", "segment_image", "+1", text="~teapot", applyMask=True),
    P("mask the sky", "segment_image", "i1", text="~sky"),
    # image_to_3d
    P("turn this into a 3d model", "image_to_3d", "+1", sourceImageIndex=-1),
    P("make a GLB from image 1", "image_to_3d", "i2", sourceImageIndex=0),
    P("i'd like a 3D object of that", "image_to_3d", "i1"),
    # generate_video
    P("make a 6 second video of waves crashing on rocks", "generate_video", duration=6, prompt="~waves,rocks,!second"),
    P(
        "film a drone shot over a rice terrace at dawn, 1080p",
        "generate_video",
        targetResolution=1080,
        prompt="~rice terrace,dawn",
    ),
    P(
        "I want a vertical clip of a cat yawning, no sound",
        "generate_video",
        aspectRatio="9:16",
        generateAudio=False,
        prompt="~cat yawning",
    ),
    P("video: a paper boat drifting down a stream", "generate_video", prompt="~paper boat"),
    P("creat a short animation of a seed growing into a tree", "generate_video", prompt="~seed,tree"),
    # animate_photo
    P("animate this photo", "animate_photo", "+1", sourceImageIndex=-1),
    P("make the clouds move in Image 1", "animate_photo", "i1", prompt="~clouds", sourceImageIndex=0),
    P("bring it to life for 8 seconds", "animate_photo", "i1", duration=8),
    P("turn my picture into a video where the leaves fall", "animate_photo", "u1", prompt="~leaves"),
    P("morph from Image 1 to Image 2", "animate_photo", "i2", sourceImageIndex=0, endImageIndex=1, frameRole="both"),
    P("animate all of them", "animate_photo", "i3"),
    # sound_to_video
    P("make a music video for this song with dancing lights", "sound_to_video", "s1", prompt="~dancing lights"),
    P("make her lip sync to my recording", "sound_to_video", "+1 s1", sourceImageIndex=-1),
    P("visualise this track", "sound_to_video", "a1"),
    # video_to_video
    P("turn this video into anime", "video_to_video", "w1", prompt="~anime"),
    P("replace the man in my clip with a robot", "video_to_video", "w1", prompt="~robot"),
    P("make the clip look like a charcoal drawing", "video_to_video", "w1", prompt="~charcoal"),
    # orbit_video
    P("give me a 360 of this sculpture", "orbit_video", "+1", sourceImageIndex=-1),
    P("make a turntable of image 1", "orbit_video", "i1", sourceImageIndex=0),
    P("orbit around it from a low angle", "orbit_video", "i1", elevation="low-angle shot"),
    # dance_montage
    P("make him dance", "dance_montage", "+1", sourceImageIndex=-1),
    P("let the cat dance rasputin for 15 seconds", "dance_montage", "u1", dance="rasputin", duration=15),
    # stitch_video
    P("join the clips together", "stitch_video", "v3", videoIndices=[0, 1, 2]),
    P("stitch video 1 and video 3 with a fade", "stitch_video", "v3", videoIndices=[0, 2]),
    P("put both videos in one with my song over it", "stitch_video", "v2 s1", videoIndices=[0, 1], audioIndex=-1),
    # extend_video
    P("extend the clip by 5 seconds", "extend_video", "v1", duration=5),
    P("make the video longer, she turns around and smiles", "extend_video", "v1", prompt="~smiles"),
    # replace_video_segment
    P(
        "replace seconds 2 to 4 of the clip with a lightning strike",
        "replace_video_segment",
        "v1",
        startSeconds=2,
        endSeconds=4,
        prompt="~lightning",
    ),
    P(
        "redo the part from 0:03 to 0:05 so that the car stops",
        "replace_video_segment",
        "v1",
        startSeconds=3,
        endSeconds=5,
    ),
    # overlay_video
    P('put the text "Hello Lisbon" at the top of the video', "overlay_video", "v1"),
    P("overlay image 1 as a watermark in the bottom right corner of the clip", "overlay_video", "v1 i1"),
    # add_subtitles
    P('add subtitles "Good morning" from 0 to 2 seconds', "add_subtitles", "v1"),
    P("caption my clip please", "add_subtitles", "w1"),
    # upscale_video
    P("upscale the video to 1440p", "upscale_video", "v1", targetResolution=1440),
    P("make my clip sharper and 1080p", "upscale_video", "w1", targetResolution=1080),
    # generate_music
    P("compose a calm piano piece in D minor, 72 bpm", "generate_music", bpm=72, keyscale="D minor", prompt="~piano"),
    P("make a 30 second techno track", "generate_music", duration=30, prompt="~techno"),
    P("I need background music for a cooking video", "generate_music", prompt="~cooking"),
    P("a waltz for accordion, 3/4, two minutes", "generate_music", timesig=3, duration=120, prompt="~accordion"),
    P('sing a folk song with the lyrics "Down by the river we go"', "generate_music", lyrics="~river", prompt="~folk"),
    # generate_speech
    P('say "Welcome to the gallery" in a warm voice', "generate_speech", prompt="Welcome to the gallery"),
    P("read this aloud: The sea was calm that night.", "generate_speech", prompt="~The sea was calm that night"),
    P("do a voiceover with ryan: Fresh bread, every morning", "generate_speech", voice="ryan", prompt="~Fresh bread"),
    P('speak "Guten Morgen" in german, slowly', "generate_speech", language="german", prompt="Guten Morgen"),
    # analyze_image
    P("what's in this picture?", "analyze_image", "+1", sourceImageIndex=-1),
    P("describe image 2", "analyze_image", "i2", sourceImageIndex=1, analysisType="describe"),
    P("read the text on the sign", "analyze_image", "+1", analysisType="ocr"),
    P("compare the two pictures", "analyze_image", "i2", analysisType="compare", compareImageIndex=(0, 1)),
    P("how many people are there?", "analyze_image", "+1", query="~people"),
    # analyze_video
    P("what happens in this clip?", "analyze_video", "w1"),
    P("summarise the video", "analyze_video", "v1", analysisType="summary"),
    # extract_metadata
    P("show me the metadata of this photo", "extract_metadata", "+1", sourceImageIndex=-1),
    P("what seed did you use for image 1", "extract_metadata", "i1", sourceImageIndex=0),
    P("how many pixels does it have?", "extract_metadata", "u1"),
    P("how long is my clip?", "extract_metadata", "w1", mediaType="video"),
    # enhance_prompt
    P("improve my prompt: a cat on a roof", "enhance_prompt", prompt="~a cat on a roof", target_output="image_prompt"),
    P(
        "write a better prompt for a video of a storm at sea",
        "enhance_prompt",
        target_output="video_prompt",
        prompt="~storm at sea",
    ),
    # compose_script
    P(
        "write a storyboard with 4 scenes about a lost umbrella",
        "compose_script",
        script_type="storyboard",
        scene_count=4,
        brief="~umbrella",
    ),
    P(
        "I need a 30 second ad script for a coffee brand",
        "compose_script",
        script_type="ad_script",
        duration_seconds=30,
        brief="~coffee",
    ),
    # compose_lyrics
    P("write lyrics for a sad country song about trains", "compose_lyrics", prompt="~trains"),
    P("can you come up with the words to a lullaby in french", "compose_lyrics", language="~french", prompt="~lullaby"),
    # compose_instrumental
    P(
        "outline the structure of an instrumental for a space documentary",
        "compose_instrumental",
        prompt="~space documentary",
    ),
    P(
        "plan an instrumental arrangement, lofi, 90 seconds",
        "compose_instrumental",
        duration_seconds=90,
        prompt="~lofi",
    ),
    # chains
    P(
        "cut this out, put it in an ink-drawing style and make it four times larger",
        "remove_background",
        "+1",
        sourceImageIndex=-1,
        then=("apply_style", "upscale_image"),
    ),
    P(
        "paint a fox in the snow, then cut it out and enlarge it",
        "generate_image",
        prompt="~fox,snow,!cut",
        then=("remove_background", "upscale_image"),
    ),
    P("restore this photo and then animate it", "restore_photo", "+1", then=("animate_photo",)),
    P("upscale Image 1 and cut out Image 2", "upscale_image", "i2", calls=2),
    P(
        "Generate a castle in a thunderstorm. After that remove the background.",
        "generate_image",
        prompt="~castle",
        then=("remove_background",),
    ),
    # asking for what is missing
    P("cut this out", "reply"),
    P("upscale my photo please", "reply"),
    P("animate it", "reply"),
    P("add subtitles to the clip", "reply"),
    P("turn this into a watercolor", "reply"),
    P("describe this image", "reply"),
    # words
    P("hi", "reply"),
    P("Hello there! How are you today?", "reply"),
    P("what can you do?", "reply"),
    P("who are you", "reply"),
    P("How do I connect a language model?", "reply"),
    P("thanks, that's lovely!", "reply", "i1"),
    P("What is the capital of France?", "reply"),
    P("why is the sky blue?", "reply", "i1"),
    P("explain impressionism to me", "reply"),
    P("I had a rough day", "reply"),
    P("which file formats do you support", "reply"),
    P("good morning", "reply"),
    P("write a python function that reverses a list", "reply"),
    P("ok cool", "reply", "i2"),
]

HELD_OUT: list[Phrasing] = [
    P("hey, could you whip up a picture of a snail racing a turtle?", "generate_image", prompt="~snail,turtle"),
    P(
        "Four versions of an abstract wave in coral and navy, square",
        "generate_image",
        numberOfVariations=4,
        aspectRatio="1:1",
        prompt="~wave,coral,navy",
    ),
    P(
        "need an illustraton of a witch's kitchen, cosy, candlelight",
        "generate_image",
        prompt="~witch,kitchen,candlelight",
    ),
    P(
        "midnight market in tokyo, neon reflections, 21:9",
        "generate_image",
        aspectRatio="21:9",
        prompt="~market,tokyo,neon",
    ),
    P(
        "Please produce a botanical drawing of a fern for my living room. It should be tall.",
        "generate_image",
        prompt="~botanical,fern",
        aspectRatio=("9:16", "2:3", "4:5", "3:4"),
    ),
    P("dream up anything you like", "generate_image"),
    P(
        "make the same picture again but in autumn colours",
        "generate_image",
        "i1",
        earlier="a lake between mountains",
        prompt="~lake,mountains,autumn",
    ),
    P("one more", "generate_image", "i1", earlier="a blue whale above a city", prompt="~whale"),
    P(
        "I would like to have a desktop background showing an aurora over a frozen lake",
        "generate_image",
        aspectRatio="16:9",
        prompt="~aurora,frozen lake",
    ),
    P(
        "sketch a hummingbird, pencil, avoid colour",
        "generate_image",
        prompt="~hummingbird,pencil",
        negativePrompt="~colo",
    ),
    P(
        "render 5 images of origami animals at 1024 x 768",
        "generate_image",
        numberOfVariations=5,
        width=1024,
        height=768,
        prompt="~origami",
    ),
    P("an elephant made of clouds", "generate_image", prompt="~elephant,clouds"),
    P("add sunglasses to the dog", "edit_image", "+1", prompt="~sunglasses"),
    P("Take the trash can out of the photo I uploaded", "edit_image", "u1", prompt="~trash can"),
    P("merge these two into a single image", "edit_image", "+2"),
    P("replace the background with a jungle", "edit_image", "+1", prompt="~jungle"),
    P("make this look like an oil painting", "apply_style", "+1", prompt="~oil painting"),
    P("stylize image 1 as a comic", "apply_style", "i2", prompt="~comic", sourceImageIndex=0),
    P(
        "turn my upload into a stained glass window",
        "apply_style",
        "u1 i1",
        prompt="~stained glass",
        sourceImageIndex=-1,
    ),
    P(
        "This is a photo of my grandfather from 1932. It has cracks and stains, can you repair it?",
        "restore_photo",
        "+1",
    ),
    P("remove the dust and the scratches", "restore_photo", "u1"),
    P("a bit darker please", "refine_result", "i1", prompt="~darker"),
    P("can you give the fox a scarf", "refine_result", "i1", prompt="~fox,scarf"),
    P("replace the house in image 2 with a windmill", "refine_result", "i2", prompt="~windmill", sourceImageIndex=1),
    P("view it from the left side", "change_angle", "i1", description="left side view eye-level shot medium shot"),
    P("show me the back of the chair", "change_angle", "+1", description="back view eye-level shot medium shot"),
    P("increase the resolution of the first picture by 2x", "upscale_image", "i2", scale=2, sourceImageIndex=0),
    P("can you make this photo bigger? triple would be great", "upscale_image", "+1", scale=3),
    P("enhance resolution to 3000 pixels", "upscale_image", "i1", targetLongestEdge=3000),
    P("isolate the subject on a transparent background", "remove_background", "+1"),
    P("cutout of the last image pls", "remove_background", "i3", sourceImageIndex=2),
    P("take the background away from both", "remove_background", "i2", calls=2),
    P("I only need the umbrella, segment it", "segment_image", "+1", text="~umbrella"),
    P("create a mask for the hair", "segment_image", "u1", text="~hair"),
    P("convert the picture to a 3d mesh", "image_to_3d", "u1"),
    P(
        "a ten second clip of fireflies in a meadow, widescreen",
        "generate_video",
        duration=10,
        aspectRatio="16:9",
        prompt="~fireflies",
    ),
    P("generate footage of a train crossing a viaduct", "generate_video", prompt="~train,viaduct"),
    P("let the water in the photo flow", "animate_photo", "+1", prompt="~water"),
    P("make a video out of image 2", "animate_photo", "i2", sourceImageIndex=1),
    P("create a clip that follows the beat of my song", "sound_to_video", "s1"),
    P("restyle my video as claymation", "video_to_video", "w1", prompt="~claymation"),
    P("spin around the vase, full turn", "orbit_video", "+1"),
    P("can she do the chanel dance", "dance_montage", "u1", dance="chanel"),
    P("merge all the videos", "stitch_video", "v2", videoIndices=[0, 1]),
    P("continue the video for another 8 s", "extend_video", "v1", duration=8),
    P("between 1 and 3 seconds show a rainbow instead", "replace_video_segment", "v1", startSeconds=1, endSeconds=3),
    P('write "The End" in the middle of the clip', "overlay_video", "v1"),
    P("put captions on the video", "add_subtitles", "v1"),
    P("video 1 in higher resolution please", "upscale_video", "v2", sourceVideoIndex=0),
    P("give me a happy ukulele tune, around 45 seconds", "generate_music", duration=45, prompt="~ukulele"),
    P("epic orchestral soundtrack at 140 bpm", "generate_music", bpm=140, prompt="~orchestral"),
    P("Narrate the following: Once there was a fox.", "generate_speech", prompt="~Once there was a fox"),
    P("text to speech 'mind the gap' in a british accent", "generate_speech", prompt="~mind the gap"),
    P("which colours dominate here?", "analyze_image", "+1"),
    P("tell me what you see in the last picture", "analyze_image", "i2", sourceImageIndex=1),
    P("is there anything written on it?", "analyze_image", "+1"),
    P("what is going on in video 1", "analyze_video", "v1", sourceVideoIndex=0),
    P("what are the dimensions of this image", "extract_metadata", "+1"),
    P("exif data please", "extract_metadata", "u1"),
    P(
        "enhance this prompt for krea-2-turbo: owl in moonlight",
        "enhance_prompt",
        destination_model="krea-2-turbo",
        prompt="~owl in moonlight",
    ),
    P(
        "write a short screenplay about two astronauts stuck in an elevator",
        "compose_script",
        script_type="screenplay",
        brief="~astronauts",
    ),
    P("a trailer script for a heist movie", "compose_script", script_type="trailer", brief="~heist"),
    P("write me a rap about my cat", "compose_lyrics", prompt="~cat"),
    P("compose an instrumental plan for a meditation app", "compose_instrumental", prompt="~meditation"),
    P(
        "draw a knight, cut him out, and make it twice as big",
        "generate_image",
        prompt="~knight,!cut",
        then=("remove_background", "upscale_image"),
    ),
    P(
        "first remove the background, then turn it into a pencil sketch",
        "remove_background",
        "+1",
        then=("apply_style",),
    ),
    P("make a 3d model of this", "reply"),
    P("extend the video by 4 seconds", "reply"),
    P("hey what's up", "reply"),
    P("do you work offline?", "reply"),
    P("nice work, thank you so much", "reply", "i1"),
    P("who painted the mona lisa?", "reply"),
    P("can you help me with my taxes", "reply"),
    P("what tools do you have", "reply", "i1"),
]
