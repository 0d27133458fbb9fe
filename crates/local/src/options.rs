use std::path::{Path, PathBuf};

/// The options of the local mode.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder for all data. Without one, the data is in memory.
    pub data: Option<PathBuf>,
    /// The port for clients, `@connections` and the bus. 0 selects a free port.
    pub port: u16,
    /// The port for DynamoDB. 0 selects a free port.
    pub dynamodb_port: u16,
    /// The folder with the `<pipe>.yaml` files.
    pub pipes: PathBuf,
    /// The folder with the `<event type>.json` files.
    pub schemas: PathBuf,
    /// The folder with the function binaries.
    pub functions: PathBuf,
    /// The log level of the functions, such as `INFO` or `DEBUG`.
    pub log_level: String,
    pub auth: Auth,
    /// The web pages of other origins that may connect and use the database, as browsers write origins.
    pub origins: Vec<String>,
    /// Serves `POST /clock?advance=10m`, which advances the gateway's clock.
    pub test_clock: bool,
}

/// Which clients may connect to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Clients with a token of the development issuer.
    Jwt,
    /// All programs and pages of this machine, and pages of listed origins.
    None,
}

impl Options {
    /// The folder for dead letters and the key of the development issuer. It is needed without `data`, too.
    pub fn folder(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(".tablecast"))
    }

    /// The same folder, for users in another one.
    pub fn absolute_folder(&self) -> PathBuf {
        std::path::absolute(self.folder()).unwrap_or_else(|_| self.folder().to_owned())
    }
}
