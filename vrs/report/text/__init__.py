"""What the report says in its own words, for every format."""
