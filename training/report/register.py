"""The page for a municipality's public register of algorithms, in Dutch, filled from the same run as every other page.

Fields after the Flemish and Dutch registers (Algoritmekader) and article 17 of the Digital Services Act; what only the municipality
knows stands between square brackets.
"""

from typing import Any

from serving.moderation.moderator import Moderator
from serving.moderation.policy import NEVER_HIDDEN
from training.questions.drift import reviewed_answer
from training.questions.thresholds import together
from training.report.fairness import groups_sentence, parties_sentence, real_sentence
from training.report.tables import groups
from training.report.words import counted, metric, number, percent

_WHAT = """# Registerfiche: reacties voorsorteren

## Wat doet het systeem, en waarvoor

Het leest reacties onder berichten van de gemeente, schat per huisregel van het Hier Niet-initiatief hoe waarschijnlijk die overtreden
wordt, en stelt voor wat ermee gebeurt: gepubliceerd laten, eerst door een medewerker laten bekijken of meteen verbergen. Het doel is dat
medewerkers haatspraak, bedreigingen en andere overtredingen sneller zien.

Het dient niet om iets definitief te verwijderen zonder mens, niet om kritiek op de gemeente te weren, niet om mensen te beoordelen, en
niet voor privéberichten, andere talen of beelden.

| gegeven | inhoud |
|---|---|
| Verantwoordelijke | [naam van de gemeente en dienst] |
| Model | {model}, zelf te draaien open software; er gaat niets naar buiten |
| Beleid in gebruik | {policy} |
| Gegevens die het leest | de tekst van een reactie en, als die er is, de tekst waarop ze antwoordt; geen profiel, geen geschiedenis |
| Rechtsgrond en bewaartermijn | [in te vullen door de gemeente] |
| Bezwaar | {objections} |
| Contact voor bezwaar | {contact} |
"""


def register_page(moderator: Moderator, figures: dict[str, Any]) -> str:
    """Markdown; figures as `training.questions.measured` gives them."""
    policy = moderator.policy
    what = _WHAT.format(
        model=moderator.artefact.id,
        policy=policy.id,
        objections=policy.objections or "[in te vullen door de gemeente]",
        contact=", ".join(policy.contacts.values()) or "[in te vullen door de gemeente]",
    )
    parts = [
        what,
        _learnt(moderator),
        _thresholds(moderator),
        _results(figures["nauwkeurigheid"], figures["drempels"]["own"]["actions"]),
        _bias(figures["vertekening"]),
        _overturned(figures["verloop"]),
    ]
    return "\n".join(parts)


def _learnt(moderator: Moderator) -> str:
    metrics = moderator.artefact.metrics
    counts, external = metrics["comments"], metrics["external"]
    return (
        "## Waaruit het leerde\n\n"
        f"{number(counts['train'], 0)} teksten met een oordeel, waarvan {number(external or 0, 0)} echte, van andere kanalen dan die van een gemeente. De andere "
        "zijn met een taalmodel geschreven, niet bij mensen verzameld: cijfers daarop vleien. Ook de oordelen zijn van taalmodellen.\n"
    )


def _thresholds(moderator: Moderator) -> str:
    rows = []
    for category in moderator.taxonomy.categories:
        rule = moderator.policy.rules[category.id]
        off = "nooit" if category.id in NEVER_HIDDEN else "staat uit"
        hide = off if rule.auto_hide is None else number(rule.auto_hide)
        rows.append(f"| {category.name} | {number(rule.decision)} | {number(rule.review)} | {hide} |")
    head = ["## Drempels in gebruik", "", "Kansen van 0 tot 1, door de gemeente vast te leggen.", "",
            "| huisregel | genoemd vanaf | eerst een mens vanaf | meteen verborgen vanaf |", "|---|---|---|---|"]  # fmt: skip
    return "\n".join([*head, *rows, "", together(moderator.policy.any_violation), ""])


def _results(accuracy: dict[str, Any], actions: dict[str, Any]) -> str:
    rows = [
        ("reacties zonder overtreding, zonder mens verborgen", percent(actions["harmless_hidden"]), actions["harmless_hidden"]),
        (
            "reacties zonder overtreding, eerst door een mens bekeken",
            percent(actions["harmless_reviewed"]),
            actions["harmless_reviewed"],
        ),
        ("overtredingen die gewoon bleven staan", percent(actions["violation_published"]), actions["violation_published"]),
        ("bedreigingen die gewoon bleven staan", percent(actions["threat_published"]), actions["threat_published"]),
        ("gemiddelde F1 over de huisregels", metric(accuracy["own"]["mean_f1"]), accuracy["own"]["mean_f1"]),
    ]
    if real := accuracy.get("real"):
        rows.append(("echte reacties: overtreding of niet, macro-F1", metric(real["any_macro_f1"]), real["any_macro_f1"]))
        rows.append(
            ("echte reacties: beledigend of niet (oordeel van IMSyPP), AUC", metric(real["binary_auc"]), real["binary_auc"])
        )
    head = ["## Wat het kan en waar het faalt", "", "Op eigen, geschreven testreacties, tenzij er ‘echte’ staat. Tussen haakjes het interval van 95 %: zo ver kan het "
            "cijfer er door toeval naast zitten. F1 vat in één getal samen hoeveel het model vindt en hoeveel daarvan klopt, AUC zegt hoe vaak een "
            "overtreding hoger scoort dan een onschuldige reactie; voor beide is 1 foutloos.", "",
            "| wat | aandeel of cijfer | gemeten op |", "|---|---|---|"]  # fmt: skip
    return "\n".join([*head, *(f"| {name} | {value} | {counted(figure)} |" for name, value, figure in rows), ""])


def _bias(bias: dict[str, Any]) -> str:
    stopped, missed = bias["identity"]["stopped"], bias["identity"]["missed"]
    rows = [
        f"| {groups.spoken(name)} | {groups.or_few(stopped[name], groups.of_n)} | {groups.or_few(missed[name], groups.of_n)} |"
        for name in stopped
    ]
    head = [
        "## Wie het anders behandelt", "",
        f"{groups_sentence(bias)}{real_sentence(bias['mentions']['real'])} {parties_sentence(bias)}", "",
        "Zinnen waarin alleen de genoemde groep verandert, per beschermd kenmerk, het meest benadeelde eerst:", "",
        "| kenmerk | onschuldig, maar tegengehouden | overtreding, maar gepubliceerd |", "|---|---|---|",
    ]  # fmt: skip
    return "\n".join([*head, *rows, ""])


def _overturned(drift: dict[str, Any]) -> str:
    return f"## Hoe vaak een mens anders besliste\n\n{reviewed_answer(drift)}\n"
