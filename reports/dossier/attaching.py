"""Files inside of a PDF, as its readers list them. The library has no words for it, so its own pieces are put together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFStream,
    PDFString,
)

from reports.dossier.paper import Attachment


def attach(document: PDFDocument, files: Sequence[Attachment]) -> None:
    """Embed the files (ISO 32000-1, 7.11.4), sorted by name as the standard wants the tree of names."""
    names: list[object] = []
    for file in sorted(files, key=lambda one: one.name):
        names += [PDFString(file.name), _specified(document, file)]
    tree = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(names)})})
    known: Any = document  # its attributes come to be while it runs
    known.Catalog.Names = document.Reference(tree)
    known.Catalog.__NoDefault__ = [*known.Catalog.__NoDefault__, "AF"]
    known.Catalog.AF = document.Reference(PDFArray(names[1::2]))


def _specified(document: PDFDocument, file: Attachment) -> object:
    about = {
        "Type": PDFName("EmbeddedFile"),
        "Subtype": PDFName(file.mime),
        "Params": PDFDictionary(
            {
                "Size": len(file.content),
                "CheckSum": PDFString(hashlib.md5(file.content, usedforsecurity=False).digest()),
            }
        ),
    }
    stream = PDFStream(PDFDictionary(about), file.content)
    held = document.Reference(stream)
    return document.Reference(
        PDFDictionary(
            {
                "Type": PDFName("Filespec"),
                "F": PDFString(file.name),
                "UF": PDFString(file.name),
                "Desc": PDFString(file.about),
                "AFRelationship": PDFName("Data"),
                "EF": PDFDictionary({"F": held, "UF": held}),
            }
        )
    )
