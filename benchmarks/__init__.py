"""Speed, memory and agreement of the checks against the other implementations that there are."""
