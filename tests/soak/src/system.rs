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
        let path = folder.path();
        let binaries = Binaries::copy(programs, &path.join("bin"));
        let functions = Functions::create(&path.join("functions"), &binaries);
        let (definitions, disk) = (Definitions::copy(path), Disk::create(path.join("data")));
        let (rules, batches, ports) = (Rules::default(), Batches::default(), local_mode::Ports::free());
        let issuer = Issuer::new(rules.clone());
        let tokens = issuer.serve().await;
        let (tap, published) = BusTap::new();
        let shared = Shared::new(&rules, &batches, tap);
        functions.write(&endpoints(ports, &tokens, &shared).await);
        let trace = keeps.then(|| created(path.join("sockets")));
        let sockets = SocketProxy::start(authority(ports.http), trace).await;
        let local_mode = LocalMode::new(path, ports, &binaries, &definitions, disk.folder());
        local_mode.start().await;
        let addresses = Addresses {
            dynamodb: format!("http://{}", authority(ports.dynamodb)),
            websocket: format!("ws://{}", sockets.address),
            tokens,
            folder: created(path.join("workload")),
            published: Mutex::new(Some(published)),
            clients: Clients::default(),
        };
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

/// Starts a proxy before each API that functions call.
async fn endpoints(ports: local_mode::Ports, issuer: &str, shared: &Shared) -> functions::Endpoints {
    let start = async |target, upstream| http_proxy::start(target, upstream, shared.clone()).await;
    functions::Endpoints {
        table: start(Target::Table, authority(ports.dynamodb)).await,
        connections: start(Target::Connections, authority(ports.http)).await,
        bus: start(Target::Bus, authority(ports.http)).await,
        invoke: start(Target::Invoke, authority(ports.http)).await,
        runtime: start(Target::Runtime, String::new()).await,
        keys: format!("{issuer}/keys"),
    }
}

fn authority(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn created(folder: PathBuf) -> PathBuf {
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
