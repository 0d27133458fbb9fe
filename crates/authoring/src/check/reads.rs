//! Which rules emit events of items that are read from the table, as a backfill does.

use serde::Serialize;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::pipe::{OnRead, Pipes};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadRule {
    pub file: String,
    /// The place of the rule: `events[0]`, or `state`.
    pub path: String,
    #[serde(rename = "type")]
    pub event_type: String,
    /// `always`, `depends` (on the item) or `never`.
    pub emits: &'static str,
}

pub fn rules(pipes: &Pipes, files: &[DefinitionFile]) -> Vec<ReadRule> {
    let of_pipe = |file: &DefinitionFile| {
        let pipe = pipes.iter().find(|pipe| pipe.name == file.name);
        let rules = pipe.into_iter().flat_map(|pipe| pipe.on_read());
        let rules = rules.map(|(path, event_type, on_read)| ReadRule {
            file: file.file.clone(),
            path: path.to_owned(),
            event_type: event_type.to_owned(),
            emits: word(on_read),
        });
        rules.collect::<Vec<_>>()
    };
    files.iter().flat_map(of_pipe).collect()
}

fn word(on_read: OnRead) -> &'static str {
    match on_read {
        OnRead::Always => "always",
        OnRead::Depends => "depends",
        OnRead::Never => "never",
    }
}
