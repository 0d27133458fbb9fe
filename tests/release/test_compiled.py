"""Which architectures a release compiles, with scripts in place of Cargo and the Rust compiler."""
import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".ci/release"))
import compiled  # noqa: E402

# Has the standard library of the targets whose folders exist.
RUSTC = '#!/bin/sh\necho "$PWD/libraries/$4"\n'
CARGO = '#!/bin/sh\necho "$@" >>calls\n'


class Compiled(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, script in [("rustc", RUSTC), ("cargo", CARGO)]:
            (self.root / name).write_text(script)
            (self.root / name).chmod(0o755)
        variables = mock.patch.dict(os.environ, {"PATH": f"{self.root}:{os.environ['PATH']}"})
        variables.start()
        self.addCleanup(variables.stop)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.root)

    def folders(self, *targets):
        for target in targets:
            (self.root / "libraries" / target).mkdir(parents=True)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            return compiled.folders(self.root), printed.getvalue()

    def test_each_installed_target_is_compiled_with_the_program(self):
        found, printed = self.folders("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu")
        self.assertEqual(found["arm64"], self.root / "target/aarch64-unknown-linux-gnu/release")
        calls = (self.root / "calls").read_text().splitlines()
        self.assertEqual(calls, [f"run --quiet --locked -- package --source --program --arch {arch} --out target/lambda/{arch}" for arch in ("x86_64", "arm64")])
        self.assertEqual(printed, "")

    def test_a_missing_target_is_printed_with_the_command_that_installs_it(self):
        found, printed = self.folders("x86_64-unknown-linux-gnu")
        self.assertEqual(list(found), ["x86_64"])
        self.assertIn("without arm64: its Rust target is not installed; run `rustup target add aarch64-unknown-linux-gnu`", printed)


unittest.main() if __name__ == "__main__" else None
