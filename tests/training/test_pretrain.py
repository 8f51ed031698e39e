"""From texts to an encoder: resumable, and clear about texts that can't be read."""

import json
import lzma
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerFast

from tests.training.encoders import bert, roberta
from training.corpora import read_corpora, read_texts, weights_at
from training.encoder_card import encoder_card
from training.errors import TrainingError
from training.pretrain import CORPORA, TRANSLATIONS, main
from training.recycle import learn_vocabulary, read_base, read_translations, recycled
from training.schedule import Schedule

DATA = Path(__file__).resolve().parents[2] / "data"
OPTIONS = ["--vocabulary", "600", "--length", "32", "--batch-size", "8"]
STEP = 32 * 8


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    lines = (DATA / "comments" / "train.jsonl").read_text(encoding="utf8").splitlines()[:500]
    (folder / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")
    with lzma.open(folder / "news.txt.xz", "wt", encoding="utf8") as file:
        file.writelines(f"Nieuws {i}: {json.loads(line)['topic']} in de gemeente.\n" for i, line in enumerate(lines))
    listing = [entry("comments", "train.jsonl", 3), entry("news", "news.txt.xz", 0.5)]
    (folder / "corpora.toml").write_text("\n".join(listing), encoding="utf8")
    (folder / "nl-en.tsv").write_text("nieuws\tgemeente\n", encoding="utf8")
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    return bert(tmp_path_factory.mktemp("base"), corpus)


def entry(name: str, file: str, weight: float) -> str:
    return f'[[corpus]]\nname="{name}"\nfile="{file}"\nweight={weight}\nregister="r"\nsource="s"\nlicence="CC0"\n'


def arguments(base: Path, corpus: Path, work: Path, steps: int, *more: str) -> list[str]:
    folders = [
        "--corpora",
        str(corpus / "corpora.toml"),
        "--corpus",
        str(corpus),
        "--work",
        str(work),
        "--out",
        str(work / "out"),
    ]
    folders += ["--translations", str(corpus / "nl-en.tsv")]
    return ["--base-model", str(base), *folders, *OPTIONS, "--tokens", str(steps * STEP / 1e6), *more]


def losses(work: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (work / "losses.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_an_encoder_learns_and_a_longer_run_goes_on_from_the_plateau(
    base: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(base, corpus, tmp_path, 20, "--learning-rate", "0.05")) == 0
    assert [row["tokens"] // STEP for row in losses(tmp_path)] == [16, 20]
    assert json.loads((tmp_path / "out" / "config.json").read_text())["vocab_size"] == 600
    assert main(arguments(base, corpus, tmp_path, 60, "--learning-rate", "0.05")) == 0
    assert "goes on from step 16 (plateau.pt)" in capsys.readouterr().err
    last = losses(tmp_path)
    assert [row["tokens"] // STEP for row in last] == [16, 20, 48, 60]
    assert last[-1]["loss"] < last[0]["loss"]
    card = (tmp_path / "out" / "MODEL_CARD.md").read_text(encoding="utf8")
    assert f"| {60 * STEP / 1e6:.2f} | {last[-1]['loss']:.3f} |" in card
    assert "| news | 0.5 |" in card


@pytest.mark.slow
def test_a_finished_encoder_is_gone_on_from_with_its_own_vocabulary(base: Path, corpus: Path, tmp_path: Path) -> None:
    assert main(arguments(base, corpus, tmp_path / "first", 20, "--learning-rate", "0.05")) == 0
    first = tmp_path / "first" / "out"
    more = arguments(first, corpus, tmp_path / "more", 20, "--vocabulary", "0", "--learning-rate", "0.00001")
    assert main(more) == 0
    # Every embedding is where it was but for a few tiny steps; recycled by string or translation they would not all be.
    old, new = (AutoModel.from_pretrained(folder).float() for folder in (first, tmp_path / "more" / "out"))
    moved = (old.embeddings.word_embeddings.weight - new.embeddings.word_embeddings.weight).detach().abs().max()
    assert float(moved) < 0.01 < float(old.embeddings.word_embeddings.weight.detach().abs().max())
    vocabularies = [AutoTokenizer.from_pretrained(folder).get_vocab() for folder in (first, tmp_path / "more" / "out")]
    assert vocabularies[0] == vocabularies[1]
    card = (tmp_path / "more" / "out" / "MODEL_CARD.md").read_text(encoding="utf8")
    assert (
        card.index("600 kept the embedding")
        < card.index("## The encoder it went on from")
        < card.index("### A small Dutch encoder")
    )


def test_the_vocabulary_of_an_encoder_made_elsewhere_is_not_kept(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens = ["[UNK]", "[PAD]", "[MASK]", "[CLS]", "[SEP]", "de", "het"]
    base = bert(tmp_path / "elsewhere", corpus)
    elsewhere = Tokenizer(WordPiece({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]"))
    PreTrainedTokenizerFast(tokenizer_object=elsewhere).save_pretrained(base)
    assert main(arguments(base, corpus, tmp_path / "work", 2, "--vocabulary", "0")) == 2
    assert "its vocabulary can't be kept; give --vocabulary a size" in capsys.readouterr().err
    assert not (tmp_path / "work" / "run.sha256").exists()


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_taken_up(
    base: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = arguments(base, corpus, tmp_path, 100_000, "--save-minutes", "0.001")
    with subprocess.Popen([sys.executable, "-m", "training.pretrain", *command], stderr=subprocess.DEVNULL) as run:
        patience = time.monotonic() + 120
        while not (tmp_path / "plateau.pt").exists():
            assert run.poll() is None and time.monotonic() < patience
            time.sleep(0.1)
        os.kill(run.pid, signal.SIGKILL)
    assert not (tmp_path / "out").exists()
    reached = losses(tmp_path)[-1]["tokens"] // STEP
    assert main(arguments(base, corpus, tmp_path, int(reached * 1.5) + 20, "--save-minutes", "9")) == 0
    assert f"goes on from step {int(reached)}" in capsys.readouterr().err
    assert (tmp_path / "out" / "model.safetensors").exists()


def test_a_run_of_other_options_is_not_mixed_in(
    base: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(base, corpus, tmp_path, 2)) == 0
    before = (tmp_path / "out" / "model.safetensors").read_bytes()
    assert main(arguments(base, corpus, tmp_path, 4, "--seed", "1")) == 2
    assert "holds a run with other options or another base model" in capsys.readouterr().err
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "missing or empty: .*wrong.txt"),
        (b"", "missing or empty: .*wrong.txt"),
        (b"\n \n", "wrong.txt: holds no text"),
        (b"goed\ncaf\xe9\n", "wrong.txt: is not UTF-8"),
    ],
)
def test_a_text_that_cannot_be_read_stops_before_anything_is_written(
    content: bytes | None, message: str, base: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listing = tmp_path / "corpora.toml"
    listing.write_text(entry("wrong", "wrong.txt", 1))
    if content is not None:
        (tmp_path / "wrong.txt").write_bytes(content)
    (tmp_path / "nl-en.tsv").write_text("nieuws\tnews\n")
    wrong = arguments(base, tmp_path, tmp_path / "work", 2)
    assert main(wrong) == 2
    printed = capsys.readouterr().err
    assert re.search(message, printed)
    assert not (tmp_path / "work" / "run.sha256").exists()
    assert not (tmp_path / "work" / "out").exists()


def test_a_text_may_weigh_more_at_the_end_and_the_card_counts_it(corpus: Path, tmp_path: Path) -> None:
    listing = tmp_path / "corpora.toml"
    (tmp_path / "a.txt").write_text("nieuws\n")
    (tmp_path / "b.txt").write_text("reactie\n")
    listing.write_text(entry("a", "a.txt", 3) + entry("b", "b.txt", 1) + "decay_weight=9\n")
    corpora = read_corpora(listing, tmp_path)
    schedule = Schedule.of(100, 1.0, 0.2)
    assert weights_at(corpora, schedule, 79) == {"a": 3, "b": 1}
    assert weights_at(corpora, schedule, 80) == {"a": 3, "b": 9}
    started = {"translated": 1, "kept": 1, "cut": 1}
    losses = [{"tokens": 1e6, "loss": 1.0, "loss_on_comments": 1.0}]
    card = encoder_card("base", corpora, {"a": 10, "b": 10}, started, losses, {"decay_share": 0.2})
    assert "| b | 1 | 9 | 0.00 | 35.0% |" in card  # 0.8 * 1/4 + 0.2 * 9/12


def test_a_base_model_that_can_not_be_recycled_leaves_nothing_behind(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(roberta(tmp_path / "base", corpus), corpus, tmp_path / "work", 2)) == 2
    assert "is of type roberta, and only the body of a BERT can be recycled" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_a_run_shorter_than_its_plateau_is_refused(
    base: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(base, corpus, tmp_path, 20)) == 0
    assert main(arguments(base, corpus, tmp_path, 18)) == 2
    assert "is past where this run would begin to decay" in capsys.readouterr().err


def test_a_token_starts_from_its_translation_else_from_itself_else_from_its_pieces(base: Path, tmp_path: Path) -> None:
    old = AutoModel.from_pretrained(base).embeddings.word_embeddings.weight.data
    known = AutoTokenizer.from_pretrained(base).get_vocab()
    words = sorted(word for word in known if word.isascii() and word.isalpha() and word.islower() and len(word) > 4)[:3]
    tokenizer = learn_vocabulary([f"vertaald {words[0]} {words[1]}{words[2]} " * 5], 300)
    names = tokenizer.get_vocab()
    model, started = recycled(read_base(str(base)), tokenizer, {"vertaald": words[2]}, np.ones(len(names), np.int64))
    new = model.bert.embeddings.word_embeddings.weight.data
    assert torch.equal(new[names["vertaald"]], old[known[words[2]]])
    assert torch.equal(new[names[words[0]]], old[known[words[0]]])
    pieces = AutoTokenizer.from_pretrained(base)(words[1] + words[2], add_special_tokens=False)["input_ids"]
    assert torch.allclose(new[names[words[1] + words[2]]], old[pieces].mean(0))
    assert started["translated"] == 1


@pytest.mark.parametrize("content", ["geen tab\n", "a\t\n", "a\tb\tc\n"])
def test_a_wrong_line_of_the_word_list_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "nl-en.tsv").write_text("goed\tgood\n" + content)
    with pytest.raises(TrainingError, match=r"nl-en\.tsv:2: is not a token, a tab and a translation"):
        read_translations(tmp_path / "nl-en.tsv")


def test_a_damaged_archive_and_a_wrong_list_are_named(tmp_path: Path) -> None:
    (tmp_path / "corpora.toml").write_text(entry("a", "a.txt.xz", 1))
    (tmp_path / "a.txt.xz").write_bytes(b"no archive")
    (corpus,) = read_corpora(tmp_path / "corpora.toml", tmp_path)
    with pytest.raises(TrainingError, match=r"a\.txt\.xz: can't be read as xz"):
        list(read_texts(corpus))
    (tmp_path / "corpora.toml").write_text(entry("a", "a.txt.xz", -1))
    with pytest.raises(TrainingError, match=r"weight \(a positive number\)"):
        read_corpora(tmp_path / "corpora.toml", tmp_path)


def test_the_shipped_word_list_can_be_read() -> None:
    translations = read_translations(TRANSLATIONS)
    assert translations["gemeente"] == "municipality"
    assert translations["##straat"] == "street"


def test_the_shipped_list_names_a_licence_for_every_text() -> None:
    corpora = tomllib.loads(CORPORA.read_text(encoding="utf8"))["corpus"]
    assert len(corpora) > 40
    assert all(table["licence"].strip() and table["source"].strip() for table in corpora)
