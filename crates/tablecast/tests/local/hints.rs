//! The suggestions of the program: commands about the own pipe files, and tokens that this instance accepts.

use serde_json::json;
use tokio::process::Command;

use crate::program::{Project, host};

const PIPE: &str = r#"
table: songs
keys: { partition: { band: S }, sort: { song: S } }
subject: '"songs/" + keys.band + "/" + keys.song'
grant: '"songs/" + claims.band + "/*"'
events: [{ type: song.added.v1, data: { song: keys.song } }]
tests: [{ record: fixtures/add.json, emits: [song.added.v1] }]
"#;
const SCHEMA: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://tablecast.example/schemas/song.added.v1.json", "type": "object",
    "properties": {"song": {"type": "string"}}}"#;

fn songs() -> Project {
    let project = Project::new();
    for file in ["pipes/profiles.yaml", "schemas/profile.created.v1.json"] {
        std::fs::remove_file(project.path().join(file)).unwrap();
    }
    project.write("pipes/songs.yaml", PIPE);
    project.write("schemas/song.added.v1.json", SCHEMA);
    std::fs::create_dir(project.path().join("pipes/fixtures")).unwrap();
    let keys = json!({"band": {"S": "Kestrel"}, "song": {"S": "It's late"}});
    let record = json!({
        "eventID": "00000000000000000000000000000001", "eventName": "INSERT", "eventVersion": "1.1",
        "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/songs/stream/2026-01-01T00:00:00.000",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_404_516, "Keys": keys, "NewImage": keys, "SizeBytes": 20,
            "SequenceNumber": "100000000000000000001", "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    });
    project.write("pipes/fixtures/add.json", &format!("{record:#}"));
    project
}

#[tokio::test]
async fn the_commands_of_the_welcome_text_are_about_the_own_pipes_and_work() {
    let project = songs();
    let mut running = project.start(&[]).await;
    let text = running.welcome().await;
    for expected in [
        " tail --url ws://127.0.0.1:",
        "/?subscribe=songs/Kestrel/*&token=$(",
        " token --subject developer --claim band=Kestrel --port ",
        "which becomes song.added.v1:",
        "put-item --table-name songs",
        "in memory",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("profiles"), "{text}");
    let write = text.lines().find(|line| line.contains("put-item")).unwrap();
    let written = Command::new("sh").args(["-c", write]).env_remove("HOME").output().await.unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let read = write.replace("put-item", "scan").split(" --item").next().unwrap().to_owned();
    let read = Command::new("sh").args(["-c", &read]).env_remove("HOME").output().await.unwrap();
    assert!(String::from_utf8_lossy(&read.stdout).contains("It's late"));
}

#[tokio::test]
async fn without_grants_the_welcome_text_says_that_no_client_can_subscribe() {
    let text = Project::new().start(&[]).await.welcome().await;
    assert!(text.contains("No client can subscribe") && !text.contains("wscat"), "{text}");
    assert!(text.contains("add a test to a pipe file") && !text.contains("put-item"), "{text}");
}

#[tokio::test]
async fn a_token_of_another_folder_has_a_warning_with_the_right_one() {
    let project = Project::new();
    let mut running = project.start(&["--json"]).await;
    let addresses = running.addresses().await;
    let port = host(&addresses, "http").rsplit_once(':').unwrap().1.to_owned();
    let token = async |folder: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        let output = command.current_dir(folder).args(["token", "--port", &port]).output().await.unwrap();
        assert_eq!(output.stdout.iter().filter(|byte| **byte == b'.').count(), 2, "one token");
        String::from_utf8(output.stderr).unwrap()
    };
    let own = token(project.path()).await;
    assert!(own.starts_with(&format!("for the local mode at http://127.0.0.1:{port}")), "{own}");
    let other = token(tempfile::tempdir().unwrap().path()).await;
    let folder = project.path().join(".tablecast");
    assert!(other.starts_with("warning: "), "{other}");
    assert!(other.contains(&format!("Add --data {}", folder.canonicalize().unwrap().display())), "{other}");
}
