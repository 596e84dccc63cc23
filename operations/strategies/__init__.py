"""What is done with strategies as a whole: found, explained, compared, published, adopted."""
