"""The settings of providers: who writes, draws, checks and speaks, on which servers, with which models."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings


def shared_name(name: str) -> AliasChoices:
    """The names of a setting: its common name, or the name with the prefix."""
    return AliasChoices(f"STORYTROUPE_{name}", name)


class ProviderSettings(BaseSettings):
    """The settings of providers, as a part of all settings."""

    # Providers
    text_provider: Literal["offline", "openai"] = "offline"
    """Provider that writes the text."""
    image_provider: Literal["offline", "openai"] = "offline"
    """Provider that draws the pictures."""
    vision_provider: Literal["", "offline", "openai"] = ""
    """Provider that checks the pictures. Empty: the provider of the pictures."""
    speech_provider: Literal["offline", "elevenlabs", "openai"] = "offline"
    """Provider that speaks the narration."""
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias=shared_name("OPENAI_API_KEY"))
    """Key for the provider `openai`."""
    openai_base_url: str = Field("https://api.openai.com/v1", validation_alias=shared_name("OPENAI_BASE_URL"))
    """URL of OpenAI, or of a compatible server (Ollama, vLLM, LocalAI …). A role with a URL of its own does
    not use this one."""
    text_base_url: str = ""
    """URL of the server that writes text and plans novels. Empty: `OPENAI_BASE_URL`."""
    text_api_key: SecretStr = SecretStr("")
    """Key for the server that writes text. Empty: `OPENAI_API_KEY` for the server at `OPENAI_BASE_URL`, and
    no key for a server of its own. The same holds for the keys of all roles."""
    vision_base_url: str = ""
    """URL of the server that checks pictures. Empty: `OPENAI_BASE_URL`."""
    vision_api_key: SecretStr = SecretStr("")
    """Key for the server that checks pictures."""
    image_base_url: str = ""
    """URL of the server that draws pictures. Empty: `OPENAI_BASE_URL`."""
    image_api_key: SecretStr = SecretStr("")
    """Key for the server that draws pictures."""
    speech_base_url: str = ""
    """URL of the server that speaks, for the provider `openai`. Empty: `OPENAI_BASE_URL`."""
    speech_api_key: SecretStr = SecretStr("")
    """Key for the server that speaks, for the provider `openai`."""
    moderation_base_url: str = ""
    """URL of the server that moderates. Empty: `OPENAI_BASE_URL`."""
    moderation_api_key: SecretStr = SecretStr("")
    """Key for the server that moderates."""
    elevenlabs_api_key: SecretStr = Field(SecretStr(""), validation_alias=shared_name("ELEVENLABS_API_KEY"))
    """Key for the provider `elevenlabs`."""
    elevenlabs_base_url: str = Field(
        "https://api.elevenlabs.io", validation_alias=shared_name("ELEVENLABS_BASE_URL")
    )
    """URL of ElevenLabs."""
    planner_provider: Literal["", "offline", "openai"] = ""
    """Who plans novels. Empty: the provider of the text."""
    offline_latency: float = Field(0.0, ge=0.0)
    """How long offline providers take, as a share of the time that paid providers take. 0: no delay."""
    # Models are retired every few months: no other place in the code names them.
    text_model: str = "gpt-6.1-terra"
    """Model that writes text."""
    planner_model: str = ""
    """Model that plans novels. Empty: the model that writes text."""
    vision_model: str = "gpt-6-luna"
    """Model that checks pictures."""
    image_model: str = "gpt-image-2.5-sunburst"
    """Model that draws pictures."""
    moderation_model: str = "omni-moderation-latest"
    """Model that moderates texts and pictures. Empty: no moderation, for compatible servers without a
    moderation model."""
    voice_model: str = "eleven_multilingual_v2"
    """Model that speaks the narration. The provider `openai` needs a model of its server, for example
    `gpt-4o-mini-tts` or `kokoro`."""
    transcription_model: str = ""
    """Model of the speech server that finds the times of words in the narration, for the provider `openai`.
    Empty: the times are estimated."""
    voice: str = ""
    """Voice for stories that do not name a voice: an id of the provider. Empty: the usual voice of the
    provider."""

    # Writing
    outline: bool = True
    """Whether a language model plans a story page by page before it writes the story."""
    critiques: int = Field(1, ge=0, le=3)
    """How often a draft is read by a critic and then revised, if a language model writes the story. 0: the
    draft is the story."""
    text_effort: Literal["minimal", "low", "medium", "high"] = "low"
    """How much a language model reasons before it writes, if it has this ability. More effort costs more."""

    # Calls to providers
    text_concurrency: int = Field(32, ge=1)
    """Maximum number of calls that one process makes to one language model at once. While the provider
    throttles, the process makes fewer calls."""
    voice_concurrency: int = Field(4, ge=1)
    """Maximum number of speech calls that one process makes at once."""
    text_timeout_seconds: float = Field(240.0, gt=0)
    """Longest time of a call to a language model, in seconds."""
    image_timeout_seconds: float = Field(300.0, gt=0)
    """Longest time of a call that draws a picture, in seconds."""
    voice_timeout_seconds: float = Field(180.0, gt=0)
    """Longest time of a call that speaks a page, in seconds."""
    provider_cooldown_seconds: float = Field(15.0, gt=0)
    """How long a failing provider is not called, in seconds. Then one call tests the provider. After a
    refused key or an empty account this time doubles with each failed test, up to eight times the setting."""
    prices: dict[str, dict[str, Decimal]] = Field(default_factory=dict)
    """Prices by model, in US dollars: `input`, `cached_input`, `output` and `image_input` per million tokens,
    `image` per picture, `characters` per thousand characters. They override the built-in table."""
    user_month_usd: Decimal | None = Field(None, ge=0)
    """Highest cost of all calls for one user in a month, in US dollars. Not set: only the tier's limit
    applies."""

    # Pictures
    image_size: str = Field("1024x1024", pattern=r"^\d{3,4}x\d{3,4}$")
    """Width and height of pictures, in pixels."""
    image_quality: Literal["low", "medium", "high", "xhigh", "max", "auto"] = "high"
    """Quality of pictures that is requested from the illustrator."""
    image_complexity: Literal["low", "medium", "high"] = "high"
    """How much an illustrator that has this ability plans a picture before it draws."""
    image_format: Literal["png", "jpeg", "webp"] = "jpeg"
    """File format of pictures."""
    global_style: str = "warm storybook illustration, soft gouache, gentle light, clear silhouettes"
    """Style of every picture. If a request has its own style, this style only adds what the request's style
    does not specify."""
    scene_references: Literal["cover", "sheet+cover", "cover+refs"] = "cover"
    """Reference pictures that the illustrator gets for the first try of a scene. `cover`: the cover, and
    likenesses of heroes whom the cover lacks. Poses differ more from scene to scene. `sheet+cover`: also a
    likeness of each hero in the scene. The heroes look more alike, and each picture costs more. `cover+refs`:
    an older name of `sheet+cover`."""
    validation: Literal["review", "strict"] = "review"
    """What happens if the picture of the last try misses a trait. `review`: the picture is used and marked.
    `strict`: the picture fails."""
    picture_tries: int = Field(3, ge=1, le=10)
    """Maximum number of pictures that are drawn for one place in the book. Another picture is drawn only if
    the check of the last one fails."""
    trait_levels: dict[str, Literal["V", "P", "N"]] = Field(default_factory=dict)
    """How strictly traits are checked, by trait, as `{"glasses": "P"}`. `V`: the trait must be visible. `P`:
    a missing trait is a warning. `N`: the trait is not checked. All other traits keep their default level."""
    photographs: bool = False
    """Whether photographs of people may be reference pictures."""

    @property
    def plans_with(self) -> tuple[str, str]:
        """The provider that plans novels, and its language model."""
        return self.planner_provider or self.text_provider, self.planner_model or self.text_model

    @property
    def checks_with(self) -> str:
        """The provider that checks pictures."""
        return self.vision_provider or self.image_provider
