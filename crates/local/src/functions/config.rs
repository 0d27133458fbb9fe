use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

/// A Lambda function.
#[derive(Debug, Clone)]
pub struct Function {
    /// The name of the function and of its binary.
    pub name: String,
    /// The timeout of a call. Lambda's default is 3 seconds, and its maximum 15 minutes.
    pub timeout: Duration,
}

#[derive(Debug, Clone)]
pub struct FunctionsConfig {
    /// The folder of the binaries.
    pub folder: PathBuf,
    pub functions: Vec<Function>,
    /// The environment variables of the functions, besides `PATH` and those that Lambda sets.
    pub variables: BTreeMap<String, String>,
    /// The maximum number of processes of one function. Further calls wait.
    pub instances: usize,
    /// The time after which a waiting call is throttled.
    pub wait: Duration,
    /// The time limit for the first poll of a process. Lambda's limit is 10 seconds.
    pub init: Duration,
    /// The idle time after which a process ends.
    pub idle: Duration,
    /// A folder that the functions read. It is deleted when no process can start with it any more.
    pub files: Option<Arc<TempDir>>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "there is no function binary {}; unpack the whole archive, build it with `cargo build {packages}`, or set the \
         folder with --functions",
        .path.display()
    )]
    Missing { path: PathBuf, packages: String },
    #[error("the Lambda Runtime API cannot listen on a loopback port: {0}")]
    RuntimeApi(std::io::Error),
}

impl FunctionsConfig {
    pub fn new(folder: PathBuf, functions: Vec<Function>, variables: BTreeMap<String, String>) -> Self {
        Self {
            folder,
            functions,
            variables,
            instances: 10,
            wait: Duration::from_secs(29),
            init: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            files: None,
        }
    }

    /// Checks that all binaries exist.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let paths = self.functions.iter().map(|function| self.binary(&function.name));
        match paths.into_iter().find(|path| !path.is_file()) {
            Some(path) => Err(ConfigError::Missing { path, packages: self.packages() }),
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
