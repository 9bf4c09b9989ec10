"""The light of a place, from the time of day, the weather and the tones of the palette."""

# ruff: noqa: E501 - tables of words read best in few lines

from __future__ import annotations

from dataclasses import dataclass, replace

from service.domain.story import Staging
from service.providers.offline.illustrator.colour import mix
from service.providers.offline.illustrator.tones import Tones
from service.providers.offline.illustrator.words import first_of, fold


@dataclass(frozen=True)
class Light:
    """The light of a scene. ``land`` is the colour that tints the ground and its plants; ``strength`` is how
    much it tints them."""

    time: str
    weather: str
    sky: tuple[str, str, str]
    land: str
    strength: float
    disc: str
    disc_height: float
    glow: str
    dark: bool

    def without_disc(self) -> Light:
        """The same light, with neither sun nor moon in the sky."""
        return replace(self, disc="none")

    @property
    def stars(self) -> bool:
        """Whether the sky shows stars."""
        return self.time == "night" or self.weather == "stars"


#: For each time of day: the colours of the sky at the top, in the middle and at the bottom, the tint of the
#: land, its strength, the disc of sun or moon, the height of the disc, and its glow.
_TIMES: dict[str, tuple[str, str, str, str, float, str, float, str]] = {
    "dawn": ("#9fb4dc", "#f3c4bb", "#fde3bb", "#f3b7a8", 0.2, "sun", 0.86, "#ffe9c0"),
    "morning": ("#8cc3e8", "#c3e2ee", "#fdf0cf", "#fbe6b0", 0.12, "sun", 0.4, "#fff3c9"),
    "day": ("#79bbe6", "#b3dcef", "#eef5e6", "#fdf3c8", 0.06, "sun", 0.28, "#fff6d6"),
    "afternoon": ("#86bfdf", "#cfe3dd", "#fbe8bd", "#fbd98e", 0.16, "sun", 0.42, "#ffedb8"),
    "golden": ("#8fa9cc", "#f5c78c", "#fbe0a0", "#f0a656", 0.26, "sun", 0.78, "#ffe2a0"),
    "dusk": ("#5c5f9e", "#c78aa8", "#f7b58a", "#8a628e", 0.32, "sun", 0.95, "#ffcf9a"),
    "evening": ("#3f4a86", "#7d6ba5", "#e0a08c", "#5a5590", 0.36, "moon", 0.3, "#ffe3b0"),
    "night": ("#1f2b57", "#35457d", "#6a76a6", "#2e3f74", 0.5, "moon", 0.26, "#e8e6ff"),
}
_TIME_WORDS = {
    "dawn": "dawn", "sunrise": "dawn", "daybreak": "dawn", "morning": "morning", "breakfast": "morning",
    "day": "day", "noon": "day", "midday": "day", "daytime": "day", "afternoon": "afternoon", "golden": "golden",
    "golden hour": "golden", "late afternoon": "golden", "sunset": "golden", "dusk": "dusk", "twilight": "dusk",
    "evening": "evening", "night": "night", "midnight": "night", "bedtime": "night",
}  # fmt: skip
_WEATHER_WORDS = {
    "clear": "clear", "sunny": "sunny", "sun": "sunny", "bright": "sunny", "cloudy": "cloudy", "cloud": "cloudy",
    "overcast": "cloudy", "grey": "cloudy", "rain": "rain", "rainy": "rain", "drizzle": "rain", "wet": "rain",
    "snow": "snow", "snowy": "snow", "frost": "snow", "wind": "wind", "windy": "wind", "breezy": "wind",
    "breeze": "wind", "fog": "fog", "foggy": "fog", "mist": "fog", "misty": "fog", "storm": "storm",
    "stormy": "storm", "thunder": "storm", "stars": "stars", "starry": "stars", "starlit": "stars",
}  # fmt: skip

_GREY = {"cloudy": 0.35, "rain": 0.55, "storm": 0.7, "snow": 0.4, "fog": 0.55}


def light_of(staging: Staging, tones: Tones) -> Light:
    """The light for a staging. Unknown words give the light of a clear day."""
    time = first_of(fold(staging.time_of_day), _TIME_WORDS) or "day"
    weather = first_of(fold(staging.weather), _WEATHER_WORDS) or "clear"
    top, middle, low, land, strength, disc, height, glow = _TIMES[time]
    dark = time in ("night", "evening")
    share = 0.2 if dark else 0.3
    sky = (
        mix(top, tones.deep if dark else tones.mid, share),
        mix(middle, tones.strong if dark else tones.soft, share),
        mix(low, tones.soft if dark else tones.light, share),
    )
    grey = _GREY.get(weather, 0.0)
    if grey:
        cloud = (
            "#5d6683"
            if dark
            else {"storm": "#7c879b", "snow": "#dfe6ee", "fog": "#e6e6e2"}.get(weather, "#b4c0ca")
        )
        sky = (mix(sky[0], cloud, grey), mix(sky[1], cloud, grey), mix(sky[2], cloud, grey * 0.8))
        strength = min(strength + 0.1, 0.5)
        land = mix(land, cloud, 0.5)
    seen = disc if weather not in ("cloudy", "rain", "storm", "snow", "fog") else "none"
    return Light(
        time,
        weather,
        sky,
        mix(land, tones.mid, 0.3),
        strength,
        seen,
        height,
        mix(glow, tones.light, 0.35),
        dark,
    )


def time_words() -> dict[str, str]:
    """The words for times of day. Each word is mapped to its time."""
    return _TIME_WORDS


def weather_words() -> dict[str, str]:
    """The words for weather. Each word is mapped to its weather."""
    return _WEATHER_WORDS
