import json
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.labels import LabelError, main, read_labels, read_splits

GOOD: dict[str, Any] = {
    "id": "a-1", "text": "De bus komt te laat", "labels": [], "signals": ["criticism"], "borderline": False,
    "writer": "a", "topic": "bus", "register": "standaard", "source": "geschreven",
}  # fmt: skip


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
    return path


def test_a_good_record(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (comment,) = read_labels([write(tmp_path / "a.jsonl", GOOD | {"context": "Post"})], taxonomy)
    assert (comment.id, comment.signals, comment.context, comment.pair) == ("a-1", ("criticism",), "Post", None)


@pytest.mark.parametrize(
    ("change", "field", "what"),
    [
        ({"text": None}, "text", "must be a string"),
        ({"text": " "}, "text", "must be a string that is not empty"),
        ({"text": "\u200b."[:1]}, "text", "no visible character"),
        ({"text": "x" * 10_001}, "text", "the limit is 10000"),
        ({"labels": ["rude"]}, "labels", "'rude' is unknown; known are hate_speech"),
        ({"labels": ["criticism"]}, "labels", "'criticism' is unknown"),
        ({"labels": "insult"}, "labels", "must be a list"),
        ({"labels": ["insult", "insult"]}, "labels", "twice"),
        ({"signals": None}, "signals", "must be a list"),
        ({"borderline": "no"}, "borderline", "must be true or false"),
        ({"writer": ""}, "writer", "must be a string"),
        ({"register": "klingon"}, "register", "'klingon' is unknown; known are standaard"),
        ({"context": ""}, "context", "or left out"),
        ({"label": []}, "label", "unknown field"),
    ],
)
def test_whatever_is_wrong_is_named(tmp_path: Path, taxonomy: Taxonomy, change: dict[str, Any], field: str, what: str) -> None:
    path = write(tmp_path / "a.jsonl", GOOD, GOOD | {"id": "a-2", "text": "Iets anders"} | change)
    with pytest.raises(LabelError) as caught:
        read_labels([path], taxonomy)
    assert str(caught.value).startswith(f"{path}:2: {field}: ")
    assert what in str(caught.value)


def test_all_problems_come_at_once(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id"\n\xff\n[]\n' + json.dumps(GOOD).encode())
    with pytest.raises(LabelError) as caught:
        read_labels([path, tmp_path / "none.jsonl"], taxonomy)
    assert [(problem.line, problem.what.split(";")[0].split(" at ")[0]) for problem in caught.value.problems] == [
        (1, "is not JSON"), (2, "is not UTF-8"), (3, "is not a JSON object"), (0, "can't be read (No such file or directory)"),
    ]  # fmt: skip


def test_an_empty_file_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "a.jsonl").write_text("\n")
    with pytest.raises(LabelError, match="is empty"):
        read_labels([tmp_path / "a.jsonl"], taxonomy)


@pytest.mark.parametrize(
    ("change", "field"), [({"text": "Anders"}, "id"), ({"id": "a-2", "text": "DE BUS komt  te laat"}, "text")]
)
def test_a_double_is_refused(tmp_path: Path, taxonomy: Taxonomy, change: dict[str, Any], field: str) -> None:
    path = write(tmp_path / "a.jsonl", GOOD, GOOD | change)
    with pytest.raises(LabelError, match=f"a.jsonl:2: {field}: is the same as at .*a.jsonl:1"):
        read_labels([path], taxonomy)


def test_the_same_text_may_answer_another_post(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = write(tmp_path / "a.jsonl", GOOD | {"context": "x"}, GOOD | {"id": "a-2", "context": "y"})
    assert len(read_labels([path], taxonomy)) == 2


@pytest.mark.parametrize("field", ["text", "writer", "topic", "pair"])
def test_a_leak_between_splits_is_refused(tmp_path: Path, taxonomy: Taxonomy, field: str) -> None:
    rows = {
        split: GOOD | {"id": split, "text": f"tekst {split}", "writer": split, "topic": split, "pair": split}
        for split in ("train", "dev", "test")
    }
    rows["test"][field] = rows["train"][field]
    for split, row in rows.items():
        write(tmp_path / f"{split}.jsonl", row)
    with pytest.raises(LabelError, match=f"test.jsonl:1: {field}: also stands in train.jsonl"):
        read_splits(tmp_path, taxonomy)


def test_the_command_counts_and_fails_clearly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write(tmp_path / "a.jsonl", GOOD))]) == 0
    assert "comments 1" in capsys.readouterr().out
    assert main([str(write(tmp_path / "a.jsonl", GOOD | {"labels": 3}))]) == 1
    assert "a.jsonl:1: labels" in capsys.readouterr().err
