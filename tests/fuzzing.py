"""Cases for every call of the API, generated from its own description, sent by some user, and
their answers held against that description."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_PATIENCE_SECONDS = 60.0
_STREAM = "text/event-stream"


@dataclass
class Who:
    """Somebody who sends cases. ``ids`` are those that the cases name, one's own and other people's:
    by resource (``stories``) for the id in a path, else by the name of the part or the field."""

    name: str
    headers: Mapping[str, str]
    ids: Mapping[str, Sequence[str]]
    #: What no answer to this one may ever hold: words from other people's things.
    never: Sequence[str] = ()
    statuses: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return sum(self.statuses.values())

    def report(self) -> str:
        """How often each call was answered with which status."""
        return "\n".join(f"{call} {status}: {n}" for (call, status), n in sorted(self.statuses.items()))

    def known(self, path: str, name: str) -> Sequence[str]:
        if name != "id":
            return self.ids.get(name, ())
        parts = path.removeprefix("/api/v1/").removeprefix("admin/").strip("/").split("/")
        return self.ids.get(parts[0], ())


@dataclass(frozen=True)
class Call:
    """A call of the API, and what may be sent to it: as it is described, and not so."""

    operation: Operation
    cases: st.SearchStrategy[Case[Any]]
    example: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.operation.method.upper()} {self.operation.path}"


def calls(document: Mapping[str, Any], apart: Collection[str]) -> list[Call]:
    """The calls of a description, those that delete last, without some of them by their labels."""
    load_all_checks()
    results = schemathesis.openapi.from_dict(dict(document)).get_all_operations()
    found = [_call(result.ok()) for result in results if isinstance(result, Ok)]
    return sorted(
        (call for call in found if call.label not in apart),
        key=lambda call: call.operation.method.upper() == "DELETE",
    )


def _call(operation: Operation) -> Call:
    cases = operation.as_strategy()
    if operation.body or operation.query or operation.headers:
        cases = cases | cases | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    described = operation.definition.raw.get("requestBody", {}).get("content", {})
    return Call(operation, cases, described.get("application/json", {}).get("example", {}))


def fuzz(url: str, call: Call, who: Who, *, cases: int) -> None:
    """Send so many cases of a call, always the same, and check each answer.

    Raises what Schemathesis raises, with the shortest case that shows the fault.
    """

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=call.cases, choice=st.randoms(use_true_random=False))
    def send(case: Case[Any], choice: random.Random) -> None:
        _fill(case, call.example, choice)
        _name(case, who, choice)
        response = _send(url, case, who, session)
        key = (call.label, response.status_code)
        who.statuses[key] = who.statuses.get(key, 0) + 1
        case.validate_response(response, checks=CHECKS)
        text = response.content.decode("utf-8", "replace")
        for word in who.never:
            assert word not in text, f"{who.name} reads {word}: {case.as_curl_command()}"

    with requests.Session() as session:
        send()


def _fill(case: Case[Any], example: Mapping[str, Any], choice: random.Random) -> None:
    """Let every other body be the example with one field of its own: what is generated is mostly
    refused for the first field that is wrong."""
    if isinstance(case.body, dict) and example and choice.random() < 0.5:
        own = choice.sample(sorted(case.body), min(1, len(case.body)))
        case.body = {**example, **{name: case.body[name] for name in own}}


def _name(case: Case[Any], who: Who, choice: random.Random) -> None:
    """Let most cases name something that there is: a random id finds nothing."""
    places: list[Any] = [case.path_parameters, case.query]
    if isinstance(case.body, dict):
        places.append(case.body)
    for place in places:
        for name in list(place or {}):
            known = who.known(case.operation.path, name)
            if known and choice.random() < 0.8:
                value = choice.choice(known)
                place[name] = [value] if isinstance(place[name], list) else value
    if case.query and "wait" in case.query:
        # It may wait for as long as it says.
        case.query["wait"] = choice.choice([0, "x", -1])


def _send(url: str, case: Case[Any], who: Who, session: requests.Session) -> Response:
    """The answer; of a stream of events the head alone."""
    sent = case.as_transport_kwargs(base_url=url, headers=dict(who.headers))
    sent.pop("cookies", None)
    answered = session.request(
        **sent, timeout=_PATIENCE_SECONDS, stream=True, allow_redirects=False, verify=False
    )
    if answered.headers.get("Content-Type", "").startswith(_STREAM):
        answered._content = b""
        answered.close()
    return Response.from_requests(answered, verify=False)
