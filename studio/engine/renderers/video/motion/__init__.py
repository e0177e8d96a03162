"""Moving a still picture: camera, layers in depth, surfaces that flow, weather, light and a sound bed.

    brief    a prompt becomes wishes: camera moves, particles, light, surfaces, sounds, and what cannot be done
    camera   wishes become a path of the camera over time
    stage    a picture with depth, seen through a camera that moves
    surfaces water that ripples, clouds that drift, plants that sway
    particles  rain, snow, fog, embers, … between the layers
    light    lightning, flicker, nightfall, fades
    morph    from one picture to another by optical flow
    ambience synthetic rain, wind, sea, fire, … as sound
    shot     all of it, one frame at a time
    films    whole films, written to files in a render worker

Everything here is procedural: no network invents movement, so nothing in a picture acts by itself.
"""
