"""Takes the pictures of the README from a running demo's Web UI.

Needs Chromium and the dependency group `pictures`: `python docs/pictures/take.py UI_URL LOAN_ID [CHROMIUM]`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright  # pyright: ignore[reportMissingImports]

HERE = Path(__file__).parent
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
COLUMNS = [
    "Status",
    "Workflow ID",
    "ArrearsStage",
    "ArrearsHandledBy",
    "ArrearsAttention",
    "ArrearsOutcome",
    "ArrearsOverdueSince",
]


async def take(browser: Browser, url: str, name: str, height: int, shows: str) -> None:
    """One page; the columns of the case list are those that operators would choose."""
    context = await browser.new_context(viewport={"width": 1500, "height": height})
    columns = json.dumps({"default": [{"label": label} for label in COLUMNS]})
    await context.add_init_script(f"localStorage.setItem('namespace-workflow-table-columns', {json.dumps(columns)})")
    page = await context.new_page()
    await page.goto(url, wait_until="domcontentloaded")
    await page.get_by_text(shows).first.wait_for(timeout=60_000)
    await page.wait_for_timeout(3000)  # until it has drawn itself to the end
    await page.screenshot(path=str(HERE / name))
    await context.close()


async def main(ui: str, loan_id: str, chromium: str = "/usr/bin/chromium") -> None:
    """The case list, and one case's timeline and current details."""
    cases = f"{ui}/namespaces/default/workflows"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        await take(browser, cases, "case-list.png", 780, "collection-")
        await take(browser, f"{cases}/collection-{loan_id}", "case.png", 1500, "read_account")
        await browser.close()


asyncio.run(main(*sys.argv[1:]))
