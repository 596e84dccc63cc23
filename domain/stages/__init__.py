"""One module a stage: what a case does next while that stage is its main effort."""
