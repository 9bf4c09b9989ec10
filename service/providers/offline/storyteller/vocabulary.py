"""The words that stagings use. The illustrator can draw all of them."""

from __future__ import annotations

PLACES = frozenset(
    {"forest", "meadow", "seaside", "city", "village", "garden", "home", "bedroom", "kitchen", "school"}
    | {"library", "mountain", "river", "lake", "castle", "cave", "night_sky", "space", "underwater"}
    | {"snowfield", "market", "park", "treehouse", "island", "train", "rooftop"}
)
TIMES = frozenset({"dawn", "morning", "day", "afternoon", "golden", "dusk", "evening", "night"})
WEATHERS = frozenset({"clear", "sunny", "cloudy", "rain", "snow", "wind", "fog", "storm", "stars"})
POSES = frozenset(
    {"stand", "walk", "run", "roll", "sit", "kneel", "reach", "point"}
    | {"wave", "hug", "carry", "sleep", "look_up", "cheer", "whisper"}
)
SHOTS = frozenset({"wide", "medium", "close", "low", "high", "side"})
EXPRESSIONS = frozenset(
    {"happy", "curious", "worried", "surprised", "brave", "sleepy", "calm", "laughing", "thinking"}
)
