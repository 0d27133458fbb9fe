"""The npm launcher starts a program and forwards signals to it."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LAUNCHER = Path(__file__).parents[2] / ".ci/release/launcher.js"
PROGRAM = """#!%s
import signal, sys
def on(name, end):
    def handle(*_):
        print(name, flush=True)
        end and sys.exit(0)
    return handle
signal.signal(signal.SIGINT, on("INT", False))
signal.signal(signal.SIGTERM, on("TERM", True))
print("ready", flush=True)
while True:
    signal.pause()
""" % sys.executable


class Launcher(unittest.TestCase):
    def test_ctrl_c_of_the_terminal_reaches_the_program_once(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(LAUNCHER, folder)
            Path(folder, "package.json").write_text('{"type": "module"}')
            architecture = {"x86_64": "x64", "aarch64": "arm64"}[os.uname().machine]
            package = Path(folder, f"node_modules/tablecast-linux-{architecture}")
            program = package / "bin/tablecast"
            program.parent.mkdir(parents=True)
            (package / "package.json").write_text("{}")
            program.write_text(PROGRAM)
            program.chmod(0o755)
            with subprocess.Popen(["node", Path(folder, "launcher.js")], stdout=subprocess.PIPE, text=True, start_new_session=True) as launcher:
                self.assertEqual(launcher.stdout.readline(), "ready\n")
                os.killpg(launcher.pid, signal.SIGINT)
                self.assertEqual(launcher.stdout.readline(), "INT\n")
                launcher.send_signal(signal.SIGTERM)
                self.assertEqual(launcher.stdout.read(), "TERM\n")
            self.assertEqual(launcher.returncode, 0)


if __name__ == "__main__":
    unittest.main()
