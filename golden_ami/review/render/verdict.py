"""The first line of every review."""

from golden_ami.review.judgement import rules_of
from golden_ami.review.render.grouping import counted
from golden_ami.review.review import KINDS, Review


def headline(review: Review) -> str:
    """Say in one sentence how it ends; nothing in it is anybody's text."""
    failing = review.judgement.failing
    if failing:
        return f"fails: {counted(len(failing), 'finding')} of {', '.join(rules_of(failing))}"
    gains = sum(1 for each in review.deployments for shift in each.exposure if shift.gained)
    if review.is_empty:
        return "passes: nothing changes"
    if gains:
        return (
            f"passes, and {counted(gains, 'change')} of who may do what {'wants' if gains == 1 else 'want'} your eyes"
        )
    return "passes: nobody gains anything"


def totals(review: Review) -> str:
    """Count what changes."""
    verbs = dict(zip(KINDS, ("created", "updated", "replaced", "destroyed", "forgotten"), strict=True))
    parts = [f"{review.count(kind)} {verbs[kind]}" for kind in KINDS if review.count(kind)]
    return f"{counted(len(review.deployments), 'deployment')}: {', '.join(parts) or 'nothing changes'}"
