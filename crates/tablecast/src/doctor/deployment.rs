use std::path::{Path, PathBuf};

use tablecast_definitions::definition::Definition;
use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_doctor::code::Part;
use tablecast_doctor::facts::{Package, PipeFile};
use tablecast_doctor::{Target, diagnose};

use super::arguments::Scope;
use super::{Report, Result};
use crate::package;

pub async fn examine(name: &str, scope: &Scope) -> Result<Report> {
    let target = Target {
        name: name.to_owned(),
        files: files(&scope.from.join("pipes"))?,
        packages: packages(scope)?,
        lag_limit: scope.lag.into(),
    };
    let facts = tablecast_doctor::read_facts(tablecast_aws::configuration().await, &target).await?;
    Ok(Report { place: format!("deployment {name}"), findings: diagnose(&facts), read: &Part::ALL })
}

/// The pipe files of the folder. None without a folder.
pub fn files(folder: &Path) -> Result<Option<Vec<PipeFile>>> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let files = folder::read(folder, "yaml").map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(Some(files.iter().filter_map(pipe_file).collect()))
}

/// A file that cannot be read is a matter of `tablecast check`.
fn pipe_file(file: &DefinitionFile) -> Option<PipeFile> {
    let definition = Definition::parse(&file.text).ok()?;
    Some(PipeFile { name: file.name.clone(), table: definition.table, bus: definition.bus })
}

/// The zips of the folder. None of them without a folder.
fn packages(scope: &Scope) -> Result<Vec<Package>> {
    match &scope.packages {
        Some(zips) if !zips.is_dir() => {
            Err(format!("{}: no such folder; check --packages", zips.display()).into())
        }
        Some(zips) => Ok(package::compare(&scope.from, zips)?),
        None => {
            Ok(default_zips(&scope.from)
                .map_or(Ok(Vec::new()), |zips| package::compare(&scope.from, &zips))?)
        }
    }
}

fn default_zips(from: &Path) -> Option<PathBuf> {
    let folders = ["x86_64", "arm64"].map(|architecture| from.join("target/lambda").join(architecture));
    folders.into_iter().find(|folder| folder.is_dir())
}
