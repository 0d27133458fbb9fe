//! Installs the third-party programs that the tests need. A test fails without them and is never skipped.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::{binaries, project};

/// Returns the installed AWS CLI, or installs one below `target/tools/`.
pub fn aws() -> &'static Path {
    static AWS: OnceLock<PathBuf> = OnceLock::new();
    AWS.get_or_init(|| {
        let path = env::var_os("PATH").unwrap_or_default();
        let installed = env::split_paths(&path).map(|folder| folder.join("aws"));
        installed.into_iter().find(|aws| runs(aws)).unwrap_or_else(install_aws)
    })
}

/// Installs wscat, the CloudEvents SDK and the AsyncAPI parser, and returns their folder.
pub fn clients() -> &'static Path {
    static CLIENTS: OnceLock<PathBuf> = OnceLock::new();
    CLIENTS.get_or_init(|| install_npm("tests/clients"))
}

/// Installs quicktype, and returns its folder.
pub fn quicktype() -> &'static Path {
    static QUICKTYPE: OnceLock<PathBuf> = OnceLock::new();
    QUICKTYPE.get_or_init(|| install_npm("tests/clients/quicktype"))
}

/// Installs, checks and builds the consumer in TypeScript, and returns its folder.
pub fn typescript_consumer() -> &'static Path {
    static CONSUMER: OnceLock<PathBuf> = OnceLock::new();
    CONSUMER.get_or_init(|| {
        let folder = install_npm("examples/consumers/typescript");
        for script in ["check", "build"] {
            run(Command::new("npm").args(["run", script]).current_dir(&folder));
        }
        folder
    })
}

/// Returns a Python with the packages of the consumer in Python.
pub fn python_consumer() -> &'static Path {
    static CONSUMER: OnceLock<PathBuf> = OnceLock::new();
    CONSUMER.get_or_init(|| {
        install_python("python-consumer", "examples/consumers/python/requirements.txt").join("python")
    })
}

/// Installs the packages of a folder with npm, unless they are there.
fn install_npm(folder: &str) -> PathBuf {
    let _lock = lock(&folder.replace('/', "-"));
    let folder = project().join(folder);
    let lock_file = fs::read_to_string(folder.join("package-lock.json")).unwrap();
    let installed = folder.join("node_modules/.installed");
    if fs::read_to_string(&installed).ok() != Some(lock_file.clone()) {
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder));
        fs::write(installed, lock_file).unwrap();
    }
    folder
}

/// Installs Python packages unless they are there, and returns the folder of their programs.
fn install_python(name: &str, requirements: &str) -> PathBuf {
    let list = File::open(project().join(requirements)).unwrap();
    let folder = run(Command::new(project().join(".ci/python-environment")).arg(name).stdin(list));
    Path::new(folder.trim_end()).join("bin")
}

/// Returns the Chromium that `CHROMIUM` names or that is installed. Else installs that of Debian, which needs
/// root.
pub fn chromium() -> &'static Path {
    static CHROMIUM: OnceLock<PathBuf> = OnceLock::new();
    CHROMIUM.get_or_init(|| match env::var_os("CHROMIUM") {
        Some(named) => named.into(),
        None => installed_chromium().unwrap_or_else(install_chromium),
    })
}

fn installed_chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut candidates = env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    candidates.find(|candidate| runs(candidate))
}

fn install_chromium() -> PathBuf {
    let _lock = lock("chromium");
    if installed_chromium().is_none() {
        run(Command::new("apt-get").arg("update"));
        run(Command::new("apt-get").args(["install", "--yes", "--no-install-recommends", "chromium"]));
    }
    installed_chromium().expect("no Chromium: install it, or set CHROMIUM to its path")
}

fn install_aws() -> PathBuf {
    install_python("aws", "tests/clients/requirements.txt").join("aws")
}

/// Returns a Python with the packages of `tests/clients/validators.txt`.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| install_python("validators", "tests/clients/validators.txt").join("python"))
}

fn runs(program: &Path) -> bool {
    let output = program.is_file().then(|| Command::new(program).arg("--version").output());
    output.is_some_and(|output| output.is_ok_and(|output| output.status.success()))
}

/// Runs a command and returns its output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cannot install a program that the tests need: {command:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn tools() -> PathBuf {
    let folder = binaries::folder().parent().unwrap().join("tools");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Lets one test process at a time install a program.
fn lock(name: &str) -> File {
    let file = File::create(tools().join(format!("{name}.lock"))).unwrap();
    file.lock().unwrap();
    file
}
