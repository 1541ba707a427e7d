"""`python -m tests.integration.launcher.bare_platform`: the embedded parts without our programs."""

import sys

from launcher.__main__ import main

if __name__ == "__main__":
    sys.exit(main(programs=()))
