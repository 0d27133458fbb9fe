use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{Step, as_tested, run};
use crate::eventually::eventually;
use crate::local_mode::LocalMode;
use crate::node::PrintingClient;
use crate::project;

/// A reader who runs the commands of a document in a copy of the project's files, and compares the output.
pub struct Reader {
    copy: TempDir,
    local: Option<LocalMode>,
    wscat: Option<PrintingClient>,
}

impl Reader {
    /// Copies what a reader edits, and commits it.
    pub async fn start() -> Self {
        let reader = Self { copy: tempfile::tempdir().unwrap(), local: None, wscat: None };
        for folder in ["pipes", "schemas", "examples"] {
            let from = project().join(folder);
            assert!(Command::new("cp").arg("-R").arg(from).arg(reader.folder()).status().unwrap().success());
        }
        reader.run("git init -q && git add . && git commit -q -m before").await;
        reader
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
        match step.command.as_str() {
            "cargo run" => self.start_machine(step.output.as_deref()).await,
            command if command.starts_with("npx wscat") => self.subscribe(command).await,
            command if command.contains("put-item") || command.contains("update-item") => {
                self.run(command).await;
                if let Some(event) = &step.output {
                    self.receive(event).await;
                }
            }
            command => {
                let output = self.run(command).await;
                let shown = step.output.as_deref().unwrap_or_default();
                assert_eq!(without_counts(&output), without_counts(shown), "{command}");
            }
        }
    }

    async fn start_machine(&mut self, output: Option<&str>) {
        let [pipes, schemas] =
            ["pipes", "schemas"].map(|folder| self.folder().join(folder).display().to_string());
        let arguments = ["--pipes", &pipes, "--schemas", &schemas];
        let (local, welcome) = LocalMode::start_with_welcome(&arguments).await;
        assert!(welcome.contains(output.unwrap_or_default()), "{welcome}");
        self.local = Some(local);
    }

    async fn subscribe(&mut self, command: &str) {
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
    async fn run(&self, command: &str) -> String {
        let (code, output) = run(&as_tested(command, self.local.as_ref()), self.folder()).await;
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

/// The documents do not depend on the number of files in the project.
fn without_counts(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}
