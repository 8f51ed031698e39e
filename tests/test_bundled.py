"""The bundled artefact on a handful of plain comments: what no release may get wrong."""

import pytest

from serving.moderation.comment import Comment
from serving.moderation.moderator import Moderator
from serving.moderation.taxonomy import Taxonomy
from serving.settings import ARTEFACT
from training.finetune import load_tokenizer
from training.network import load_network, takes_token_types


@pytest.mark.parametrize(
    "text",
    [
        "Amai, eindelijk dat fietspad langs de vaart. Merci aan de mannen die in dat kloteweer gewerkt hebben!",
        "Weer 2 miljoen voor een plein zonder bomen. Het college luistert naar niemand, schandalig slecht beleid.",
        "Tot hoe laat is het containerpark open op zaterdag?",
        "Ik dien morgen klacht in bij de ombudsdienst, dit is de derde keer.",
        "👍👍👍",
    ],
)
def test_what_is_harmless_is_never_hidden_nor_named(moderator: Moderator, text: str) -> None:
    decision = moderator.decide(Comment("1", text))
    assert decision.action != "auto_hide" and decision.labels == ()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ge zijt een vuile smeerlap en een dikke zeveraar, kruip terug onder uw steen", "insult"),
        ("Ik weet waar ge woont, ik kom vanavond uw ramen inslaan", "threat"),
        ("Verdien 500 euro per dag van thuis met crypto! Stuur mij een privébericht op WhatsApp", "spam"),
        ("Die moslims moeten allemaal terug naar hun land, ongedierte is het", "hate_speech"),
    ],
)
def test_what_is_plain_is_seen_by_a_person(moderator: Moderator, text: str, label: str) -> None:
    decision = moderator.decide(Comment("1", text))
    assert decision.action != "publish" and label in decision.labels


def test_a_threat_escalates_and_is_never_hidden_by_itself(moderator: Moderator) -> None:
    decision = moderator.decide(Comment("1", "Ik weet waar ge woont, ik kom vanavond uw ramen inslaan"))
    assert decision.action == "review" and "politie" in decision.escalate_to


def test_a_threat_at_the_end_of_a_long_comment_is_read(moderator: Moderator) -> None:
    long = "Gisteren nog eens door de straat gewandeld en het is er mooi geworden, met nieuwe bomen en banken. " * 12
    decision = moderator.decide(Comment("1", long + "Ik weet waar ge woont, ik kom vanavond uw ramen inslaan"))
    assert decision.action != "publish"


@pytest.mark.parametrize(("text", "code"), [("Я тебя убью завтра", "other_alphabet"), ("ꙮꙮ ꙮꙮ ꙮꙮ ꙮꙮ", "other_alphabet")])
def test_what_can_not_be_judged_goes_to_a_person(moderator: Moderator, text: str, code: str) -> None:
    decision = moderator.decide(Comment("1", text))
    assert decision.action == "review" and code in decision.blocked_by


def test_what_is_bundled_stays_small() -> None:
    files = [file for file in ARTEFACT.parent.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 60e6


def test_the_bundled_encoder_is_what_fine_tuning_starts_from(taxonomy: Taxonomy) -> None:
    encoder = str(ARTEFACT.parent / "encoder")
    tokenizer = load_tokenizer(encoder, [])
    network = load_network(encoder, len(taxonomy.ids), len(tokenizer))
    assert network.head.weight.dtype == next(network.encoder.parameters()).dtype
    pieces = tokenizer.tokenize("Gij zeveraar, wa is da nu?")
    assert "zeveraar" in pieces and tokenizer.unk_token not in pieces
    assert takes_token_types(encoder)
