//! Runs commands of the documents and of the welcome text as they are. Only addresses and folders differ.
//!
//! # Layout
//! - `fences`: the fenced code blocks of a document
//! - `reader`: follows a document from its first command to its last
//! - `terminal`: the shells in which a reader types the commands

mod fences;
mod reader;
mod terminal;

use std::env;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::aws::isolated_aws_environment;
use crate::eventually::within;
use crate::local_mode::LocalMode;
use crate::{binaries, tools};

pub use fences::{Block, blocks};
pub use reader::Reader;
pub use terminal::{Terminal, Terminals};

/// A command of a document, and the output that the document shows for it.
#[derive(Debug)]
pub struct Step {
    /// The prose before the command, which can open a terminal.
    pub introduction: String,
    pub command: String,
    pub output: Option<String>,
}

/// The commands of a document: each `sh` block, with the block after it if that one shows output.
/// Blocks of other languages, such as diagrams, belong to no command.
pub fn steps(document: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for Block { introduction, language, text } in blocks(document) {
        match (language.as_str(), steps.last_mut()) {
            ("sh", _) => steps.push(Step { introduction, command: text, output: None }),
            ("text" | "json" | "yaml", Some(step)) if step.output.is_none() => step.output = Some(text),
            ("text" | "json" | "yaml", _) => panic!("{document}: output without a command: {text}"),
            _ => {}
        }
    }
    steps
}

impl Step {
    /// The same step in the terminal that it has opened already.
    pub fn again(&self) -> Self {
        Self { introduction: String::new(), command: self.command.clone(), output: self.output.clone() }
    }

    /// The commands before the last one, which start no program that keeps running; and the last one.
    /// `cd there && start` is two commands.
    pub fn split(&self) -> (String, &str) {
        let start = self.command.replace("\\\n", "  ").rfind('\n').map_or(0, |end| end + 1);
        let (before, last) = self.command.split_at(start);
        match last.strip_prefix("cd ").and_then(|last| last.split_once(" && ")) {
            Some((folder, last)) => (format!("{before}cd {folder}"), last),
            None => (before.trim_end().to_owned(), last),
        }
    }
}

/// The command for the tested program: its binary instead of `cargo run`, and the addresses and tokens of the
/// local mode.
pub fn as_tested(command: &str, local: Option<&LocalMode>) -> String {
    let program = binaries::folder().join("tablecast").display().to_string();
    let mut command = command.to_owned();
    if let Some(local) = local {
        let token = format!("{program} token --data {}/.tablecast", local.folder().display());
        command = command.replace("cargo run -q -- token", &token);
        command = command.replace("http://127.0.0.1:8000", &local.addresses().dynamodb);
        command = command.replace("ws://127.0.0.1:8787", &local.addresses().clients);
    }
    command.replace("cargo run --", &program)
}

/// Runs a command in a shell, with the AWS CLI of [`tools`] first in its path. Returns the exit code and the
/// output.
pub async fn run(command: &str, folder: &Path) -> (Option<i32>, String) {
    let path = env::var("PATH").unwrap_or_default();
    let aws = tools::aws().parent().unwrap().display().to_string();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", format!("{aws}:{path}")).stdin(Stdio::null());
    shell.envs(isolated_aws_environment()).envs(git_identity()).kill_on_drop(true);
    let output = within(command, shell.output()).await.unwrap();
    let output_and_errors = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(output_and_errors).unwrap())
}

fn git_identity() -> [(&'static str, &'static str); 5] {
    [
        ("GIT_AUTHOR_NAME", "somebody"),
        ("GIT_AUTHOR_EMAIL", "somebody@example.com"),
        ("GIT_COMMITTER_NAME", "somebody"),
        ("GIT_COMMITTER_EMAIL", "somebody@example.com"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ]
}
