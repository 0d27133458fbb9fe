//! Commands that people are shown, by a document or by the program, run as they stand; only places are others.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::aws::without_the_developers_own;
use crate::machine::Machine;
use crate::patience::within;
use crate::{binaries, project, tools};

/// What a command line begins with; other blocks are what is shown then.
const PROGRAMS: [&str; 6] = ["cargo run", "npx ", "perl ", "git ", "AWS_ACCESS_KEY_ID=", "aws "];

/// A command of a document, and what the document shows next.
#[derive(Debug)]
pub struct Step {
    pub command: String,
    pub shown: Option<String>,
}

/// The indented blocks of a document of which each is a command or what one shows.
pub fn steps(document: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in blocks(document) {
        match (PROGRAMS.iter().any(|program| block.starts_with(program)), steps.last_mut()) {
            (true, _) => steps.push(Step { command: block, shown: None }),
            (false, Some(step)) if step.shown.is_none() => step.shown = Some(block),
            (false, _) => panic!("a block that belongs to no command in {document}: {block}"),
        }
    }
    steps
}

/// The indented blocks of a document, in Markdown: lines that are indented by four spaces after an empty line, with the empty lines between them.
pub fn blocks(document: &str) -> Vec<String> {
    let text = fs::read_to_string(project().join(document)).unwrap();
    let mut blocks: Vec<String> = Vec::new();
    let (mut is_after_empty, mut is_within) = (true, false);
    for line in text.lines() {
        match line.strip_prefix("    ") {
            Some(code) if is_within => blocks.last_mut().unwrap().extend([code, "\n"]),
            Some(code) if is_after_empty => {
                blocks.push(format!("{code}\n"));
                is_within = true;
            }
            None if line.is_empty() && is_within => blocks.last_mut().unwrap().push('\n'),
            _ => is_within = false,
        }
        is_after_empty = line.is_empty();
    }
    blocks.iter().map(|block| block.trim_end().to_owned()).collect()
}

/// `cargo run` is the program that is tested, whose tokens are of the machine that runs, at its addresses.
pub fn as_tested(command: &str, machine: Option<&Machine>) -> String {
    let program = binaries::folder().join("tablecast").display().to_string();
    let mut command = command.to_owned();
    if let Some(machine) = machine {
        let token = format!("{program} token --data {}/.tablecast", machine.folder().display());
        command = command.replace("cargo run -q -- token", &token);
        command = command.replace("http://127.0.0.1:8000", &machine.addresses().dynamodb);
        command = command.replace("ws://127.0.0.1:8787", &machine.addresses().clients);
    }
    command.replace("cargo run --", &program)
}

/// Runs a command in a shell, the AWS CLI of [`tools`] first in its path; its exit code, and what it printed.
pub async fn run(command: &str, folder: &Path) -> (Option<i32>, String) {
    let path = env::var("PATH").unwrap_or_default();
    let aws = tools::aws().parent().unwrap().display().to_string();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", format!("{aws}:{path}")).stdin(Stdio::null());
    shell.envs(without_the_developers_own()).envs(somebody()).kill_on_drop(true);
    let output = within(command, shell.output()).await.unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(told).unwrap())
}

/// Whose commits these are.
fn somebody() -> [(&'static str, &'static str); 5] {
    [
        ("GIT_AUTHOR_NAME", "somebody"),
        ("GIT_AUTHOR_EMAIL", "somebody@example.com"),
        ("GIT_COMMITTER_NAME", "somebody"),
        ("GIT_COMMITTER_EMAIL", "somebody@example.com"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ]
}
