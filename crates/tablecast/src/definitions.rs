//! The pipe files and schemas that several commands read.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use tablecast_authoring::check::{Report, check};
use tablecast_definitions::folder::{self, Ignored};
use tablecast_definitions::problem::{DefinitionFile, Problem};

/// The folders of pipe files and schemas.
#[derive(Debug, Args)]
pub struct DefinitionFolders {
    /// Folder of the pipe files
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Folder of the schemas
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
}

/// The files in both folders.
pub struct Definitions {
    pub pipes: Vec<DefinitionFile>,
    pub schemas: Vec<DefinitionFile>,
    ignored_pipes: Ignored,
    ignored_schemas: Ignored,
    /// The problems of files that cannot be read.
    pub unreadable: Vec<Problem>,
}

impl Definitions {
    /// Checks all files, and runs the tests of the pipe files.
    pub fn check(&self) -> Report {
        let report = check(&self.pipes, &self.schemas, &read_record);
        let report = report.with_ignored_files(self.ignored_pipes.clone(), self.ignored_schemas.clone());
        report.with_unreadable_files(&self.unreadable)
    }
}

impl DefinitionFolders {
    /// Reads both folders. A folder without files is an error, and so is a file that cannot be read.
    pub fn read(&self) -> Result<Definitions, String> {
        let definitions = self.read_for_check()?;
        match definitions.unreadable.first() {
            Some(problem) => Err(problem.to_string()),
            None => Ok(definitions),
        }
    }

    /// Reads both folders. A file that cannot be read is a problem of the check.
    pub fn read_for_check(&self) -> Result<Definitions, String> {
        let (pipes, mut unreadable) = read_some(&self.pipes, "yaml", "--pipes")?;
        let (schemas, others) = read_some(&self.schemas, "json", "--schemas")?;
        unreadable.extend(others);
        Ok(Definitions { unreadable, ..self.with_ignored(pipes, schemas) })
    }

    /// Reads the folders that exist.
    pub fn read_existing(&self) -> Result<Definitions, String> {
        let pipes = read_existing(&self.pipes, "yaml")?;
        Ok(self.with_ignored(pipes, read_existing(&self.schemas, "json")?))
    }

    fn with_ignored(&self, pipes: Vec<DefinitionFile>, schemas: Vec<DefinitionFile>) -> Definitions {
        let (ignored_pipes, ignored_schemas) =
            (folder::ignored(&self.pipes, "yaml"), folder::ignored(&self.schemas, "json"));
        Definitions { pipes, schemas, ignored_pipes, ignored_schemas, unreadable: Vec::new() }
    }
}

/// Files, and the problems of those that cannot be read.
type Found = (Vec<DefinitionFile>, Vec<Problem>);

fn read_some(folder: &Path, extension: &str, option: &str) -> Result<Found, String> {
    let name = folder.display();
    let remedy = format!("{}set the folder with {option}", above(folder));
    let found = folder::read_with_problems(folder, extension)
        .map_err(|error| format!("{name}: cannot read: {error}; {remedy}"))?;
    match (found.0.is_empty(), folder::ignored(folder, extension).misnamed.first()) {
        (false, _) => Ok(found),
        (true, Some(misnamed)) => Err(format!("{name}: has no .{extension} file; {misnamed}")),
        (true, None) => Err(format!("{name}: has no .{extension} file; {remedy}")),
    }
}

/// Names a folder above this one that has the wanted folder, for a command in a folder inside a repository.
fn above(folder: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let is_wrong = folder.is_relative() && !folder.exists();
    let found = current.ancestors().skip(1).find(|above| is_wrong && above.join(folder).is_dir());
    found.map(|above| format!("run this in {}, or ", above.display())).unwrap_or_default()
}

fn read_existing(folder: &Path, extension: &str) -> Result<Vec<DefinitionFile>, String> {
    match folder.exists() {
        true => folder::read(folder, extension).map_err(|error| format!("{}: {error}", folder.display())),
        false => Ok(Vec::new()),
    }
}

/// Reads a record that a test of a pipe file names. Its path is relative to the pipe file.
pub fn read_record(pipe: &DefinitionFile, name: &str) -> Result<String, String> {
    let path = Path::new(&pipe.file).with_file_name(name);
    fs::read_to_string(&path).map_err(|error| error.to_string())
}
