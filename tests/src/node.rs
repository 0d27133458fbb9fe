//! Clients in JavaScript: wscat, the official CloudEvents SDK, and AsyncAPI's official parser.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::patience::within;
use crate::tools;

/// A program that prints events, one a line.
pub struct Printer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Printer {
    /// `command` runs in a shell, with the packages of `tests/clients` for `npx`.
    pub fn start(command: &str) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec {command}")]).current_dir(tools::clients()).kill_on_drop(true);
        let child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("sh can be started");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// wscat itself, without `npx` around it.
    pub fn wscat(url: &str) -> Self {
        Self::start(&format!("node node_modules/wscat/bin/wscat -c '{url}'"))
    }

    pub async fn line(&mut self) -> String {
        let line = within("a printed event", self.lines.next_line()).await.unwrap();
        line.expect("the program still runs")
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }
}

/// What the official SDK says of each event, by its JSON Schema and by its own rules: `ok`, or why not.
pub async fn cloudevents_verdicts(events: &[&str]) -> Vec<String> {
    told("validate.mjs", &format!("{}\n", events.join("\n"))).await
}

/// What AsyncAPI's official parser says of a document: `ok`, or its errors.
pub async fn asyncapi_verdict(document: &str) -> Vec<String> {
    told("asyncapi.mjs", document).await
}

/// The lines that a script of `tests/clients` prints.
async fn told(script: &str, input: &str) -> Vec<String> {
    let mut node = Command::new("node");
    node.arg(script).current_dir(tools::clients());
    printed(node, input).await
}

/// The lines that a program prints of its standard input.
pub async fn printed(mut program: Command, input: &str) -> Vec<String> {
    let program = program.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = program.spawn().expect("it can be started");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = within("what it prints", child.wait_with_output()).await.unwrap();
    assert!(output.status.success(), "it ended with {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
