import json
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.imports import main
from training.labels import read_labels


def run(path: Path, content: str | bytes, out: Path, *arguments: str) -> int:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf8"))
    return main([str(path), "--out", str(out), *arguments])


def read(out: Path, taxonomy: Taxonomy) -> list[Any]:
    return read_labels([out], taxonomy)


def test_csv_as_excel_saves_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    content = '\ufefftext;labels;writer\r\n"Gij zijt een ""kieken""; punt";insult, quarrel;an\r\nDe bus is te laat;;bo\r\n'
    assert run(tmp_path / "a.csv", content, tmp_path / "out.jsonl") == 0
    first, second = read(tmp_path / "out.jsonl", taxonomy)
    assert (first.text, first.labels, first.writer) == ('Gij zijt een "kieken"; punt', ("insult", "quarrel"), "an")
    assert (second.labels, second.topic, second.source) == ((), "a", "a")


def test_dutch_names_and_own_names_are_mapped(tmp_path: Path, taxonomy: Taxonomy) -> None:
    content = "tekst,label\nkoop nu,Spam of commerciële promotie\nwat een lef,klacht\n"
    arguments = ("--text-column", "tekst", "--label-column", "label", "--label", "Klacht=criticism")
    assert run(tmp_path / "a.csv", content, tmp_path / "out.jsonl", *arguments) == 0
    first, second = read(tmp_path / "out.jsonl", taxonomy)
    assert first.labels == ("spam",) and second.signals == ("criticism",)


def test_personal_data_are_masked(tmp_path: Path, taxonomy: Taxonomy) -> None:
    row = json.dumps({"text": "bel 0470 12 34 56", "labels": ["personal_data"], "context": "mail x@y.be"})
    assert run(tmp_path / "a.jsonl", row, tmp_path / "out.jsonl") == 0
    (comment,) = read(tmp_path / "out.jsonl", taxonomy)
    assert (comment.text, comment.context) == ("bel 0000 00 00 00", "mail naam@voorbeeld.be")


def test_annotators_of_label_studio_stay_apart(tmp_path: Path, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]) -> None:
    def annotation(*choices: str, **more: Any) -> dict[str, Any]:
        return {"result": [{"value": {"choices": list(choices)}}], **more}

    tasks = [
        {"data": {"text": "Zot wijf"}, "annotations": [annotation("insult", "bullying"), annotation("insult")]},
        {"data": {"text": "Mooi"}, "annotations": [annotation(), annotation("spam", was_cancelled=True)]},
    ]
    assert run(tmp_path / "a.json", json.dumps(tasks), tmp_path / "out.jsonl") == 0
    first, second = read(tmp_path / "out.jsonl", taxonomy)
    assert (first.labels, first.either, first.borderline) == (("insult",), ("bullying",), True)
    assert second.labels == ()
    assert "a.json:1" in (printed := capsys.readouterr().err) and "contradict each other on bullying" in printed


def test_doubles_are_reported_and_kept_once(tmp_path: Path, taxonomy: Taxonomy, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "a.csv", "text,labels\nDag!,\nandere,spam\ndag!,\n", tmp_path / "out.jsonl") == 0
    assert len(read(tmp_path / "out.jsonl", taxonomy)) == 2
    assert "a.csv:2" in (printed := capsys.readouterr().err) and "a.csv:4: same text, the labels say the same" in printed
    assert "3 rows read, 2 comments written" in printed


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "tekst,labels\nx,\n", "a.csv:1: has no column 'text', only tekst, labels; name yours with --text-column"),
        ("a.csv", "text,labels\nx,grof\n", "a.csv:2: labels: label 'grof' is unknown; known are hate_speech"),
        ("a.csv", "text,labels\n ,spam\n", "a.csv:2: text: holds no text"),
        ("a.csv", "text\tlabels\nx\n", "a.csv:2: labels: must be text or a list"),
        ("a.csv", "text,labels\n", "holds no rows"),
        ("a.csv", "text,labels\ncaf\xe9,\n".encode("latin-1"), "a.csv:2: is not utf-8-sig at byte 16"),
        ("a.jsonl", '{"text": "x", "labels": []}\n{"text"', "a.jsonl:2: is not JSON at column"),
        ("a.jsonl", "[1]", "a.jsonl:1: is not a JSON object"),
        ("a.json", '{"text": 1}', "is not a Label Studio export"),
        ("a.xlsx", "x", "ends in none of .csv, .jsonl, .json"),
    ],
)
def test_what_can_not_be_used_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | bytes, message: str
) -> None:
    assert run(tmp_path / name, content, tmp_path / "out.jsonl") == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("option", "message"), [(("--label", "x=rude"), "--label x=rude"), (("--encoding", "klingon"), "klingon")]
)
def test_wrong_options_are_echoed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, str], message: str
) -> None:
    assert run(tmp_path / "a.csv", "text,labels\nx,\n", tmp_path / "out.jsonl", *option) == 2
    assert message in capsys.readouterr().err


def test_another_encoding_can_be_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    content = "text,labels\ncafé,\n".encode("cp1252")
    assert run(tmp_path / "a.csv", content, tmp_path / "out.jsonl", "--encoding", "cp1252") == 0
    assert read(tmp_path / "out.jsonl", taxonomy)[0].text == "café"
