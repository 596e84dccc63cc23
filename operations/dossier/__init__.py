"""A dossier put into words: what `reports.dossier` has read, told in one language, on paper."""
