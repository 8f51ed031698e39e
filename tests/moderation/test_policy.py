from dataclasses import replace
from pathlib import Path

import pytest

from serving.moderation.artefact import Artefact
from serving.moderation.comment import Comment
from serving.moderation.errors import PolicyError
from serving.moderation.moderator import Moderator
from serving.moderation.policy import Policy, main, read_policy
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
    assert policy.id == "standaard@1.2"
    assert (policy.profile, policy.reply_language, policy.publish_below) == ("standaard", "nl", 0.05)
    assert "Vooruit" in policy.names and "medewerker" in policy.objections


SPAM = '[category.spam]\nreview = "fitted"\nauto_hide = "certified"'


ANY = '[any_violation]\nreview = "fitted"'


def spam(review: str, auto_hide: str) -> str:
    return f"[category.spam]\nreview = {review}\nauto_hide = {auto_hide}"


@pytest.mark.parametrize(("written", "expected"), [("0.97", 0.97), ("false", None), ('"certified"', 0.9)])
def test_a_policy_may_be_stricter(
    tmp_path: Path, taxonomy: Taxonomy, certified: Artefact, written: str, expected: float | None
) -> None:
    assert read(tmp_path, taxonomy, certified, SPAM, spam("0.2", written)).rules["spam"].auto_hide == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [(ANY, 0.4), ("", 0.4), (ANY.replace('"fitted"', "0.6"), 0.6), (ANY.replace('"fitted"', "false"), None)],
)
def test_from_where_a_person_looks_at_any_violation(
    tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact, written: str, expected: float | None
) -> None:
    fitted = replace(artefact, thresholds=replace(artefact.thresholds, any_violation=0.4))
    assert read(tmp_path, taxonomy, fitted, ANY, written).any_violation == expected


def test_an_artefact_of_before_it_was_fitted_has_no_threshold_for_any_violation(
    tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact
) -> None:
    older = replace(artefact, thresholds=replace(artefact.thresholds, any_violation=None))
    assert read(tmp_path, taxonomy, older).any_violation is None


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
        (ANY, ANY.replace('"fitted"', "true"), r"\[any_violation\] review must be 'fitted', false or a number above 0"),
        (ANY, ANY.replace("review", "threshold"), r"\[any_violation\] needs exactly 'review'"),
        (SPAM, SPAM + "\n[category.rude]\nreview = 0.2\nauto_hide = false", "'rude' is no category"),
        ('taxonomy = "1.0"', 'taxonomy = "0.9"', "is for taxonomy 0.9"),
        ('version = "1.2"', "version = 1", "needs 'version' as a str"),
        ('name = "standaard"', 'name = "Aalter 2"', "name 'Aalter 2' must be small letters"),
        ('profile = "standaard"', 'profile = "verkiezing"', "must be one of standaard, crisis, sperperiode"),
        ('profile = "standaard"', 'profile = "crisis"\n[none]', "unknown key 'criticism_shield'|unknown key 'none'"),
        ('reply_language = "nl"', 'reply_language = "de"', "must be one of nl, fr, en"),
        ("publish_below = 0.05", "publish_below = 0.5", r"\[crisis\] publish_below = 0.5 is looser than 0.2"),
        ("publish_below = 0.05", "", r"\[crisis\] needs exactly 'publish_below'"),
        ("[escalation]", "[escalation]\nbrandweer = '112'", "'brandweer' is no escalation route"),
        ("[escalation]", "[escalation]\npolitie = ''", "politie must say whom it reaches"),
        ("[allowed]", "[allowed]\nphones = ['1700']", r":\d+: \[allowed\] phones: '1700' is not a phone number"),
        ("[allowed]", "[allowed]\nphone = []", r"\[allowed\] has the unknown key 'phone'"),
        ("names = [", "names = [1, ", "a list of parties and candidates"),
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


def test_an_error_names_the_line(tmp_path: Path, taxonomy: Taxonomy, certified: Artefact) -> None:
    with pytest.raises(PolicyError) as caught:
        read(tmp_path, taxonomy, certified, SPAM, spam("0.2", "0.8"))
    lines = (tmp_path / "policy.toml").read_text(encoding="utf8").splitlines()
    number = lines.index("auto_hide = 0.8") + 1
    assert str(caught.value).startswith(f"{tmp_path / 'policy.toml'}:{number}: [category.spam] auto_hide = 0.8")


@pytest.mark.parametrize(("profile", "table"), [("crisis", "[crisis]"), ("sperperiode", "[sperperiode]")])
def test_a_profile_needs_its_table(tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact, profile: str, table: str) -> None:
    text = POLICY.read_text(encoding="utf8")
    start = text.index(table)
    end = text.index("\n\n", start)
    file = tmp_path / "policy.toml"
    file.write_text((text[:start] + text[end:]).replace('profile = "standaard"', f'profile = "{profile}"'), encoding="utf8")
    with pytest.raises(PolicyError, match=f"profile = '{profile}' needs"):
        read_policy(file, taxonomy, artefact)


def test_a_policy_of_before_the_profiles_still_holds(tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact) -> None:
    text = POLICY.read_text(encoding="utf8")
    for table in ("[escalation]", "[allowed]", "[crisis]", "[sperperiode]"):
        start = text.index(table)
        text = text[:start] + text[text.index("\n\n", start) :]
    for key in ("profile", "reply_language", "objections"):
        text = "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} = "))
    (tmp_path / "old.toml").write_text(text, encoding="utf8")
    policy = read_policy(tmp_path / "old.toml", taxonomy, artefact)
    assert (policy.profile, policy.names, policy.publish_below, policy.contacts) == ("standaard", (), None, {})


def test_the_check_says_what_a_file_decides_or_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(POLICY.read_text(encoding="utf8").replace("threshold = 0.3", "threshold = 0.9"), encoding="utf8")
    assert main(["check", str(POLICY)]) == 0
    assert "standaard@1.2: profile standaard; review from hate_speech" in capsys.readouterr().out
    assert main(["check", str(POLICY), str(wrong)]) == 1
    printed = capsys.readouterr()
    assert "looser than 0.5; lower it" in printed.err and "standaard@1.2" in printed.out


def test_the_towns_own_number_is_nobodys_personal_data(tmp_path: Path, taxonomy: Taxonomy, artefact: Artefact) -> None:
    comment = Comment("1", "Bel gerust naar 09 300 00 11 voor een afspraak")
    without = read(tmp_path, taxonomy, artefact)
    own = read(tmp_path, taxonomy, artefact, "[allowed]", "[allowed]\nphones = ['+32 9 300 00 11']")
    moderator = Moderator(taxonomy, artefact, without)
    assert "personal_data" in moderator.decide(comment).labels
    assert "personal_data" not in moderator.decide(comment, own).labels
