//! The shipped `tablecast` on free ports, in a folder of its own; it ends with its owner, whatever happens.

mod launch;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::panicking;

use serde::Deserialize;
use tokio::process::{Child, ChildStdout, Command};

use crate::binaries;
use crate::bus::Bus;
use crate::dynamodb::DynamoDb;
use crate::http::Http;
use crate::patience::{eventually, within};
use crate::processes::{self, Process};
use crate::socket::Socket;

/// Where everything listens.
#[derive(Debug, Clone, Deserialize)]
pub struct Addresses {
    pub clients: String,
    pub http: String,
    pub bus: String,
    pub dynamodb: String,
}

pub struct Machine {
    child: Child,
    id: u32,
    log: PathBuf,
    addresses: Addresses,
    /// Nobody writes there, but a closed pipe would be another situation.
    _output: ChildStdout,
    folder: tempfile::TempDir,
}

impl Machine {
    /// Ready to be used.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What it runs in: what it writes without being told where is in here.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn id(&self) -> u32 {
        self.id
    }

    pub fn dynamodb(&self) -> DynamoDb {
        DynamoDb::new(&self.addresses.dynamodb)
    }

    pub fn bus(&self) -> Bus {
        Bus::new(&self.addresses.bus)
    }

    pub async fn subscribe(&self, patterns: &[&str]) -> Socket {
        let socket = Socket::subscribe(&self.addresses.clients, patterns).await;
        socket.unwrap_or_else(|refusal| panic!("cannot subscribe to {patterns:?}: {refusal:?}"))
    }

    /// A token of this machine's issuer, made by the shipped command; `arguments` such as `--claim tenant=acme`.
    pub async fn token(&self, arguments: &[&str]) -> String {
        let (success, token, reason) = self.command(&[&["token"], arguments].concat()).await;
        assert!(success, "{reason}");
        token.trim().to_owned()
    }

    /// Runs a command of the shipped program in this machine's folder: whether it succeeded, and what it said on stdout and stderr.
    pub async fn command(&self, arguments: &[&str]) -> (bool, String, String) {
        let mut command = Command::new(binaries::folder().join("tablecast"));
        command.current_dir(self.folder()).args(arguments).kill_on_drop(true);
        let output = within("the end of the command", command.output()).await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    /// Moves the gateway's time; `span` such as `10m`. It must have been started with `--test-clock`.
    pub async fn advance(&self, span: &str) {
        let url = format!("{}/clock?advance={span}", self.addresses.http);
        let (status, body) = Http::default().post(&url, &[], String::new()).await.unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }

    /// The processes of a function.
    pub fn processes_of(&self, function: &str) -> Vec<Process> {
        self.processes().into_iter().filter(|process| process.name == function).collect()
    }

    /// The processes of all functions.
    pub fn processes(&self) -> Vec<Process> {
        processes::children(self.id)
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Batches that a pipe gave up, as they were written down.
    pub fn dead_letters(&self) -> String {
        let folder = self.folder().join(".tablecast/dead-letters");
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect()
    }

    /// Ends it as Ctrl-C does; its exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        assert!(processes::signal(self.id, "INT"), "it has ended already:\n{}", self.log());
        within("the end after Ctrl-C", self.child.wait()).await.unwrap().code()
    }

    /// Ends it without a warning (kill -9).
    pub async fn kill(&mut self) {
        assert!(processes::signal(self.id, "KILL"), "it has ended already:\n{}", self.log());
        within("the end after kill -9", self.child.wait()).await.unwrap();
    }

    /// Returns when the log holds all of these.
    pub async fn logged(&self, expected: &[&str]) {
        let looked_for = format!("{expected:?} in the log");
        eventually(&looked_for, async || {
            let log = self.log();
            expected.iter().all(|text| log.contains(text)).then_some(())
        })
        .await;
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Stopped first, so that it starts nothing between the look at its children and their end.
        processes::signal(self.id, "STOP");
        let children = self.processes();
        let _ = self.child.start_kill();
        for child in children {
            processes::signal(child.id, "KILL");
        }
        if panicking() {
            eprintln!("--- the log of tablecast, process {}:\n{}---", self.id, self.log());
        }
    }
}
