use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const FUNCTIONS: [&str; 7] =
    ["authorize", "connect", "disconnect", "dispatch", "enrich", "fanout", "subscribe"];

/// Copies of the programs, which no later build replaces.
pub struct Binaries(PathBuf);

impl Binaries {
    /// Copies the programs of a folder. Without one, builds them first.
    pub fn copy(programs: Option<&Path>, to: &Path) -> Self {
        let from = programs.map_or_else(build, Path::to_owned);
        for version in ["one", "two"] {
            fs::create_dir_all(to.join(version)).unwrap();
        }
        fs::copy(from.join("tablecast"), to.join("tablecast"))
            .unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        for function in FUNCTIONS {
            fs::copy(from.join(function), to.join("one").join(function)).unwrap();
            fs::hard_link(to.join("one").join(function), to.join("two").join(function)).unwrap();
        }
        Self(to.to_owned())
    }

    pub fn tablecast(&self) -> PathBuf {
        self.0.join("tablecast")
    }

    /// The folder of the functions of a version.
    pub fn version(&self, even: bool) -> PathBuf {
        self.0.join(if even { "two" } else { "one" })
    }
}

/// Builds all programs as this one was built.
fn build() -> PathBuf {
    let folder = env::current_exe().unwrap().parent().unwrap().to_owned();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    };
    let mut command = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.current_dir(tablecast_tests::project()).args([
        "build",
        "--bins",
        "--quiet",
        "--profile",
        profile,
    ]);
    command.arg("--target-dir").arg(folder.parent().unwrap());
    let of_this_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| of_this_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    let built = command.status().expect("cannot start cargo");
    assert!(built.success(), "cannot build the programs: {built}");
    folder
}
