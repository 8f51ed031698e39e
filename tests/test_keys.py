"""Keys, through the command that makes them and the file it writes."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from serving.keys import alone, create, find, main, read_keys, write_keys
from tests.server import ROOT


def made(file: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["--file", str(file), "create", "--name", "proef", *more]) == 0
    return capsys.readouterr().out.strip()


def test_a_key_is_found_by_its_token_until_it_is_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    token = made(file, capsys, "--municipality", "aalter", "--per-minute", "60", "--scope", "score", "--scope", "review")
    key = find(read_keys(file), token)
    assert key and (key.name, key.municipality, key.per_minute, key.scopes) == ("proef", "aalter", 60, ("score", "review"))
    assert main(["--file", str(file), "revoke", key.id]) == 0
    assert find(read_keys(file), token) is None
    assert main(["--file", str(file), "revoke", key.id]) == 2
    assert "no key in use has this id" in capsys.readouterr().err


def test_neither_the_file_nor_the_list_holds_a_token_and_the_list_no_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "keys.json"
    token = made(file, capsys)
    secret = token.rsplit("_", 1)[1]
    assert secret not in file.read_text() and file.stat().st_mode & 0o077 == 0
    assert main(["--file", str(file), "list"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert "sha256" not in listed and listed["revoked"] is None


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t[:12] + "x" * 43, lambda t: "", str.upper])
def test_a_token_that_is_made_up_is_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str], change: object) -> None:
    file = tmp_path / "keys.json"
    token = made(file, capsys)
    assert callable(change) and find(read_keys(file), change(token)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["create", "--name", " "], "--name: say whose key it is"),
        (["create", "--name", "Stad \udcff"], "--name: holds a sign"),
        (["create", "--name", "x", "--scope", "all"], "--scope all: scopes are score, review, admin"),
        (["create", "--name", "x", "--per-minute", "0"], "--per-minute 0: must be from 1"),
    ],
)
def test_a_wrong_option_is_refused_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["--file", str(tmp_path / "keys.json"), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_neither_used_nor_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    file.write_text('[{"id": "1"}]')
    assert main(["--file", str(file), "create", "--name", "x"]) == 2
    assert "is no file of keys that can be read" in capsys.readouterr().err
    assert file.read_text() == '[{"id": "1"}]'


def test_a_file_keeps_its_mode_when_a_key_is_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    made(file, capsys)
    file.chmod(0o640)
    made(file, capsys)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    key, _ = create("Stad", ["score"], None, 60)
    write_keys(file, [key])
    with pytest.raises(UnicodeEncodeError):
        write_keys(file, [replace(key, name="\udcff")])
    assert read_keys(file) == (key,) and list(tmp_path.iterdir()) == [file]


def test_keys_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    command = [sys.executable, "-m", "serving.keys", "--file", str(file)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    first, _ = create("proef", ["score"], None, 10)
    write_keys(file, [first])
    with alone(file):
        # All of them wait here: without the lock they would be done.
        made = [
            subprocess.Popen([*command, "create", "--name", f"proef {i}"], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
            for i in range(20)
        ]
        made.append(subprocess.Popen([*command, "revoke", first.id], cwd=ROOT, env=environment, stdout=subprocess.PIPE))
        with pytest.raises(subprocess.TimeoutExpired):
            made[0].wait(2)
        assert len(read_keys(file)) == 1
    tokens = [process.communicate()[0].decode().strip() for process in made]
    assert [process.returncode for process in made] == [0] * 21
    keys = read_keys(file)
    assert len(keys) == 21 and all(find(keys, token) for token in tokens[:20])
    assert [key.id for key in keys if key.revoked] == [first.id]


def test_revoking_where_there_are_no_keys_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--file", str(tmp_path / "none" / "keys.json"), "revoke", "12345678"]) == 2
    assert "keys: " in capsys.readouterr().err and not list(tmp_path.iterdir())
