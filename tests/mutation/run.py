#!/usr/bin/env python3
"""Runs tests with each mutant of a crate. It builds the crate once, with all mutants in it.

    tests/mutation/run.py event-log fanout subscribe

runs the tests of the crate `event-log` and of the functions `fanout` and `subscribe`: for each mutant
those that reach it. It needs cargo-mutants, which lists the mutants. The report is
target/mutation/CRATE.json. CI does not run this.
"""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from switch import functions, switched

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target/mutation/work"
TIMEOUT = int(os.environ.get("MUTANT_TIMEOUT", "90"))
# The source that is added to the crate: which mutant is selected, and which test reaches which function.
SELECT = (Path(__file__).parent / "select.rs").read_text()


def output(*command, cwd=ROOT):
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, text=True).stdout


def copy():
    """Copies the files of the repository. Files that are the same stay, so that little is compiled again."""
    names = output("git", "ls-files").splitlines()
    for name in names:
        put(WORK / name, (ROOT / name).read_bytes(), (ROOT / name).stat().st_mode)
    for left in {path for path in WORK.rglob("*") if path.is_file()} - {WORK / name for name in names}:
        left.unlink()


def put(path, content, mode=0o644):
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)


def write(crate, listed, dropped):
    """Writes the sources of a crate with all mutants but the dropped ones."""
    library = f"crates/{crate}/src/lib.rs"
    for file, (text, found) in ({library: ((ROOT / library).read_text(), [])} | by_file(listed, dropped)).items():
        put(WORK / file, (switched(text, found) + (SELECT if file == library else "")).encode())
    manifest = f"crates/{crate}/Cargo.toml"
    put(WORK / manifest, (ROOT / manifest).read_bytes().replace(b"[lints]\nworkspace = true", b""))


def by_file(listed, dropped):
    """Returns the text and the functions of each file that has a mutant."""
    files = {}
    for number, one in listed:
        files.setdefault(one["file"], []).extend([(number, one)] if number not in dropped else [])
    texts = {file: (ROOT / file).read_text() for file in files}
    return {file: (texts[file], functions(texts[file], of_file)) for file, of_file in files.items()}


def cargo(*arguments):
    """Runs cargo in the copy, and returns its messages."""
    lines = output("cargo", *arguments, "--message-format=json", cwd=WORK).splitlines()
    return [json.loads(line) for line in lines]


def errors(messages):
    """Returns the errors of a build: the places and the texts."""
    found = [one["message"] for one in messages if one["reason"] == "compiler-message"]
    found = [one for one in found if one["level"] == "error"]
    return [(span, one["message"]) for one in found for span in one["spans"] if span["is_primary"]]


def drop(places, dropped):
    """Drops the mutants at these errors. An error outside of all arms drops all mutants of its function."""
    for span, message in places:
        lines = (WORK / span["file_name"]).read_text().splitlines(keepends=True)
        at = sum(map(len, lines[: span["line_start"] - 1])) + span["column_start"] - 1
        text = "".join(lines)
        begins = re.findall(r"/\*<(\d+)>\*/", text[:at])
        ends = re.findall(r"/\*</(\d+)>\*/", text[:at])
        if len(begins) > len(ends):
            dropped[int(begins[-1])] = message
        else:
            whole = of_function(int(begins[-1]) if begins else 0, text, at)
            dropped.update({number: f"not switched: {message}" for number in whole})


def of_function(last, text, at):
    """The numbers of the mutants of the function around a place: those of the `match` before or around it."""
    select = "match crate::selected_mutant("
    # A constant function may not call it, so that the error is at the `match` itself.
    start = text.rfind(select, 0, at + len(select))
    end = text.find("\n_ => {", start)
    numbers = [int(number) for number in re.findall(r"/\*<(\d+)>\*/", text[start:end])]
    following = text.find(select, at)
    # An error in a signature is before the first arm.
    first = re.findall(r"/\*<(\d+)>\*/", text[following : following + 200])[:1]
    return numbers or [int(number) for number in first] or [last]


def build(crate, others, listed):
    """Returns the test programs with their folders, and why each dropped mutant is not in them."""
    constant = "not switched: outside of functions"
    dropped = {number: constant for number, one in listed if one["function"] is None}
    package = ["-p", f"tablecast-{crate}"]
    packages = [argument for other in others for argument in ("-p", other)]
    tests = [*package, *packages, "--lib", "--tests", "--no-run"]
    while True:
        write(crate, listed, dropped)
        before, messages = len(dropped), cargo("check", *package, "--lib")
        if not errors(messages):
            messages = cargo("test", *tests)
        if not errors(messages):
            if not messages[-1]["success"]:
                sys.exit("the build failed without an error of the compiler: see above")
            built = [one for one in messages if one.get("executable") and one["profile"]["test"]]
            return [(one["executable"], Path(one["manifest_path"]).parent) for one in built], dropped
        drop(errors(messages), dropped)
        print(f"{crate}: {len(dropped)} mutants do not compile", flush=True)
        if len(dropped) == before:
            sys.exit(f"errors that belong to no mutant: {errors(messages)[:3]}")


def run(program, folder, tests, **environment):
    """Runs tests of a program up to the first failure. Runs all tests if their names are not known."""
    names = [] if "?" in tests else ["--exact", *tests]
    always = {"RUST_BACKTRACE": "0", "RUST_TEST_THREADS": "4", "PROPTEST_MAX_SHRINK_ITERS": "0"}
    environment = {**os.environ, **always, **environment}
    command = ["timeout", "-k", "1", str(TIMEOUT), program, *names]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=folder, env=environment, **pipes) as running:
        for line in running.stdout:
            if line.startswith("test ") and line.rstrip().endswith("FAILED"):
                subprocess.run(["pkill", "-9", "-P", str(running.pid)])
                return "caught"
        return {0: "survived", 124: "timeout"}.get(running.wait(), "caught")


def trace(programs):
    """Returns the tests that reach a function, by the number of its first mutant and the program."""
    reached = {}
    for program, folder in programs:
        file = ROOT / "target/mutation/trace"
        file.unlink(missing_ok=True)
        outcome = run(program, folder, {"?"}, MUTANT_TRACE=str(file))
        assert outcome == "survived", f"{program} fails without a mutant"
        for line in file.read_text().splitlines() if file.exists() else []:
            number, test = line.split(" ", 1)
            # Threads of a runtime have other names than tests.
            tests = reached.setdefault(int(number), {}).setdefault((program, folder), set())
            tests.add(test if "::" in test else "?")
    return reached


def judge(number, tests):
    """Returns the outcome of a mutant, with the tests that reach it by program."""
    if not tests:
        return "unreached"
    outcomes = (run(*program, names, MUTANT=str(number)) for program, names in tests.items())
    return next((outcome for outcome in outcomes if outcome != "survived"), "survived")


def main():
    os.environ |= {"CARGO_TARGET_DIR": str(ROOT / "target/mutation/target"), "CARGO_INCREMENTAL": "0"}
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    crate, *others = sys.argv[1:]
    listing = output("cargo", "mutants", "-p", f"tablecast-{crate}", "--list", "--json")
    if not listing:
        sys.exit(f"no mutants of crates/{crate}: install cargo-mutants, and name a crate")
    listed = list(enumerate(json.loads(listing), 1))
    copy()
    programs, dropped = build(crate, others, listed)
    reached, firsts = trace(programs), first_numbers(listed, dropped)

    def outcome(one):
        number, mutant = one
        result = judge(number, reached.get(firsts[number], {}))
        print(f"{result:9} {number:4} {mutant['name']}", flush=True)
        return {"outcome": result, "name": mutant["name"]}

    with ThreadPoolExecutor(int(os.environ.get("MUTANT_JOBS", "2"))) as pool:
        outcomes = list(pool.map(outcome, [one for one in listed if one[0] not in dropped]))
    left_out = [{"name": one["name"], "why": dropped[number]} for number, one in listed if number in dropped]
    report = {"listed": len(listed), "left_out": left_out, "run": outcomes}
    (ROOT / f"target/mutation/{crate}.json").write_text(json.dumps(report, indent=1))


def first_numbers(listed, dropped):
    """Returns the number of the first mutant of the function of each mutant."""
    found = [function.mutants for _, found in by_file(listed, dropped).values() for function in found]
    return {mutant.number: mutants[0].number for mutants in found for mutant in mutants}


main()
