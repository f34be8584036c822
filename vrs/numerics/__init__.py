"""Mathematics that several checks use: arrays in, arrays out."""
