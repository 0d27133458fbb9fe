//! The clients of `clients.yaml`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use crate::adapter::Launch;
use crate::project;
use crate::scenario::Scenario;

/// One client of this repository.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub name: String,
    /// A script that prints the program to run, such as that of a virtual environment.
    pub program: Option<String>,
    /// The client program, from the root folder of the project. Words are separated by spaces.
    pub command: String,
    /// The compiled validators, if it has any.
    pub validators: Option<PathBuf>,
    /// The scenarios that it cannot play, with the reasons.
    #[serde(default)]
    pub skip: BTreeMap<String, String>,
    /// The chapters that it does not have yet.
    #[serde(default)]
    pub without: Vec<String>,
}

impl Client {
    pub fn plays(&self, scenario: &Scenario) -> bool {
        !self.skip.contains_key(&scenario.name) && !self.without.iter().any(|one| one == scenario.chapter())
    }

    pub fn launch(&self) -> Result<Launch, String> {
        let program = self.program.as_deref().map(output).transpose()?;
        let command: Vec<_> = program.into_iter().chain(self.command.split(' ').map(str::to_owned)).collect();
        let is_missing = |word: &&String| word.contains('/') && !project().join(word).exists();
        if let Some(path) = command.iter().find(is_missing) {
            return Err(format!(
                "{}: {path} does not exist. Build the client first: run its check",
                self.name
            ));
        }
        Ok(Launch { command, validators: self.validators.as_ref().map(|path| project().join(path)) })
    }
}

fn output(script: &str) -> Result<String, String> {
    let output =
        Command::new(project().join(script)).output().map_err(|error| format!("{script}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("{script}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

pub fn read() -> Result<Vec<Client>, String> {
    let file = project().join("tests/conformance/clients.yaml");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_saphyr::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}
