"""The tables of the offline director: hues for hours, places and story types, and their words."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

#: For each hour of the day: the hue of its light, of its air and of its shadows, and how much darker the
#: picture is.
HOUR_HUES: dict[str, tuple[float, float, float, float]] = {
    "dawn": (75, 35, 300, 0.0), "morning": (100, 95, 255, 0.0), "day": (105, 220, 255, 0.0),
    "afternoon": (90, 82, 280, 0.0), "golden": (88, 68, 320, 0.1), "dusk": (60, 15, 295, 0.45),
    "evening": (75, 310, 285, 0.75), "night": (95, 275, 275, 1.0),
}  # fmt: skip

#: For each story type: the hue at the start of the story, and the hue at its end.
JOURNEYS: dict[str, tuple[float, float]] = {
    "adventure": (215, 55), "bedtime": (60, 285), "birthday": (350, 85), "friendship": (165, 35),
    "mystery": (295, 75), "learning": (240, 110),
}  # fmt: skip

PLACE_HUES: dict[str, float] = {
    "forest": 150, "meadow": 135, "seaside": 215, "city": 265, "village": 40, "garden": 145, "home": 45,
    "bedroom": 300, "kitchen": 50, "school": 165, "library": 35, "mountain": 255, "river": 205, "lake": 215,
    "castle": 290, "cave": 300, "night_sky": 275, "space": 305, "underwater": 210, "snowfield": 245,
    "market": 25, "park": 140, "treehouse": 130, "island": 195, "train": 35, "rooftop": 30,
}  # fmt: skip

HOUR_NOUNS: dict[str, str] = {
    "dawn": "sunrise", "morning": "morning", "day": "noonday", "afternoon": "afternoon", "golden": "golden-hour",
    "dusk": "dusk", "evening": "evening", "night": "midnight",
}  # fmt: skip

PLACE_LIGHTS: dict[str, str] = {
    "forest": "Mossy", "meadow": "Clover-soft", "seaside": "Salt-bright", "city": "Brick-warm", "village": "Chimney-smoke",
    "garden": "Petal-bright", "home": "Hearth-warm", "bedroom": "Quilt-soft", "kitchen": "Cinnamon", "school": "Chalk-bright",
    "library": "Leather-brown", "mountain": "High-clear", "river": "Rippling", "lake": "Still-water", "castle": "Banner-bright",
    "cave": "Crystal-dim", "night_sky": "Star-dusted", "space": "Comet-blue", "underwater": "Pearl-green",
    "snowfield": "Frost-blue", "market": "Marigold", "park": "Dappled", "treehouse": "Leaf-light", "island": "Palm-green",
    "train": "Rolling", "rooftop": "Tile-red",
}  # fmt: skip

#: The mood of a book in its course, from the first scene to the last.
FEELINGS: tuple[tuple[str, ...], ...] = (
    ("welcome", "promise", "stirring", "beginning"),
    ("wonder", "questions", "calling", "footsteps"),
    ("hush", "shadows", "waiting", "deepening"),
    ("courage", "turning", "daring", "brightening"),
    ("warmth", "homecoming", "glow", "peace"),
)

FACE_MOODS: dict[str, str] = {
    "happy": "glad and open", "curious": "wide-eyed and eager", "worried": "uneasy but together",
    "surprised": "breathless", "brave": "steady and bold", "sleepy": "slow and soft", "calm": "quiet and sure",
    "laughing": "bubbling over", "thinking": "careful and close",
}  # fmt: skip
SKY_MOODS: dict[str, str] = {
    "clear": "under clear air", "sunny": "full of sun", "cloudy": "under a soft grey lid", "rain": "with rain on every leaf",
    "snow": "muffled by snow", "wind": "with everything on the move", "fog": "with edges gone soft",
    "storm": "with thunder near", "stars": "pricked with stars",
}  # fmt: skip
HOUR_LIGHTS: dict[str, str] = {
    "dawn": "first pink light, long and low", "morning": "fresh slanting light", "day": "high bright light with short shadows",
    "afternoon": "honeyed light from one side", "golden": "low gold light that rims everything",
    "dusk": "last light, violet in the shadows", "evening": "lamp-warm pools in blue air", "night": "moonlight, deep blue and silver",
}  # fmt: skip

CAMERAS: dict[str, str] = {
    "wide": "wide establishing shot, the place all around the heroes",
    "medium": "medium shot at eye level, every face clear",
    "low": "low angle from the grass, the heroes tall against the sky",
    "high": "high angle looking down, the ground spread out like a map",
    "close": "close shot, faces and hands large, the place soft behind",
    "through": "over the shoulder of the place itself, framed through leaves and edges",
}  # fmt: skip
CAMERA_ORDERS: dict[str, tuple[str, ...]] = {
    "few": ("low", "medium", "through", "high", "close"),
    "many": ("low", "high", "through", "medium"),
}  # fmt: skip

#: For each place: what is in the foreground, and what is far in the background.
PLACE_DEPTHS: dict[str, tuple[str, str]] = {
    "forest": ("grass blades and a spray of leaves", "trunks fading into green light"),
    "meadow": ("tall flowers at both sides", "hills one behind another"),
    "seaside": ("dune grass", "the sea to its straight edge, a sail"),
    "city": ("pots of flowers", "a row of many-windowed houses"),
    "village": ("pots of flowers", "gables, a lamp, hills beyond"),
    "garden": ("grass and a branch", "a white fence and the house"),
    "home": ("a leafy plant", "a window between curtains"),
    "bedroom": ("the round rug", "the bed and the window on the sky"),
    "kitchen": ("the rug", "the stove steaming, pans on the wall"),
    "school": ("a leafy plant", "the chalkboard and bright papers"),
    "library": ("a stack of books", "shelves to the ceiling and a ladder"),
    "mountain": ("dark stones", "white peaks over firs"),
    "river": ("grass at the bank", "a stone bridge, trees, hills"),
    "lake": ("reeds", "the far shore with its firs"),
    "castle": ("grass and a branch", "four towers with flags"),
    "cave": ("dark walls at both sides", "the cave's bright mouth, crystals"),
    "night_sky": ("dark grass", "the band of stars over firs"),
    "space": ("dark moon rocks", "ringed planet and coloured dust"),
    "underwater": ("waving weed", "shafts of light and a shoal"),
    "snowfield": ("drifts at both sides", "snowy firs and far peaks"),
    "market": ("pots of flowers", "striped stalls under flags"),
    "park": ("grass and a branch", "round trees, a bench, a pond"),
    "treehouse": ("leaves from above", "the small hut, treetops far below"),
    "island": ("dune grass", "palms and open water"),
    "train": ("the benches", "hills sliding past the windows"),
    "rooftop": ("warm tiles", "gables and chimneys to the skyline"),
}

THEME_MOTIFS: dict[str, str] = {
    "courage": "a small lantern light", "brave": "a small lantern light", "bravery": "a small lantern light",
    "friendship": "a paper heart", "friend": "a paper heart", "kindness": "a paper heart", "love": "a paper heart",
    "sharing": "a white blossom", "generosity": "a white blossom", "patience": "a green leaf", "growing": "a green leaf",
    "nature": "a green leaf", "honesty": "a little key", "truth": "a little key", "curiosity": "a little key",
    "wonder": "a bright star", "hope": "a bright star", "dream": "a bright star", "imagination": "a paper kite",
    "freedom": "a flying bird", "family": "a flying bird", "home": "a flying bird", "bedtime": "a crescent moon",
    "sleep": "a crescent moon", "teamwork": "a ribbon in the wind", "togetherness": "a ribbon in the wind",
    "change": "a butterfly", "belonging": "a butterfly", "difference": "a butterfly", "gentleness": "a feather",
    "listening": "a feather", "winter": "a snowflake",
}  # fmt: skip
TYPE_MOTIFS: dict[str, str] = {
    "adventure": "a paper kite", "bedtime": "a crescent moon", "birthday": "a ribbon in the wind",
    "friendship": "a paper heart", "mystery": "a little key", "learning": "a bright star",
}  # fmt: skip

#: The places for a story whose text names no place.
WANDERINGS: tuple[str, ...] = (
    "meadow",
    "forest",
    "village",
    "river",
    "garden",
    "mountain",
    "park",
    "seaside",
)
