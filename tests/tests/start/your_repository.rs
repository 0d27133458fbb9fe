//! docs/start/your-repository.md, typed into terminals that open in an empty folder with an archive.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tablecast_tests::binaries;
use tablecast_tests::doc_steps::{Step, Terminals, as_tested, steps};
use tablecast_tests::eventually::eventually;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::node::PrintingClient;
use tempfile::TempDir;

const DOCUMENT: &str = "docs/start/your-repository.md";

/// A reader who has an archive, and a `PATH` without `tablecast`.
struct Reader {
    parent: TempDir,
    terminals: Terminals,
    local: Option<LocalMode>,
    wscat: Option<PrintingClient>,
}

impl Reader {
    fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let terminals = Terminals::new(parent.path(), "");
        Self { parent, terminals, local: None, wscat: None }
    }

    async fn take(&mut self, step: &Step) {
        match step.split() {
            (before, _) if before.starts_with("tar ") => {
                pack(self.parent.path(), &before);
                self.run(step, &step.command).await;
            }
            (before, "tablecast dev") => self.start(step, &before).await,
            (before, last) if last.starts_with("npx wscat") => self.subscribe(step, &before, last).await,
            (_, last) if last.contains("put-item") => {
                self.run(step, &step.command).await;
                self.receive(step.output.as_deref().unwrap()).await;
            }
            (_, last) => {
                let is_edit = last.starts_with("perl");
                let output = self.run(step, &step.command).await;
                assert!(output.contains(step.output.as_deref().unwrap_or_default()), "{output}");
                if is_edit {
                    self.local.as_ref().unwrap().wait_for_log(&["uses the edited files"]).await;
                }
            }
        }
    }

    async fn run(&mut self, step: &Step, commands: &str) -> String {
        let commands = as_tested(commands, self.local.as_ref());
        let (code, output) = self.terminals.of(step).run(&commands).await;
        assert_eq!(code, Some(0), "{commands}: {output}");
        output
    }

    /// Moves the repository to the folder of the local mode, which removes it at the end, and leaves a link.
    async fn start(&mut self, step: &Step, before: &str) {
        self.run(step, before).await;
        let terminal = self.terminals.of(&step.again());
        let repository = self.parent.path().join("acme-events");
        assert_eq!(terminal.folder(), repository);
        terminal.occupy();
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(&repository).unwrap().flatten() {
            fs::rename(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        fs::remove_dir(&repository).unwrap();
        symlink(folder.path(), &repository).unwrap();
        self.local = Some(LocalMode::start_in(folder, &[]).await);
    }

    /// The terminal makes the address with its token, because it has `tablecast` in its `PATH` or not.
    async fn subscribe(&mut self, step: &Step, before: &str, command: &str) {
        let address = command.strip_prefix("npx wscat -c ").unwrap();
        let commands = format!("{before}\nprintf 'address: %s\\n' {address}");
        let output = self.run(step, &commands).await;
        let (_, address) = output.split_once("address: ").unwrap();
        self.wscat = Some(PrintingClient::wscat(address.lines().next().unwrap()));
        self.terminals.of(&step.again()).occupy();
        let local = self.local.as_ref().unwrap();
        eventually("wscat in the connections table", async || {
            let items = local.dynamodb().scan("connections").await;
            items.iter().any(|item| item["pk"]["S"] == "subscription#tickets/red/*").then_some(())
        })
        .await;
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

/// Packs the archive that the command unpacks. Its program is a link to the tested one.
fn pack(parent: &Path, command: &str) {
    let archive = command.lines().next().unwrap().split_whitespace().last().unwrap();
    let name = archive.strip_suffix(".tar.gz").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join(name).join("bin");
    fs::create_dir_all(&bin).unwrap();
    symlink(binaries::folder().join("tablecast"), bin.join("tablecast")).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-czf").arg(parent.join(archive)).arg("-C").arg(folder.path()).arg(name);
    assert!(tar.status().unwrap().success());
}

#[tokio::test]
async fn the_document_leads_from_an_empty_folder_to_an_event_and_a_changed_event() {
    let mut reader = Reader::new();
    let steps = steps(DOCUMENT);
    for step in &steps {
        reader.take(step).await;
    }
    let log = reader.local.as_ref().unwrap().log();
    assert!(!log.contains("ERROR"), "{log}");
    assert!(steps.iter().filter(|step| step.command.contains("put-item")).count() == 2);
}
