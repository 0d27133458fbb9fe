//! The workspace, from `cargo metadata`.

use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;

use crate::cargo;

#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub target: PathBuf,
    /// Folders of the crates that Cargo downloaded, one for each registry.
    pub registries: BTreeSet<PathBuf>,
}

/// The output of `cargo metadata`.
#[derive(Deserialize)]
struct CargoMetadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    manifest_path: PathBuf,
    /// `None` for a crate of the workspace.
    source: Option<String>,
}

impl Workspace {
    /// Reads the workspace of the working directory. Cargo downloads missing crates and shows its own
    /// messages.
    pub fn read() -> Result<Self, Box<dyn Error>> {
        let mut command = cargo::nested(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["metadata", "--locked", "--format-version", "1"]).stderr(Stdio::inherit());
        let output = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
        match output.status {
            status if status.success() => Ok(Self::of(serde_json::from_slice(&output.stdout)?)),
            status => Err(format!(
                "cargo metadata ended with {status}; run this command in the project, and see Cargo's output above"
            )
            .into()),
        }
    }

    fn of(metadata: CargoMetadata) -> Self {
        let CargoMetadata { packages, workspace_root: root, target_directory: target } = metadata;
        let downloaded = packages.iter().filter(|package| package.source.is_some());
        let registries = downloaded.filter_map(|package| package.manifest_path.ancestors().nth(2));
        Self { registries: registries.map(Path::to_owned).collect(), root, target }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_registries_are_the_folders_of_downloaded_crates() {
        let packages = json!([
            { "manifest_path": "/w/functions/enrich/Cargo.toml", "source": null },
            { "manifest_path": "/c/registry/src/mirror/ring-1/Cargo.toml", "source": "registry+x" },
        ]);
        let metadata =
            json!({ "packages": packages, "workspace_root": "/w", "target_directory": "/w/target" });
        let workspace = Workspace::of(serde_json::from_value(metadata).unwrap());
        assert_eq!(workspace.registries, [PathBuf::from("/c/registry/src/mirror")].into());
        assert_eq!(workspace.target, PathBuf::from("/w/target"));
    }
}
