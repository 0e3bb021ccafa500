"""Complaints that another system kept come in as they were, and only once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from servicecore import ServiceDesk
from servicecore.cli.command import main
from servicecore.domain.complaint import Category, Outcome
from servicecore.domain.complaint.complaint import Status
from servicecore.domain.figures import MissingTimesError
from servicecore.exchange.errors import BadMappingError
from servicecore.exchange.mappings import COMPLAINT_MAPPINGS

NEW_YORK = ZoneInfo("America/New_York")
COLUMNS = (
    "date_received,product,issue,company,submitted_via,date_sent_to_company,"
    "company_response_to_consumer,timely_response,consumer_disputed?,complaint_id"
)
TITLES = (
    "Date received,Product,Issue,Company,Submitted via,Date sent to company,"
    "Company response to consumer,Timely response?,Consumer disputed?,Complaint ID"
)
SETTLED = "8/30/2013,Mortgage,loan,Bank,Web,9/3/2013,Closed with explanation,Yes,No,C-1"
DISPUTED = "8/30/2013,Mortgage,loan,Bank,Phone,8/30/2013,Closed,No,Yes,C-2"
NOT_ASKED = "8/30/2013,Mortgage,loan,Bank,Fax,8/31/2013,Closed,Yes,N/A,C-3"
OPEN = "8/30/2013,Mortgage,loan,Bank,Web,8/31/2013,Untimely response,No,No,C-4"
EARLY = "8/30/2013,Mortgage,loan,Bank,Web,8/29/2013,Closed,Yes,No,C-5"


def day(month, day):
    return datetime(2013, month, day, tzinfo=NEW_YORK)


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:") as desk:
        yield desk


@pytest.fixture
def put(desk, tmp_path):
    """Import these rows, and return what came of it and what was set aside."""

    def put(*rows, columns=COLUMNS, **how):
        file = tmp_path / "complaints.csv"
        file.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
        aside = tmp_path / "aside.jsonl"
        how = {"mapping": "cfpb", "quarantine": aside, **how}
        summary = desk.complaints.import_history(file, **how)
        lines = aside.read_text(encoding="utf-8").splitlines() if aside.exists() else []
        return summary, [json.loads(line) for line in lines]

    return put


def told(desk, number):
    """Return what is on record of a complaint: the names of the events, and when."""
    history = [each.event for each in desk.complaints.history(number)]
    return [(type(e).__name__.removeprefix("Complaint"), e.at) for e in history]


class TestWhatGoesOnRecord:
    """Each step on the day that the file tells, else on the last day that it tells."""

    def test_of_one_that_was_settled(self, desk, put):
        summary, aside = put(SETTLED)
        assert (summary.records, summary.events, summary.added, aside) == (1, 6, 6, [])
        assert told(desk, "C-1") == [
            ("Received", day(8, 30)),
            ("Registered", day(8, 30)),
            ("Assigned", day(9, 3)),
            ("FedBack", day(9, 3)),
            ("Satisfied", day(9, 3)),
            ("Closed", day(9, 3)),
        ]
        complaint = desk.complaints.get("C-1")
        assert (complaint.channel, complaint.what, complaint.handler) == ("web", "loan", "Bank")
        assert (complaint.about.product, complaint.outcome) == ("Mortgage", Outcome.SATISFIED)

    def test_of_one_that_was_disputed(self, desk, put):
        put(DISPUTED)
        complaint = desk.complaints.get("C-2")
        assert (complaint.status, complaint.rounds) == (Status.IN_HAND, 2)
        assert complaint.times_dissatisfied == 1
        assert complaint.grievance == "consumer_disputed: Yes"
        result = desk.complaints.history("C-2")[3].event.result
        assert result == "Closed (in time: No)"

    def test_of_one_whose_customer_nobody_asked(self, desk, put):
        put(NOT_ASKED)
        assert desk.complaints.get("C-3").status is Status.FED_BACK

    def test_of_one_that_was_not_answered(self, desk, put):
        put(OPEN)
        assert [name for name, _ in told(desk, "C-4")] == ["Received", "Registered", "Assigned"]

    def test_of_one_that_was_forwarded_to_nobody(self, desk, put):
        put(SETTLED.replace("9/3/2013", ""))
        assert ("Assigned", day(8, 30)) not in told(desk, "C-1")
        assert told(desk, "C-1")[-1] == ("Closed", day(8, 30))

    def test_promises_what_the_standard_does(self, desk, put):
        put(SETTLED)
        received, *_, closed = (each.event for each in desk.complaints.history("C-1"))
        assert received.promises
        assert {each.state.value for each in closed.readings} <= {"met", "missed", "cancelled"}

    def test_nobody_reacts_and_nobody_was_told(self, desk, put):
        put(SETTLED, DISPUTED, NOT_ASKED, OPEN, EARLY)
        recorded = list(desk.log.since(0))
        assert {each.provenance.rule for each in recorded} == {"import/cfpb"}
        kinds = {type(each.event).__name__ for each in recorded}
        assert not kinds & {"ComplaintWarned", "ComplaintEscalated", "ComplaintAcknowledged"}

    def test_headings_may_be_spelt_either_way(self, desk, put):
        put(SETTLED, columns=TITLES)
        assert desk.complaints.get("C-1").status is Status.CLOSED


class TestTheOrderOfTime:
    """What was forwarded before it came in is flagged, and the rest of it comes in."""

    def test_the_row_is_in_the_quarantine(self, put):
        summary, [aside] = put(EARLY, SETTLED)
        assert summary.quarantined == {"before the opening": 1}
        assert (aside["row"], aside["case"]) == (2, "C-5")
        assert aside["because"] == (
            "date_sent_to_company 8/29/2013 is before date_received 8/30/2013; it is left out"
        )

    def test_the_complaint_is_on_record_without_the_forwarding(self, desk, put):
        summary, _ = put(EARLY)
        assert (summary.records, summary.added) == (1, 5)
        assert "Assigned" not in dict(told(desk, "C-5"))
        assert set(dict(told(desk, "C-5")).values()) == {day(8, 30)}

    def test_the_same_day_is_in_order(self, put):
        _, aside = put(EARLY.replace("8/29", "8/30"))
        assert aside == []


class TestOnce:
    """Whoever runs it again adds nothing, and a file that has grown adds what is new."""

    def test_again_adds_nothing(self, put):
        put(SETTLED, DISPUTED, EARLY)
        summary, _ = put(SETTLED, DISPUTED, EARLY)
        assert (summary.added, summary.already_there) == (0, 6 + 6 + 5)
        assert summary.quarantined == {"before the opening": 1}

    def test_an_answer_that_came_since_is_added(self, desk, put):
        put(OPEN)
        summary, _ = put(OPEN.replace("Untimely response", "Closed"))
        assert (summary.added, summary.already_there) == (3, 3)
        assert desk.complaints.get("C-4").status is Status.CLOSED

    def test_and_stands_as_if_it_had_come_at_once(self, desk, put):
        put(OPEN)
        put(OPEN.replace("Untimely response", "Closed"))
        in_two = [each.event for each in desk.complaints.history("C-4")]
        put(OPEN.replace("Untimely response", "Closed").replace("C-4", "C-9"))
        at_once = [each.event for each in desk.complaints.history("C-9")]
        assert [e.readings for e in in_two] == [e.readings for e in at_once]

    def test_is_added_after_what_was_noticed_here_and_nothing_is_noticed_for_it(self, desk, put):
        put(OPEN.replace("8/31/2013", ""))
        desk.run_due(day(8, 31) + timedelta(hours=1))
        late = ["Warned", "Escalated"]  # The manager's turn comes at noon.
        assert [name for name, _ in told(desk, "C-4")][2:] == late
        later = OPEN.replace("8/31/2013", "9/20/2013").replace("Untimely response", "Closed")
        summary, aside = put(later)
        assert (summary.added, aside) == (4, [])
        names = [name for name, _ in told(desk, "C-4")]
        assert names[-4:] == ["Assigned", "FedBack", "Satisfied", "Closed"]
        assert [each for each in names if each in {"Warned", "Escalated"}] == late

    def test_but_not_after_what_was_done_here(self, desk, put):
        put(OPEN)
        desk.complaints.inform("C-4", by="Li", news="we look into it", at=day(9, 2))
        _, aside = put(OPEN.replace("Untimely response", "Closed"))
        assert [each["reason"] for each in aside] == ["another past on record"]
        assert told(desk, "C-4")[-1][0] == "Informed"

    def test_another_past_is_set_aside(self, desk, put):
        put(SETTLED)
        summary, aside = put(SETTLED.replace("9/3", "9/4"))
        assert [each["reason"] for each in aside] == ["another past on record"]
        assert (summary.records, len(told(desk, "C-1"))) == (0, 6)

    def test_one_of_our_own_is_left_alone(self, desk, put):
        desk.complaints.receive("C-1", customer_id="Acme", what="rude", at=day(9, 1))
        _, aside = put(SETTLED)
        assert [each["reason"] for each in aside] == ["ticket not from this import"]
        assert desk.complaints.get("C-1").customer_id == "Acme"

    def test_a_dry_run_adds_nothing(self, desk, put):
        summary, _ = put(SETTLED, dry_run=True)
        assert (summary.added, desk.log.head()) == (6, 0)


class TestTheQuarantine:
    """Rows that cannot be used are set aside with a reason, and the others come in."""

    @pytest.mark.parametrize(
        ("was", "becomes", "reason", "because"),
        [
            ("8/30/2013,M", "2013,M", "unreadable time", "date_received is '2013'; expected %m"),
            ("9/3/2013", "soon", "unreadable time", "is 'soon'"),
            ("Closed with explanation", "Lost", "unknown state", "is 'Lost'"),
            (
                ",No,C-1",
                ",Maybe,C-1",
                "unknown state",
                "consumer_disputed is 'Maybe'; expected Yes, No, N/A",
            ),
            ("C-1", "", "no ticket number", "complaint_id is missing"),
        ],
    )
    def test_says_what_and_why(self, desk, put, was, becomes, reason, because):
        assert was in SETTLED
        summary, [aside] = put(SETTLED.replace(was, becomes), DISPUTED)
        assert (summary.records, summary.quarantined) == (1, {reason: 1})
        assert because in aside["because"]
        assert desk.complaints.get("C-2")


class TestTheMapping:
    """A mapping of one's own may tell more than the one that is shipped."""

    def own(self, **changed):
        text = """
            id = "ours"
            title = "Ours"
            [file]
            format = "csv"
            times = "%m/%d/%Y"
            [row]
            complaint = "complaint_id"
            received_at = "date_received"
            what = "issue"
            category = "product"
            reply = "company_response_to_consumer"
            word = "consumer_disputed?"
            [categories]
            Mortgage = "delivery_delay"
            [replies]
            "Closed with explanation" = "handled"
            [words]
            No = "satisfied"
        """
        for was, becomes in changed.items():
            text = text.replace(was, becomes)
        return COMPLAINT_MAPPINGS.parse(text, source="ours.toml")

    def test_may_tell_the_category(self, desk, put):
        put(SETTLED, mapping=self.own())
        assert desk.complaints.get("C-1").category is Category.DELIVERY_DELAY
        assert desk.complaints.get("C-1").about.product == ""

    def test_says_what_cannot_be_meant(self):
        with pytest.raises(BadMappingError, match=r"categories\.Mortgage: expected product_qual"):
            self.own(delivery_delay="late")
        with pytest.raises(BadMappingError, match="words"):
            self.own(**{'No = "satisfied"': ""})
        with pytest.raises(BadMappingError, match="nor one of cfpb"):
            COMPLAINT_MAPPINGS.load("nowhere")


def test_a_standard_that_leaves_times_open_imports_nothing(tmp_path):
    file = tmp_path / "complaints.csv"
    file.write_text(f"{COLUMNS}\n{SETTLED}\n", encoding="utf-8")
    with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
        with pytest.raises(MissingTimesError):
            desk.complaints.import_history(file, mapping="cfpb", quarantine=tmp_path / "q")
        assert desk.log.head() == 0


class TestTheRealFiles:
    """Two samples of the Consumer Complaint Database."""

    @pytest.mark.parametrize(
        ("name", "rows", "early", "disputed", "late"),
        [("cfpb_1000_2013", 1000, 23, 211, 16), ("cfpb_802_2011_2018", 802, 4, 157, 22)],
    )
    def test_come_in_whole(self, desk, shared, tmp_path, name, rows, early, disputed, late):
        file = shared / "data" / "cfpb" / f"{name}.csv"
        if not file.exists():
            pytest.skip("the shared data are not here")
        how = {"mapping": "cfpb", "quarantine": tmp_path / "aside.jsonl"}
        summary = desk.complaints.import_history(file, **how)
        assert (summary.records, summary.quarantined) == (rows, {"before the opening": early})
        told = [each.event for each in desk.log.since(0)]
        kinds = [type(each).__name__ for each in told]
        results = [each.result for each in told if type(each).__name__ == "ComplaintFedBack"]
        assert kinds.count("ComplaintReceived") == rows
        assert kinds.count("ComplaintDissatisfied") == disputed
        assert sum(each.endswith("(in time: No)") for each in results) == late - 1  # One is open.
        again = desk.complaints.import_history(file, **how)
        assert (again.added, again.already_there) == (0, summary.events)


def test_the_shell_imports_them(tmp_path, capsys):
    file = tmp_path / "complaints.csv"
    file.write_text(f"{COLUMNS}\n{SETTLED}\n{EARLY}\n", encoding="utf-8")
    told = ["import", "complaints", str(file), "--mapping", "cfpb"]
    place = ["--url", f"sqlite:///{tmp_path / 'a.db'}", "--quarantine", str(tmp_path / "q")]
    assert main([*told, *place]) == 0
    assert "2 complaints with 11 events" in capsys.readouterr().out
