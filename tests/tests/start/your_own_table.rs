//! docs/start/your-own-table.md, followed with a user's own tools; and `new pipe` with a table instead of a
//! file.

use std::fs;
use std::path::Path;

use serde_json::json;
use tablecast_tests::doc_steps::{self, Reader, as_tested, steps};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::{aws, project};

#[tokio::test]
async fn the_document_leads_from_a_table_to_events_and_a_reported_breaking_change() {
    let steps = steps("docs/start/your-own-table.md");
    let mut reader = Reader::start().await;
    for step in &steps {
        reader.take(step).await;
    }
    let commands: Vec<_> = steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands.last(), Some(&"cargo run -- check --against HEAD"), "{commands:#?}");
    assert!(commands.iter().any(|command| command.starts_with("npx wscat")), "{commands:#?}");
    let log = reader.local().log();
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
async fn new_pipe_reads_a_table_at_an_endpoint_and_no_more_items_than_requested() {
    let (local, reader) = (LocalMode::start().await, Reader::start().await);
    aws::dynamodb(local.addresses(), &TABLE[..5]).await;
    for id in ["1", "2", "3"] {
        let item = json!({
            "Id": {"N": id}, "Title": {"S": "x"}, "Tags": {"SS": ["a"]}, "Sizes": {"NS": ["1.5"]}, "Photo": {"B": "AAE="},
            "Open": {"BOOL": true}, "Gone": {"NULL": true}, "Parts": {"L": [{"M": {"Name": {"S": "x"}}}]},
        });
        local.dynamodb().put("Things", item).await;
    }
    let command =
        format!("cargo run -- new pipe Things --items 2 --endpoint-url {}", local.addresses().dynamodb);
    let (code, output) =
        doc_steps::run(&as_tested(&format!("AWS_REGION=us-east-1 {command}"), None), reader.folder()).await;
    assert_eq!(code, Some(0), "{output}");
    assert!(
        output.starts_with(
            "Read 2 items of the table Things with one Scan; for more, set --items. The key is Id.\n"
        ),
        "{output}"
    );
    assert!(output.contains("Tried: 2 of these 2 items become events"), "{output}");
    for line in ["Gone   always null", "Photo  binary", "StreamEnabled=true"] {
        assert!(output.contains(line), "{output}");
    }
    let (code, output) = doc_steps::run(&as_tested("cargo run -- check", None), reader.folder()).await;
    assert_eq!(code, Some(0), "{output}");
    let pipe = fs::read_to_string(reader.folder().join("pipes/things.yaml")).unwrap();
    for line in
        ["Tags: item.Tags", "Sizes: item.Sizes.map(one, string(one))", "keys: { partition: { Id: N } }"]
    {
        assert!(pipe.contains(line), "{pipe}");
    }
}

#[tokio::test]
async fn new_pipe_reports_what_it_cannot_read_and_then_writes_nothing() {
    let (local, reader) = (LocalMode::start().await, Reader::start().await);
    fs::write(reader.folder().join("odd.json"), "{\"Id\":{\"N\":\"one\"}}").unwrap();
    let table = format!("--endpoint-url {}", local.addresses().dynamodb);
    for (arguments, reason) in [
        (format!("Nothing {table}"), "the table Nothing: is not in this account and region"),
        (format!("Nothing {table} --key Id"), "--key is for a --sample"),
        (format!("rejected {table}"), "there are no items: write one"),
        (
            "Things --sample odd.json --key Id".to_owned(),
            "odd.json: item 1.Id: contains an N that is not a number",
        ),
        ("Things --sample nowhere.json --key Id".to_owned(), "nowhere.json: No such file"),
        ("Music --sample examples/music/items.json".to_owned(), "pass it, such as --key Artist,SongTitle"),
        (
            "Music --sample examples/music/items.json --key Year,Awards".to_owned(),
            "\"Awards\" cannot be a key",
        ),
        (
            "profiles --sample examples/music/items.json --key Artist".to_owned(),
            "pipes/profiles.yaml: the table profiles has this pipe",
        ),
        (
            "Songs --name profiles --sample examples/music/items.json --key Artist".to_owned(),
            "already exist, so nothing was written",
        ),
        ("Music --items 0".to_owned(), "0 is not in 1..=1000"),
    ] {
        let command = as_tested(&format!("AWS_REGION=us-east-1 cargo run -- new pipe {arguments}"), None);
        let (code, output) = doc_steps::run(&command, reader.folder()).await;
        assert!(code != Some(0) && output.contains(reason), "{arguments}: {output}");
    }
    for folder in ["pipes", "schemas"] {
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!(count(&reader.folder().join(folder)), count(&project().join(folder)));
    }
}
