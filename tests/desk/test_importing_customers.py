"""Customers that another system kept come in as they stood on one day, and only once."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import servicecore
from servicecore import ServiceDesk
from servicecore.cli.command import main
from servicecore.domain.days import NoDateError
from servicecore.exchange.errors import BadMappingError, MissingColumnsError
from servicecore.exchange.mappings import CUSTOMER_MAPPINGS

AS_OF = date(2025, 7, 1)
THAT_DAY = datetime(2025, 7, 1, tzinfo=ZoneInfo("America/Los_Angeles"))
COLUMNS = "customerID,tenure,InternetService,Contract,Churn"
STAYS = "A-1,34,DSL,One year,No"
LEAVES = "A-2,2,No,Month-to-month,Yes"
NEW = "A-3,0,Fiber optic,Two year,No"


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:") as desk:
        yield desk


@pytest.fixture
def put(desk, tmp_path):
    """Import these rows, and return what came of it and what was set aside."""

    def put(*rows, columns=COLUMNS, **how):
        file = tmp_path / "customers.csv"
        file.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
        aside = tmp_path / "aside.jsonl"
        how = {"mapping": "telco_churn", "as_of": AS_OF, "quarantine": aside, **how}
        summary = desk.relationships.import_history(file, **how)
        lines = aside.read_text(encoding="utf-8").splitlines() if aside.exists() else []
        return summary, [json.loads(line) for line in lines]

    return put


class TestWhatGoesOnRecord:
    """There since so many months before that day, under contract, perhaps gone on it."""

    def test_is_what_the_file_tells(self, desk, put):
        summary, aside = put(STAYS, LEAVES, NEW)
        assert (summary.rows, summary.records, summary.events, summary.added) == (3, 3, 10, 10)
        assert aside == []
        stays, leaves = desk.relationships.get("A-1"), desk.relationships.get("A-2")
        assert (stays.kind, stays.name, stays.is_lost) == ("One year", "not recorded", False)
        assert stays.opened_at == datetime(2022, 9, 1, tzinfo=THAT_DAY.tzinfo)
        assert leaves.is_lost
        assert leaves.deliveries["1"].product == "telephone"
        assert desk.relationships.history("A-2")[-1].event.at == THAT_DAY

    @pytest.mark.parametrize(
        ("row", "until"),
        [
            (STAYS, date(2025, 8, 31)),  # The third year of the contract.
            (STAYS.replace("34", "36"), date(2026, 6, 30)),  # The fourth begins on the day itself.
            (NEW, date(2027, 6, 30)),
            (LEAVES, date(2025, 7, 31)),
        ],
    )
    def test_the_contract_is_in_its_last_term(self, desk, put, row, until):
        put(row)
        [contract] = desk.relationships.get(row[:3]).contracts.values()
        assert contract.until == until

    def test_a_month_may_be_shorter(self, desk, put):
        put(STAYS.replace("34", "1"), as_of=date(2025, 3, 31))
        assert desk.relationships.get("A-1").deliveries["1"].delivered_on == date(2025, 2, 28)

    def test_nobody_reacts_and_nothing_falls_due(self, desk, put):
        put(STAYS, LEAVES, NEW)
        assert desk.next_wake_up() is None
        recorded = list(desk.log.since(0))
        assert {each.subject for each in recorded} == {f"relationship/A-{n}" for n in (1, 2, 3)}
        assert {each.provenance.rule for each in recorded} == {"import/telco_churn"}

    def test_counts_in_the_churn(self, desk, put):
        put(STAYS, LEAVES, NEW)
        told = desk.reports.churn(by="kind", as_of=THAT_DAY)["churn"]
        assert {dict(each.group)["kind"]: (each.k, each.n) for each in told} == {
            "Month-to-month": (1, 1),
            "One year": (0, 1),
            "Two year": (0, 1),
        }

    def test_the_desk_goes_on_with_them(self, desk, put):
        put(STAYS)
        renewed = {"until": date(2026, 8, 31), "at": THAT_DAY}
        desk.relationships.renew_contract("A-1", "1", **renewed)
        assert desk.relationships.get("A-1").contracts["1"].renewals == 1
        assert desk.next_wake_up() is not None


class TestOnce:
    """Whoever runs it again adds nothing, and a file that has grown adds what is new."""

    def test_again_adds_nothing(self, put):
        put(STAYS, LEAVES)
        summary, aside = put(STAYS, LEAVES)
        assert (summary.added, summary.already_there, aside) == (0, 7, [])

    def test_grown_adds_what_is_new(self, put):
        put(STAYS)
        summary, aside = put(STAYS, NEW)
        assert (summary.added, summary.already_there, aside) == (3, 3, [])

    def test_who_left_since_that_row_was_written_is_added(self, desk, put):
        put(STAYS)
        summary, _ = put(STAYS.replace("No", "Yes"))
        assert (summary.added, desk.relationships.get("A-1").is_lost) == (1, True)

    def test_a_dry_run_adds_nothing(self, desk, put):
        summary, _ = put(STAYS, dry_run=True)
        assert (summary.added, desk.log.head()) == (3, 0)

    def test_another_day_tells_another_past(self, put):
        put(STAYS)
        summary, aside = put(STAYS, as_of=AS_OF + timedelta(days=1))
        assert summary.quarantined == {"another past on record": 1}
        assert "no longer tells" in aside[0]["because"]

    def test_what_the_desk_went_on_with_stays_as_it_is(self, desk, put):
        put(STAYS)
        desk.relationships.give_consent("A-1", evidence="form 7", at=THAT_DAY)
        summary, aside = put(STAYS)
        assert (summary.added, summary.already_there, aside) == (0, 3, [])
        summary, aside = put(STAYS.replace("No", "Yes"))
        assert [each["reason"] for each in aside] == ["another past on record"]
        assert not desk.relationships.get("A-1").is_lost

    def test_a_customer_of_our_own_is_left_alone(self, desk, put):
        told = {"name": "A Ltd", "contact": "x", "kind": "factory", "responsible": "Li"}
        desk.relationships.open("A-1", **told, at=THAT_DAY)
        summary, aside = put(STAYS, NEW)
        assert (summary.records, len(aside)) == (1, 1)
        assert "not from this import" in aside[0]["because"]
        assert desk.relationships.get("A-1").kind == "factory"


class TestTheQuarantine:
    """Rows that cannot be used are set aside with a reason, and the others come in."""

    @pytest.mark.parametrize(
        ("row", "reason", "because"),
        [
            (STAYS.replace("34", "many"), "unreadable time", "tenure is 'many'; expected a number"),
            (STAYS.replace("34", "-1"), "unreadable time", "is '-1'"),
            (STAYS.replace("34", "99999"), "unreadable time", "99999 months before 2025-07-01"),
            (STAYS.replace("One year", "For ever"), "unknown state", "is 'For ever'"),
            (
                STAYS.replace("No", "Perhaps"),
                "unknown state",
                "Churn is 'Perhaps'; expected Yes, No",
            ),
            (STAYS.replace("A-1", ""), "no ticket number", "customerID is missing"),
            ("A-1,34", "malformed row", "2 cells"),
        ],
    )
    def test_says_what_and_why(self, desk, put, row, reason, because):
        summary, [aside] = put(row, NEW)
        assert (summary.records, summary.quarantined) == (1, {reason: 1})
        assert (aside["reason"], aside["row"]) == (reason, 2)
        assert because in aside["because"]
        assert desk.relationships.get("A-3")

    def test_takes_both_where_one_customer_stands_twice(self, desk, put):
        summary, aside = put(STAYS, NEW, STAYS.replace("34", "35"))
        assert summary.quarantined == {"several rows of one record": 2}
        assert [each["row"] for each in aside] == [2, 4]
        assert desk.log.head() == 3


class TestTheMapping:
    """A mapping of one's own is read like the one that is shipped."""

    SHIPPED = CUSTOMER_MAPPINGS.shipped()["telco_churn"]

    def test_may_be_a_value_or_a_name(self, put):
        assert CUSTOMER_MAPPINGS.load("telco_churn") == self.SHIPPED
        summary, _ = put(STAYS, mapping=self.SHIPPED)
        assert summary.mapping == "telco_churn@1"

    @pytest.mark.parametrize(
        ("was", "becomes", "because"),
        [
            ('months = "tenure"', "", "row.months"),
            ('No = "there"', 'No = "here"', "gone.No: expected there, gone"),
            ('"12 months"', '"12 days"', "terms.One year"),
            ("[gone]", "[done]", "done"),
        ],
    )
    def test_says_what_cannot_be_meant(self, was, becomes, because):
        shipped = (
            Path(servicecore.__file__).parent
            / "exchange/mappings/shipped/customers/telco_churn.toml"
        )
        text = shipped.read_text(encoding="utf-8")
        assert was in text
        with pytest.raises(BadMappingError, match=because):
            CUSTOMER_MAPPINGS.parse(text.replace(was, becomes), source="ours.toml")

    def test_that_is_not_there_is_refused(self, put):
        with pytest.raises(BadMappingError, match="nor one of telco_churn"):
            put(STAYS, mapping="nowhere.toml")

    def test_and_file_must_fit(self, desk, put):
        with pytest.raises(MissingColumnsError, match="'Churn'"):
            put("A-1,34,DSL,One year", columns="customerID,tenure,InternetService,Contract")
        assert desk.log.head() == 0

    def test_the_day_is_a_day(self, put):
        with pytest.raises(NoDateError):
            put(STAYS, as_of=THAT_DAY)


class TestTheRealFile:
    """IBM's sample of 7,043 customers."""

    @pytest.fixture
    def real(self, shared, tmp_path):
        file = shared / "data" / "telco_churn" / "Telco-Customer-Churn.csv"
        if not file.exists():
            pytest.skip("the shared data are not here")
        aside = tmp_path / "aside.jsonl"
        with ServiceDesk.open("memory:") as desk:
            summary = desk.relationships.import_history(
                file, mapping="telco_churn", as_of=AS_OF, quarantine=aside
            )
            yield desk, summary

    def test_comes_in_whole(self, real):
        _, summary = real
        assert (summary.records, summary.events) == (7043, 3 * 7043 + 1869)
        assert summary.quarantined == {}

    def test_tells_its_churn_by_contract(self, real):
        told = real[0].reports.churn(by="kind", as_of=THAT_DAY)["churn"]
        assert {dict(each.group)["kind"]: round(each.value, 4) for each in told} == {
            "Month-to-month": 0.4271,
            "One year": 0.1127,
            "Two year": 0.0283,
        }

    def test_those_who_had_just_come_are_counted_and_stay(self, real):
        told = real[0].reports.churn(period="2025-07", as_of=THAT_DAY)
        gained = told["customers_gained"]
        assert [each.value for each in gained] == [11]


def test_the_shell_asks_for_the_day(tmp_path, capsys):
    file = tmp_path / "customers.csv"
    file.write_text(f"{COLUMNS}\n{LEAVES}\n", encoding="utf-8")
    told = ["import", "customers", str(file), "--mapping", "telco_churn", "--json"]
    place = ["--url", f"sqlite:///{tmp_path / 'a.db'}", "--quarantine", str(tmp_path / "q")]
    with pytest.raises(SystemExit):
        main([*told, *place])
    assert "--as-of" in capsys.readouterr().err
    assert main([*told, *place, "--as-of", "2025-07-01"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["records"], answer["added"], answer["called"]) == (1, 4, "customers")
