from dataclasses import replace
from pathlib import Path

import pytest

from serving.moderation.artefact import Artefact
from serving.moderation.errors import PolicyError
from serving.moderation.policy import Policy, read_policy
from serving.moderation.taxonomy import Taxonomy
from serving.settings import POLICY


@pytest.fixture
def certified(artefact: Artefact) -> Artefact:
    """The bundled artefact as if spam were certified from 0.9 and nothing else."""
    nothing = dict.fromkeys(artefact.thresholds.auto_hide)
    return replace(artefact, thresholds=replace(artefact.thresholds, auto_hide=nothing | {"spam": 0.9}))


def read(tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact, old: str = "", new: str = "") -> Policy:
    text = POLICY.read_text(encoding="utf8")
    assert old in text
    file = tmp_path / "policy.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf8")
    return read_policy(file, taxonomy, artefact)


def test_the_default_takes_the_fitted_and_certified_thresholds(tmp_path: Path, taxonomy: Taxonomy, certified: Artefact) -> None:
    policy = read(tmp_path, taxonomy, certified)
    assert policy.rules["spam"].auto_hide == 0.9
    assert policy.rules["spam"].review == certified.thresholds.review["spam"]
    assert policy.rules["insult"].auto_hide is None
    assert policy.rules["threat"].auto_hide is None
    assert policy.id == "standaard@1.0"


SPAM = '[category.spam]\nreview = "fitted"\nauto_hide = "certified"'


def spam(review: str, auto_hide: str) -> str:
    return f"[category.spam]\nreview = {review}\nauto_hide = {auto_hide}"


@pytest.mark.parametrize(("written", "expected"), [("0.97", 0.97), ("false", None), ('"certified"', 0.9)])
def test_a_policy_may_be_stricter(
    tmp_path: Path, taxonomy: Taxonomy, certified: Artefact, written: str, expected: float | None
) -> None:
    assert read(tmp_path, taxonomy, certified, SPAM, spam("0.2", written)).rules["spam"].auto_hide == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SPAM, spam("0.2", "0.8"), "looser than the certified 0.9"),
        (SPAM.replace("spam", "insult"), spam("0.2", "0.99").replace("spam", "insult"), "nothing is certified"),
        ("auto_hide = false", 'auto_hide = "certified"', r"\[category.threat\] auto_hide must be false"),
        (SPAM, spam("0", "false"), "must be 'fitted' or a number above 0"),
        (SPAM, spam("true", "false"), "must be 'fitted' or a number"),
        (SPAM, spam('"soon"', "false"), "must be 'fitted' or a number"),
        (SPAM, spam("0.8", "false"), "would be published all the same"),
        (SPAM, "[category.spam]\nreview = 0.2", "needs exactly 'review' and 'auto_hide'"),
        (SPAM, "", r"\[category.spam\] is missing"),
        (SPAM, SPAM + "\n[category.rude]\nreview = 0.2\nauto_hide = false", "'rude' is no category"),
        ('taxonomy = "1.0"', 'taxonomy = "0.9"', "is for taxonomy 0.9"),
        ('version = "1.0"', "version = 1", "needs 'version' as a str"),
        ('name = "standaard"', 'name = "standaard"\nthreshold = 1', "unknown key 'threshold'"),
        ("threshold = 0.3", "threshold = 0.9", "looser than 0.5"),
        ('["insult", "bullying", "quarrel"]', '["insult"]', "must name 'bullying'"),
        ('["insult", "bullying", "quarrel"]', "5", "categories must be a list"),
        ("[criticism_shield]", "[criticism_shield", "is not valid TOML"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(
    tmp_path: Path, taxonomy: Taxonomy, certified: Artefact, old: str, new: str, message: str
) -> None:
    with pytest.raises(PolicyError, match=message) as caught:
        read(tmp_path, taxonomy, certified, old, new)
    assert str(tmp_path / "policy.toml") in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact) -> None:
    with pytest.raises(PolicyError, match="can't be read"):
        read_policy(tmp_path / "none.toml", taxonomy, artefact)
