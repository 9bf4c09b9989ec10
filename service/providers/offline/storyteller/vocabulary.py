"""The words that a beat's staging is written in; the illustrator draws every one of them."""

from __future__ import annotations

PLACES = frozenset(
    """forest meadow seaside city village garden home bedroom kitchen school library mountain river lake
    castle cave night_sky space underwater snowfield market park treehouse island train rooftop""".split()
)
TIMES = frozenset("dawn morning day afternoon golden dusk evening night".split())
WEATHERS = frozenset("clear sunny cloudy rain snow wind fog storm stars".split())
POSES = frozenset(
    "stand walk run roll sit kneel reach point wave hug carry sleep look_up cheer whisper".split()
)
EXPRESSIONS = frozenset("happy curious worried surprised brave sleepy calm laughing thinking".split())
