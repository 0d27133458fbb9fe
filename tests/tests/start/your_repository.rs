//! docs/start/your-repository.md, followed in an empty folder.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tablecast_tests::doc_steps::{self, Step, as_tested, steps};
use tablecast_tests::eventually::eventually;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::node::PrintingClient;
use tempfile::TempDir;

const DOCUMENT: &str = "docs/start/your-repository.md";
const FOLDER: &str = "cd acme-events && ";

/// A reader with the program in the path, who has created the repository.
struct Reader {
    parent: TempDir,
    local: Option<LocalMode>,
    wscat: Option<PrintingClient>,
}

impl Reader {
    async fn take(&mut self, step: &Step) {
        let command = step.command.strip_prefix(FOLDER).unwrap_or(&step.command);
        match command {
            // tests/release/check unpacks the archive.
            command if command.starts_with("tar ") => {}
            "tablecast dev" => self.start().await,
            command if command.starts_with("npx wscat") => self.subscribe(command).await,
            command if command.contains("put-item") => {
                self.run(command, self.folder()).await;
                self.receive(step.output.as_deref().unwrap()).await;
            }
            command if command.starts_with("perl") => self.edit(command).await,
            command => {
                let output = self.run(command, self.folder()).await;
                let shown = step.output.as_deref().unwrap_or_default();
                assert!(output.contains(shown), "{command}: {output}");
            }
        }
    }

    fn folder(&self) -> &Path {
        self.local.as_ref().map_or(self.parent.path(), LocalMode::folder)
    }

    async fn run(&self, command: &str, folder: &Path) -> String {
        let folder = match folder.join("acme-events") {
            repository if repository.exists() && !command.contains("init") => repository,
            _ => folder.to_owned(),
        };
        let command = as_tested(&in_path(command), self.local.as_ref());
        let (code, output) = doc_steps::run(&command, &folder).await;
        assert_eq!(code, Some(0), "{command}: {output}");
        output
    }

    /// Moves the repository to the folder of the local mode, which removes it at the end.
    async fn start(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        let repository = self.parent.path().join("acme-events");
        for entry in fs::read_dir(repository).unwrap().flatten() {
            fs::rename(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        self.local = Some(LocalMode::start_in(folder, &[]).await);
    }

    async fn subscribe(&mut self, command: &str) {
        let local = self.local.as_ref().unwrap();
        let command = command.replace("tablecast token", "cargo run -q -- token");
        self.wscat = Some(PrintingClient::start(&as_tested(&command, Some(local))));
        eventually("wscat in the connections table", async || {
            let items = local.dynamodb().scan("connections").await;
            items.iter().any(|item| item["pk"]["S"] == "subscription#tickets/red/*").then_some(())
        })
        .await;
    }

    async fn edit(&self, command: &str) {
        self.run(command, self.folder()).await;
        self.local.as_ref().unwrap().wait_for_log(&["uses the edited files"]).await;
    }

    async fn receive(&mut self, shown: &str) {
        let line = self.wscat.as_mut().unwrap().line().await;
        let [mut event, mut shown]: [Value; 2] =
            [&line, shown].map(|text| serde_json::from_str(text).unwrap());
        for varies in ["id", "time", "sequence", "position"] {
            for event in [&mut event, &mut shown] {
                assert!(event.as_object_mut().unwrap().remove(varies).is_some(), "{varies}");
            }
        }
        assert_eq!(event, shown);
    }
}

/// The tested program instead of the one in the path.
fn in_path(command: &str) -> String {
    command.replace("tablecast ", "cargo run -- ")
}

#[tokio::test]
async fn the_document_leads_from_an_empty_folder_to_an_event_and_a_changed_event() {
    let mut reader = Reader { parent: tempfile::tempdir().unwrap(), local: None, wscat: None };
    let steps = steps(DOCUMENT);
    for step in &steps {
        reader.take(step).await;
    }
    let log = reader.local.as_ref().unwrap().log();
    assert!(!log.contains("ERROR"), "{log}");
    assert!(steps.iter().filter(|step| step.command.contains("put-item")).count() == 2);
}
