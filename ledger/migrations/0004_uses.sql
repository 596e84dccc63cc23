-- What the contact point of an attempt was to its party: some caps count a place of work apart. Null: not known.
ALTER TABLE contact_attempt ADD COLUMN use text;
