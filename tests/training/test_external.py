import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.external import READER_COMMENTS, held_out, read_external, telling, text_sha1
from training.labels import LabelledComment

EXTERNAL = Path(__file__).resolve().parents[2] / "data" / "external"
TEXTS = ["eerste regel", "tweede &#39;regel&#39;", "derde regel"]


def row(text: str, **more: Any) -> dict[str, Any]:
    return {"sha1": text_sha1(text), "labels": ["insult"], "signals": [], "borderline": False} | more


def folders(tmp_path: Path, rows: list[dict[str, Any]]) -> tuple[Path, Path]:
    external, corpus = tmp_path / "external", tmp_path / "corpus"
    external.mkdir()
    corpus.mkdir()
    (external / "forum.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    with lzma.open(corpus / "forum.txt.xz", "wt", encoding="utf8") as file:
        file.write("\n".join(TEXTS) + "\n")
    return external, corpus


def test_labels_meet_their_texts(tmp_path: Path, taxonomy: Taxonomy) -> None:
    external, corpus = folders(
        tmp_path, [row(TEXTS[1], signals=["question"]), row(TEXTS[2], either=["bullying"]), row("elders")]
    )
    comments = read_external(external, corpus, taxonomy)
    assert [(c.text, c.signals, c.borderline) for c in comments] == [
        ("tweede 'regel'", ("question",), False),
        (TEXTS[2], (), False),
    ]
    assert comments[1].either == ("bullying",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("elders")], "holds none of the texts"),
        ([row(TEXTS[0], labels=["rude"])], "forum.jsonl:1: has a label or signal that the taxonomy lacks"),
        ([{"labels": []}], "forum.jsonl:1: is not an object with sha1"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, taxonomy: Taxonomy, rows: list[dict[str, Any]], message: str) -> None:
    external, corpus = folders(tmp_path, rows)
    with pytest.raises(TrainingError, match=message):
        read_external(external, corpus, taxonomy)


def test_a_missing_or_broken_corpus_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    external, corpus = folders(tmp_path, [row(TEXTS[0])])
    (corpus / "forum.txt.xz").write_bytes(b"not xz")
    with pytest.raises(TrainingError, match=r"forum\.txt\.xz: can't be read"):
        read_external(external, corpus, taxonomy)
    (corpus / "forum.txt.xz").unlink()
    with pytest.raises(TrainingError, match=r"forum\.txt\.xz: can't be read"):
        read_external(external, corpus, taxonomy)


def test_what_is_published_holds_no_text() -> None:
    files = list(EXTERNAL.glob("*.jsonl"))
    assert files
    for file in files:
        for line in file.read_text(encoding="utf8").splitlines():
            assert set(json.loads(line)) <= {"sha1", "labels", "signals", "borderline", "either", "readers"}


def test_a_text_posted_again_is_read_once(tmp_path: Path, taxonomy: Taxonomy) -> None:
    external, corpus = folders(tmp_path, [row("Kijk hier!"), row("kijk  hier!")])
    with lzma.open(corpus / "forum.txt.xz", "wt", encoding="utf8") as file:
        file.write("Kijk hier!\nkijk  hier!\n")
    assert [c.text for c in read_external(external, corpus, taxonomy)] == ["Kijk hier!"]


def test_a_tenth_of_the_reader_comments_is_held_out_and_nothing_else() -> None:
    comments = [
        LabelledComment(f"{source}-{i}", f"reactie {i} van {source}", (), (), False, None, source, source, "forum", source)
        for source in (READER_COMMENTS[0], "party_tweets")
        for i in range(500)
    ]
    learn, dev = held_out(comments)
    assert {c.id for c in learn} | {c.id for c in dev} == {c.id for c in comments}
    assert {c.source for c in dev} == {READER_COMMENTS[0]}
    assert 30 < len(dev) < 70
    assert held_out(comments[::-1])[1] == dev[::-1]


def test_the_network_reads_every_comment_every_violation_and_a_third_of_the_rest() -> None:
    def some(source: str, *labels: str) -> list[LabelledComment]:
        return [
            LabelledComment(f"{source}{i}{labels}", f"tekst {i} {labels}", labels, (), False, None, "w", "t", "forum", source)
            for i in range(300)
        ]

    assert len(telling(some("geschreven"))) == len(telling(some(READER_COMMENTS[0]))) == 300
    assert len(telling(some("party_tweets", "insult"))) == 300
    assert 70 < len(telling(some("party_tweets"))) < 130
