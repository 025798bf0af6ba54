"""The rules that a document must keep, checked together.

Owns: asking each rule about those nodes only that it has something to say about.
Does not own: the rules (graphql-core's, all of them), running them (`compiler.documents`).

graphql-core's own visitor asks every rule about every node, most of them in vain, which is half of the time that
validation takes. The rules, their order and what they find are the same.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias, cast

from graphql import ASTValidationRule, Node, ValidationContext, VisitorAction, specified_rules
from graphql.language.visitor import BREAK, SKIP, EnterLeaveVisitor, Visitor

_Method: TypeAlias = Callable[..., VisitorAction | None]


class AllRules(ASTValidationRule):
    """Every rule of GraphQL as one."""

    def __init__(self, context: ValidationContext) -> None:
        """Make the rules for one document."""
        super().__init__(context)
        self._rules: list[Visitor] = [rule(context) for rule in specified_rules]
        self._skipping: list[Any] = [None] * len(self._rules)
        """For each rule the node whose inside it does not want to see, or BREAK when it has seen enough."""

    def get_enter_leave_for_kind(self, kind: str) -> EnterLeaveVisitor:
        """Return what is done at nodes of a kind."""
        known = self.enter_leave_map.get(kind)
        if known is None:
            known = self.enter_leave_map[kind] = self._enter_leave(kind)
        return known

    def _enter_leave(self, kind: str) -> EnterLeaveVisitor:
        """Return the methods of those rules that have one for the kind, as two."""
        entering: list[tuple[int, _Method]] = []
        leaving: list[tuple[int, _Method | None]] = []
        for place, rule in enumerate(self._rules):
            enter, leave = _methods(cast("type", type(rule)), kind)
            if enter:
                entering.append((place, getattr(rule, enter)))
            if enter or leave:
                # Also without a method: a rule that skips the inside of a node looks again after it.
                leaving.append((place, getattr(rule, leave) if leave else None))
        return EnterLeaveVisitor(
            (lambda node, *where: self._enter(entering, node, *where)) if entering else None,
            (lambda node, *where: self._leave(leaving, node, *where)) if leaving else None,
        )

    def _enter(self, entering: list[tuple[int, _Method]], node: Node, *where: object) -> None:
        """Let the rules look at a node before its inside."""
        skipping = self._skipping
        for place, look in entering:
            if not skipping[place]:
                action = look(node, *where)
                if action is SKIP:
                    skipping[place] = node
                elif action is BREAK:
                    skipping[place] = BREAK

    def _leave(self, leaving: list[tuple[int, _Method | None]], node: Node, *where: object) -> None:
        """Let the rules look at a node after its inside."""
        skipping = self._skipping
        for place, look in leaving:
            if skipping[place] is node:
                skipping[place] = None
            elif look and not skipping[place]:
                action = look(node, *where)
                if action is BREAK:
                    skipping[place] = BREAK


@lru_cache(maxsize=2_000)
def _methods(rule: type, kind: str) -> tuple[str | None, str | None]:
    """Return the names of the methods with which a rule enters and leaves nodes of a kind."""
    enter, leave = (
        next((name for name in (f"{way}_{kind}", way) if hasattr(rule, name)), None) for way in ("enter", "leave")
    )
    return enter, leave
