# Everything for one machine. `make demo` and `make test` set up what they need.
.PHONY: setup demo test lint check bench fuzz mutants translations gallery

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

# After a printed text changed: new texts into the .po files, the .mo files anew (docs/languages.md).
translations: setup
	.venv/bin/python bin/translations.py

# After a page changed as it should: its approved pictures and texts in docs/gallery anew. Look at them before the commit.
gallery: setup
	.venv/bin/python bin/make-gallery

bench: setup
	.venv/bin/python benchmarks/specimen.py
	.venv/bin/python benchmarks/render.py
	.venv/bin/python benchmarks/long_files.py
	.venv/bin/python benchmarks/rules.py
	.venv/bin/python benchmarks/gtf.py

# In an environment of its own, so that .venv stays what the lock says. Ten minutes: `make fuzz SECONDS=60` for less.
SECONDS ?= 600
fuzz: setup
	UV_PROJECT_ENVIRONMENT=.tools/fuzz .tools/bin/uv sync --quiet --locked --no-default-groups --group fuzz --python .venv/bin/python
	.tools/fuzz/bin/python fuzz/readers.py $(SECONDS)

# How many small changes to the rule code the tests notice (docs/mutation-testing.md). `make mutants SAMPLE=10` for a quick look.
SAMPLE ?= 50
mutants: setup
	UV_PROJECT_ENVIRONMENT=.tools/mutation .tools/bin/uv sync --quiet --locked --no-default-groups --group mutation --python .venv/bin/python
	.tools/mutation/bin/python benchmarks/mutants.py --sample $(SAMPLE)
