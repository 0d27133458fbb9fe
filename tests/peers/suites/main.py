"""Compares tablecast with other projects, and fails if there is a difference that known.json does not explain."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cel
import cloudevents_sdk
import event_ruler
import generated
import json_schema
import localstack
import wycheproof
from report import Report, show

CLOUDEVENTS = "cloudevents@10.0.0"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/peers/run", description=__doc__)
    for name in ("event-ruler", "json-schema-test-suite", "cel-spec", "localstack", "wycheproof"):
        parser.add_argument(f"--{name}", type=Path, metavar="DIR", help=f"a checkout of {name}")
    parser.add_argument("--event-ruler-classpath", metavar="JARS", help="the jars of event-ruler and of jackson-databind")
    parser.add_argument("--generate", type=int, default=0, metavar="COUNT", help="the number of generated patterns for event-ruler")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the generated patterns (default: 1)")
    parser.add_argument("--cloudevents", action="store_true", help="read our events with the SDKs of CloudEvents")
    parser.add_argument("--verbose", action="store_true", help="print every refusal and difference")
    parser.add_argument("--node-modules", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def reports(given: argparse.Namespace) -> Iterator[Report]:
    if given.event_ruler:
        yield event_ruler.run(given.event_ruler, given.event_ruler_classpath)
    if given.generate:
        yield generated.run(given.generate, given.seed, given.event_ruler_classpath)
    if given.json_schema_test_suite:
        yield from json_schema.run(given.json_schema_test_suite)
    if given.cel_spec:
        yield cel.run(given.cel_spec)
        yield cel.run_grants(given.cel_spec)
    if given.localstack:
        yield localstack.run_patterns(given.localstack)
        yield localstack.run_local_mode(given.localstack)
    if given.wycheproof:
        yield wycheproof.run(given.wycheproof)
    if given.cloudevents:
        options = ["--silent", "--no-audit", "--no-fund", "--prefix", str(given.node_modules.parent)]
        subprocess.run(["npm", "install", *options, CLOUDEVENTS], check=True)
        yield from cloudevents_sdk.run(given.node_modules)


def main() -> int:
    given = arguments()
    results = [show(report, given.verbose) for report in reports(given)]
    if not results:
        print("Nothing was compared: name a repository. tests/peers/run --help lists the options.", file=sys.stderr)
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
