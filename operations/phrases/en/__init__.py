"""English."""

from __future__ import annotations

from operations.phrases import Catalogue
from operations.phrases.en import dossier, facts, sentences, words

CATALOGUE = Catalogue(
    headings=sentences.HEADINGS,
    facts=facts.FACTS,
    steps=sentences.STEPS,
    parts=sentences.PARTS,
    words=words.WORDS,
    dossier=dossier.DOSSIER,
)
