"""The arrows of the house: training -> moderation core <- web, storage, adapters; the core imports none of them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# publicsuffixlist: what can be a domain is a list that others keep; it carries its own and reads nothing else.
CORE_MAY_IMPORT = {
    "serving.moderation", "numpy", "onnxruntime", "tokenizers", "phonenumbers", "publicsuffixlist", "py3langid", "stdnum",
}  # fmt: skip
STANDARD = {
    "argparse",  # and sys: the command that checks a policy
    "collections",
    "contextlib",
    "dataclasses",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "pathlib",
    "re",
    "sys",
    "tomllib",
    "typing",
    "unicodedata",
    "zipfile",
    "zlib",
}


def imports_of(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.add(node.module or "")
    return found


def belongs(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


@pytest.mark.parametrize("file", sorted((ROOT / "serving" / "moderation").glob("**/*.py")), ids=lambda file: file.name)
def test_the_core_imports_only_what_deciding_needs(file: Path) -> None:
    strangers = {module for module in imports_of(file) if not belongs(module, CORE_MAY_IMPORT | STANDARD)}
    assert not strangers


@pytest.mark.parametrize("file", sorted((ROOT / "serving").glob("**/*.py")), ids=lambda file: file.name)
def test_serving_runs_without_training_and_torch(file: Path) -> None:
    heavy = {"training", "torch", "transformers", "sklearn", "scipy", "pandas", "onnx"}
    assert not {module for module in imports_of(file) if belongs(module, heavy)}


@pytest.mark.parametrize("file", sorted((ROOT / "serving" / "web").glob("**/*.py")), ids=lambda file: file.name)
def test_the_web_knows_no_adapter(file: Path) -> None:
    assert not {module for module in imports_of(file) if belongs(module, {"serving.adapters"})}


@pytest.mark.parametrize("file", sorted((ROOT / "training").glob("**/*.py")), ids=lambda file: file.name)
def test_training_uses_of_serving_only_the_core_and_settings(file: Path) -> None:
    used = {module for module in imports_of(file) if belongs(module, {"serving"})}
    assert not {module for module in used if not belongs(module, {"serving.moderation", "serving.settings"})}


def test_a_forbidden_import_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text("import numpy\nfrom bentoml import service\n")
    assert {module for module in imports_of(file) if not belongs(module, CORE_MAY_IMPORT | STANDARD)} == {"bentoml"}
