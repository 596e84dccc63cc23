"""简体中文。"""

from __future__ import annotations

from operations.phrases import Catalogue
from operations.phrases.zh import account, agreeing, deciding, dossier, facts, sentences, suing, words

CATALOGUE = Catalogue(
    headings=sentences.HEADINGS | account.HEADINGS,
    facts=facts.FACTS,
    steps=sentences.STEPS,
    parts=sentences.PARTS | account.PARTS,
    words=words.WORDS | account.WORDS,
    dossier=dossier.DOSSIER,
    rules={**deciding.RULES, **agreeing.RULES, **suing.RULES},
    wordings=(*agreeing.WORDINGS, *suing.WORDINGS, *deciding.WORDINGS),
)
