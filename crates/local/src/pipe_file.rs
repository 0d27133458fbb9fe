use std::sync::Arc;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::grant::Grants;
use tablecast_event_patterns::filter::Filter;

use crate::examples::Example;

/// A valid pipe file.
#[derive(Debug)]
pub struct PipeFile {
    /// The name of the pipe and of its file.
    pub name: String,
    pub definition: Definition,
    pub filter: Filter,
    pub grants: Arc<Grants>,
    /// Its tests that emit events.
    pub examples: Vec<Example>,
}
