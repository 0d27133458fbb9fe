//! Copies of the client programs, which no later build replaces.

use std::path::{Path, PathBuf};
use std::process::Command;

use tablecast_tests::project;

use super::roster::Language;

pub struct Copies {
    folder: PathBuf,
    python: PathBuf,
}

impl Copies {
    /// Panics with the command that builds a missing program.
    pub fn create(folder: &Path) -> Self {
        let folder = folder.join("programs");
        let (typescript, python) = (project().join("clients/typescript"), project().join("clients/python"));
        let of = |language: &str, from: &Path, name: &str, build: &str| {
            let (from, to) = (from.join(name), folder.join(language));
            assert!(from.exists(), "{} does not exist: run {build}", from.display());
            std::fs::create_dir_all(&to).unwrap();
            run(Command::new("cp").arg("-r").arg(from).arg(to));
        };
        of("typescript", &typescript, "build", "npm ci && npm run build:test in clients/typescript");
        of("typescript", &typescript, "package.json", "");
        std::os::unix::fs::symlink(typescript.join("node_modules"), folder.join("typescript/node_modules"))
            .unwrap();
        of("python", &python, "src", "");
        of("python", &python, "tests", "");
        of("rust", &examples(), "adapter", "cargo build -p tablecast-client --example adapter");
        let python = run(&mut Command::new(python.join("environment"))).into();
        Self { folder, python }
    }

    /// The program and its first argument.
    pub fn command(&self, language: Language) -> Vec<PathBuf> {
        let file = |path: &str| self.folder.join(path);
        match language {
            Language::TypeScript => vec!["node".into(), file("typescript/build/test/conformance/adapter.js")],
            Language::Python => vec![self.python.clone(), file("python/tests/adapter.py")],
            Language::Rust => vec![file("rust/adapter")],
        }
    }
}

/// The examples that were built as this program was.
fn examples() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().join("examples")
}

/// Returns the output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
