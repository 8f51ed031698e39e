import json
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from serving.moderation.artefact import CHECKSUMS, FILES, checksums, read_artefact
from serving.moderation.classifier import Classifier
from serving.moderation.errors import ArtefactError
from serving.moderation.taxonomy import Taxonomy


def reseal(folder: Path) -> None:
    (folder / CHECKSUMS).write_text(json.dumps(checksums(folder)))


def test_the_bundled_artefact_is_whole(artefact_copy: Path, taxonomy: Taxonomy) -> None:
    assert read_artefact(artefact_copy, taxonomy).labels == taxonomy.ids


@pytest.mark.parametrize("name", [*FILES, CHECKSUMS])
def test_a_missing_file_is_named(artefact_copy: Path, taxonomy: Taxonomy, name: str) -> None:
    (artefact_copy / name).unlink()
    with pytest.raises(ArtefactError, match=f"{name}: the file is missing"):
        read_artefact(artefact_copy, taxonomy)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_named(artefact_copy: Path, taxonomy: Taxonomy, name: str) -> None:
    with (artefact_copy / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtefactError, match=f"{name}: does not match its checksum"):
        read_artefact(artefact_copy, taxonomy)


def test_no_folder(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(ArtefactError, match="no artefact folder"):
        read_artefact(tmp_path / "none", taxonomy)


def test_another_taxonomy_is_refused(artefact_copy: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(ArtefactError, match=r"config\.json: was trained for taxonomy"):
        read_artefact(artefact_copy, replace(taxonomy, version="9"))
    other_order = replace(taxonomy, categories=taxonomy.categories[::-1])
    with pytest.raises(ArtefactError, match="use the taxonomy it was trained for"):
        read_artefact(artefact_copy, other_order)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("calibration.json", {"insult": None}, "has no entry for label 'insult'"),
        ("calibration.json", {"insult": {"temperature": 0, "ngrams": 0, "bias": 0}}, "a temperature is not above 0"),
        ("thresholds.json", {"spam": {"decision": 0.5, "review": "x", "auto_hide": None}}, "label 'spam' needs 'review'"),
        (
            "calibration.json",
            {"insult": {"temperature": float("nan"), "ngrams": 0, "bias": 0}},
            "needs 'temperature' as a finite number",
        ),
        ("thresholds.json", {"spam": {"decision": 5, "review": 5, "auto_hide": None}}, "needs 0 < review <= decision"),
        ("thresholds.json", {"any_violation": {"review": 0}}, "'any_violation' needs 0 < review <= 1"),
        ("thresholds.json", {"any_violation": {}}, "label 'any_violation' needs 'review'"),
        ("thresholds.json", {"spam": {"decision": 0.5, "review": 0.3, "auto_hide": 0.0}}, "needs 0 < review <= decision"),
        ("config.json", {"max_length": "128"}, "needs 'max_length' as a int"),
        ("config.json", {"max_length": True}, "max_length is True, must lie from 64"),
        ("config.json", {"max_length": 40}, "max_length is 40, must lie from 64"),
        ("config.json", {"labels": [["x"]]}, "was trained for taxonomy"),
    ],
)
def test_wrong_content_is_named(
    artefact_copy: Path, taxonomy: Taxonomy, name: str, change: dict[str, object], message: str
) -> None:
    file = artefact_copy / name
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    reseal(artefact_copy)
    with pytest.raises(ArtefactError, match=message) as caught:
        read_artefact(artefact_copy, taxonomy)
    assert str(file) in str(caught.value)


def test_a_network_that_is_none_is_refused(artefact_copy: Path, taxonomy: Taxonomy) -> None:
    (artefact_copy / "model.onnx").write_bytes(b"not a network")
    reseal(artefact_copy)
    with pytest.raises(ArtefactError, match=r"model\.onnx: is not a network"):
        Classifier(read_artefact(artefact_copy, taxonomy))


def test_a_tokenizer_of_another_model_is_refused(artefact_copy: Path, taxonomy: Taxonomy) -> None:
    file = artefact_copy / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.add_tokens([f"vreemd{i}" for i in range(50)])
    tokenizer.save(str(file))
    reseal(artefact_copy)
    with pytest.raises(ArtefactError, match=r"tokenizer\.json: has more tokens"):
        Classifier(read_artefact(artefact_copy, taxonomy))


def test_a_tokenizer_that_is_none_is_refused(artefact_copy: Path, taxonomy: Taxonomy) -> None:
    (artefact_copy / "tokenizer.json").write_text("{}")
    reseal(artefact_copy)
    with pytest.raises(ArtefactError, match=r"tokenizer\.json: is not a tokenizer"):
        Classifier(read_artefact(artefact_copy, taxonomy))
