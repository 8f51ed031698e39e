import json
from pathlib import Path
from typing import Any

import pytest

from serving.moderation.taxonomy import Taxonomy
from training.errors import TrainingError
from training.reviewed import by_week, overturned, read_reviewed


def line(number: int, **changed: Any) -> dict[str, Any]:
    return {"date": "2026-11-02", "id": str(number), "action": "review", "labels": ["insult"], "reviewed": ["insult"]} | changed


def written(folder: Path, *lines: Any) -> Path:
    path = folder / "reviewed.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in lines), encoding="utf8")
    return path


def test_a_review_or_hide_is_overturned_where_nothing_was_found_a_publication_where_something_was(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    decisions = read_reviewed(
        written(
            tmp_path,
            line(1),
            line(2, reviewed=[]),
            line(3, reviewed=["threat"]),  # another category: still rightly looked at
            line(4, action="auto_hide", reviewed=[]),
            line(5, action="publish", labels=[], reviewed=[]),
            line(6, action="publish", labels=[], reviewed=["threat"], date="2026-11-09"),
        ),
        taxonomy,
    )
    assert (overturned(decisions, "review")["value"], overturned(decisions, "review")["n"]) == (0.3333, 3)
    assert overturned(decisions, "auto_hide")["value"] == 1 and overturned(decisions, "publish")["value"] == 0.5
    weeks = by_week(decisions)
    assert list(weeks) == ["2026-W45", "2026-W46"]
    assert weeks["2026-W45"]["publish"]["value"] == 0 and weeks["2026-W46"]["publish"]["value"] == 1
    assert weeks["2026-W46"]["review"] == {"value": None, "low": 0.0, "high": 1.0, "n": 0}


def test_weeks_follow_each_other_over_a_new_year(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = written(tmp_path, line(1, date="2027-01-01"), line(2, date="2027-01-04"), line(3, date="2026-12-27"))
    assert list(by_week(read_reviewed(path, taxonomy))) == ["2026-W52", "2026-W53", "2027-W01"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (line(2, date="2 november"), ":2: date"),
        (line(2, id=""), ":2: id"),
        (line(1), ":2: id: is the same as at line 1"),
        (line(2, action="delete"), ":2: action"),
        (line(2, labels="insult"), ":2: labels"),
        (line(2, reviewed=["rude"]), ":2: reviewed"),
        (line(2, action=["review"]), ":2: action"),
        (line(2, reviewed=[["insult"]]), ":2: reviewed"),
        (line(2) | {"text": "geheim"}, ":2: text: is unknown"),
        ({"id": "2"}, ":2: action: is missing"),
        (["review"], ":2: is not a JSON object"),
    ],
)
def test_a_wrong_line_is_named_and_never_repeated(tmp_path: Path, taxonomy: Taxonomy, wrong: Any, named: str) -> None:
    with pytest.raises(TrainingError) as caught:
        read_reviewed(written(tmp_path, line(1), wrong), taxonomy)
    assert named in str(caught.value) and "geheim" not in str(caught.value)


def test_an_empty_file_and_bytes_are_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    for content in (b"", b"\xff\xfe"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(TrainingError, match="give"):
            read_reviewed(tmp_path / "x", taxonomy)
