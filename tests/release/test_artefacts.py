"""Archives, wheels and npm packages: the same files give the same bytes, and installers find what they need."""
import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".ci/release"))
import npm  # noqa: E402
import tarball  # noqa: E402
import wheel  # noqa: E402
from platforms import Platform  # noqa: E402
from tarball import File  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
X86_64, ARM64 = Platform("x86_64", (2, 34)), Platform("arm64", (2, 28))
FILES = {
    "bin/tablecast": File(b"program", is_program=True),
    "functions/x86_64/enrich": File(b"function", is_program=True),
    "man/man1/tablecast.1": File(b"page"),
    "LICENSE": File(b"licence"),
    "README.md": File(b"# tablecast\n"),
}


def reversed_files():
    return dict(reversed(FILES.items()))


class SameBytes(unittest.TestCase):
    def test_the_order_of_files_and_the_time_change_no_byte(self):
        for build in (lambda files: tarball.pack(files, 9), lambda files: wheel.build("1.2.3", X86_64, files, 9), lambda files: npm.build(npm.about("1.2.3"), X86_64, files, 9)):
            first = build(FILES)
            with mock.patch("time.time", return_value=2_000_000_000.0), mock.patch("time.localtime", side_effect=AssertionError):
                self.assertEqual(first, build(reversed_files()))

    def test_programs_stay_executable_and_belong_to_nobody(self):
        with tarfile.open(fileobj=io.BytesIO(tarball.pack(FILES, 1))) as tar:
            self.assertEqual([(entry.name, entry.mode, entry.uid, entry.uname) for entry in tar if entry.mode & 0o100], [
                ("bin/tablecast", 0o755, 0, ""),
                ("functions/x86_64/enrich", 0o755, 0, ""),
            ])


class Wheel(unittest.TestCase):
    def open(self, platform):
        (name, data), = wheel.build("1.2.3", platform, FILES, 1).items()
        return name, zipfile.ZipFile(io.BytesIO(data))

    def test_the_tag_is_that_of_the_glibc_that_the_programs_need(self):
        self.assertEqual(self.open(X86_64)[0], "tablecast-1.2.3-py3-none-manylinux_2_34_x86_64.whl")
        self.assertEqual(self.open(ARM64)[0], "tablecast-1.2.3-py3-none-manylinux_2_28_aarch64.whl")
        self.assertIn("Tag: py3-none-manylinux_2_34_x86_64\n", self.open(X86_64)[1].read("tablecast-1.2.3.dist-info/WHEEL").decode())

    def test_the_program_is_a_script_and_the_functions_are_where_it_looks_for_them(self):
        names = self.open(X86_64)[1].namelist()
        data = "tablecast-1.2.3.data"
        self.assertIn(f"{data}/scripts/tablecast", names)
        self.assertIn(f"{data}/data/share/tablecast/functions/x86_64/enrich", names)
        self.assertIn(f"{data}/data/share/man/man1/tablecast.1", names)

    def test_the_record_lists_every_file(self):
        archive = self.open(X86_64)[1]
        rows = list(csv.reader(archive.read("tablecast-1.2.3.dist-info/RECORD").decode().splitlines()))
        self.assertEqual({row[0] for row in rows}, set(archive.namelist()))
        self.assertIn(["tablecast-1.2.3.data/scripts/tablecast", "sha256=ExDKLIky29EYZovZdEJVij4fVGteFcaWmd-9YCT1SNg", "7"], rows)


class Npm(unittest.TestCase):
    def manifest(self, data):
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            return json.load(tar.extractfile("package/package.json"))

    def test_the_package_of_a_platform_has_the_program(self):
        manifest = self.manifest(npm.build(npm.about("1.2.3"), ARM64, FILES, 1)["tablecast-linux-arm64-1.2.3.tgz"])
        self.assertEqual((manifest["os"], manifest["cpu"], manifest["bin"]), (["linux"], ["arm64"], {"tablecast-linux-arm64": "bin/tablecast"}))

    def test_the_launcher_depends_on_the_same_version_of_each_platform(self):
        manifest = self.manifest(npm.launcher(npm.about("1.2.3", "https://github.com/acme/tablecast"), [X86_64, ARM64], FILES, 1)["tablecast-1.2.3.tgz"])
        self.assertEqual(manifest["optionalDependencies"], {"tablecast-linux-x64": "1.2.3", "tablecast-linux-arm64": "1.2.3"})
        self.assertEqual(manifest["bin"], {"tablecast": "launcher.js"})
        self.assertEqual(manifest["repository"]["url"], "git+https://github.com/acme/tablecast.git")

    def test_the_package_of_the_client_has_the_repository_that_publishes_it(self):
        packed = npm.pack({"name": "tablecast-client", "version": "1.2.3"}, {"bin/run.js": File(b"run", is_program=True)}, 1)
        published = npm.published_from(packed, "https://github.com/acme/tablecast", 1)
        self.assertEqual(self.manifest(published), {
            "name": "tablecast-client",
            "version": "1.2.3",
            "repository": {"type": "git", "url": "git+https://github.com/acme/tablecast.git"},
        })
        with tarfile.open(fileobj=io.BytesIO(published)) as tar:
            self.assertEqual(tar.getmember("package/bin/run.js").mode, 0o755)
        self.assertEqual(npm.published_from(packed, None, 1), packed)

    def test_the_workflow_publishes_each_package_once_and_those_of_platforms_first(self):
        client = json.loads((ROOT / "clients/typescript/package.json").read_text())
        about = npm.about(client["version"])
        platforms = [*npm.build(about, X86_64, FILES, 1), *npm.build(about, ARM64, FILES, 1)]
        others = [*npm.launcher(about, [X86_64, ARM64], FILES, 1), f"{client['name']}-{client['version']}.tgz"]
        [patterns] = re.findall(r"for package in (.*); do", (ROOT / ".github/workflows/release.yml").read_text())
        with tempfile.TemporaryDirectory() as folder:
            for name in [*platforms, *others, "tablecast_client-0.1.0-py3-none-any.whl"]:
                (Path(folder) / name).touch()
            expanded = subprocess.run(["bash", "-c", f"cd {folder} && ls -U -d {patterns.replace('artefacts/', '')}"], check=True, capture_output=True, text=True)
        published = expanded.stdout.split()
        self.assertEqual(sorted(published), sorted([*platforms, *others]))
        self.assertEqual(set(published[:2]), set(platforms))


unittest.main() if __name__ == "__main__" else None
