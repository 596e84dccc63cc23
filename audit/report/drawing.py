"""Charts as SVG inside a page: text stays text in any language, nothing is loaded from elsewhere, and the same numbers
give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _ROW, _LABEL, _VALUE = 720, 26, 230, 60
_HEIGHT, _BASE, _TOP = 190, 160, 20


@dataclass(frozen=True)
class Bar:
    """One bar: `value` of things, of which `marked` are drawn in the mark's colour; `style` is a CSS class."""

    label: str
    value: int
    marked: int = 0
    style: str = "plain"


def lying(bars: Sequence[Bar], title: str) -> str:
    """Bars one below the other, with their labels to the left."""
    most = max((bar.value for bar in bars), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    parts: list[str] = []
    for number, bar in enumerate(bars):
        y = number * _ROW
        width = room * bar.value / most
        parts.append(_text(_LABEL - 8, y + 17, bar.label, "end"))
        parts.append(_rect(_LABEL, y + 4, width, _ROW - 8, bar.style))
        parts.append(_text(_LABEL + width + 6, y + 17, f"{bar.value:,}", "start"))
    return _svg(parts, len(bars) * _ROW, title)


def standing(bars: Sequence[Bar], title: str) -> str:
    """Bars side by side, with their labels below; what is marked is drawn in front."""
    most = max((bar.value for bar in bars), default=0) or 1
    step = _WIDTH / max(len(bars), 1)
    parts: list[str] = []
    for number, bar in enumerate(bars):
        x, width = number * step + step * 0.12, step * 0.76
        tall = (_BASE - _TOP) * bar.value / most
        parts.append(_rect(x, _BASE - tall, width, tall, bar.style))
        marked = (_BASE - _TOP) * bar.marked / most
        if bar.marked:
            # One in ten thousand is to be seen too.
            marked = max(marked, 2.0)
            parts.append(_rect(x, _BASE - marked, width, marked, "mark"))
        if bar.value:
            said = f"{bar.value:,}" if not bar.marked else f"{bar.marked:,}/{bar.value:,}"
            parts.append(_text(x + width / 2, _BASE - max(tall, marked) - 4, said, "middle"))
        parts.append(_text(x + width / 2, _BASE + 16, bar.label, "middle"))
    return _svg(parts, _HEIGHT, title)


def _svg(parts: Sequence[str], height: float, title: str) -> str:
    inside = "".join(parts)
    box = f'viewBox="0 0 {_WIDTH} {height:g}"'
    return f'<svg {box} role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>{inside}</svg>'


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{style}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
