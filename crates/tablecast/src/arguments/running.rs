//! Of the commands that run something.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tracing::Level;

#[derive(Debug, Args)]
pub struct LocalArguments {
    /// Keep everything in this folder across restarts (default: in memory)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Port for clients and for the bus; 0 takes a free one
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Port for DynamoDB; 0 takes a free one
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    pub dynamodb_port: u16,
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
    /// Who may connect
    #[arg(long, value_enum, default_value_t = AuthMode::Jwt, value_name = "HOW")]
    pub auth: AuthMode,
    /// A web page's origin that may connect too, such as http://localhost:5173 (may be repeated)
    #[arg(long = "origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
    /// Where the function binaries are (default: beside this program; `cargo run` builds them first)
    #[arg(long, value_name = "DIR")]
    pub functions: Option<PathBuf>,
    /// Say where things listen as one line of JSON on stdout, once everything is ready
    #[arg(long)]
    pub json: bool,
    /// What is logged on stderr: error, warn, info, debug or trace
    #[arg(long, default_value_t = Level::INFO, value_name = "LEVEL")]
    pub log_level: Level,
    /// Let `POST /clock?advance=10m` move the gateway's time
    #[arg(long, hide = true)]
    pub test_clock: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthMode {
    /// Whoever has a token of this machine's development issuer (`tablecast token`)
    Jwt,
    /// Everybody on this machine
    None,
}

#[derive(Debug, Args)]
pub struct PipesArguments {
    /// Where to listen; a port of 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:4667", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Call functions and queues with our own credentials instead of the pipe's role: for emulators without STS
    #[arg(long)]
    pub no_roles: bool,
    /// What is logged on stderr: error, warn, info, debug or trace
    #[arg(long, default_value_t = Level::INFO, value_name = "LEVEL")]
    pub log_level: Level,
}
