"""Answers that another system collected come in as they were, and only once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.cli.command import main
from servicecore.domain.survey import SurveyStatus
from servicecore.exchange.errors import BadMappingError, MissingColumnsError
from servicecore.exchange.mappings import SURVEY_MAPPINGS
from tests.moments import REQUEST

NINE = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
COLUMNS = (
    "survey,answered_at,sent_at,customer,about,product,team,person,"
    "overall,recommend,effort,comment,speed,attitude,solution"
)
FIRST = "A-1,2025-03-04 09:00,2025-03-03 09:00,Acme,ticket/T-1,pump,pumps,Wu,2,3,,slow,poor,4,0"
AGAIN = "A-1,2025-03-05 09:00,2025-03-03 09:00,Acme,ticket/T-1,pump,pumps,Wu,4,9,6,,good,4,"
OTHER = "A-2,2025-03-04 09:00,,Borg,ticket/T-2,pump,pumps,Li,5,,,,,,"


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", clock=lambda: NINE + timedelta(days=60)) as desk:
        yield desk


@pytest.fixture
def put(desk, tmp_path):
    """Import these rows, and return what came of it and what was set aside."""

    def put(*rows, name="answers.csv", **how):
        file = tmp_path / name
        file.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
        aside = tmp_path / "aside.jsonl"
        how = {"mapping": "plain_csv", "quarantine": aside, **how}
        summary = desk.surveys.import_history(file, **how)
        lines = aside.read_text(encoding="utf-8").splitlines() if aside.exists() else []
        return summary, [json.loads(line) for line in lines]

    return put


class TestWhatGoesOnRecord:
    """Each answer at its own time, under the dimensions of the file."""

    def test_is_what_the_file_tells(self, desk, put):
        summary, aside = put(FIRST, AGAIN, OTHER)
        assert (summary.rows, summary.records, summary.events, summary.added) == (3, 2, 5, 5)
        assert aside == []
        survey = desk.surveys.get("A-1")
        assert (survey.customer_id, survey.about, survey.person) == ("Acme", "ticket/T-1", "Wu")
        assert survey.sent_at == NINE
        assert [each.overall for each in survey.answers] == [2, 4]
        assert survey.answer.scores == {"response_speed": 4, "attitude": 4}
        assert (survey.answer.nps, survey.answer.ces) == (9, 6)
        assert [each.dissatisfied for each in survey.answers] == [True, False]
        assert survey.status is SurveyStatus.ANSWERED

    def test_a_recommendation_of_nought_is_one(self, desk, put):
        put(FIRST.replace(",2,3,", ",2,0,"))
        assert desk.surveys.get("A-1").answer.nps == 0

    def test_counts_in_the_figures(self, desk, put):
        put(FIRST, AGAIN, OTHER)
        told = desk.reports.satisfaction(period="2025-03")
        assert (told["csat"][0].k, told["csat"][0].n) == (2, 2)

    def test_covers_the_services_it_is_about(self, desk, put):
        served = {**REQUEST, "channel": "web"}
        desk.tickets.open("T-1", **served, at=NINE)
        desk.tickets.resolve("T-1", by="Wu", solution="seal", at=NINE)
        put(FIRST)
        assert "survey_coverage" not in desk.reports.satisfaction().measures()
        desk.tickets.confirm("T-1", at=NINE)
        assert desk.reports.satisfaction()["survey_coverage"][0].value == 1.0

    def test_reminds_and_improves_nothing(self, desk, put):
        put(FIRST)
        assert desk.next_wake_up() is None
        assert {each.subject for each in desk.log.since(0)} == {"survey/A-1"}

    def test_takes_an_answer_that_came_late(self, desk, put):
        put(FIRST.replace("2025-03-04", "2025-06-04"))
        survey = desk.surveys.get("A-1")
        assert survey.answer.at == survey.open_until

    def test_puts_answers_in_their_order(self, desk, put):
        put(AGAIN, OTHER, FIRST)
        assert [each.overall for each in desk.surveys.get("A-1").answers] == [2, 4]


class TestOnce:
    """Whoever runs it again adds nothing, and a file that has grown adds what is new."""

    def test_again_adds_nothing(self, put):
        put(FIRST, OTHER)
        summary, aside = put(FIRST, OTHER)
        assert (summary.added, summary.already_there, aside) == (0, 4, [])

    def test_grown_adds_what_is_new(self, desk, put):
        put(FIRST)
        summary, _ = put(FIRST, AGAIN)
        assert (summary.added, summary.already_there) == (1, 2)
        assert len(desk.surveys.get("A-1").answers) == 2

    def test_a_dry_run_adds_nothing(self, desk, put):
        summary, _ = put(FIRST, dry_run=True)
        assert summary.added == 2
        assert desk.log.head() == 0

    def test_another_past_is_set_aside(self, desk, put):
        put(FIRST)
        summary, aside = put(FIRST.replace(",2,3,", ",5,3,"))
        assert (summary.records, summary.added) == (0, 0)
        assert [each["reason"] for each in aside] == ["another past on record"]
        assert desk.surveys.get("A-1").answer.overall == 2

    def test_our_own_survey_is_left_alone(self, desk, put):
        desk.surveys.send("A-1", customer_id="Acme", about="ticket/T-1", contact="Lin", at=NINE)
        _, aside = put(FIRST, AGAIN)
        assert [each["reason"] for each in aside] == ["ticket not from this import"] * 2
        assert desk.surveys.get("A-1").answers == ()


class TestWhatCannotBeUsed:
    """It is set aside with a reason, and stops nothing else."""

    @pytest.mark.parametrize(
        ("changed", "reason", "because"),
        [
            (("A-1,", ","), "no ticket number", "survey"),
            (("2025-03-04 09:00", "soon"), "unreadable time", "'soon'"),
            ((",2,3,", ",7,3,"), "outside the scale", "overall"),
            ((",2,3,", ",2,11,"), "outside the scale", "nps"),
            ((",poor,", ",awful,"), "outside the scale", "'awful'"),
            (("Acme", ""), "no answer", "customer is missing"),
            ((",2,3,,slow,poor,4,0", ",0,,,,,,"), "no answer", "no score"),
        ],
        ids=lambda each: each if isinstance(each, str) else "",
    )
    def test_has_its_reason(self, put, changed, reason, because):
        summary, [told] = put(FIRST.replace(*changed, 1), OTHER)
        assert (told["reason"], told["row"]) == (reason, 2)
        assert because in told["because"]
        assert (summary.records, summary.quarantined) == (1, {reason: 1})

    def test_stops_all_of_a_file_that_lacks_a_column(self, desk, tmp_path):
        file = tmp_path / "answers.csv"
        file.write_text("survey\nA-1\n", encoding="utf-8")
        with pytest.raises(MissingColumnsError, match="'answered_at'"):
            desk.surveys.import_history(file, mapping="plain_csv")
        assert desk.log.head() == 0


class TestTheMapping:
    """A page of TOML that a manager can write."""

    @pytest.mark.parametrize("name", SURVEY_MAPPINGS.shipped())
    def test_that_is_shipped_can_be_read(self, name):
        assert SURVEY_MAPPINGS.load(name).rule == f"import/{name}"

    def test_that_is_not_there_is_named(self):
        with pytest.raises(BadMappingError, match=r"'nowhere\.toml'.*plain_csv"):
            SURVEY_MAPPINGS.load("nowhere.toml")

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            (("[words]", "[werds]"), "werds"),
            (("good = 4", "good = 11"), "words.good"),
            (('customer = "customer"', ""), "customer"),
        ],
        ids=["an unknown table", "a word off every scale", "no customer"],
    )
    def test_that_cannot_be_meant_is_refused(self, changed, expected):
        from importlib import resources  # noqa: PLC0415

        folder = resources.files("servicecore.exchange") / "mappings/shipped/surveys"
        text = (folder / "plain_csv.toml").read_text(encoding="utf-8")
        with pytest.raises(BadMappingError, match=expected):
            SURVEY_MAPPINGS.parse(text.replace(*changed, 1), source="ours.toml")


def test_a_shell_tells_scores_with_how_many_gave_them(tmp_path, capsys):
    file, url = tmp_path / "answers.csv", f"sqlite:///{tmp_path / 'service.db'}"
    file.write_text(f"{COLUMNS}\n{FIRST}\n{OTHER}\n", encoding="utf-8")
    main(["import", "surveys", str(file), "--mapping", "plain_csv", "--url", url])
    capsys.readouterr()
    assert main(["report", "text", "--by", "team", "--url", url]) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["overall", "score", "pumps", "-", "2", "3.50", "-"] in told
    assert ["score", "pumps", "attitude", "1", "4.00", "-"] in told
    assert ["nps", "pumps", "-", "1", "-100.00", "-98.5", "to", "48.5"] in told


def test_a_shell_imports_them_too(tmp_path, capsys):
    file, url = tmp_path / "answers.csv", f"sqlite:///{tmp_path / 'service.db'}"
    file.write_text(f"{COLUMNS}\n{FIRST}\n{OTHER}\n", encoding="utf-8")
    asked = ["import", "surveys", str(file), "--mapping", "plain_csv", "--url", url, "--json"]
    for added in (4, 0):
        assert main(asked) == 0
        assert json.loads(capsys.readouterr().out)["added"] == added
