use std::env;
use std::path::PathBuf;

use tablecast_definitions::folder;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::problem::{DefinitionFile, lines};
use tablecast_definitions::sources::Sources;

/// The schema files of the deployment.
pub fn schema_files() -> Result<Vec<DefinitionFile>, String> {
    read("SCHEMAS_DIR", "schemas", "json")
}

/// The grants of the pipe files.
pub fn grants() -> Result<Grants, String> {
    Grants::compile(&pipe_files()?).map_err(|problems| lines(&problems))
}

/// The event sources of the pipe files.
pub fn sources() -> Result<Sources, String> {
    Sources::compile(&pipe_files()?).map_err(|problems| lines(&problems))
}

/// The pipe files of the deployment.
pub fn pipe_files() -> Result<Vec<DefinitionFile>, String> {
    read("PIPES_DIR", "pipes", "yaml")
}

fn read(variable: &str, name: &str, extension: &str) -> Result<Vec<DefinitionFile>, String> {
    let root = || PathBuf::from(env::var_os("LAMBDA_TASK_ROOT").unwrap_or_else(|| ".".into())).join(name);
    let path = env::var_os(variable).map_or_else(root, PathBuf::from);
    let files = folder::read(&path, extension).map_err(|error| format!("{}: {error}", path.display()))?;
    match files.is_empty() {
        true => Err(format!(
            "{}: the folder has no .{extension} file. Set {variable} to the folder of the {name}",
            path.display()
        )),
        false => Ok(files),
    }
}
