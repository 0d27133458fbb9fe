"""Counts what agrees with another project, and compares each difference with those that are known."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

KNOWN = Path(__file__).with_name("known.json")


@dataclass
class Report:
    """The result of one suite."""

    suite: str
    compared: int = 0
    agree: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, agrees: bool, case: str, detail: str) -> None:
        """Count one case. The detail of a difference has the answers of both sides."""
        self.compared += 1
        if agrees:
            self.agree += 1
        else:
            self.differences.append((case, detail))

    def refuse(self, reason: str, cases: int = 1) -> None:
        """Count cases that tablecast refuses with a reason."""
        self.compared += cases
        self.refused[reason] += cases


def known_differences(suite: str) -> list[dict[str, str]]:
    """Return the known differences of a suite: a regular expression for names of cases, and the reason."""
    return json.loads(KNOWN.read_text()).get(suite, [])


def explain(report: Report, known: list[dict[str, str]]) -> tuple[Counter[str], list[tuple[str, str]]]:
    """Return the number of differences for each known reason, and the differences that are new."""
    reasons: Counter[str] = Counter({entry["reason"]: 0 for entry in known})
    new = []
    for case, detail in report.differences:
        reason = next((entry["reason"] for entry in known if re.search(entry["case"], case)), None)
        if reason is None:
            new.append((case, detail))
        else:
            reasons[reason] += 1
    return reasons, new


def show(report: Report, verbose: bool) -> bool:
    """Print a report, and return whether it has no new difference."""
    reasons, new = explain(report, known_differences(report.suite))
    print(f"\n{report.suite}: {report.compared:,} cases, {report.agree:,} agree, {report.refused.total():,} refused, "
          f"{sum(reasons.values()):,} known differences, {len(new):,} new")
    for note in report.notes:
        print(f"  {note}")
    for reason, count in report.refused.most_common(None if verbose else 12):
        print(f"  refused {count:,}: {reason}")
    for reason, count in reasons.items():
        print(f"  known {count:,}: {reason}" + ("" if count else " (no case has it: remove it from known.json)"))
    for case, detail in new[: None if verbose else 40]:
        print(f"  NEW {case}: {detail}")
    return not new


def commit_of(folder: Path) -> str:
    """Return the commit of a repository, if it is one."""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%h of %cs"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() or "no commit"
