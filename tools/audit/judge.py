"""Let parliament judge policies: a JSON list of texts on standard input, lists of findings on standard output.

Run with the Python of ``.tools/audit``.
"""

import json
import sys

from parliament import analyze_policy_string

answers = [
    [{"issue": each.issue, "detail": str(each.detail)} for each in analyze_policy_string(text).findings]
    for text in json.load(sys.stdin)
]
json.dump(answers, sys.stdout)
