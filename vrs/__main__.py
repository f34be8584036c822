"""``python -m vrs``: the same as the command ``vrs``."""

import sys

from vrs.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
