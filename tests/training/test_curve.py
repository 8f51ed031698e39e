import json
from pathlib import Path

import pytest

from training.curve import SHARES, main

COMMENTS = Path(__file__).resolve().parents[2] / "data" / "comments"


def test_a_point_for_each_share_on_the_own_test_and_on_real_comments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for split, count in (("train", 800), ("dev", 200), ("test", 200)):
        lines = (COMMENTS / f"{split}.jsonl").read_text(encoding="utf8").splitlines()
        (tmp_path / f"{split}.jsonl").write_text("\n".join(lines[:: len(lines) // count][:count]) + "\n", encoding="utf8")
    rows = [
        {"id": str(i), "text": f"reactie {i}", "imsypp_type": kind} for i, kind in enumerate(["offensive", "appropriate"] * 4)
    ]
    (tmp_path / "real.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert main(["--data", str(tmp_path), "--real", str(tmp_path / "real.jsonl")]) == 0
    points = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [point["comments"] for point in points] == [round(800 * share) for share in SHARES]
    assert points[-1]["own_test"]["any_auc"]["value"] > 0.6
    assert points[-1]["real"]["binary_auc"]["n"] == 8


def test_a_broken_line_of_the_real_comments_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "real.jsonl").write_text('{"id": "1", "text": "zonder soort"}\n')
    assert main(["--data", str(COMMENTS), "--real", str(tmp_path / "real.jsonl")]) == 2
    assert "real.jsonl:1: needs id, text and imsypp_type" in capsys.readouterr().err
