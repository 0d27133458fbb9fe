//! The workspace, from `cargo metadata`. Its functions are the crates in `functions/`.

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
    /// Sorted by name.
    pub functions: Vec<Function>,
}

/// A crate in `functions/`; its binary has the same name.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Files that it reads, relative to the workspace, such as `pipes/*.yaml`: `include` under
    /// `[package.metadata.tablecast]` in its Cargo.toml.
    pub include: Vec<String>,
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
    name: String,
    manifest_path: PathBuf,
    /// `None` for a crate of the workspace.
    source: Option<String>,
    #[serde(default)]
    metadata: Option<PackageMetadata>,
}

/// `[package.metadata]`
#[derive(Deserialize)]
struct PackageMetadata {
    tablecast: Option<FunctionConfig>,
}

/// `[package.metadata.tablecast]`
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FunctionConfig {
    include: Vec<String>,
}

impl Workspace {
    /// Reads the workspace of the working directory. Cargo downloads missing crates and shows its own
    /// messages.
    pub fn read() -> Result<Self, Box<dyn Error>> {
        let mut command = cargo::nested(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["metadata", "--locked", "--format-version", "1"]).stderr(Stdio::inherit());
        let output = command.output().map_err(|error| format!("cannot run cargo: {error}"))?;
        match output.status {
            status if status.success() => Self::of(serde_json::from_slice(&output.stdout)?),
            status => Err(format!(
                "cargo metadata ended with {status}; run this command in the project, and see Cargo's output above"
            )
            .into()),
        }
    }

    fn of(metadata: CargoMetadata) -> Result<Self, Box<dyn Error>> {
        let CargoMetadata { packages, workspace_root: root, target_directory: target } = metadata;
        let folder = root.join("functions");
        let (own, foreign): (Vec<_>, Vec<_>) =
            packages.into_iter().partition(|package| package.source.is_none());
        let registries = foreign.iter().filter_map(|package| package.manifest_path.ancestors().nth(2));
        let registries = registries.map(Path::to_owned).collect();
        let functions = own.into_iter().filter(|package| package.manifest_path.starts_with(&folder));
        let mut functions: Vec<_> = functions.map(Function::of).collect();
        functions.sort_by(|one, other| one.name.cmp(&other.name));
        match functions.is_empty() {
            true => {
                Err(format!("{}: has no crate of the workspace; add a function", folder.display()).into())
            }
            false => Ok(Self { root, target, registries, functions }),
        }
    }
}

impl Function {
    fn of(package: Package) -> Self {
        let config = package.metadata.and_then(|metadata| metadata.tablecast).unwrap_or_default();
        Self { name: package.name, include: config.include }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(packages: Value) -> Result<Workspace, String> {
        let metadata =
            json!({ "packages": packages, "workspace_root": "/w", "target_directory": "/w/target" });
        Workspace::of(serde_json::from_value(metadata).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_functions_are_the_crates_below_functions() {
        let include = json!({ "tablecast": { "include": ["pipes/*.yaml"] } });
        let workspace = read(json!([
            { "name": "enrich", "manifest_path": "/w/functions/enrich/Cargo.toml", "source": null, "metadata": include },
            { "name": "connect", "manifest_path": "/w/functions/connect/Cargo.toml", "source": null, "metadata": null },
            { "name": "tablecast", "manifest_path": "/w/crates/tablecast/Cargo.toml", "source": null },
            { "name": "ring", "manifest_path": "/c/registry/src/mirror/ring-1/Cargo.toml", "source": "registry+x" },
        ]));
        let workspace = workspace.unwrap();
        let function = |name: &str, include: &[&str]| Function {
            name: name.to_owned(),
            include: include.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(workspace.functions, [function("connect", &[]), function("enrich", &["pipes/*.yaml"])]);
        assert_eq!(workspace.registries, [PathBuf::from("/c/registry/src/mirror")].into());
    }

    #[test]
    fn a_workspace_without_functions_is_refused() {
        let error = read(json!([{ "name": "a", "manifest_path": "/w/a/Cargo.toml", "source": null }]));
        assert_eq!(error.unwrap_err(), "/w/functions: has no crate of the workspace; add a function");
    }
}
