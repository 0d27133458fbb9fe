use std::io;
use std::path::PathBuf;

use tablecast_definitions::problem::{self, Problem};

use crate::database::DatabaseError;
use crate::functions::ConfigError;
use crate::issuer::IssuerFileError;

/// The error of a start that failed. Nothing keeps running.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on 127.0.0.1:{port}: {reason}; stop the program on this port, or choose another one with {option}"
    )]
    Port { port: u16, option: &'static str, reason: io::Error },
    #[error("cannot use the folder {}: {reason}", .folder.display())]
    Folder { folder: PathBuf, reason: io::Error },
    #[error(
        "there is no folder {}; start in the folder of your repository{above}, write one with `tablecast init`, or set \
         the folder with {option}",
        .folder.display()
    )]
    NoFolder { folder: PathBuf, option: &'static str, above: String },
    #[error("there is no .{extension} file in {}; set the folder with {option}{misnamed}", .folder.display())]
    NoFiles { folder: PathBuf, extension: &'static str, option: &'static str, misnamed: String },
    /// One line for each problem.
    #[error("pipe files or schemas have problems\n{}", problem::lines(.0))]
    Problems(Vec<Problem>),
    #[error("cannot compile the pipe files: {0}")]
    Compile(#[from] tokio::task::JoinError),
    #[error(transparent)]
    PipeStart(#[from] tablecast_pipes::StartError),
    #[error(transparent)]
    Issuer(#[from] IssuerFileError),
    #[error(transparent)]
    Functions(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl StartError {
    /// The mistakes in files. Other errors have none.
    pub fn mistakes(&self) -> &[Problem] {
        match self {
            Self::Problems(problems) => problems,
            _ => &[],
        }
    }

    /// Sorts the problems by file.
    pub fn problems(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|one, other| one.file.cmp(&other.file));
        Self::Problems(problems)
    }
}
