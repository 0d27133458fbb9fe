use std::path::{Path, PathBuf};

/// What the one-machine mode is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept; nowhere, that is in memory, when absent.
    pub data: Option<PathBuf>,
    /// For clients, `@connections` and the bus; 0 takes a free port.
    pub port: u16,
    /// For DynamoDB; 0 takes a free port.
    pub dynamodb_port: u16,
    /// The folder with `<pipe>.yaml` files.
    pub pipes: PathBuf,
    /// The folder with `<event type>.json` files.
    pub schemas: PathBuf,
    /// The folder with the function binaries.
    pub functions: PathBuf,
    /// What functions log: `INFO`, `DEBUG` and so on.
    pub log_level: String,
    /// Who may connect.
    pub auth: Auth,
    /// Serves `POST /clock?advance=10m`, which moves the gateway's time forward.
    pub test_clock: bool,
}

/// Who may connect to the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Programs and pages of these origins, with a token of the development issuer.
    Jwt { origins: Vec<String> },
    /// Every program and every page of this machine.
    None,
}

impl Options {
    /// Where dead letters and the development issuer's key are kept, with or without `data`.
    pub fn folder(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(".tablecast"))
    }
}
