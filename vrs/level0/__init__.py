"""The eight checks of Level 0: arrays in, one ``Check`` out. Needs no Scipion."""
