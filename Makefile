# PostFlow: `make demo` shows it working, `make test` proves it.
# UV= (empty) forces plain venv and pip where uv is installed too.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
RUN := .venv/bin/python
ONCE ?=

.PHONY: install demo test bench pictures screenshots clean

install: .venv/installed

.venv/installed: requirements-dev.lock
ifneq ($(UV),)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv
	$(UV) pip install --quiet --require-hashes --python .venv -r requirements-dev.lock
else
	$(PYTHON) -m venv --clear .venv
	$(RUN) -m pip install --quiet --require-hashes -r requirements-dev.lock
endif
	touch $@

demo: install
	$(RUN) manage.py demo $(if $(ONCE),--once)

test: install
	$(RUN) -m pytest -n auto --dist worksteal $(ARGS)

bench: install
	$(RUN) -m tests.benchmarks

pictures: install  # of the guide, after its pages have changed
	POSTFLOW_LONG=1 GUIDE_PICTURES=docs/guide $(RUN) -m pytest -m slow tests/guide/test_pictures.py

screenshots: install
	POSTFLOW_LONG=1 POSTFLOW_SCREENSHOTS=var/screenshots $(RUN) -m pytest -q tests/admin/test_browser_pages.py

clean:
	rm -rf .venv
