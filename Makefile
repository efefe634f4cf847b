# Everything for one machine. `make demo` and `make test` set up what they need.
.PHONY: setup demo test lint check

setup:
	@bin/setup

demo: setup
	@.venv/bin/imtreport demo --output imtreport-demo

test: setup
	.venv/bin/pytest

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check:
	.ci/run
