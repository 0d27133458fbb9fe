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
    CONSUMER.get_or_init(|| install_pip("python-consumer", "examples/consumers/python/requirements.txt"))
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

/// Installs packages with pip unless they are there, and returns their Python.
fn install_pip(name: &str, requirements: &str) -> PathBuf {
    let _lock = lock(name);
    let (folder, requirements) = (tools().join(name), project().join(requirements));
    let (contents, installed) = (fs::read_to_string(&requirements).unwrap(), folder.join(".installed"));
    if fs::read_to_string(&installed).ok() != Some(contents.clone()) {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        let mut pip = Command::new(folder.join("bin/python"));
        run(pip.args(["-m", "pip", "install", "--quiet", "--no-compile", "-r"]).arg(requirements));
        fs::write(installed, contents).unwrap();
    }
    folder.join("bin/python")
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
    let _lock = lock("aws-cli");
    let folder = tools().join("aws");
    let (python, aws) = (folder.join("bin/python"), folder.join("bin/aws"));
    if !runs(&aws) {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        let requirements = project().join("tests/clients/requirements.txt");
        run(Command::new(python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(requirements));
    }
    aws
}

/// Returns a Python with the packages of `tests/clients/validators.txt`.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| install_pip("validators", "tests/clients/validators.txt"))
}

fn runs(program: &Path) -> bool {
    let output = program.is_file().then(|| Command::new(program).arg("--version").output());
    output.is_some_and(|output| output.is_ok_and(|output| output.status.success()))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cannot install a program that the tests need: {command:?}: {stderr}");
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
