from pathlib import Path

import pytest

from training.files import new_file, new_folder


def test_a_new_folder_takes_the_old_ones_place(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old").write_text("old")
    with new_folder(target) as folder:
        (folder / "new").write_text("new")
        assert (target / "old").exists()
    assert [file.name for file in target.iterdir()] == ["new"]
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_the_old_folder_untouched(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old").write_text("old")
    with pytest.raises(RuntimeError), new_folder(target) as folder:
        (folder / "half").write_text("half")
        raise RuntimeError("no power")
    assert [file.name for file in target.iterdir()] == ["old"]
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_new_file_takes_the_old_ones_place_or_leaves_it(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out.jsonl"
    with new_file(target) as beside:
        beside.write_text("one")
    with pytest.raises(RuntimeError), new_file(target) as beside:
        beside.write_text("half")
        raise RuntimeError("no power")
    assert target.read_text() == "one"
    assert [file.name for file in target.parent.iterdir()] == ["out.jsonl"]
