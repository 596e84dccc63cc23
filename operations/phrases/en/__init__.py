"""English."""

from __future__ import annotations

from operations.phrases import Catalogue
from operations.phrases.en import account, dossier, facts, sentences, words

CATALOGUE = Catalogue(
    headings=sentences.HEADINGS | account.HEADINGS,
    facts=facts.FACTS,
    steps=sentences.STEPS,
    parts=sentences.PARTS | account.PARTS,
    words=words.WORDS | account.WORDS,
    dossier=dossier.DOSSIER,
)
