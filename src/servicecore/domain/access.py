"""Who may do and ask what, by post (om2025:4.3d); what no post allows, nobody may.

A command is named by its counter and verb: ``tickets.answer``.  Some commands are
questions, which change nothing; a post lists what it asks and what it does apart.
Besides, some things must not be done by one and the same person, whatever the
post.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import attrs

from .people import same_person
from .refusals import RefusedError

Patterns = tuple[str, ...]  #: Commands by name, ``*`` for any part of it: ``tickets.*``.


class AccessDeniedError(RefusedError):
    """Somebody asked for what their post does not allow, or what somebody else has to do."""


class UnknownRoleError(RefusedError, LookupError):
    """There is no post of that name."""


@attrs.frozen(kw_only=True)
class Role:
    """A post: what its holder *asks* and *does*, and *never* does in spite of that."""

    name: str
    title: str
    asks: Patterns = ()
    does: Patterns = ()
    never: Patterns = ()


@attrs.frozen(kw_only=True)
class Separation:
    """Two things that must not be done by the same person.

    Whoever is *doing* one of these is neither the one who last *did* one of those
    events, nor the one whom the record names as *is_named* (``about.person``).
    """

    name: str
    clause: str
    doing: Patterns
    did: tuple[str, ...] = ()
    is_named: str = ""

    def must_hold(self, command: str, *, people: Iterable[str], others: Iterable[str]) -> None:
        """Refuse *command* if one of *people* is one of the *others*.

        Raises:
            AccessDeniedError: Naming the one.
        """
        apart = tuple(others)
        for person in people:
            if any(same_person(person, other) for other in apart):
                why = f"is its {self.is_named}" if self.is_named else f"did {_listed(self.did)}"
                msg = (
                    f"{person} {why}, so {command} is for somebody else "
                    f"({self.name.replace('_', ' ')}, {self.clause})"
                )
                raise AccessDeniedError(msg)


@attrs.frozen(kw_only=True)
class AccessRules:
    """The posts of an organisation, and what takes two people."""

    id: str
    version: int
    questions: Patterns
    roles: tuple[Role, ...]
    separations: tuple[Separation, ...] = ()

    def role(self, name: str) -> Role:
        """Return the post of that name.

        Raises:
            UnknownRoleError: If there is none.
        """
        for each in self.roles:
            if each.name == name:
                return each
        known = _listed(each.name for each in self.roles)
        msg = f"there is no role {name!r}; expected one of {known}"
        raise UnknownRoleError(msg)

    def is_question(self, command: str) -> bool:
        """Tell whether *command* changes nothing; what nobody called a question is a deed."""
        return _matches(command, self.questions)

    def may(self, role: str, command: str) -> bool:
        """Tell whether the post allows *command*."""
        post = self.role(role)
        allowed = post.asks if self.is_question(command) else post.does
        return _matches(command, allowed) and not _matches(command, post.never)

    def must_be_allowed(self, command: str, *, actor: str, role: str) -> None:
        """Refuse what the post does not allow.

        Raises:
            AccessDeniedError: Naming who may.
        """
        if not self.may(role, command):
            able = [each.name for each in self.roles if self.may(each.name, command)]
            msg = (
                f"{actor} as {role} may not {command}; expected {_listed(able) or 'no role at all'}"
                f" ({self.id}@{self.version}, om2025:4.3d)"
            )
            raise AccessDeniedError(msg)

    def separations_of(self, command: str) -> tuple[Separation, ...]:
        """Return what keeps *command* from somebody who did, or is, something else."""
        return tuple(each for each in self.separations if _matches(command, each.doing))


def _matches(command: str, patterns: Patterns) -> bool:
    return any(fnmatchcase(command, each) for each in patterns)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
