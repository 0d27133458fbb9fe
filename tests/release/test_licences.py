"""Which licences a release carries."""
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".ci/release"))
import licences  # noqa: E402


def edge(package, kind=None):
    return {"pkg": package, "dep_kinds": [{"kind": kind, "target": None}]}


class Licences(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.packages = [self.package("tablecast", source=None)]

    def package(self, name, source="registry", **files):
        (self.root / name).mkdir()
        for file, text in files.items():
            (self.root / name / file).write_text(text)
        manifest = str(self.root / name / "Cargo.toml")
        return {"id": name, "name": name, "version": "1.0.0", "license": "MIT", "repository": None, "source": source, "manifest_path": manifest}

    def text(self, *edges):
        nodes = [{"id": package["id"], "deps": edges if package["id"] == "tablecast" else []} for package in self.packages]
        metadata = json.dumps({"packages": self.packages, "resolve": {"nodes": nodes}})
        with mock.patch("subprocess.run", return_value=mock.Mock(stdout=metadata)):
            return licences.text(self.root)

    def test_equal_texts_are_printed_once_below_their_packages(self):
        self.packages += [self.package(name, LICENSE="Use it.\n") for name in ("b", "a")]
        self.assertTrue(self.text(edge("b"), edge("a")).endswith("\n\na 1.0.0 (MIT)\nb 1.0.0 (MIT)\n\nUse it.\n"))

    def test_packages_of_tests_and_build_scripts_are_left_out(self):
        self.packages += [self.package(name, LICENSE=name) for name in ("linked", "test", "build")]
        text = self.text(edge("linked"), edge("test", "dev"), edge("build", "build"))
        self.assertEqual([name in text for name in ("linked 1", "test 1", "build 1")], [True, False, False])

    def test_the_licence_of_a_c_library_in_a_package_is_printed(self):
        self.packages.append(self.package("c-sys", LICENSE="of the package"))
        (self.root / "c-sys/source").mkdir()
        (self.root / "c-sys/source/COPYING").write_text("of the library")
        self.assertIn("of the library", self.text(edge("c-sys")))

    def test_a_package_without_a_text_is_listed_with_the_name_of_its_licence(self):
        self.packages.append(self.package("bare"))
        self.assertIn("bare 1.0.0 (MIT)\n\nThis package comes without the text of its licence.", self.text(edge("bare")))


unittest.main() if __name__ == "__main__" else None
