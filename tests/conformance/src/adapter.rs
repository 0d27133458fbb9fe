//! The client program under test. `tests/conformance/README.md` describes what it reads and prints.

use std::io::{Read, Seek};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};

use crate::configuration::configuration;
use crate::lines::Lines;
use crate::{Failure, project, within};

/// How to start a client.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program and its arguments, from the root folder of the project.
    pub command: Vec<String>,
    pub validators: Option<PathBuf>,
}

pub struct Adapter {
    pub lines: Lines,
    command: Vec<String>,
    configuration: Value,
    child: Child,
    /// It received the command `close`.
    pub is_closing: bool,
    stdin: Option<ChildStdin>,
    /// Its output to stderr.
    log: std::fs::File,
    _folder: TempDir,
}

impl Adapter {
    pub fn start(launch: &Launch, url: &str, changes: &Map<String, Value>) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let log = tempfile::tempfile().map_err(|error| error.to_string())?;
        let store = folder.path().join("store.json");
        let configuration = configuration(url, changes, &store, launch.validators.as_deref());
        let mut child = spawn(&launch.command, &configuration, &log)?;
        let lines = Lines::default();
        let stdin = connect(&mut child, &lines);
        let command = launch.command.clone();
        Ok(Self { lines, command, configuration, child, is_closing: false, stdin, log, _folder: folder })
    }

    /// Starts the program again, with the same store.
    pub async fn restart(&mut self) -> Result<(), Failure> {
        self.close().await?;
        self.child = spawn(&self.command, &self.configuration, &self.log)?;
        self.stdin = connect(&mut self.child, &self.lines);
        Ok(())
    }

    pub async fn command(&mut self, command: &Value) -> Result<(), Failure> {
        self.is_closing = command["close"] == true;
        let stdin = self.stdin.as_mut().ok_or("the client program has ended")?;
        let written = stdin.write_all(format!("{command}\n").as_bytes()).await;
        written.map_err(|error| format!("cannot write {command}: {error}"))?;
        stdin.flush().await.map_err(|error| error.to_string())
    }

    /// Closes the client if the scenario has not, and waits for the end of the program.
    pub async fn close(&mut self) -> Result<(), Failure> {
        if !self.is_closing {
            self.command(&serde_json::json!({"close": true})).await?;
        }
        self.is_closing = false;
        within("the line {\"closed\":true}", self.lines.wait(|inbox| inbox.is_closed.then_some(()))).await?;
        self.stdin = None;
        let status = within("the end of the client program", self.child.wait()).await?;
        let status = status.map_err(|error| error.to_string())?;
        within("the end of its output", self.lines.wait(|inbox| inbox.has_ended.then_some(()))).await?;
        if status.success() { Ok(()) } else { Err(format!("the client program ended with {status}")) }
    }

    /// Returns the end of what the program wrote to stderr.
    pub fn log(&mut self) -> String {
        let mut text = Vec::new();
        let read = self.log.rewind().and_then(|()| self.log.read_to_end(&mut text));
        let text = read.map_or(String::new(), |_| String::from_utf8_lossy(&text).into_owned());
        let lines: Vec<_> = text.lines().rev().take(12).collect();
        lines.into_iter().rev().map(|line| format!("    {line}\n")).collect()
    }
}

fn spawn(command: &[String], configuration: &Value, log: &std::fs::File) -> Result<Child, Failure> {
    let (program, arguments) = command.split_first().ok_or("a client has a command")?;
    let log = log.try_clone().map_err(|error| error.to_string())?;
    let mut child = Command::new(program);
    child.args(arguments).arg(configuration.to_string()).current_dir(project()).kill_on_drop(true);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
    child.spawn().map_err(|error| format!("cannot start {program}: {error}. Build the client first"))
}

fn connect(child: &mut Child, lines: &Lines) -> Option<ChildStdin> {
    if let Some(output) = child.stdout.take() {
        lines.read(output);
    }
    child.stdin.take()
}
