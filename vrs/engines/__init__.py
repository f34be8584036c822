"""Outside programs that measure where they are installed; looking for them never fails.

Nothing is imported or started to find out: a half-installed program may print, hang or crash.
"""
