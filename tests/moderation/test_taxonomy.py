from pathlib import Path

import pytest

from serving.moderation.errors import TaxonomyError
from serving.moderation.taxonomy import Taxonomy, read_taxonomy
from serving.settings import TAXONOMY


def test_order_of_categories_and_signals(taxonomy: Taxonomy) -> None:
    assert taxonomy.category_ids == (
        "hate_speech", "insult", "bullying", "quarrel", "personal_data", "spam", "sexual", "threat",
    )  # fmt: skip
    assert taxonomy.signal_ids == ("criticism", "question", "legal_matter")


def test_the_reply_is_the_standard_sentence_verbatim(taxonomy: Taxonomy) -> None:
    assert taxonomy.reply["nl"] == (
        "Je plaatste een reactie die respectloos of grensoverschrijdend kan overkomen. Op onze kanalen hanteren we de "
        "huisregels van het Hier Niet‑initiatief: https://hierniet.be/. "
        "We vragen je om de discussie respectvol verder te zetten."
    )


def test_threat_is_the_only_category_that_is_no_house_rule(taxonomy: Taxonomy) -> None:
    assert [category.id for category in taxonomy.categories if not category.house_rule] == ["threat"]


def test_threats_hate_and_legal_matters_escalate(taxonomy: Taxonomy) -> None:
    routes = {category.id: category.escalate_to for category in taxonomy.categories}
    routes |= {signal.id: signal.escalate_to for signal in taxonomy.signals}
    for name in ("threat", "hate_speech", "legal_matter"):
        assert {"communicatieverantwoordelijke", "diensthoofd", "politie"} <= set(routes[name])
    assert not routes["insult"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('version = "1.0"', "version = 1", "needs 'version' as a str"),
        ('id = "insult"', 'id = "hate_speech"', "id 'hate_speech' is used twice"),
        ('name = "Bedreiging"', "", "category 'threat' needs 'name'"),
        ('"politie", "unia"]', '"leger"]', "escalates to 'leger'"),
        ("[escalation]", "[escalation", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = TAXONOMY.read_text(encoding="utf8")
    assert old in text
    file = tmp_path / "taxonomy.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf8")
    with pytest.raises(TaxonomyError, match=message) as caught:
        read_taxonomy(file)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="can't be read"):
        read_taxonomy(tmp_path / "none.toml")
