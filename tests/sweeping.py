"""One rule of the sweeper by itself."""

from privacy.retention import rules
from privacy.sweeper import Sweeper


def sweep(rule_id: str) -> int:
    """Run the rule as a sweeper that has just started would. Returns how many rows went."""
    (rule,) = [rule for rule in rules() if rule.id == rule_id]
    return Sweeper()._run(rule)
