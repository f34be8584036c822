"""``python -m vrs``: the same as the command ``vrs``."""

import sys

if __name__ == "__main__":
    # Python looks for modules in the working folder first, where maps and their tables are: a file
    # numpy.py there must not be taken for the library.
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    from vrs.cli.main import main

    sys.exit(main())
