//! The scenarios of `scenarios/*.yaml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::notation;
use crate::step::Step;

/// One conversation between the gateway, a client and its application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Plain words, unique.
    pub name: String,
    /// The rules of docs/reference/client.md that it proves.
    pub rules: Vec<String>,
    /// The members of the client's configuration that differ from the default.
    #[serde(default)]
    pub client: Map<String, Value>,
    #[serde(deserialize_with = "notation::steps")]
    pub steps: Vec<Step>,
}

impl Scenario {
    /// The chapter of the specification, which is also the name of the file.
    pub fn chapter(&self) -> &str {
        self.rules[0].rsplit_once('-').map_or("", |(chapter, _)| chapter)
    }
}

/// Reads the scenarios of all files, in the order of their names.
pub fn read_all(folder: &Path) -> Result<Vec<Scenario>, String> {
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<_> = files.flatten().map(|file| file.path()).collect();
    files.sort();
    let scenarios: Result<Vec<_>, _> = files.iter().map(|file| read(file)).collect();
    Ok(scenarios?.into_iter().flatten().collect())
}

fn read(file: &Path) -> Result<Vec<Scenario>, String> {
    let with_file = |error: String| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| with_file(error.to_string()))?;
    let scenarios: Vec<Scenario> =
        serde_saphyr::from_str(&text).map_err(|error| with_file(error.to_string()))?;
    let chapter = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    match scenarios.iter().find(|one| one.rules.is_empty() || one.chapter() != chapter) {
        Some(other) => Err(with_file(format!("{:?} has no rule, or another chapter: move it", other.name))),
        None => Ok(scenarios),
    }
}
