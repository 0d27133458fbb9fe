//! Starts the local mode and reads its addresses.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use super::{Addresses, LocalMode};
use crate::eventually::within;
use crate::{binaries, project};

/// Sets the limit of open files to that of a usual login shell.
const WITH_SHELL_LIMITS: &str = r#"ulimit -S -n 1024; exec "$0" "$@""#;

impl LocalMode {
    /// Starts the local mode without tokens: every client can connect.
    pub async fn start_with(arguments: &[&str]) -> Self {
        Self::start_json(&[&["--auth", "none"], arguments].concat()).await
    }

    /// Starts the local mode with authentication: clients need a [`LocalMode::token`].
    pub async fn start_with_auth(arguments: &[&str]) -> Self {
        Self::start_json(arguments).await
    }

    /// Starts `tablecast dev` for the pipe files and schemas of a folder, with authentication.
    pub async fn start_in(folder: TempDir, arguments: &[&str]) -> Self {
        let arguments = [&["dev", "--json"], arguments].concat();
        Self::launch(folder, &arguments, json_addresses).await
    }

    async fn start_json(arguments: &[&str]) -> Self {
        let arguments = [&["--json"], arguments].concat();
        Self::launch_with_project(&arguments, json_addresses).await
    }

    /// Starts the local mode without `--json`, and returns the welcome text.
    pub async fn start_with_welcome(arguments: &[&str]) -> (Self, String) {
        let mut text = String::new();
        let local = Self::launch_with_project(arguments, async |output| {
            while !text.contains("Ctrl-C") {
                match line(output).await {
                    line if line.is_empty() => return None,
                    line => text.push_str(&line),
                }
            }
            addresses(&text)
        })
        .await;
        (local, text)
    }

    /// Uses the project's pipe files and schemas unless an argument names others.
    async fn launch_with_project(
        arguments: &[&str],
        ready: impl AsyncFnOnce(&mut BufReader<ChildStdout>) -> Option<Addresses>,
    ) -> Self {
        let [pipes, schemas] =
            ["pipes", "schemas"].map(|folder| project().join(folder).display().to_string());
        let mut all = arguments.to_vec();
        for (option, folder) in [("--pipes", &pipes), ("--schemas", &schemas)] {
            if !arguments.contains(&option) {
                all.extend([option, folder]);
            }
        }
        Self::launch(tempfile::tempdir().unwrap(), &all, ready).await
    }

    async fn launch(
        folder: TempDir,
        arguments: &[&str],
        ready: impl AsyncFnOnce(&mut BufReader<ChildStdout>) -> Option<Addresses>,
    ) -> Self {
        let log = folder.path().join(format!("tablecast-{}.log", next()));
        let mut child = spawn(arguments, folder.path(), &log);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let addresses = within("tablecast is ready", ready(&mut output)).await;
        let log_text = std::fs::read_to_string(&log).unwrap_or_default();
        let addresses = addresses.unwrap_or_else(|| panic!("tablecast did not start:\n{log_text}"));
        let id = child.id().expect("tablecast has ended");
        Self { child, id, log, addresses, _output: output.into_inner(), folder }
    }
}

fn next() -> usize {
    static STARTED: AtomicUsize = AtomicUsize::new(1);
    STARTED.fetch_add(1, Ordering::Relaxed)
}

fn spawn(arguments: &[&str], folder: &Path, log: &Path) -> Child {
    let binaries = binaries::folder();
    let mut command = Command::new("sh");
    command.args(["-c", WITH_SHELL_LIMITS]).arg(binaries.join("tablecast"));
    command.current_dir(folder).args(arguments);
    if !arguments.contains(&"--functions") {
        command.arg("--functions").arg(binaries);
    }
    command.args(["--port", "0", "--dynamodb-port", "0"]);
    // A killed process removes none of its files. Those here are removed with the folder.
    command.env("TMPDIR", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log).unwrap());
    command.kill_on_drop(true).spawn().expect("cannot start tablecast")
}

async fn json_addresses(output: &mut BufReader<ChildStdout>) -> Option<Addresses> {
    let line = line(output).await;
    serde_json::from_str(&line).ok()
}

async fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).await.unwrap();
    line
}

/// Reads the addresses from the welcome text.
fn addresses(welcome: &str) -> Option<Addresses> {
    let after = |word: &str| {
        let mut words = welcome.split_whitespace().skip_while(move |other| *other != word);
        words.nth(1).map(str::to_owned)
    };
    let (clients, bus, dynamodb) = (after("clients")?, after("bus")?, after("DynamoDB")?);
    Some(Addresses { clients, http: bus.strip_suffix("/bus")?.to_owned(), bus, dynamodb })
}
