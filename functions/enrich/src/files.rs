//! The pipe files and schemas that lie beside the binary: `PIPES_DIR` and `SCHEMAS_DIR`, else `pipes/` and
//! `schemas/` under `LAMBDA_TASK_ROOT`, else under the working directory.

use std::env;
use std::path::PathBuf;

use tablecast_pipeline::folder;
use tablecast_pipeline::pipe::Pipes;
use tablecast_pipeline::problem::Source;

pub fn pipes() -> Result<Pipes, String> {
    let pipes = read("PIPES_DIR", "pipes", "yaml")?;
    let schemas = read("SCHEMAS_DIR", "schemas", "json")?;
    Pipes::compile(&pipes, &schemas).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })
}

fn read(variable: &str, name: &str, extension: &str) -> Result<Vec<Source>, String> {
    let root = || PathBuf::from(env::var_os("LAMBDA_TASK_ROOT").unwrap_or_else(|| ".".into())).join(name);
    let path = env::var_os(variable).map_or_else(root, PathBuf::from);
    let sources = folder::read(&path, extension).map_err(|error| format!("{}: {error}", path.display()))?;
    match sources.is_empty() {
        true => {
            Err(format!("{} has no .{extension} file: set {variable} to the folder that has", path.display()))
        }
        false => Ok(sources),
    }
}
