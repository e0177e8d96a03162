# ruff: noqa: E501 — a phrasing is easiest to judge on one line
"""Whole requests written after the sixth round was mended, and what conversations in the studio brought up."""

from tests.engine.director.everyday import C, E, Everyday

G, R = "generate_image", "refine_result|edit_image"

EVERYDAY_SEVENTH: list[Everyday] = [
    E(
        "yo, quick one: 5 thumbnails ideas for a podcast about mushrooms, 16:9",
        "",
        C(G, prompt="~mushrooms", numberOfVariations=5, aspectRatio="16:9"),
    ),
    E(
        "clay bust of an owl. then a turntable of it. then the mesh",
        "",
        C(G, prompt="~owl,!turntable"),
        C("orbit_video"),
        C("image_to_3d"),
    ),
    E(
        "paint these three, one picture each: a key, a lock, a door",
        "",
        C(G, prompt="~key,!lock"),
        C(G, prompt="~lock,!door"),
        C(G, prompt="~door,!key"),
    ),
    E(
        "whoa ok. so. an airship over rice terraces, golden hour, print quality",
        "",
        C(G, prompt="~airship,rice terraces,!whoa"),
    ),
    E("logo for a bike shop called SPOKE, no background", "", C(G, prompt="~spoke"), C("remove_background")),
    E(
        "a ferry at night, 2048x1024, no text pls, seed 12",
        "",
        C(G, prompt="~ferry,night", width=2048, height=1024, seed=12, negativePrompt="~text"),
    ),
    E(
        "can u swap the grey sky for stars and add my caption 'we were here' top left",
        "+1",
        C("edit_image", prompt="~stars,we were here"),
    ),
    E("crop square. warmer. less noise", "+1", C("edit_image|restore_photo", prompt="~warmer")),
    E(
        "photo 2 brighter, photo 3 darker",
        "u3",
        C("edit_image", prompt="~brighter", sourceImageIndex=-2),
        C("edit_image", prompt="~darker", sourceImageIndex=-3),
    ),
    E(
        "linocut in two colours, then twice as large and save as png",
        "+1",
        C("apply_style", prompt="~linocut"),
        C("upscale_image", scale=2),
    ),
    E(
        "as manga and as a charcoal sketch",
        "+1",
        C("apply_style", prompt="~manga"),
        C("apply_style", prompt="~charcoal", sourceImageIndex=-1),
    ),
    E(
        "mom's school photo, creased down the middle. mend it, then frame it in gold",
        "+1",
        C("restore_photo", prompt="~creas"),
        C(R, prompt="~frame,gold"),
    ),
    E(
        "left side and right side view of the bust",
        "i1",
        C("change_angle", description="~left side view"),
        C("change_angle", description="~right side view"),
    ),
    E("cut her out and drop her into a snowy forest", "+1", C("remove_background"), C(R, prompt="~snowy forest")),
    E("mask only the sky", "+1", C("segment_image", text="~sky")),
    E("i need it 5000px wide for print", "i1", C("upscale_image", targetLongestEdge=5000)),
    E(
        "8 second clip of lava, then slap on the title 'CORE' and upscale to 1440",
        "",
        C("generate_video", prompt="~lava", duration=8),
        C("overlay_video", overlays="~core"),
        C("upscale_video", targetResolution=1440),
    ),
    E(
        "two clips: one of rain on glass, one of a fan spinning. stitch em",
        "",
        C("generate_video", prompt="~rain"),
        C("generate_video", prompt="~fan"),
        C("stitch_video", videoIndices=[0, 1]),
    ),
    E(
        "make a music video about the sea, sad piano, 12 sec",
        "",
        C("generate_music", prompt="~piano", duration=12),
        C("sound_to_video", prompt="~sea", duration=12),
    ),
    E(
        "music video with these two, 10s, techno",
        "+2",
        C("generate_music", prompt="~techno"),
        C("sound_to_video|stitch_video|animate_photo|generate_video"),
    ),
    E(
        "the water should ripple n the lamp flicker, rest still. 4s, vertical",
        "+1",
        C("animate_photo", prompt="~ripple,flicker", duration=4),
    ),
    E(
        "animate both, then cut them together with a wipe",
        "u2",
        C("animate_photo", sourceImageIndices=[-1, -2]),
        C("stitch_video", videoIndices=[0, 1], transition="~wipe"),
    ),
    E(
        "start at 0:40 of my track, 15 sec, neon grid, 16:9",
        "s1",
        C("sound_to_video", prompt="~neon grid", audioStart=40, duration=15),
    ),
    E(
        "noir look for the clip, then stick 'Act I' on the first 2 seconds",
        "w1",
        C("video_to_video", prompt="~noir"),
        C("overlay_video", overlays="~act i"),
    ),
    E("clip 2 first then clip 1 and put the song under", "v2 a1", C("stitch_video", videoIndices=[1, 0], audioIndex=0)),
    E("another 4 secs pls, it starts snowing", "v1", C("extend_video", duration=4, prompt="~snow")),
    E(
        "seconds 1-3: make it night instead",
        "v1",
        C("replace_video_segment", startSeconds=1, endSeconds=3, prompt="~night"),
    ),
    E(
        "Subtitles in yellow: 0-2 Hi. 2-5 I am the lighthouse.",
        "v1",
        C("add_subtitles", cues="~hi,i am the lighthouse"),
    ),
    E(
        "ambient drone, 2 minutes, no drums, d minor, then a 20 sec film of fog to it",
        "",
        C("generate_music", prompt="~ambient,no drums", duration=120, keyscale="D minor"),
        C("sound_to_video|generate_video", prompt="~fog", duration=20),
    ),
    E(
        "happy birthday song for Olu, 30s, ukulele, with words",
        "",
        C("compose_lyrics", prompt="~olu"),
        C("generate_music", prompt="~ukulele", duration=30),
        alt=[[C("generate_music", prompt="~olu,ukulele", duration=30)]],
    ),
    E(
        'voiceover, british man, slow: "In the beginning there was paint."',
        "",
        C("generate_speech", prompt="~in the beginning"),
    ),
    E(
        "speak it in french: bonjour tout le monde. slowly",
        "",
        C("generate_speech", prompt="~bonjour tout le monde", language="french"),
    ),
    E("whats in the pic and is it in focus", "+1", C("analyze_image")),
    E('how long is the clip? add subtitles: 0-2 "ok"', "w1", C("extract_metadata"), C("add_subtitles", cues="~ok")),
    E(
        "write a 6 panel storyboard about a runaway kite, then draw panel 3",
        "",
        C("compose_script", scene_count=6, brief="~kite"),
        C(G),
    ),
    E("prompt for seedance: a fox runs thru snow. make it better", "", C("enhance_prompt", prompt="~fox")),
    E(
        "hm no. more purple. and make it rain",
        "",
        C(R, prompt="~purple,rain,!hm", sourceImageIndex=(0, None)),
        before=("a lonely gas station",),
    ),
    E(
        "love it!! 4 more like that",
        "",
        C(G, prompt="~gas station", numberOfVariations=4),
        before=("a lonely gas station",),
    ),
    E(
        "ok the first clip again but 9 seconds",
        "",
        C("generate_video", prompt="~geyser", duration=9),
        before=("5s clip of a geyser", "5s clip of a glacier"),
    ),
    E(
        "shorter, and add a whistle. then film a robin to it",
        "",
        C("generate_music", prompt="~folk,whistle"),
        C("sound_to_video|generate_video", prompt="~robin"),
        before=("folk tune, 40 secs",),
    ),
    E(
        "ok then just let it snow, 3 sec",
        "",
        C("animate_photo", prompt="~snow,!walks", duration=3),
        before=("a tower", "animate it so that the woman walks towards me"),
    ),
    E(
        "make it rain too",
        "",
        C("generate_video|animate_photo", prompt="~canal,rain"),
        before=("7 second video of a canal at night",),
    ),
    E(
        "same clip but only 4 seconds",
        "",
        C("generate_video", prompt="~canal", duration=4),
        before=("7 second video of a canal at night",),
    ),
]
