"""Tables that people and other systems export: read row by row, each cell checked, bad rows told and kept apart."""
