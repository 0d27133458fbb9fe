use std::io;
use std::path::PathBuf;

use tablecast_definitions::problem::{self, Problem};

use crate::database::DatabaseError;
use crate::functions;
use crate::issuer::IssuerFileError;
use crate::pipes;

/// Why the one-machine mode did not start. Nothing is left running.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on 127.0.0.1:{port}: {reason}; end what listens there, or choose another port with {option}"
    )]
    Port { port: u16, option: &'static str, reason: io::Error },
    #[error("cannot use the folder {}: {reason}", .folder.display())]
    Folder { folder: PathBuf, reason: io::Error },
    #[error("there is no .{extension} file in {}; say with {option} where they are", .folder.display())]
    NoFiles { folder: PathBuf, extension: &'static str, option: &'static str },
    /// A line for each problem.
    #[error("pipe files or schemas are wrong\n{0}")]
    Problems(String),
    #[error(transparent)]
    PipeStart(#[from] pipes::StartError),
    #[error(transparent)]
    Issuer(#[from] IssuerFileError),
    #[error(transparent)]
    Functions(#[from] functions::SettingsError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl StartError {
    /// In the order of the files.
    pub fn problems(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|one, other| one.file.cmp(&other.file));
        Self::Problems(problem::lines(&problems))
    }
}
