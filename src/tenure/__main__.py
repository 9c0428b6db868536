"""The `tenure` command, also as `python -m tenure`: it can be stopped at any moment, while its libraries load too."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main"]

_INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended
_TOLD = "tenure: stopped; what was finished before stands, the next build takes up what was done\n"


def _stop(_number: int, _frame: object) -> None:
    """End at once: an exception would be turned into another by the library that happens to be at work.

    Everything that is written is written whole and then renamed, so there is nothing to tidy up.
    """
    shown = "\x1b[?25h\n" if sys.stderr.isatty() else ""  # the cursor, which a progress bar hides
    os.write(2, (shown + _TOLD).encode())
    os._exit(_INTERRUPTED)


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGINT, _stop)
    from tenure.cli import main as run

    run()


if __name__ == "__main__":
    main()
