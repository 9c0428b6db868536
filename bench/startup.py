"""What `tenure --help` and `import tenure` cost: processor seconds of a fresh interpreter, beside one that does nothing.

    python bench/startup.py [runs]

The least of the runs, so that what else the machine does counts little. Bars: help .3 s, import .2 s.
"""

from __future__ import annotations

import resource
import subprocess
import sys


def cpu_seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    cases = {
        "nothing": ("-c", "pass"),
        "import tenure": ("-c", "import tenure"),
        "typer's own help": ("-m", "typer", "--help"),
        "tenure --help": ("-m", "tenure", "--help"),
    }
    least = {name: min(cpu_seconds(*arguments) for _ in range(runs)) for name, arguments in cases.items()}
    for name, cost in least.items():
        print(f"{name:18} {cost:6.3f} s   {cost / least['nothing']:5.1f} times nothing")


if __name__ == "__main__":
    main()
