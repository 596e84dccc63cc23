"""The command `dossier`: one case as a PDF, for a complaint, a regulator or a court."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cyclopts import App
from rich.markup import escape

from domain.counting import counted
from local.home import Home
from operations import environment
from operations.commands.common import Flag, add, identifier
from operations.commands.connecting import client_if_any
from operations.commands.groups import CASES
from operations.commands.output import console, messages
from operations.dossier.making import Dossier
from operations.dossier.making import dossier as make
from operations.errors import UsageError
from reports.dossier.faces import UnfitFont
from reports.dossier.sidecar import BEGINS
from schemas.loan import Language

_MOST = 20


def register(app: App) -> None:
    """Put the command on `app`."""
    add(
        app,
        CASES,
        "dossier",
        dossier,
        "dossier LN-1",
        "dossier LN-1 --lang zh-CN --out LN-1.pdf",
        "dossier LN-1 --with-names",
        sort=3,
    )


async def dossier(
    loan: str,
    /,
    *,
    lang: Language = "en",
    out: Path | None = None,
    with_names: Flag = False,
    font: Path | None = None,
    replace: Flag = False,
) -> int:
    """Make one PDF of a case out of the ledger: a summary, a timeline, the money, every contact with the guard's verdict,
    holds, agreements, the suit, who did what, and the hash chain.

    Beside it lies FILE.json with every entry exactly as it was hashed, which `reports/dossier/verify.py` checks on any
    machine; both are inside of the PDF too. Exit code 1 if the ledger is not whole: the dossier says where, on page one.

    Args:
        loan: The loan's id.
        lang: In which language.
        out: Where to; by default into the folder `dossiers` of ARREARS_HOME, where a loan's newest takes the place of the one
            before.
        with_names: Show the parties' names, which are personal data, beside their ids.
        font: A TrueType file (.ttf or .ttc) with Chinese, to be embedded; without one, readers use their own Chinese face.
        replace: Write over what lies where `--out` says.
    """
    loan_id = identifier("LOAN", loan)
    pdf = _target(out, loan_id)
    data = _data_file(pdf)
    before = [path for path in (pdf, data) if path.is_file()]
    if out and before and not replace:
        raise UsageError(f"{before[0]} is there already: name another place, or give --replace to write over it")
    variables = environment.resolve(need=("database",))
    client = await client_if_any(variables)
    async with environment.ledger(variables) as pool:
        with messages.status(f"making the dossier of {escape(loan_id)}"):
            try:
                made = await make(pool, loan_id, lang, data.name, with_names=with_names, font=font, client=client)
            except UnfitFont as error:
                raise UsageError(f"--font {font}: {error}. Name a .ttf or .ttc file, or leave it out") from None
    _write({pdf: made.pdf, data: made.data.content})
    _tell(made, pdf, data)
    if before:
        messages.print("in place of the dossier that was there", style="dim")
    return 1 if made.found else 0


def _target(out: Path | None, loan_id: str) -> Path:
    if out is None:
        # No file is called A:B everywhere, and no loan is called A+B.
        return Home.find(os.environ).root / "dossiers" / f"{loan_id.replace(':', '+')}.pdf"
    if out.suffix.lower() != ".pdf":
        raise UsageError(f"--out {out}: give a name that ends in .pdf; the data file gets the same with .json")
    return out


def _data_file(pdf: Path) -> Path:
    """The data file's place: beside the PDF, but not where a file of another kind lies."""
    data = pdf.with_suffix(".json")
    try:
        with data.open("rb") as there:
            ours = there.read(len(BEGINS)) == BEGINS
    except OSError:  # none there, or none that can be read: writing says what is wrong
        return data
    if not ours:
        raise UsageError(f"{data} is there and is no dossier's data file: name another place with --out FILE.pdf")
    return data


def _write(files: dict[Path, bytes]) -> None:
    """Put the files there, all or none, for their owner alone: a dossier may hold names. Raises UsageError."""
    beside = {path: path.with_name(f".{path.name}.part") for path in files}
    path = next(iter(files))
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path].touch(mode=0o600)
            beside[path].write_bytes(content)
        for path, written in beside.items():
            written.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}. Name another place with --out FILE.pdf") from None
    finally:
        for part in beside.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _tell(made: Dossier, pdf: Path, data: Path) -> None:
    console.print(f"{escape(str(pdf))}\n{escape(str(data))}")
    console.print(f"{counted(made.entries, 'entry', 'entries')}, data file sha256 {made.data.digest}")
    for found in made.found[:_MOST]:
        messages.print(f"[red]{escape(found)}[/]")
    if len(made.found) > _MOST:
        messages.print(f"[red]and {len(made.found) - _MOST} more: the dossier has them all[/]")
