"""Posts as data: a file is read whole or not at all, and ours leaves nothing out."""

from __future__ import annotations

import inspect
import json
import tomllib
from fnmatch import fnmatchcase
from importlib import resources

import jsonschema
import pytest

from servicecore import ServiceDesk
from servicecore.domain.events import CATALOGUE
from servicecore.standards import BadStandardError
from servicecore.standards.access import load_access, parse_access, shipped_access

FILES = resources.files("servicecore.standards.access")
SCHEMA = json.loads(FILES.joinpath("roles.schema.json").read_text("utf-8"))
OURS = shipped_access()
#: What only the program around the desk does, and nobody in a post.
TECHNICAL = {
    "calendars.catch_up",
    "notices.deliver",
    "notices.register",
    "notices.retry",
    "notices.settle",
    "projects.catch_up",
    "projects.drop",
    "projects.rebuild",
    "projects.retry",
    "projects.set_aside",
    "projects.settle",
    "projects.skip",
}
POSTS = [
    "agent",
    "supervisor",
    "manager",
    "quality",
    "auditor",
    "privacy_officer",
    "key_custodian",
]
OWN_WAYS = {"privacy.export", "retention.archive"}  #: How each goes on record.
HEAD = 'id = "ours"\nquestions = ["*.get"]\n'
CLERK = '[[role]]\nname = "clerk"\ntitle = "客服"\n'


def is_technical(command):
    """Histories of other systems are for the program, too."""
    return command in TECHNICAL or ".import_" in command


def commands():
    """Return every command and question of the desk, and whether it goes on record."""
    found = {}
    with ServiceDesk.open("memory:") as desk:
        for name in (each.name for each in ServiceDesk.__attrs_attrs__):
            if name.startswith("_") or name == "log":
                continue
            counter = type(getattr(desk, name))
            for verb, method in inspect.getmembers_static(counter):
                if not verb.startswith("_") and inspect.isfunction(method):
                    found[f"{name}.{verb}"] = "why" in inspect.signature(method).parameters
                elif not verb.startswith("_") and isinstance(method, property):
                    found[f"{name}.{verb}"] = False
    return found


COMMANDS = commands()


class TestOurPosts:
    """om2025:4.3d: access is graded by post."""

    def test_there_are_seven(self):
        assert [each.name for each in OURS.roles] == POSTS

    def test_everything_that_goes_on_record_is_a_deed(self):
        recorded = [command for command, is_recorded in COMMANDS.items() if is_recorded]
        assert not [each for each in recorded if OURS.is_question(each)]

    def test_everything_else_is_a_question_or_for_the_program_alone(self):
        rest = {each for each, is_recorded in COMMANDS.items() if not is_recorded}
        deeds = {each for each in rest if not OURS.is_question(each)}
        assert {each for each in deeds if not is_technical(each)} == OWN_WAYS

    @pytest.mark.parametrize("command", COMMANDS)
    def test_somebody_may_do_it_or_nobody_in_a_post(self, command):
        able = [each.name for each in OURS.roles if OURS.may(each.name, command)]
        assert bool(able) is not is_technical(command)

    @pytest.mark.parametrize("role", OURS.roles, ids=lambda each: each.name)
    def test_no_post_names_what_is_not_there(self, role):
        for pattern in (*role.asks, *role.does, *role.never):
            assert any(fnmatchcase(each, pattern) for each in COMMANDS), pattern

    def test_an_auditor_asks_everything_and_changes_nothing(self):
        asked = {each for each in COMMANDS if OURS.is_question(each)}
        assert {each for each in COMMANDS if OURS.may("auditor", each)} == {
            *asked,
            "compliance.check",
        }

    def test_who_destroys_keys_can_look_at_nothing_else(self):
        able = {each for each in COMMANDS if OURS.may("key_custodian", each)}
        assert able == {
            "privacy.erase",
            "privacy.status",
            "retention.due",
            "retention.holds",
            "retention.prune",
        }

    @pytest.mark.parametrize("command", ["complaints.close", "warranties.void", "costs.enter"])
    def test_an_agent_leaves_some_things_to_others(self, command):
        assert not OURS.may("agent", command)

    def test_only_a_manager_approves_an_upgrade(self):
        able = [each.name for each in OURS.roles if OURS.may(each.name, "upgrades.approve")]
        assert able == ["manager"]

    def test_a_separation_is_about_what_there_is(self):
        names = {each.partition("@")[0] for each in CATALOGUE.classes()}
        for each in OURS.separations:
            assert set(each.did) <= names
            assert any(fnmatchcase(one, each.doing[0]) for one in COMMANDS)


class TestReading:
    def test_an_organisation_may_have_posts_of_its_own(self, tmp_path):
        path = tmp_path / "posts.toml"
        path.write_text(f'{HEAD}{CLERK}does = "tickets.*"\n', encoding="utf-8")
        rules = load_access(path)
        assert rules.may("clerk", "tickets.answer")
        assert (rules.id, rules.version, rules.separations) == ("ours", 1, ())

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("id = ", "this is not TOML"),
            (CLERK, "id: expected a lasting name"),
            (HEAD, "role: expected at least one"),
            (f'{HEAD}colour = "red"\n{CLERK}', "colour"),
            (f'{HEAD}{CLERK}does = "answer tickets"', r"role\[1\]\.does: expected commands such"),
            (f'{HEAD}{CLERK}may = "tickets.*"', r"role\[1\]\.may"),
            (f"{HEAD}{CLERK}{CLERK}", r"role\[2\]\.name: expected a name of its own"),
            (
                f'{HEAD}{CLERK}[[separation]]\nname = "s"\nclause = "x:1"\ndoing = "tickets.close"',
                r"separation\[1\]\.did: expected either did or is_named",
            ),
        ],
    )
    def test_what_cannot_be_meant_is_named_with_its_place(self, text, place):
        with pytest.raises(BadStandardError, match=rf"x\.toml: .*{place}|x\.toml: {place}"):
            parse_access(text, source="x.toml")

    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(BadStandardError, match=r"none\.toml"):
            load_access(tmp_path / "none.toml")


class TestTheSchema:
    def errors(self, text):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        return [each.message for each in validator.iter_errors(tomllib.loads(text))]

    def test_our_posts_conform(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        assert self.errors(FILES.joinpath("roles.toml").read_text("utf-8")) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            CLERK,
            HEAD,
            f'{HEAD}{CLERK}does = "answer tickets"',
            f'{HEAD}{CLERK}may = "tickets.*"',
            f'{HEAD}{CLERK}[[separation]]\nname = "s"\nclause = "x:1"\ndoing = "a.b"',
        ],
    )
    def test_it_refuses_what_the_reader_refuses(self, wrong):
        assert self.errors(wrong) != []
        with pytest.raises(BadStandardError):
            parse_access(wrong, source="x.toml")
