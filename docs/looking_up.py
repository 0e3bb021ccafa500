"""Reference pages that are read off the code: the command line, the errors, what extends a desk."""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

import servicecore
import servicecore.extending
import servicecore.testing
from servicecore.cli.command import EPILOG, parser
from servicecore.domain.refusals import RefusedError

from .markdown import Row, first_sentence, page, plain, table

_LEFT_OUT = ("servicecore.__main__", "servicecore.testing.conformance")


# --- The command line -----------------------------------------------------------------


def command_line() -> str:
    """Tell of every command what it does and what it takes, as its parser knows it."""
    top = parser()
    records = _recording(top)
    chapters = [
        f"```text\n{EPILOG}```",
        f"What puts something on record (●) takes, besides its own:\n\n{_listing(records)}",
        *_commands(top, records),
    ]
    return page("Command line", "stdout is data, stderr is progress.", "\n\n".join(chapters))


def _recording(top: argparse.ArgumentParser) -> list[Row]:
    """Return what every command takes that puts something on record."""
    verbs = [_taken(verb) for *_, group in _below(top) for *_, verb in _below(group)]
    recording = [rows for rows in verbs if any("--command-id" in row[0] for row in rows)]
    return [row for row in recording[0] if all(row in rows for rows in recording)]


def _commands(top: argparse.ArgumentParser, records: Sequence[Row]) -> Iterator[str]:
    for name, told, group in _below(top):
        yield f"## {top.prog} {name}\n\n{told}"
        verbs = list(_below(group))
        if not verbs:
            yield _listing(_taken(group))
        for verb, says, command in verbs:
            rows = _taken(command)
            does_record = all(row in rows for row in records)
            own = [row for row in rows if not does_record or row not in records]
            mark = " ●" if does_record else ""
            yield f"### {name} {verb}\n\n{says}{mark}" + (f"\n\n{_listing(own)}" if own else "")


def _below(above: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield each command of a group: its name, what it is for, and its parser."""
    for action in above._actions:  # noqa: SLF001  # argparse shows them nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            told = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001
            for name, command in action.choices.items():
                said = plain(told.get(name, ""))
                yield name, f"{said[:1].upper()}{said[1:]}.", command


def _listing(rows: Iterable[Row]) -> str:
    return table(("Takes", "", "What it says"), rows)


def _taken(command: argparse.ArgumentParser) -> list[Row]:
    shown = (each for each in command._actions if each.help != argparse.SUPPRESS)  # noqa: SLF001
    return [row for row in map(_argument, shown) if row]


def _argument(action: argparse.Action) -> Row:
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):  # noqa: SLF001
        return ()
    names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    value = "" if action.nargs == 0 or not action.option_strings else _value(action)
    needed = "needed" if action.required else ""
    return f"`{names}{value}`", needed, plain(action.help or "")


def _value(action: argparse.Action) -> str:
    if action.metavar:
        return f" {action.metavar}"
    return f" {'/'.join(map(str, action.choices))}" if action.choices else f" {action.dest.upper()}"


# --- Errors ---------------------------------------------------------------------------


def errors() -> str:
    """Tell what every named error means: the refusals of the rules, and all others."""
    refusals, others = [], []
    for cls in _errors():
        (refusals if issubclass(cls, RefusedError) else others).append(cls)
    body = (
        "## The rules do not allow it\n\n"
        "Each is a `RefusedError`; nothing went on record, and the message can be shown.\n\n"
        f"{_listed(refusals)}\n\n"
        "## Something else is wrong\n\n"
        "With what was given, with the storage, or with a history.\n\n"
        f"{_listed(others)}"
    )
    return page("Errors", "Every error has a name, and says what was found and expected.", body)


def _errors() -> list[type[Exception]]:
    found = {
        thing
        for module in _modules()
        for _, thing in inspect.getmembers(module, inspect.isclass)
        if issubclass(thing, Exception) and thing.__module__ == module.__name__
    }
    return sorted(found, key=lambda cls: (cls.__module__, cls.__name__))


def _modules() -> Iterator[ModuleType]:
    for each in pkgutil.walk_packages(servicecore.__path__, "servicecore."):
        if not each.name.startswith(_LEFT_OUT):
            yield importlib.import_module(each.name)


def _listed(classes: Iterable[type[Exception]]) -> str:
    rows = (
        (f"`{each.__name__}`", plain(first_sentence(each)), f"`{_room(each)}`")
        for each in classes
        if not each.__name__.startswith("_")
    )
    return table(("Error", "What it means", "Where"), rows)


def _room(cls: type) -> str:
    return cls.__module__.removeprefix("servicecore.").removesuffix(".refusals")


# --- Names ----------------------------------------------------------------------------


def extending() -> str:
    """List what one needs for rules of one's own, and for their tests."""
    return page(
        "Extending and testing",
        "What `servicecore.extending` and `servicecore.testing` offer.",
        f"## Extending\n\n{documented(servicecore.extending, but=servicecore.__all__)}\n\n"
        f"## Testing\n\n{documented(servicecore.testing)}",
    )


def documented(module: ModuleType, *, but: Sequence[str] = ()) -> str:
    """List the public names of *module*, in the words of their docstrings; all *but* these."""
    names = (name for name in module.__all__ if name not in but)
    return "\n\n".join(f"```{{eval-rst}}\n{_directive(module, name)}\n```" for name in names)


def _directive(module: ModuleType, name: str) -> str:
    thing, path = getattr(module, name), f"{module.__name__}.{name}"
    if inspect.isfunction(thing):
        return f".. autofunction:: {path}"
    if not inspect.isclass(thing):
        return f".. autodata:: {path}\n   :no-value:"
    if issubclass(thing, Exception):
        return f".. autoexception:: {path}"
    return f".. autoclass:: {path}\n   :members:"
