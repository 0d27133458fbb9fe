//! Writes the repository of a company: pipe files, schemas, the deployment, and a CI workflow.
//!
//! # Layout
//! - `words`: the words of the user in the templates
//! - `example`: an example event; `from_table`: the events of a table that exists
//! - `template`: the other files
//! - `tools`: the Terraform module of this release
//! - `report`: prints what was written

mod example;
mod from_table;
mod report;
mod template;
#[cfg(test)]
mod tests;
mod tools;
mod words;

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Args;
use tablecast_definitions::folder;

use crate::new::pipe::Source;
use crate::{installation, new_files};
use words::Words;

/// The remedy when files exist already.
const REMEDY: &str = "choose an empty folder, or add a pipe to these files with `tablecast new pipe`";

/// Write a repository for your events
///
/// Writes pipe files, schemas and tests that pass `check`, a Terraform root that deploys them, a CI workflow and a
/// README. Writes nothing if one of the files exists.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder to write in
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Begin with the events of this table, like `new pipe`, instead of an example
    #[arg(long, value_name = "TABLE")]
    from_table: Option<String>,
    /// Source of the Terraform module in infra/main.tf
    #[arg(long, value_name = "SOURCE", default_value = "../.tools/tablecast/terraform", value_parser = words::module)]
    module: String,
    #[command(flatten)]
    source: Source,
}

/// Files with their paths in the new repository, and what to print about them.
struct Definitions {
    files: Vec<(PathBuf, String)>,
    /// The part of infra/main.tf about tables that exist.
    existing_tables: String,
    /// Text for the user before the next steps.
    report: String,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let Arguments { dir, from_table, module, source } = arguments;
    refuse_definitions(&dir)?;
    let words = Words::new(&dir, source.entity.as_deref(), module)?;
    let definitions = match (&from_table, source.option_for_a_table()) {
        (Some(table), _) => from_table::definitions(table, &source, &words).await?,
        (None, Some(option)) => {
            return Err(format!("{option} needs --from-table: name the table to begin with").into());
        }
        (None, None) => example::definitions(&words)?,
    };
    let others = template::files(&words, &definitions.existing_tables);
    let files: Vec<_> = definitions.files.into_iter().chain(others).collect();
    let in_dir: Vec<_> = files.iter().map(|(path, text)| (dir.join(path), text.clone())).collect();
    new_files::write(&in_dir, REMEDY)?;
    let has_module = tools::link(&dir, installation::functions());
    report::print(&dir, &files, &definitions.report, has_module)
}

/// New definitions among others could contradict them.
fn refuse_definitions(dir: &Path) -> Result<(), String> {
    let existing =
        [definitions_in(&dir.join("pipes"), "yaml")?, definitions_in(&dir.join("schemas"), "json")?];
    new_files::refuse_existing(existing.iter().flatten().map(PathBuf::as_path), REMEDY)
}

/// Includes files that are probably definitions, such as `orders.yml`.
fn definitions_in(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let found = folder::list(folder, extension).map_err(|error| format!("{}: {error}", folder.display()))?;
    let misnamed = folder::ignored(folder, extension).misnamed;
    Ok(found.into_iter().chain(misnamed.into_iter().map(|it| PathBuf::from(it.file))).collect())
}
