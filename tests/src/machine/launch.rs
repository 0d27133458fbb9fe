use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use super::{Addresses, Machine};
use crate::patience::within;
use crate::{binaries, project};

/// With as many open files as a login shell usually allows, whatever this process may have.
const AS_FROM_A_SHELL: &str = r#"ulimit -S -n 1024; exec "$0" "$@""#;

impl Machine {
    /// Everybody may connect.
    pub async fn start_with(arguments: &[&str]) -> Self {
        Self::start_json(&[&["--auth", "none"], arguments].concat()).await
    }

    /// Only who has a token may connect: see [`Machine::token`].
    pub async fn start_authorized(arguments: &[&str]) -> Self {
        Self::start_json(arguments).await
    }

    async fn start_json(arguments: &[&str]) -> Self {
        let arguments = [&["--json"], arguments].concat();
        Self::launch(&arguments, async |output| {
            let line = line(output).await;
            serde_json::from_str(&line).ok()
        })
        .await
    }

    /// As a person starts it, and what the person then reads.
    pub async fn start_with_welcome() -> (Self, String) {
        let mut text = String::new();
        let machine = Self::launch(&[], async |output| {
            while !text.contains("Ctrl-C") {
                match line(output).await {
                    line if line.is_empty() => return None,
                    line => text.push_str(&line),
                }
            }
            addresses(&text)
        })
        .await;
        (machine, text)
    }

    async fn launch(
        arguments: &[&str],
        ready: impl AsyncFnOnce(&mut BufReader<ChildStdout>) -> Option<Addresses>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join(format!("tablecast-{}.log", next()));
        let mut child = spawn(arguments, folder.path(), &log);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let addresses = within("tablecast is ready", ready(&mut output)).await;
        let told = std::fs::read_to_string(&log).unwrap_or_default();
        let addresses = addresses.unwrap_or_else(|| panic!("tablecast did not start:\n{told}"));
        let id = child.id().expect("it runs");
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
    command.args(["-c", AS_FROM_A_SHELL]).arg(binaries.join("tablecast"));
    command.current_dir(folder).arg("--functions").arg(binaries);
    for (option, folder) in [("--pipes", "pipes"), ("--schemas", "schemas")] {
        if !arguments.contains(&option) {
            command.arg(option).arg(project().join(folder));
        }
    }
    command.args(["--port", "0", "--dynamodb-port", "0"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log).unwrap());
    command.kill_on_drop(true).spawn().expect("tablecast can be started")
}

async fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).await.unwrap();
    line
}

/// From the words of the welcome.
fn addresses(welcome: &str) -> Option<Addresses> {
    let after = |word: &str| {
        let mut words = welcome.split_whitespace().skip_while(move |other| *other != word);
        words.nth(1).map(str::to_owned)
    };
    let (clients, bus, dynamodb) = (after("clients")?, after("bus")?, after("DynamoDB")?);
    Some(Addresses { clients, http: bus.strip_suffix("/bus")?.to_owned(), bus, dynamodb })
}
