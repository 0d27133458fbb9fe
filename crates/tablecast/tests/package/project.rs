use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use rawzip::{ZipArchive, ZipFileHeaderRecord};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub const PIPE: &str = "pipes/orders.yaml";

const PYTHON: &str = r#"#!/bin/sh
mkdir -p "$3/bin" && cp pip cargo-zigbuild "$3/bin"
"#;

const PIP: &str = r#"#!/bin/sh
echo "$@" > pip-arguments
"#;

/// Writes a program for each package that it should build.
const ZIGBUILD: &str = r#"#!/bin/sh
echo "$@" > build-arguments
env > build-environment
folder=target/x86_64-unknown-linux-gnu/release
mkdir -p "$folder"
while [ $# -gt 0 ]; do
  [ "$1" = --package ] && { cat program; echo "$2"; } > "$folder/$2"
  shift
done
exit "$(cat program-status)"
"#;

/// Has no standard library for any target.
const RUSTC: &str = r#"#!/bin/sh
case "$*" in *target-libdir*) echo /nowhere ;; *) exec rustc "$@" ;; esac
"#;

/// All functions of a deployment.
pub const FUNCTIONS: [&str; 7] =
    ["authorize", "connect", "disconnect", "dispatch", "enrich", "fanout", "subscribe"];

/// A workspace, and scripts in place of Python and the compiler.
pub struct Project {
    folder: TempDir,
}

impl Project {
    pub fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        project.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"functions/*\"]\n");
        project.write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"enrich\"\nversion = \"0.0.0\"\n");
        project.write(
            "functions/enrich/Cargo.toml",
            "[package]\nname = \"enrich\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
        );
        project.write("functions/enrich/src/main.rs", "fn main() {}");
        project.write(PIPE, &pipe("orders"));
        project.write(
            "schemas/order.placed.v1.json",
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order placed",
                "$id": "https://tablecast.example/schemas/order.placed.v1.json"}"#,
        );
        project.write("program-status", "0");
        fs::write(project.root().join("program"), empty_program(X86_64)).unwrap();
        for (name, script) in [("bin/python3", PYTHON), ("pip", PIP), ("cargo-zigbuild", ZIGBUILD)] {
            project.write_program(name, script);
        }
        project
    }

    /// Writes a binary for each function.
    pub fn write_binaries(&self, folder: &str, machine: u8) {
        for function in FUNCTIONS {
            self.write(&format!("{folder}/{function}"), "");
            let content = [&empty_program(machine)[..], function.as_bytes()].concat();
            fs::write(self.root().join(folder).join(function), content).unwrap();
        }
    }

    /// Runs `tablecast package --source`. Returns stdout after a success, and stderr after a failure.
    pub fn compile(&self, arguments: &[&str]) -> Result<String, String> {
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.args(["package", "--source"]).args(arguments).current_dir(self.root());
        command.env("PATH", format!("{}:{path}", self.root().join("bin").display()));
        command.env("CARGO_PKG_NAME", "tablecast").env_remove("CARGO_TARGET_DIR");
        let rustc = self.root().join("bin/rustc-without-libraries");
        if rustc.exists() {
            // A wrapper, as CI has one, would run the real compiler.
            command.env("RUSTC", rustc).env_remove("RUSTC_WORKSPACE_WRAPPER");
        }
        result(&mut command)
    }

    /// Runs `tablecast package` without Cargo and other programs.
    pub fn package(&self, arguments: &[&str]) -> Result<String, String> {
        self.package_of(Path::new(env!("CARGO_BIN_EXE_tablecast")), arguments)
    }

    /// Runs `tablecast package` of the program `release/bin/tablecast`.
    pub fn package_of_release(&self, arguments: &[&str]) -> Result<String, String> {
        let program = self.root().join("release/bin/tablecast");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        let own = env!("CARGO_BIN_EXE_tablecast");
        if !program.exists() && fs::hard_link(own, &program).is_err() {
            fs::copy(own, &program).unwrap();
        }
        self.package_of(&program, arguments)
    }

    fn package_of(&self, program: &Path, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(program);
        command.arg("package").args(arguments).current_dir(self.root()).env_clear();
        result(&mut command)
    }

    pub fn remove_the_standard_libraries(&self) {
        self.write_program("bin/rustc-without-libraries", RUSTC);
    }

    pub fn zip(&self, function: &str) -> Vec<u8> {
        self.read(&format!("target/lambda/x86_64/{function}.zip"))
    }

    pub fn names(&self, function: &str) -> Vec<String> {
        let zip = self.zip(function);
        let zip = ZipArchive::from_slice(&zip).unwrap();
        let name =
            |entry: ZipFileHeaderRecord| entry.file_path().try_normalize().unwrap().as_ref().to_owned();
        zip.entries().map(|entry| name(entry.unwrap())).collect()
    }

    pub fn sha256(&self, function: &str) -> String {
        Sha256::digest(self.zip(function)).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Resolves symbolic links, as Cargo does.
    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.root().join(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn write_program(&self, path: &str, script: &str) {
        self.write(path, script);
        fs::set_permissions(self.root().join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn touch(&self, path: &str) {
        let file = fs::File::options().append(true).open(self.root().join(path)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
}

/// A pipe file for this table.
pub fn pipe(table: &str) -> String {
    format!(
        "table: {table}\nsubject: '\"orders/\" + item.id'\nevents: [{{ type: order.placed.v1, data: {{}} }}]\n"
    )
}

fn result(command: &mut Command) -> Result<String, String> {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

/// ELF's numbers of processors.
pub const X86_64: u8 = 62;
pub const ARM64: u8 = 183;

/// An ELF header and nothing else: 64 bits, little-endian, version 1.
fn empty_program(machine: u8) -> [u8; 64] {
    let mut header = [0; 64];
    header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    (header[16], header[18], header[20], header[52]) = (3, machine, 1, 64);
    header
}
