//! docs/your-own-table.md, walked with the user's own tools; and `new pipe` with a table instead of a file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tablecast_tests::machine::Machine;
use tablecast_tests::node::Printer;
use tablecast_tests::patience::eventually;
use tablecast_tests::shown::{self, Step, as_tested, steps};
use tablecast_tests::{aws, project};
use tempfile::TempDir;

/// A copy of what a user edits, with a history.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for folder in ["pipes", "schemas", "examples"] {
        let (from, to) = (project().join(folder), copy.path());
        assert!(Command::new("cp").arg("-R").arg(from).arg(to).status().unwrap().success());
    }
    copy
}

/// Someone who does what the document says.
struct Reader {
    copy: TempDir,
    machine: Option<Machine>,
    wscat: Option<Printer>,
}

impl Reader {
    async fn begin() -> Self {
        let reader = Self { copy: copy(), machine: None, wscat: None };
        let (code, told) =
            shown::run("git init -q && git add . && git commit -q -m before", reader.folder()).await;
        assert_eq!(code, Some(0), "{told}");
        reader
    }

    fn folder(&self) -> &Path {
        self.copy.path()
    }

    async fn take(&mut self, step: &Step) {
        match step.command.as_str() {
            "cargo run" => self.start().await,
            command if command.starts_with("npx wscat") => self.listen(command).await,
            command if command.contains("put-item") => {
                self.run(command).await;
                self.sees(step.shown.as_deref().unwrap()).await;
            }
            command => {
                let told = self.run(command).await;
                assert_eq!(
                    without_counts(&told),
                    without_counts(step.shown.as_deref().unwrap_or_default()),
                    "{command}"
                );
            }
        }
    }

    async fn start(&mut self) {
        let [pipes, schemas] =
            ["pipes", "schemas"].map(|folder| self.folder().join(folder).display().to_string());
        self.machine = Some(Machine::start_authorized(&["--pipes", &pipes, "--schemas", &schemas]).await);
    }

    async fn listen(&mut self, command: &str) {
        let machine = self.machine.as_ref().expect("the document starts it first");
        self.wscat = Some(Printer::start(&as_tested(command, Some(machine))));
        eventually("wscat in the connections table", async || {
            let items = machine.dynamodb().scan("connections").await;
            items.iter().any(|item| item["pk"]["S"] == "subscription#music/Kestrel/*").then_some(())
        })
        .await;
    }

    /// Only a check that compares may find something wrong: that is what it is for.
    async fn run(&self, command: &str) -> String {
        let (code, told) = shown::run(&as_tested(command, self.machine.as_ref()), self.folder()).await;
        assert_eq!(code, Some(i32::from(command.contains("--against"))), "{command}: {told}");
        told.trim_end().to_owned()
    }

    async fn sees(&mut self, shown: &str) {
        let line = self.wscat.as_mut().expect("the document listens first").line().await;
        let (mut event, mut shown): (Value, Value) =
            (serde_json::from_str(&line).unwrap(), serde_json::from_str(shown).unwrap());
        for varies in ["id", "time", "sequence", "position"] {
            let [one, other] =
                [&mut event, &mut shown].map(|event| event.as_object_mut().unwrap().remove(varies));
            assert!(one.is_some_and(|one| one.is_string()) && other.is_some(), "{varies}");
        }
        assert_eq!(event, shown);
    }
}

/// How many schemas the project has is not what the document is about.
fn without_counts(text: &str) -> String {
    text.chars().filter(|it| !it.is_ascii_digit()).collect()
}

#[tokio::test]
async fn the_document_is_walked_from_a_table_to_events_and_to_a_change_that_is_stopped() {
    let steps = steps("docs/your-own-table.md");
    let mut reader = Reader::begin().await;
    for step in &steps {
        reader.take(step).await;
    }
    let commands: Vec<_> = steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands.last(), Some(&"cargo run -- check --against HEAD"), "{commands:#?}");
    assert!(reader.wscat.is_some());
    let log = reader.machine.unwrap().log();
    assert!(!log.contains("ERROR") && !log.contains("never-leaves"), "{log}");
}

const TABLE: [&str; 8] = [
    "create-table",
    "--table-name=Things",
    "--billing-mode=PAY_PER_REQUEST",
    "--attribute-definitions=AttributeName=Id,AttributeType=N",
    "--key-schema=AttributeName=Id,KeyType=HASH",
    "--no-cli-pager",
    "--region=us-east-1",
    "--output=json",
];

#[tokio::test]
async fn a_table_is_looked_at_where_it_is_and_no_more_of_it_than_was_said() {
    let (machine, copy) = (Machine::start().await, copy());
    aws::dynamodb(machine.addresses(), &TABLE[..5]).await;
    for id in ["1", "2", "3"] {
        let item = json!({
            "Id": {"N": id}, "Title": {"S": "x"}, "Tags": {"SS": ["a"]}, "Sizes": {"NS": ["1.5"]}, "Photo": {"B": "AAE="},
            "Open": {"BOOL": true}, "Gone": {"NULL": true}, "Parts": {"L": [{"M": {"Name": {"S": "x"}}}]},
        });
        machine.dynamodb().put("Things", item).await;
    }
    let command =
        format!("cargo run -- new pipe Things --items 2 --endpoint-url {}", machine.addresses().dynamodb);
    let (code, told) =
        shown::run(&as_tested(&format!("AWS_REGION=us-east-1 {command}"), None), copy.path()).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.starts_with(
            "Read 2 items of the table Things, by one Scan; there are more: --items. The key is Id.\n"
        ),
        "{told}"
    );
    assert!(told.contains("Tried: 2 of these 2 items become events"), "{told}");
    for line in ["Gone   null wherever it is", "Photo  binary", "StreamEnabled=true"] {
        assert!(told.contains(line), "{told}");
    }
    let (code, told) = shown::run(&as_tested("cargo run -- check", None), copy.path()).await;
    assert_eq!(code, Some(0), "{told}");
    let pipe = fs::read_to_string(copy.path().join("pipes/things.yaml")).unwrap();
    for line in
        ["Tags: item.Tags", "Sizes: item.Sizes.map(one, string(one))", "keys: { partition: { Id: N } }"]
    {
        assert!(pipe.contains(line), "{pipe}");
    }
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_told_with_what_to_do_and_nothing_is_written() {
    let (machine, copy) = (Machine::start().await, copy());
    fs::write(copy.path().join("odd.json"), "{\"Id\":{\"N\":\"one\"}}").unwrap();
    let table = format!("--endpoint-url {}", machine.addresses().dynamodb);
    for (arguments, reason) in [
        (format!("Nothing {table}"), "the table Nothing: is not in this account and region"),
        (format!("Nothing {table} --key Id"), "--key is for a --sample"),
        (format!("rejected {table}"), "there are no items to look at: write one"),
        ("Things --sample odd.json --key Id".to_owned(), "odd.json: item 1.Id: holds an N that is no number"),
        ("Things --sample nowhere.json --key Id".to_owned(), "nowhere.json: No such file"),
        ("Music --sample examples/music/items.json".to_owned(), "say it, such as --key Artist,SongTitle"),
        (
            "Music --sample examples/music/items.json --key Year,Awards".to_owned(),
            "\"Awards\" is not in all items",
        ),
        (
            "profiles --sample examples/music/items.json --key Artist".to_owned(),
            "profiles has a pipe already, pipes/profiles.yaml",
        ),
        (
            "Songs --name profiles --sample examples/music/items.json --key Artist".to_owned(),
            "are there already, so nothing was written",
        ),
        ("Music --items 0".to_owned(), "0 is not in 1..=1000"),
    ] {
        let command = as_tested(&format!("AWS_REGION=us-east-1 cargo run -- new pipe {arguments}"), None);
        let (code, told) = shown::run(&command, copy.path()).await;
        assert!(code != Some(0) && told.contains(reason), "{arguments}: {told}");
    }
    for folder in ["pipes", "schemas"] {
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!(count(&copy.path().join(folder)), count(&project().join(folder)));
    }
}
