"""Scripts with one thing wrong: a condition negated, a comparison changed, a raise or a call left out."""

import ast
import copy
from collections.abc import Iterator
from typing import Final

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Make every mutant of a script: what was changed, with the function it is in, and the new text."""
    tree = ast.parse(text)
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        nodes = list(ast.walk(function))
        for index, node in enumerate(nodes):
            for what in _applicable(node):
                mutated = copy.deepcopy(tree)
                again = next(each for each in mutated.body if getattr(each, "name", "") == function.name)
                changed = _apply(again, list(ast.walk(again))[index], what)
                if changed:
                    name = f"{function.name}: {what} {ast.unparse(node).splitlines()[0][:90]}"
                    yield name, ast.unparse(ast.fix_missing_locations(mutated))


def _applicable(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.If() | ast.IfExp() | ast.While():
            yield "negate"
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARISONS:
            yield "compare otherwise"
        case ast.BoolOp():
            yield "and for or"
        case ast.Raise():
            yield "do not"
        case ast.Expr(value=ast.Call()):
            yield "do not"


def _apply(function: ast.AST, node: ast.AST, what: str) -> bool:
    match node:
        case ast.If() | ast.IfExp() | ast.While():
            node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
        case ast.Compare():
            node.ops = [_COMPARISONS[type(node.ops[0])]()]
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.stmt():
            return _leave_out(function, node)
    return True


def _leave_out(function: ast.AST, statement: ast.stmt) -> bool:
    for parent in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                block[block.index(statement)] = ast.Pass()
                return True
    return False
