//! Describes all events, from pipe files and schemas alone: an AsyncAPI document, the schemas, and a page for
//! people. Pure: the same files give the same bytes, for `tablecast publish` and for the local mode.
//!
//! # Layout
//! - `deployment`: the addresses and tokens that the descriptions name
//! - `file`: a file of the result
//! - `contents`: the events, the pipes that emit them, and example subscriptions
//! - `controls`: the schemas of control events, which every catalogue has
//! - `asyncapi`: the AsyncAPI document
//! - `page`: the page for people

mod asyncapi;
mod contents;
mod controls;
mod deployment;
mod file;
mod page;

use tablecast_definitions::problem::{DefinitionFile, Problem};
use tablecast_pipeline::pipe::Pipes;

use contents::Contents;
use controls::with_controls;

pub use deployment::{Bus, Deployment, Tokens};
pub use file::File;
pub use page::SHARED_STYLE;

const ASYNCAPI: &str = "application/vnd.aai.asyncapi+json;version=3.0.0";
const SCHEMA: &str = "application/schema+json";

/// Returns all files, or the problems that `tablecast check` reports too.
pub fn files(
    pipes: &[DefinitionFile],
    schemas: &[DefinitionFile],
    deployment: &Deployment,
) -> Result<Vec<File>, Vec<Problem>> {
    let schemas = &with_controls(schemas)[..];
    let compiled = Pipes::compile(pipes, schemas)?;
    let contents = Contents::new(&compiled, deployment);
    let asyncapi = asyncapi::document(&contents).map_err(|unsupported| {
        unsupported.into_iter().map(|keyword| keyword.problem(schemas)).collect::<Vec<_>>()
    })?;
    let mut files = vec![File::new("asyncapi.json", ASYNCAPI, format!("{asyncapi:#}\n"))];
    files.extend(page::files(&contents));
    let schemas = schemas.iter().filter_map(|file| Some((file, compiled.schemas().get(&file.name)?)));
    files.extend(schemas.map(|(file, schema)| File::new(schema.path(), SCHEMA, file.text.clone())));
    Ok(files)
}

#[cfg(test)]
mod tests;
