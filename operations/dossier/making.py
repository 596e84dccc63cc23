"""Makes a dossier: reads and checks the case, puts it into words, sets it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from domain import artefacts
from domain.artefacts import UnknownArtefact
from domain.case import Case
from ledger.artefacts import law_in_force, load_all
from ledger.errors import ArtefactConflict
from ledger.pool import Pool
from operations.dossier import entries, front, touches
from operations.dossier.differences import Audited, audited, differences
from operations.dossier.matter import Matter, utc
from operations.sending import no_case
from operations.telling import CATALOGUES, Story, tell
from operations.values import Speaker
from reports.dossier import verify
from reports.dossier.contacts import contacts
from reports.dossier.paper import Attachment, Block, Paper
from reports.dossier.reading import Extract, extract
from reports.dossier.setting import set_paper
from reports.dossier.sidecar import Sidecar, sidecar
from schemas.loan import Language
from schemas.policy import Strategy

_SHOWN = 16


@dataclass(frozen=True)
class Dossier:
    """A dossier ready to be written: the PDF, its data file, and what the check found, in the dossier's language."""

    pdf: bytes
    data: Sidecar
    found: list[str]
    entries: int


async def dossier(
    pool: Pool,
    loan_id: str,
    language: Language,
    data_file: str,
    *,
    with_names: bool = False,
    font: Path | None = None,
    client: Client | None = None,
) -> Dossier:
    """The dossier of a loan, as the ledger has it now; `data_file` is the name that its data file will have, `font` a
    TrueType file to embed for Chinese. `client` is asked whether a case is to open that the ledger has not.

    A broken chain makes a dossier all the same, which says so on its first page.

    Raises:
        UsageError: the ledger has nothing of this loan.
        UnfitFont: the font cannot be embedded.
    """
    read = await extract(pool, loan_id, with_names=with_names)
    if read is None:
        raise await no_case(client, loan_id)
    told = await audited(pool, read.stream)
    case = Case.fold(loan_id, read.sound)
    strategy, story = await _story(pool, read, case, language)
    data = _data(read, told)
    matter = Matter(
        extract=read,
        case=case,
        story=story,
        contacts=contacts(read.facts),
        speaker=_speaker(read, case, strategy, language),
        found=differences(read, told, CATALOGUES[language]),
        data_file=data_file,
        digest=data.digest,
    )
    pdf = set_paper(_paper(matter, language), _attached(data_file, data), font)
    return Dossier(pdf, data, list(matter.found), len(read.entries))


def _data(read: Extract, told: Audited) -> Sidecar:
    named = [{"kind": a.kind, "name": a.name, "version": a.version, "digest": a.digest} for a in read.artefacts]
    found = differences(read, told, CATALOGUES["en"])
    rows = [entry.row for entry in read.entries]
    return sidecar(read.loan_id, read.stream, read.head, rows, read.read_at, named, found)


async def _story(pool: Pool, read: Extract, case: Case, language: Language) -> tuple[Strategy | None, Story | None]:
    """The strategy of the case and its story, as far as the ledger's texts allow."""
    if case.request is None:
        return None, None
    try:
        await load_all(pool)
        strategy = artefacts.policy(case.policy)
        law = await law_in_force(pool, read.read_at)
        rulebook = (law[0], artefacts.rulebook(law[0]))
    except (ArtefactConflict, UnknownArtefact, IndexError):
        return None, None
    names = _policies(read)
    return strategy, tell(read.loan_id, read.sound, strategy, rulebook, read.read_at, language, None, names)


def _policies(read: Extract) -> dict[str, str]:
    return {a.digest: f"{a.name}@{a.version}" for a in read.artefacts if a.kind == "policy"}


def _speaker(read: Extract, case: Case, strategy: Strategy | None, language: Language) -> Speaker:
    zone = strategy.bank_zone if strategy else str(Strategy.model_fields["bank_zone"].default)
    currency = case.request.currency if case.request else "CNY"
    return Speaker(CATALOGUES[language], zone, currency, _policies(read))


def _paper(matter: Matter, language: Language) -> Paper:
    state = matter.story.title if matter.story else matter.say("broken_state")
    blocks: list[Block] = [
        *front.front(matter),
        *entries.timeline(matter),
        *entries.parties(matter),
        *entries.money(matter),
        *touches.touches(matter),
        *entries.by_matter(matter),
        *entries.people(matter),
        *entries.differences(matter),
        *entries.artefacts(matter),
        *entries.chain(matter),
    ]
    return Paper(
        language=language,
        title=matter.say("title", loan=matter.extract.loan_id),
        subtitle=matter.say("subtitle", state=state, at=utc(matter.extract.read_at)),
        running=matter.say("running", loan=matter.extract.loan_id, digest=matter.digest[:_SHOWN]),
        page_of=matter.speaker.words.dossier["page_of"],
        blocks=blocks,
    )


def _attached(data_file: str, data: Sidecar) -> tuple[Attachment, ...]:
    verifier = Path(verify.__file__)
    return (
        Attachment(data_file, "application/json", data.content, "every entry as it was hashed"),
        Attachment(verifier.name, "text/x-python", verifier.read_bytes(), "checks the data file"),
    )
