"""What an audit found, told: tables on a terminal, CSV files, one page."""
