use std::error::Error;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tablecast_local::{Auth, Options};
use tracing::Level;

use super::{binaries, origin};
use crate::definitions::DefinitionFolders;

/// Run everything on this machine
///
/// Runs DynamoDB, the functions, the gateway and the bus for the pipe files and schemas of this folder, until Ctrl-C.
/// Uses edits of these files at once. docs/reference/local-mode.md describes what it serves.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Keep all data in this folder across restarts (default: in memory)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Port of clients, the page and the bus; 0 takes a free port
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Port of DynamoDB; 0 takes a free port
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    pub dynamodb_port: u16,
    #[command(flatten)]
    folders: DefinitionFolders,
    /// How clients authenticate
    #[arg(long, value_enum, default_value_t = AuthMode::Jwt, value_name = "HOW")]
    auth: AuthMode,
    /// Let web pages of this origin connect and use the database, such as http://localhost:5173 (repeatable)
    ///
    /// Other pages of this machine may connect, too, but not use the database.
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = origin::parse)]
    origins: Vec<String>,
    /// Folder of the function binaries (default: those of the archive, or beside this program; `cargo run` builds
    /// them first)
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// Print the addresses as one line of JSON on stdout, when everything is ready
    #[arg(long)]
    pub json: bool,
    /// Log level on stderr: error, warn, info, debug or trace
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    pub log_level: Level,
    /// Let `POST /clock?advance=10m` advance the gateway's clock
    #[arg(long, hide = true)]
    test_clock: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuthMode {
    /// Clients need a token of this machine's development issuer (`tablecast token`)
    Jwt,
    /// Every program and page of this machine may connect
    None,
}

impl Arguments {
    /// Builds the functions if Cargo runs this program.
    pub fn options(self) -> Result<Options, Box<dyn Error>> {
        let functions = self.functions.map_or_else(binaries::folder, Ok)?;
        Ok(Options {
            data: self.data,
            port: self.port,
            dynamodb_port: self.dynamodb_port,
            pipes: self.folders.pipes,
            schemas: self.folders.schemas,
            functions,
            auth: self.auth.into(),
            origins: self.origins,
            log_level: self.log_level.to_string(),
            test_clock: self.test_clock,
        })
    }
}

impl From<AuthMode> for Auth {
    fn from(mode: AuthMode) -> Self {
        match mode {
            AuthMode::Jwt => Self::Jwt,
            AuthMode::None => Self::None,
        }
    }
}
