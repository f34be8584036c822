"""The command ``vrs``: one module a command."""
