from serving.moderation.allowed import read_allowed
from serving.moderation.decision import Span
from training.examples import pieces


def test_without_spans_and_finds_the_text_stays_whole() -> None:
    assert pieces("Slecht beleid.") == [{"text": "Slecht beleid.", "categories": []}]


def test_every_span_is_a_piece_and_overlapping_ones_share_theirs() -> None:
    spans = [Span(4, 9, "insult", 1.0), Span(7, 9, "threat", 0.5)]
    assert pieces("gij lomperd", spans) == [
        {"text": "gij ", "categories": []},
        {"text": "lom", "categories": ["insult"]},
        {"text": "pe", "categories": ["insult", "threat"]},
        {"text": "rd", "categories": []},
    ]


def test_words_in_a_row_are_one_piece() -> None:
    spans = [Span(0, 2, "threat", 1.0), Span(3, 7, "threat", 1.0), Span(8, 10, "insult", 1.0)]
    shown = pieces("ik weet dat", spans)
    assert [(piece["text"], piece["categories"]) for piece in shown] == [
        ("ik weet", ["threat"]),
        (" ", []),
        ("da", ["insult"]),
        ("t", []),
    ]


def test_personal_data_are_masked_whole_also_where_a_span_cuts_them() -> None:
    text = "bel 0470 12 34 56 of mail jan@voorbeeld.be"
    shown = pieces(text, [Span(4, 8, "personal_data", 1.0), Span(4, 17, "personal_data", 1.0)])
    assert "".join(piece["text"] for piece in shown) == "bel [telefoonnummer] of mail [e-mailadres]"
    assert shown[1] == {"text": "[telefoonnummer]", "categories": ["personal_data"]}


def test_the_towns_own_data_and_links_are_nobodys() -> None:
    own = read_allowed({"phones": ["03 808 41 00"]})
    text = "bel 03 808 41 00 of kijk op bit.ly/abc"
    assert pieces(text, (), own) == [{"text": text, "categories": []}]
