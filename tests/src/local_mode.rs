//! Runs the shipped `tablecast` on free ports, in a folder of its own. All its processes end when the value
//! is dropped.

mod launch;
mod status;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::panicking;

use serde::Deserialize;
use tokio::process::{Child, ChildStdout, Command};

use crate::binaries;
use crate::bus::Bus;
use crate::dynamodb::DynamoDb;
use crate::eventually::{eventually, within};
use crate::http::Http;
use crate::processes::{self, Process};
use crate::socket::Socket;

pub use status::PipeStatus;

#[derive(Debug, Clone, Deserialize)]
pub struct Addresses {
    pub clients: String,
    pub http: String,
    pub bus: String,
    pub dynamodb: String,
}

pub struct LocalMode {
    child: Child,
    id: u32,
    log: PathBuf,
    addresses: Addresses,
    /// Kept open: with a closed pipe, tablecast could not write to its stdout.
    _output: ChildStdout,
    folder: tempfile::TempDir,
}

impl LocalMode {
    /// Starts the local mode without tokens, and waits until it is ready.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The working folder, where tablecast writes files by default.
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

    /// Runs `tablecast token` with arguments such as `--claim tenant=acme`, and returns the token.
    pub async fn token(&self, arguments: &[&str]) -> String {
        let (success, token, reason) = self.command(&[&["token"], arguments].concat()).await;
        assert!(success, "{reason}");
        token.trim().to_owned()
    }

    /// Runs a command of `tablecast` in the working folder. Returns its success, stdout and stderr.
    pub async fn command(&self, arguments: &[&str]) -> (bool, String, String) {
        let mut command = Command::new(binaries::folder().join("tablecast"));
        command.current_dir(self.folder()).args(arguments).kill_on_drop(true);
        let output = within("the end of the command", command.output()).await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    /// Advances the clock of the gateway by a span such as `10m`. Needs `--test-clock`.
    pub async fn advance(&self, span: &str) {
        let url = format!("{}/clock?advance={span}", self.addresses.http);
        let (status, body) = Http::default().post(&url, &[], String::new()).await.unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    }

    /// Returns the processes of a function.
    pub fn processes_of(&self, function: &str) -> Vec<Process> {
        self.processes().into_iter().filter(|process| process.name == function).collect()
    }

    /// Returns the processes of all functions.
    pub fn processes(&self) -> Vec<Process> {
        processes::children(self.id)
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Returns the text of all dead letters.
    pub fn dead_letters(&self) -> String {
        let folder = self.folder().join(".tablecast/dead-letters");
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect()
    }

    /// Stops tablecast as Ctrl-C does and returns its exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        assert!(processes::signal(self.id, "INT"), "tablecast has already ended:\n{}", self.log());
        within("the end after Ctrl-C", self.child.wait()).await.unwrap().code()
    }

    /// Kills tablecast with SIGKILL.
    pub async fn kill(&mut self) {
        assert!(processes::signal(self.id, "KILL"), "tablecast has already ended:\n{}", self.log());
        within("the end after kill -9", self.child.wait()).await.unwrap();
    }

    /// Waits until the log contains all of these texts.
    pub async fn wait_for_log(&self, expected: &[&str]) {
        let what = format!("{expected:?} in the log");
        eventually(&what, async || {
            let log = self.log();
            expected.iter().all(|text| log.contains(text)).then_some(())
        })
        .await;
    }
}

impl Drop for LocalMode {
    fn drop(&mut self) {
        // The id of a process that has ended can be that of another one.
        if self.child.id().is_some() {
            kill_with_children(self.id);
        }
        if panicking() {
            eprintln!("--- the log of tablecast, process {}:\n{}---", self.id, self.log());
        }
    }
}

fn kill_with_children(id: u32) {
    // A stopped process starts no other child before its children are killed.
    processes::signal(id, "STOP");
    let all = processes::children(id).into_iter().map(|child| child.id).chain([id]).collect::<Vec<_>>();
    all.iter().for_each(|id| _ = processes::signal(*id, "KILL"));
    all.into_iter().for_each(processes::wait_for_end);
}
