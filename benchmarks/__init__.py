"""What a case costs, measured beside a floor on the same servers."""
