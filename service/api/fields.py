"""The types of request fields, and the error messages about invalid fields. ``bodies.read_body`` cleans all
texts before these types check them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, Any, TypeVar

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    ValidationError,
)
from pydantic.alias_generators import to_camel, to_snake
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema, to_json

from service.api.sanitize import is_blank, length
from service.attribute_docs import describe_inputs
from service.domain.wishes import Unmet
from service.errors import InvalidInput

M = TypeVar("M", bound="Body")

#: The greatest average number of code points per visible character of a text.
_MOST_CODE_POINTS_EACH = 5
_MOST_ERRORS = 100
#: The greatest size of all errors of one answer as JSON.
_MOST_ERROR_BYTES = 32 * 1024
_LONGEST_MESSAGE = 1_000
_MOST_GUESSES = 20
_MOST_WARNINGS = 20
_SHOWN = 80


class Body(BaseModel):
    """The body of a request. Field names may be in snake or camel case. Unknown fields are kept, to warn
    about them."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        json_schema_extra=describe_inputs,
        alias_generator=AliasGenerator(validation_alias=lambda name: AliasChoices(name, to_camel(name))),
    )


@dataclass(frozen=True, slots=True)
class Length:
    """A text of at most ``most`` visible characters. A ``required`` text must not be blank."""

    most: int
    required: bool = False

    def check(self, text: str) -> str:
        """Return the text. Raises ``PydanticCustomError`` if it is too long, or is required and blank."""
        # Counting visible characters is slow, so only the code points of a very long text are counted.
        long = len(text) > self.most * _MOST_CODE_POINTS_EACH
        count = len(text) if long else length(text)
        if count > self.most:
            raise PydanticCustomError(
                "too_long",
                "This has {length} characters; at most {most} are allowed.",
                {"length": count, "most": self.most},
            )
        if self.required and is_blank(text):
            raise PydanticCustomError("blank", "This must not be empty.")
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "maxLength": self.most, **({"minLength": 1} if self.required else {})}


@dataclass(frozen=True, slots=True)
class AtMost:
    """A list or an object of at most ``most`` entries. The entries are counted before each one is checked,
    since an error message for each entry would take time."""

    most: int

    def check(self, value: Any) -> Any:
        """Return the value. Raises ``PydanticCustomError`` if it has too many entries."""
        if isinstance(value, list | dict) and len(value) > self.most:
            raise PydanticCustomError(
                "too_many",
                "This has {count} entries; at most {most} are allowed.",
                {"count": len(value), "most": self.most},
            )
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = handler(schema)
        return {**described, "maxItems" if described.get("type") == "array" else "maxProperties": self.most}


def _or_none(value: Any) -> Any:
    """Return None for a blank optional text, and any other value unchanged."""
    return None if isinstance(value, str) and is_blank(value) else value


def _hyphened(value: Any) -> Any:
    """Replace a dash by a hyphen: 3–5 is 3-5."""
    if not isinstance(value, str):
        return value
    return value.replace("–", "-").replace("—", "-").replace(" ", "")


Name = Annotated[str, Length(200, required=True)]
Short = Annotated[str, Length(80, required=True)]
OptionalShort = Annotated[Annotated[str, Length(120)] | None, BeforeValidator(_or_none)]
OptionalSpecies = Annotated[Annotated[str, Length(60)] | None, BeforeValidator(_or_none)]
OptionalSayAs = Annotated[Annotated[str, Length(80)] | None, BeforeValidator(_or_none)]
OptionalTitle = Annotated[Annotated[str, Length(200)] | None, BeforeValidator(_or_none)]
OptionalStyle = Annotated[Annotated[str, Length(300)] | None, BeforeValidator(_or_none)]
OptionalText = Annotated[Annotated[str, Length(1000)] | None, BeforeValidator(_or_none)]
#: Human-readable messages, by pydantic's error type. Errors of other types keep pydantic's message.
_PLAIN = {
    "greater_than_equal": "This must be at least {ge}.",
    "less_than_equal": "This must be at most {le}.",
    "int_type": "This must be a whole number.",
    "float_type": "This must be a number.",
}
Description = Annotated[str, Length(500)]
Language = Annotated[str, Field(max_length=16, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Integer = Annotated[int, Strict()]
Boolean = Annotated[bool, Strict()]
Amount = Annotated[float, Strict(), Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Hyphened = BeforeValidator(_hyphened)


#: The path of an invalid field, and the message about the field.
Problem = tuple[str, str]


def read_as(model: type[M], value: Any) -> M:
    """Return the value as an instance of the model. Raises ``InvalidInput`` with ``errors: [{path,
    message}]``."""
    body, problems = read_whole(model, value)
    if body is None:
        raise invalid(problems)
    return body


def read_whole(model: type[M], value: Any) -> tuple[M | None, list[Problem]]:
    """Return the value as an instance of the model, and no problems. If the value is not valid, return None
    and all problems of single fields and of combinations of fields."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    wrong = {str(detail["loc"][0]) for detail in found if detail["loc"]}
    if wrong:
        found += _of_the_whole(model, value, wrong)
    left = [detail for detail in found if not _follows(detail, found)]
    return None, [problem_of(detail, guess=place < _MOST_GUESSES) for place, detail in enumerate(left)]


def problems_of(error: ValidationError) -> InvalidInput:
    """Convert a pydantic error to an error of the service."""
    details = error.errors(include_url=False, include_input=False)
    return invalid(problem_of(detail, guess=place < _MOST_GUESSES) for place, detail in enumerate(details))


def _follows(detail: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Return whether a list was reported as too short only because some of its items are invalid."""
    loc = detail["loc"]
    within = (one["loc"][: len(loc)] == loc and len(one["loc"]) > len(loc) for one in found)
    return detail["type"] == "too_short" and any(within)


def _of_the_whole(model: type[M], value: Any, wrong: set[str]) -> list[ErrorDetails]:
    """Return the errors of combinations of fields. Pydantic checks combinations only when each field is
    valid. So this removes the ``wrong`` fields, and does not report errors that depend on them."""
    left = {name: given for name, given in value.items() if name not in wrong}
    try:
        model.model_validate(left)
    except ValidationError as error:
        snake = {to_snake(name) for name in wrong}
        details = error.errors(include_url=False, include_input=False)
        return [one for one in details if not one["loc"] and not snake & _depends_on(one)]
    return []


def _depends_on(detail: ErrorDetails) -> set[str]:
    context = detail.get("ctx", {})
    return {context.get("path", ""), *context.get("fields", ())}


def invalid(problems: Iterable[Problem]) -> InvalidInput:
    """Make one error from the problems of all fields. The size of the answer is bounded: ``errors`` has the
    first problems, up to ``_MOST_ERRORS`` and ``_MOST_ERROR_BYTES``. ``more`` is the number of the other
    problems.
    """
    errors = [{"path": path, "message": _shown(message, _LONGEST_MESSAGE)} for path, message in problems]
    first = errors[0]
    where = f"{first['path']}: " if first["path"] else ""
    sizes = accumulate(len(to_json(error)) for error in errors[:_MOST_ERRORS])
    count = sum(size <= _MOST_ERROR_BYTES for size in sizes)
    data: dict[str, Any] = {"errors": errors[:count]}
    if len(errors) > count:
        data["more"] = len(errors) - count
    return InvalidInput(f"The request is not valid. {where}{first['message']}", **data)


def problem_of(detail: ErrorDetails, *, guess: bool = True) -> Problem:
    """Return the path of an invalid field, and the message about it. If the message is expensive to make, the
    context has a function ``tell`` that makes it. The function is called only if ``guess`` is true."""
    context = detail.get("ctx", {})
    path = context.get("path") or path_of(detail["loc"])
    plain = _PLAIN.get(detail["type"])
    if guess and "tell" in context:
        return path, context["tell"]()
    return path, plain.format(**context) if plain else detail["msg"]


def path_of(parts: Iterable[str | int]) -> str:
    """Return the path of a field in the form that errors use."""
    return ".".join(_shown(str(part)) for part in parts)


def unknown_fields(body: BaseModel) -> list[Unmet]:
    """Return a warning for each unknown field of a request, at any depth."""
    paths = list(_extras(body, ""))
    warnings = [_unknown(path, f"The field {path} is unknown, and is ignored.") for path in paths]
    if len(paths) > _MOST_WARNINGS:
        more = f"{len(paths) - _MOST_WARNINGS} more fields are unknown."
        return [*warnings[:_MOST_WARNINGS], _unknown("", more)]
    return warnings


def _unknown(path: str, message: str) -> Unmet:
    return Unmet(code="FIELD_UNKNOWN", field=path, message=message)


def _extras(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from (_under(path, name) for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from _extras(getattr(value, name), _under(path, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _extras(item, _under(path, str(index)))


def _under(path: str, name: str) -> str:
    return f"{path}.{_shown(name)}" if path else _shown(name)


def _shown(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
