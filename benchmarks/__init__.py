"""Speed and memory of the checks, compared with other implementations of the same measurements."""
