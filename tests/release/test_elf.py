"""The reader of ELF files, against programs that the C compiler makes."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".ci/release"))
import elf  # noqa: E402


def program_that_needs(folder, *versions):
    """Compiles a program that calls one function of each version of a C library."""
    names = [f"function{index}" for index in range(len(versions))]
    (folder / "library.c").write_text("".join(f"int {name}(void) {{ return 1; }}\n" for name in names))
    (folder / "versions").write_text("".join(f"{version} {{ global: {name}; }};\n" for name, version in zip(names, versions)))
    declared = "".join(f"int {name}(void);\n" for name in names)
    (folder / "program.c").write_text(f"{declared}int start(void) {{ return {' + '.join(f'{name}()' for name in names)}; }}\n")
    compile_in(folder, "-Wl,--version-script=versions", "-o", "libc-like.so", "library.c")
    compile_in(folder, "-o", "program", "program.c", "./libc-like.so")
    return folder / "program"


def compile_in(folder, *arguments):
    subprocess.run(["cc", "-shared", "-nostdlib", "-fPIC", *arguments], cwd=folder, check=True)


class Elf(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_the_newest_version_of_glibc_counts(self):
        found = elf.read(program_that_needs(self.folder, "GLIBC_2.9", "GLIBC_2.34", "GLIBC_2.2.5", "OTHER_9.9"))
        self.assertEqual(found.glibc, (2, 34))

    def test_a_program_without_versions_needs_none(self):
        (self.folder / "program.c").write_text("int start(void) { return 0; }\n")
        compile_in(self.folder, "-o", "program", "program.c")
        self.assertEqual(elf.read(self.folder / "program").glibc, (0, 0))

    def test_the_processor_is_that_of_the_header(self):
        path = program_that_needs(self.folder, "GLIBC_2.9")
        data = bytearray(path.read_bytes())
        for machine in (elf.X86_64, elf.AARCH64):
            data[18:20] = machine.to_bytes(2, "little")
            path.write_bytes(data)
            self.assertEqual(elf.read(path).machine, machine)

    def test_another_file_and_a_damaged_one_are_errors_with_the_path(self):
        path = program_that_needs(self.folder, "GLIBC_2.34")
        whole = path.read_bytes()
        for data in (b"", b"#!/bin/sh", b"\xcf\xfa\xed\xfe", whole[:20], whole[: len(whole) // 8]):
            path.write_bytes(data)
            with self.assertRaisesRegex(elf.ElfError, f"^{path}: is "):
                elf.read(path)


unittest.main() if __name__ == "__main__" else None
