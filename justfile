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

gates: gate-claims gate-places gate-control gate-territory

gate-claims:
    python gates/claims.py

gate-places:
    python gates/places.py

gate-control:
    python gates/control.py

gate-territory:
    python gates/territory.py
