//! Programs in JavaScript: wscat, the official CloudEvents SDK, the official AsyncAPI parser, and quicktype.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::eventually::within;
use crate::repeated::Repeated;
use crate::tools;

/// A client program that prints each event on a line.
pub struct PrintingClient {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    repeated: Repeated,
}

impl PrintingClient {
    /// Starts a shell command. `npx` finds the packages of `tests/clients`.
    pub fn start(command: &str) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec {command}")]).current_dir(tools::clients()).kill_on_drop(true);
        let child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("cannot start sh");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, repeated: Repeated::default() }
    }

    /// Starts wscat without `npx`, so that its process id is that of wscat.
    pub fn wscat(url: &str) -> Self {
        Self::start(&format!("node node_modules/wscat/bin/wscat -c '{url}'"))
    }

    /// Returns the next line. Drops repeated events.
    pub async fn line(&mut self) -> String {
        loop {
            let line = within("a printed event", self.lines.next_line()).await.unwrap();
            let line = line.expect("the program has ended");
            let event = serde_json::from_str(line.trim_start_matches("< ")).unwrap_or_default();
            if !self.repeated.is_repeated(&event) {
                return line;
            }
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("the program has ended")
    }
}

/// Validates each event with the JSON Schema and the rules of the official SDK. Returns `ok` or the error for
/// each.
pub async fn cloudevents_verdicts(events: &[&str]) -> Vec<String> {
    run_script("validate.mjs", &format!("{}\n", events.join("\n"))).await
}

/// Validates a document with the official AsyncAPI parser. Returns `ok` or the errors.
pub async fn asyncapi_verdict(document: &str) -> Vec<String> {
    run_script("asyncapi.mjs", document).await
}

/// Runs a script of `tests/clients` and returns the lines that it prints.
async fn run_script(script: &str, input: &str) -> Vec<String> {
    let mut node = Command::new("node");
    node.arg(script).current_dir(tools::clients());
    output_lines(node, input).await
}

/// Generates the types of a schema with quicktype.
pub async fn generate_types(language: &str, schema: &Path, name: &str, folder: &Path) {
    let mut node = Command::new("node");
    node.args(["types.mjs", language]).arg(schema).arg(name).arg(folder).current_dir(tools::quicktype());
    output_lines(node, "").await;
}

/// Runs a program with an input and returns the lines that it prints.
pub async fn output_lines(mut program: Command, input: &str) -> Vec<String> {
    let program = program.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = program.spawn().expect("cannot start the program");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = within("the output", child.wait_with_output()).await.unwrap();
    assert!(output.status.success(), "the program failed: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
