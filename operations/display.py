"""What a long piece of work shows: a bar or a board on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

_PLAIN_EVERY = 5.0
_PER_SECOND = 4


class Bar:
    """Progress of so many things: how many of how many, how many a second, how long it will take."""

    def __init__(self, console: Console, what: str, total: int | None) -> None:
        self._console, self._what, self._total = console, what, total
        self._done = 0
        self._note = ""
        self._began = self._told = time.monotonic()
        self._rich = (
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(compact=True),
                TextColumn("[dim]{task.fields[note]}"),
                console=console,
                transient=True,
            )
            if console.is_terminal
            else None
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._rich:
            self._rich.start()
            self._task = self._rich.add_task(self._what, total=self._total, rate="", note="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rich:
            self._rich.stop()

    @property
    def rate(self) -> float:
        """Things a second since the beginning."""
        return self._done / max(time.monotonic() - self._began, 0.001)

    def at(self, done: int, note: str = "", total: int | None = None) -> None:
        """So many are done, of as many as was said before, or of `total`."""
        self._done, self._note, self._total = done, note, total or self._total
        if self._rich and self._task is not None:
            self._rich.update(self._task, completed=done, total=self._total, rate=f"{self.rate:.0f}/s", note=note)
        elif time.monotonic() - self._told >= _PLAIN_EVERY:
            self._told = time.monotonic()
            say(self._console, self._line())

    def _line(self) -> str:
        of = f" of {self._total:,}" if self._total else ""
        left = ""
        if self._total and self.rate > 0:
            left = f", about {max(self._total - self._done, 0) / self.rate:.0f} s left"
        note = f"; {self._note}" if self._note else ""
        return f"  {self._what}: {self._done:,}{of}, {self.rate:.0f}/s{left}{note}"


@dataclass
class BoardState:
    """What the board shows of a book on its way. `counts`: cases by state; `money`: lines such as `1.00 CNY of 2.00`."""

    began: datetime
    now: datetime
    until: datetime
    loans: int
    counts: Mapping[str, int] = field(default_factory=dict)
    money: Sequence[str] = ()
    contacts: str = ""
    last: deque[str] = field(default_factory=lambda: deque(maxlen=8))

    @property
    def share(self) -> float:
        """How much of the virtual time is over, from 0 to 1."""
        return min(max((self.now - self.began) / (self.until - self.began), 0), 1)


class Board:
    """The cases of a book moving from state to state, until closed. `states`: in their order, with a colour each."""

    def __init__(self, console: Console, state: BoardState, states: Sequence[tuple[str, str]], title: str) -> None:
        self.state = state
        self._console, self._states, self._title = console, states, title
        self._told = time.monotonic()
        self._live = (
            Live(get_renderable=self._render, console=console, refresh_per_second=_PER_SECOND, transient=True)
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def tell(self) -> None:
        """Show the state, if it is time for another line."""
        if self._live is None and time.monotonic() - self._told >= _PLAIN_EVERY:
            self._told = time.monotonic()
            counts = self.state.counts
            shown = ", ".join(f"{counts[name]} {_words(name)}" for name, _ in self._states if counts.get(name))
            money = f"; collected {'; '.join(self.state.money)}" if self.state.money else ""
            say(self._console, f"  {self.state.now:%Y-%m-%d} ({self.state.share:.0%}): {shown}{money}")

    def _render(self) -> RenderableType:
        board = Table.grid(padding=(0, 1))
        width = max(10, min(self._console.width - 40, 60))
        for name, colour in self._states:
            count = self.state.counts.get(name, 0)
            if not count:
                continue
            filled = round(width * count / max(self.state.loans, 1))
            board.add_row(_words(name), f"{count:>4}", f"[{colour}]{'█' * max(filled, int(count > 0))}[/]")
        facts = Table.grid(padding=(0, 2))
        facts.add_row("virtual date", f"[bold]{self.state.now:%Y-%m-%d %H:%M} UTC")
        for line in self.state.money:
            facts.add_row("collected", line)
        facts.add_row("contacts", self.state.contacts)
        through = int(width * self.state.share)
        left = f"[dim]{'━' * (width - through)}[/] {self.state.share:.0%} of the time, to {self.state.until:%Y-%m-%d}"
        bar = f"[cyan]{'━' * through}[/]{left}"
        events = Text("\n".join(self.state.last).ljust(1), style="dim", no_wrap=True, overflow="ellipsis")
        return Panel(Group(facts, "", board, "", bar, "", events), title=self._title, title_align="left")


def _words(name: str) -> str:
    return name.replace("_", " ")


def listed(
    console: Console, heading: str, lines: Sequence[str], most: int = 20, more: Callable[[int], str] | None = None
) -> None:
    """A heading and the first lines under it; `more` says where the others are."""
    say(console, heading)
    for line in lines[:most]:
        say(console, f"  {escape(line)}")
    if len(lines) > most and more:
        say(console, f"  {more(len(lines) - most)}")


def say(console: Console, text: str = "", style: str = "") -> None:
    """Print a line as it is: not coloured by guesswork, not cut where a pipe has 80 columns. Markup counts."""
    console.print(text, style=style, highlight=False, soft_wrap=True)
