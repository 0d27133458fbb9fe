use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Step, Terminals, as_tested, run};
use crate::eventually::eventually;
use crate::local_mode::LocalMode;
use crate::node::PrintingClient;
use crate::project;

/// The programs of applications, which clients/typescript/check builds and runs. Here, they only check where they run.
const APPLICATIONS: [(&str, &str); 2] = [
    ("npm", "#!/bin/sh\n[ -f package.json ] || { echo \"npm: no package.json in $PWD\"; exit 1; }\n"),
    (
        "node",
        "#!/bin/sh\n[ -f \"$1\" ] && [ -n \"$TOKEN\" ] || { echo \"node: no $1 in $PWD, or no token\"; exit 1; }\n",
    ),
];

/// A reader who runs the commands of a document in a copy of the project's files, and compares the output.
pub struct Reader {
    copy: TempDir,
    _applications: TempDir,
    terminals: Terminals,
    local: Option<LocalMode>,
    wscat: Option<PrintingClient>,
}

impl Reader {
    /// Copies what a reader edits, and commits it.
    pub async fn start() -> Self {
        let (copy, applications) = (tempfile::tempdir().unwrap(), applications());
        for folder in ["pipes", "schemas", "examples"] {
            let from = project().join(folder);
            assert!(Command::new("cp").arg("-R").arg(from).arg(copy.path()).status().unwrap().success());
        }
        copy_client(copy.path());
        let path = format!("export PATH={}:$PATH\n", applications.path().display());
        let terminals = Terminals::new(copy.path(), &path);
        let commit = "git init -q && git add . && git commit -q -m before";
        assert_eq!(run(commit, copy.path()).await, (Some(0), String::new()));
        Self { copy, _applications: applications, terminals, local: None, wscat: None }
    }

    pub fn folder(&self) -> &Path {
        self.copy.path()
    }

    /// The local mode that the document started.
    pub fn local(&self) -> &LocalMode {
        self.local.as_ref().expect("the document starts the local mode first")
    }

    /// Runs a command, and checks that it does what the document shows.
    pub async fn take(&mut self, step: &Step) {
        match step.split() {
            (before, "cargo run" | "cargo run -- dev") => self.start_machine(step, &before).await,
            (before, last) if last.starts_with("npx wscat") => self.subscribe(step, &before, last).await,
            (_, last) if last.contains("node example/") || last.contains("npm run dev") => {
                self.run(step, &step.command).await;
                self.terminals.of(&step.again()).occupy();
            }
            (_, last) if last.contains("aws dynamodb ") => {
                self.run(step, &step.command).await;
                if let Some(event) = &step.output {
                    self.receive(event).await;
                }
            }
            _ => {
                let output = self.run(step, &step.command).await;
                let shown = step.output.as_deref().unwrap_or_default();
                assert_eq!(without_counts(&output), without_counts(shown), "{}", step.command);
            }
        }
    }

    async fn start_machine(&mut self, step: &Step, before: &str) {
        self.run(step, before).await;
        let terminal = self.terminals.of(&step.again());
        let [pipes, schemas] =
            ["pipes", "schemas"].map(|folder| terminal.folder().join(folder).display().to_string());
        terminal.occupy();
        let arguments = ["--pipes", &pipes, "--schemas", &schemas];
        let (local, welcome) = LocalMode::start_with_welcome(&arguments).await;
        assert!(welcome.contains(step.output.as_deref().unwrap_or_default()), "{welcome}");
        self.local = Some(local);
    }

    async fn subscribe(&mut self, step: &Step, before: &str, command: &str) {
        self.run(step, before).await;
        self.terminals.of(&step.again()).occupy();
        let (_, parameters) = command.split_once("?subscribe=").expect("the document subscribes");
        let (pattern, _) = parameters.split_once('&').expect("the document gives a token");
        self.wscat = Some(PrintingClient::start(&as_tested(command, Some(self.local()))));
        let key = format!("subscription#{pattern}");
        eventually("wscat in the connections table", async || {
            let items = self.local().dynamodb().scan("connections").await;
            items.iter().any(|item| item["pk"]["S"] == key.as_str()).then_some(())
        })
        .await;
    }

    /// Returns the output. Only `check --against` may find a problem: the document provokes it.
    async fn run(&mut self, step: &Step, command: &str) -> String {
        let tested = as_tested(command, self.local.as_ref());
        let (code, output) = self.terminals.of(step).run(&tested).await;
        assert_eq!(code, Some(i32::from(command.contains("--against"))), "{command}: {output}");
        output.trim_end().to_owned()
    }

    /// The next event that `wscat` prints.
    pub async fn event(&mut self) -> Value {
        let line = self.wscat.as_mut().expect("the document subscribes first").line().await;
        serde_json::from_str(&line).unwrap()
    }

    async fn receive(&mut self, shown: &str) {
        let (mut event, mut shown): (Value, Value) =
            (self.event().await, serde_json::from_str(shown).unwrap());
        for varies in ["id", "time", "sequence", "position"] {
            let [received, shown] =
                [&mut event, &mut shown].map(|event| event.as_object_mut().unwrap().remove(varies));
            assert!(received.is_some_and(|value| value.is_string()) && shown.is_some(), "{varies}");
        }
        assert_eq!(event, shown);
    }
}

fn applications() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, script) in APPLICATIONS {
        let path = folder.path().join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }
    folder
}

/// Copies the files of the TypeScript client that a reader of the documents needs.
fn copy_client(folder: &Path) {
    fs::create_dir_all(folder.join("clients/typescript/example")).unwrap();
    for file in ["clients/typescript/package.json", "clients/typescript/example/orders.mjs"] {
        fs::copy(project().join(file), folder.join(file)).unwrap();
    }
}

/// The documents do not depend on the number of files in the project.
fn without_counts(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}
