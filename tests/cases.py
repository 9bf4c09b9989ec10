"""Cases that need no fixture of their own run in one item: an item costs more than most cases do."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Test = Callable[..., Any]


def for_each(
    names: str | tuple[str, ...],
    values: Iterable[Any] | Callable[[], Iterable[Any]],
    ids: Callable[[Any], object] = repr,
) -> Callable[[Test], Test]:
    """As ``pytest.mark.parametrize``, but in one item. A failure has a note that names its case.

    ``names`` are the test's arguments: one name, or several for values that are tuples. ``values`` may be a
    function, for a table that takes time to make: only a run calls it. All cases share the test's fixtures.
    """
    of_case = (names,) if isinstance(names, str) else names

    def cases() -> Iterator[tuple[dict[str, Any], str]]:
        found = list(values if isinstance(values, Iterable) else values())
        assert found, "The table is empty."
        for value in found:
            case = (value,) if isinstance(names, str) else value
            yield dict(zip(of_case, case, strict=True)), f"{', '.join(of_case)}: {ids(value)}"

    def decorate(test: Test) -> Test:
        async def run_async(**fixtures: Any) -> None:
            for case, note in cases():
                with _noted(note):
                    await test(**fixtures, **case)

        def run(**fixtures: Any) -> None:
            for case, note in cases():
                with _noted(note):
                    test(**fixtures, **case)

        made: Any = run_async if inspect.iscoroutinefunction(test) else run
        signature = inspect.signature(test)
        others = [one for name, one in signature.parameters.items() if name not in of_case]
        made.__signature__ = signature.replace(parameters=others)
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(made, name, getattr(test, name))
        return made  # type: ignore[no-any-return]

    return decorate


@contextmanager
def _noted(note: str) -> Iterator[None]:
    try:
        yield
    except BaseException as error:  # `pytest.fail` raises no Exception.
        error.add_note(note)
        raise
