"""What a check is: its rules, its inputs, its result. Knows no level and no Scipion."""
