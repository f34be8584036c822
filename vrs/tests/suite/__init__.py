"""Maps of known truth, simulated apart from those that anything was trained on."""
