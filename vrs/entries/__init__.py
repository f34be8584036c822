"""An EMDB entry: its identifier, what its header says, and where its files are."""
