use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What Lambda would be told about a function.
#[derive(Debug, Clone)]
pub struct Function {
    /// The binary's name and the Lambda function's.
    pub name: String,
    /// Lambda: 3 s unless told otherwise, at most 15 min.
    pub timeout: Duration,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the binaries are.
    pub folder: PathBuf,
    pub functions: Vec<Function>,
    /// A function's whole environment, beside `PATH` and what Lambda sets itself.
    pub variables: BTreeMap<String, String>,
    /// Processes of one function at once; further calls wait.
    pub instances: usize,
    /// How long a call waits for a process before it is throttled.
    pub wait: Duration,
    /// How long a process may take to ask for its first invocation. Lambda: 10 s.
    pub init: Duration,
    /// A process that had nothing to do for so long ends.
    pub idle: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("there is no function binary {}: build it with `cargo build {packages}`, or say with --functions where the binaries are", .path.display())]
    Missing { path: PathBuf, packages: String },
    #[error("the Lambda Runtime API cannot listen on a loopback port: {0}")]
    RuntimeApi(std::io::Error),
}

impl Settings {
    pub fn new(folder: PathBuf, functions: Vec<Function>, variables: BTreeMap<String, String>) -> Self {
        Self {
            folder,
            functions,
            variables,
            instances: 10,
            wait: Duration::from_secs(29),
            init: Duration::from_secs(10),
            idle: Duration::from_secs(60),
        }
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let paths = self.functions.iter().map(|function| self.binary(&function.name));
        match paths.into_iter().find(|path| !path.is_file()) {
            Some(path) => Err(SettingsError::Missing { path, packages: self.packages() }),
            None => Ok(()),
        }
    }

    pub(super) fn binary(&self, function: &str) -> PathBuf {
        let file = format!("{function}{}", std::env::consts::EXE_SUFFIX);
        std::path::absolute(&self.folder).unwrap_or_else(|_| Path::new(&self.folder).to_owned()).join(file)
    }

    fn packages(&self) -> String {
        let packages = self.functions.iter().map(|function| format!("-p {}", function.name));
        packages.collect::<Vec<_>>().join(" ")
    }
}
