# One command a task; `just check` is what CI runs.

check: format-check lint types imports test docs

format:
    ruff format .
    ruff check --fix .

format-check:
    ruff format --check .

lint:
    ruff check .

types:
    mypy

imports:
    lint-imports

test:
    pytest -q

test-slow:
    pytest -q -m slow

docs:
    pytest -q tests/docs

gates: gate-claims gate-places gate-control gate-territory gate-campaigns gate-languages gate-generated

gate-claims:
    python gates/claims.py

gate-places:
    python gates/places.py

gate-control:
    python gates/control.py

gate-territory:
    python gates/territory.py

# Measures anew what docs/accuracy.md and the package's track record say, and writes both.
figures:
    python gates/claims.py --figures
    python gates/places.py --figures
    python gates/control.py --figures
    python gates/territory.py --figures
    python gates/campaigns.py --figures
    python gates/accuracy.py

# The page and the track record from the figures as they are kept.
accuracy:
    python gates/accuracy.py

# Resolves all dependencies anew, with hashes (needs uv).
lock:
    #!/usr/bin/env bash
    set -euo pipefail
    compile() {
      head -3 "$1" > "$1.new"
      uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --quiet --upgrade "${@:2}" >> "$1.new"
      mv "$1.new" "$1"
    }
    compile constraints.txt pyproject.toml
    compile constraints-dev.txt pyproject.toml --extra dev --extra spark --constraint constraints.txt

gate-campaigns:
    python gates/campaigns.py

gate-languages:
    python gates/languages.py

gate-generated:
    python gates/generated.py
