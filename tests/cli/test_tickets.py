"""The counter for tickets, asked from a shell."""

from __future__ import annotations

from pathlib import Path

from servicecore.cli.verbs import verbs_of

from .conftest import OPEN, servicecore

#: What is done to T-1, at so many minutes past nine on a Monday, and what is told.
LIFE = (
    (1, ("classify", "B"), "promised  first response"),
    (2, ("assign", "--to", "李娜", "--team", "east"), "李娜 looks after it"),
    (3, ("answer", "--by", "李娜"), "kept      first response"),
    (4, ("change-priority", "A", "--reason", "production stands still"), "now priority A"),
    (5, ("receive-message", "--text", "请问进展如何？"), "the customer wrote: 请问进展如何？"),
    (6, ("note", "--by", "李娜", "--text", "备件库存 2 件"), "noted: 备件库存 2 件"),
    (7, ("diagnose", "--by", "李娜", "--finding", "worn seal"), "kept      first assessment"),
    (
        8,
        (
            *("offer-solution", "--by", "李娜", "--solution", "new seal", "--responsible", "张伟"),
            *("--ready-by", "2026-01-06T09:00+08:00", "--cost", "CNY 120.00"),
        ),
        "offered: new seal",
    ),
    (9, ("record-work", "--by", "张伟", "--work", "looked at it", "--on-site"), "looked at it"),
    (10, ("pause", "--reason", "third_party"), "waits: third party"),
    (11, ("resume",), "goes on"),
    (12, ("resolve", "--by", "张伟", "--solution", "new seal"), "kept      resolution"),
    (13, ("reopen", "--reason", "it leaks again"), "taken up again"),
    (14, ("resolve", "--by", "张伟", "--solution", "tightened"), "solved it: tightened"),
    (15, ("close",), "the loop is closed"),
    (16, ("reopen", "--reason", "it leaks again"), "taken up again"),
    (17, ("resolve", "--by", "张伟", "--solution", "new pump"), "solved it: new pump"),
    (18, ("confirm",), "the customer agrees"),
)
ENDS = (
    (("cancel", "T-2", "--reason", "not plugged in"), "dropped: not plugged in"),
    (("merge", "T-3", "--into", "T-1"), "goes on in T-1"),
    (("split", "T-4", "--into", "T-5", "--fault", "it hums"), "second request: it hums"),
    (
        ("change-terms", "T-6", "--to", "tender_standard@1", "--reason", "won the tender"),
        "served under tender_standard@1",
    ),
)
ELSEWHERE = {"open", "acknowledge"}  # Below.


def at(minutes):
    return ("--at", f"2026-01-05T09:{minutes:02}+08:00")


class TestTheVerbs:
    """Whatever can be done at the counter can be done in a shell."""

    def test_each_is_lived_through_below(self):
        lived = {argv[0] for _, argv, _ in LIFE} | {argv[0] for argv, _ in ENDS} | ELSEWHERE
        assert lived == {each.name for each in verbs_of("tickets")}

    def test_a_ticket_goes_through_its_whole_life(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}?synchronous=off"
        opened = servicecore(*OPEN, *at(0), SERVICECORE_URL=url)
        assert (opened.code, opened.err) == (0, "")
        assert "promised  acknowledgement    by Mon 2026-01-05 09:15  15 min" in opened.out
        for minute, (verb, *rest), told in LIFE:
            done = servicecore("ticket", verb, "T-1", *rest, *at(minute), SERVICECORE_URL=url)
            assert (done.code, done.err) == (0, ""), verb
            assert told in done.out, verb
        shown = servicecore("ticket", "show", "T-1", "--json", "--url", url).json
        assert (shown["status"], shown["reopenings"], shown["priority"]) == ("closed", 2, "A")

    def test_tickets_also_end_otherwise(self, desk_url):
        for number, ((verb, ticket, *rest), told) in enumerate(ENDS, start=1):
            servicecore("ticket", "open", ticket, *OPEN[3:], *at(number), "--url", desk_url)
            done = servicecore("ticket", verb, ticket, *rest, *at(9), "--url", desk_url)
            assert done.code == 0, done.err
            assert told in done.out


class TestADryRun:
    """A dry run checks and tells; nothing is stored."""

    def test_it_tells_what_would_be_promised_and_makes_no_file(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'service.db'}"
        done = servicecore(*OPEN, "--priority", "A", *at(0), "--url", url, "--dry-run")
        assert done.code == 0, done.err
        assert "T-1 (dry run): classified: priority A, general" in done.out
        assert list(tmp_path.iterdir()) == []

    def test_it_knows_what_is_on_record_and_adds_nothing(self, desk_url):
        before = servicecore("log", "head", "--url", desk_url).out
        told = servicecore(
            "ticket",
            "answer",
            "T-1",
            "--by",
            "x",
            *at(30),
            "--url",
            desk_url,
            "--dry-run",
            "--json",
        ).json
        assert [each["name"] for each in told["events"]] == ["ticket.answered"]
        assert told["events"][0]["event"]["readings"][0]["spent"] == 1800.0
        assert (told["position"], told["dry_run"]) == (None, True)
        assert servicecore("log", "head", "--url", desk_url).out == before

    def test_it_refuses_what_the_rules_refuse(self, desk_url):
        argv = ("ticket", "reopen", "T-1", "--reason", "x", "--url", desk_url, "--dry-run")
        assert servicecore(*argv).code == 1


class TestACommandId:
    """A command that is sent twice is carried out once."""

    def test_the_second_answer_is_that_of_the_first(self, desk_url):
        argv = ("ticket", "answer", "T-1", "--by", "x", *at(30), "--command-id", "c-1")
        first = servicecore(*argv, "--url", desk_url, "--json").json
        second = servicecore(*argv, "--url", desk_url, "--json").json
        assert second == {**first, "repeated": True}


class TestLooking:
    """Looking never changes anything, and never makes a database."""

    def test_a_ticket_is_shown_with_what_was_promised(self, desk_url):
        shown = servicecore("ticket", "show", "T-1", "--url", desk_url)
        assert "customer     华兴精密机械" in shown.out
        assert "running   first response     due Mon 2026-01-05 11:00  (om2025:2.2b)" in shown.out

    def test_its_history_can_be_read(self, desk_url):
        told = servicecore("ticket", "history", "T-1", "--url", desk_url)
        assert "T-1 (times in Asia/Shanghai)" in told.out
        assert "promised  resolution         by Wed 2026-01-07 09:00  48 h" in told.out
        names = [
            each["name"]
            for each in servicecore("ticket", "history", "T-1", "--json", "--url", desk_url).json
        ]
        assert names == ["ticket.opened", "ticket.classified", "ticket.acknowledged"]

    def test_tickets_are_listed_as_a_stream(self, year):
        listed = servicecore("ticket", "list", "--jsonl", "--limit", 3, "--url", year)
        assert [line[:15] for line in listed.out.splitlines()] == [
            '{"id":"T-0001",',
            '{"id":"T-0002",',
            '{"id":"T-0003",',
        ]

    def test_only_those_asked_for_are_listed(self, year):
        found = servicecore("ticket", "list", "--priority", "A", "--json", "--url", year).json
        assert found
        assert {each["priority"] for each in found} == {"A"}

    def test_what_is_to_do_is_listed_in_the_order_to_take_it_up(self, desk_url):
        servicecore("ticket", "open", "T-2", *OPEN[3:], "--url", desk_url)
        argv = ("ticket", "worklist", "--as-of", "2026-01-05T11:01+08:00", "--url", desk_url)
        assert [each["ticket_id"] for each in servicecore(*argv, "--json").json] == ["T-1"]
        assert "first response  Mon 2026-01-05 11:00 (late)" in servicecore(*argv).out
        assert servicecore(*argv, "--priority", "C").out == "nothing to do\n"

    def test_no_database_is_made_by_looking(self, tmp_path):
        argv = ("ticket", "list", "--url", f"sqlite:///{tmp_path / 'typo.db'}")
        assert servicecore(*argv).code == 4
        assert list(Path(tmp_path).iterdir()) == []

    def test_an_acknowledgement_is_given_once(self, desk_url):
        done = servicecore("ticket", "acknowledge", "T-1", "--url", desk_url)
        assert (done.code, done.out) == (1, "")
        assert "was acknowledged at" in done.err
