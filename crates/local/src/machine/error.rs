use std::io;
use std::path::PathBuf;

use crate::database::DatabaseError;
use crate::functions;
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
    #[error("there is no pipe file (*.yaml) in {}; say with --pipes where they are", .0.display())]
    NoPipes(PathBuf),
    #[error("the pipe file {} is wrong: {reason}", .path.display())]
    Pipe { path: PathBuf, reason: String },
    #[error(transparent)]
    PipeSettings(#[from] pipes::SettingsError),
    #[error(transparent)]
    PipeStart(#[from] pipes::StartError),
    #[error(transparent)]
    Functions(#[from] functions::SettingsError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
