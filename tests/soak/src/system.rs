//! The system under test: the local mode with real functions, behind proxies.
//!
//! # Layout
//! - `local_mode`: starts and kills the local mode on ports that stay
//! - `binaries`: the programs of the run, which no build replaces
//! - `functions`: the folder of functions: scripts that start the real ones with the addresses of the proxies
//! - `http_proxy`: a proxy before an API; `upstream`: the server behind it; `rules`: the faults in force
//! - `bus_tap`: what the bus accepted; `runtime`: the batches of `dispatch`
//! - `socket_proxy`: the proxy of the clients
//! - `issuer`: tokens and keys
//! - `disk`: the data folder, whose size is limited; `clock`: clocks that faults set
//! - `definitions`: the pipe files and schemas in use
//! - `memory`: the memory of each process

mod binaries;
mod bus_tap;
pub mod clock;
mod definitions;
mod disk;
mod functions;
mod http_proxy;
mod issuer;
mod local_mode;
pub mod memory;
pub mod rules;
mod runtime;
mod socket_proxy;
mod upstream;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::TempDir;

use crate::addresses::{Addresses, Clients};
pub use binaries::Binaries;
use bus_tap::BusTap;
pub use definitions::Definitions;
pub use disk::Disk;
pub use functions::Functions;
use http_proxy::Shared;
use issuer::Issuer;
pub use local_mode::LocalMode;
use rules::{Rules, Target};
pub use runtime::Batches;
pub use socket_proxy::SocketProxy;
use upstream::Upstream;

/// All of it ends when the value is dropped.
pub struct System {
    pub addresses: Addresses,
    pub rules: Rules,
    pub sockets: SocketProxy,
    pub issuer: Issuer,
    pub batches: Batches,
    pub functions: Functions,
    pub definitions: Definitions,
    pub local_mode: LocalMode,
    pub disk: Disk,
    pub binaries: Binaries,
    folder: TempDir,
}

impl System {
    pub async fn start(programs: Option<&Path>, keeps: bool) -> Self {
        let mut folder = tempfile::Builder::new().prefix("tablecast-soak-").tempdir().unwrap();
        folder.disable_cleanup(keeps);
        let binaries = Binaries::copy(programs, &folder.path().join("bin"));
        let disk = Disk::create(folder.path().join("data"));
        let ports = local_mode::Ports::free();
        let rules = Rules::default();
        let issuer = Issuer::new(rules.clone());
        let (tap, published) = BusTap::new();
        let batches = Batches::default();
        let shared = Shared {
            rules: rules.clone(),
            upstream: Upstream::default(),
            tap,
            batches: batches.clone(),
            posted: Default::default(),
        };
        let issuer_address = issuer.serve().await;
        let functions = Functions::create(&folder.path().join("functions"), &binaries);
        let start =
            async |target, authority: String| http_proxy::start(target, authority, shared.clone()).await;
        let http = format!("127.0.0.1:{}", ports.http);
        functions.write(&functions::Endpoints {
            table: start(Target::Table, format!("127.0.0.1:{}", ports.dynamodb)).await,
            connections: start(Target::Connections, http.clone()).await,
            bus: start(Target::Bus, http.clone()).await,
            invoke: start(Target::Invoke, http.clone()).await,
            runtime: start(Target::Runtime, String::new()).await,
            keys: format!("{issuer_address}/keys"),
        });
        let definitions = Definitions::copy(folder.path());
        let trace = keeps.then(|| folder.path().join("sockets"));
        trace.iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
        let sockets = SocketProxy::start(http, trace).await;
        let local_mode = LocalMode::new(folder.path(), ports, &binaries, &definitions, disk.folder());
        local_mode.start().await;
        let addresses = Addresses {
            dynamodb: format!("http://127.0.0.1:{}", ports.dynamodb),
            websocket: format!("ws://{}", sockets.address),
            tokens: issuer_address,
            folder: folder.path().join("workload"),
            published: Mutex::new(Some(published)),
            clients: Clients::default(),
        };
        std::fs::create_dir_all(&addresses.folder).unwrap();
        Self {
            addresses,
            rules,
            sockets,
            issuer,
            batches,
            functions,
            definitions,
            local_mode,
            disk,
            binaries,
            folder,
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}
