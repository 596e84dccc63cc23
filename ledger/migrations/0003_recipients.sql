-- Whom an attempt was for: caps of their own for each obligor. Not known of attempts that were made before.
ALTER TABLE contact_attempt ADD COLUMN party_id text;
