"""The group ``genesis``, for sessions that plan a novel."""

from __future__ import annotations

import typer

commands = typer.Typer()
genesis = typer.Typer(
    no_args_is_help=True,
    help="""Plan a novel in five stages, from a first idea to an outline.

    1. concept: what the novel is about.

    2. theme: the question that it asks.

    3. character: its people, what they want and what they need.

    4. world: places and rules.

    5. plot: threads, chapters and scenes.

    In each stage you get proposals. `choose` one of them, or several for a blend. `say` what is missing to
    get others. `set` a value yourself. `lock` what must stay. `confirm` ends a stage and begins the next one.
    After the plot, `finish` makes the planned novel, and `export` saves it as a file. `show` says where you
    are, and what you can type next. Begin with `start`; a service must be running (`storytroupe up`).
    """,
)
commands.add_typer(genesis, name="genesis")
