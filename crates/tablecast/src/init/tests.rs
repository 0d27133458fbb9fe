mod outputs;
mod update;

use std::fs;

use super::*;
use crate::definitions::DefinitionFolders;

fn arguments(dir: &Path, line: &str) -> Arguments {
    use clap::Parser;
    let line = format!("tablecast init {line} {}", dir.display());
    match crate::Cli::try_parse_from(line.split_whitespace()).unwrap().command {
        Some(crate::Command::Init(arguments)) => arguments,
        _ => panic!("another command"),
    }
}

async fn init(line: &str) -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("acme-events");
    run(arguments(&dir, line)).await.unwrap();
    (parent, dir)
}

fn found(dir: &Path) -> (Vec<String>, Vec<String>) {
    let folders = DefinitionFolders { pipes: dir.join("pipes"), schemas: dir.join("schemas") };
    let report = folders.read().unwrap().check();
    let texts = |problems: &[tablecast_definitions::problem::Problem]| {
        problems.iter().map(ToString::to_string).collect()
    };
    (texts(&report.problems), texts(&report.warnings))
}

#[tokio::test]
async fn the_example_passes_check_without_a_warning_in_the_words_of_the_user() {
    for (line, table) in [
        ("", "tasks"),
        ("--entity order-line", "order-lines"),
        ("--entity ticket", "tickets"),
        ("--entity ab", "abs"),
    ] {
        let (_parent, dir) = init(line).await;
        assert_eq!(found(&dir), (vec![], vec![]), "{line}");
        assert!(dir.join(format!("pipes/{table}.yaml")).exists());
    }
}

/// As the comment above `events` states. `check` runs the test of the pipe file with both types.
#[tokio::test]
async fn each_rule_of_the_example_whose_when_is_true_emits_an_event() {
    let (_parent, dir) = init("--entity ticket").await;
    let path = dir.join("pipes/tickets.yaml");
    let second = "  - type: ticket.status-changed.v1\n    when: operation == \"INSERT\"\n    \
                  data: { id: keys.id, from: item.status, to: item.status }\n\n# `tablecast check`";
    let pipe = fs::read_to_string(&path).unwrap();
    assert!(pipe.contains("# Each rule whose `when` is true emits an event."), "{pipe}");
    let both = "emits: [ticket.created.v1, ticket.status-changed.v1]";
    let pipe = pipe.replace("# `tablecast check`", second).replace("emits: [ticket.created.v1]", both);
    fs::write(&path, pipe).unwrap();
    assert_eq!(found(&dir), (vec![], vec![]));
}

#[tokio::test]
async fn an_entity_whose_files_would_not_pass_check_is_refused() {
    for entity in ["s", "aa-", "a--b"] {
        let parent = tempfile::tempdir().unwrap();
        let error =
            run(arguments(parent.path(), &format!("--entity {entity}"))).await.unwrap_err().to_string();
        assert!(error.contains(entity) && error.contains("use "), "{error}");
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0, "{entity}");
    }
}

#[tokio::test]
async fn no_template_mark_is_left_in_a_file() {
    let (_parent, dir) = init("--entity ticket --module git::https://git.example/tablecast").await;
    for file in
        ["pipes/tickets.yaml", "infra/main.tf", ".github/workflows/events.yml", "README.md", ".gitignore"]
    {
        let text = fs::read_to_string(dir.join(file)).unwrap();
        for mark in ["@name@", "@noun@", "@Noun@", "@table@", "@module@", "@existing@", "@stream@"] {
            assert!(!text.contains(mark), "{mark} in {file}");
        }
    }
    let main = fs::read_to_string(dir.join("infra/main.tf")).unwrap();
    assert!(main.contains(r#"source = "git::https://git.example/tablecast""#), "{main}");
    assert!(main.contains(r#"name = "acme-events""#) && !main.contains("existing_tables"), "{main}");
}

#[tokio::test]
async fn files_that_exist_are_listed_and_nothing_is_written() {
    let parent = tempfile::tempdir().unwrap();
    for (existing, listed) in [
        (vec!["README.md", ".gitignore"], "README.md, "),
        (vec!["pipes/orders.yaml"], "pipes/orders.yaml already exists"),
        (vec!["pipes/orders.yml"], "pipes/orders.yml already exists"),
        (
            vec!["infra/main.tf"],
            "infra/main.tf already exists, so nothing was written; choose an empty folder",
        ),
    ] {
        let dir = parent.path().join(existing[0].replace('/', "-"));
        for file in &existing {
            let path = dir.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "mine").unwrap();
        }
        let error = run(arguments(&dir, "")).await.unwrap_err().to_string();
        assert!(error.contains(listed), "{error}");
        assert!(existing.iter().all(|file| error.contains(file)), "{error}");
        assert!(!dir.join("schemas").exists() && !dir.join("pipes/tasks.yaml").exists());
        assert_eq!(fs::read_to_string(dir.join(existing[0])).unwrap(), "mine");
    }
}

#[tokio::test]
async fn a_failure_leaves_nothing_behind() {
    for obstacle in [".github", "infra/main.tf"] {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join(obstacle);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // A link to nothing is no folder, and no file that exists.
        std::os::unix::fs::symlink("nothing/there", &path).unwrap();
        run(arguments(parent.path(), "")).await.unwrap_err();
        let names = fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let top = obstacle.split('/').next().unwrap();
        assert_eq!(names.collect::<Vec<_>>(), [top], "{obstacle}");
    }
}

#[tokio::test]
async fn a_table_that_exists_is_not_created_by_terraform() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/music/items.json");
    let line = format!("--from-table Music --entity song --sample {sample} --key Artist,SongTitle");
    let (_parent, dir) = init(&line).await;
    let (problems, warnings) = found(&dir);
    assert_eq!(problems, Vec::<String>::new());
    assert!(warnings.iter().all(|warning| warning.contains("no `grant`")), "{warnings:?}");
    let main = fs::read_to_string(dir.join("infra/main.tf")).unwrap();
    let entry =
        r#""Music" = { stream_arn = "arn:aws:dynamodb:<region>:<account>:table/Music/stream/<label>" }"#;
    assert!(main.contains(entry), "{main}");
    assert!(!dir.join("pipes/tasks.yaml").exists());
}

#[tokio::test]
async fn options_of_a_table_need_the_table() {
    let parent = tempfile::tempdir().unwrap();
    let error = run(arguments(parent.path(), "--sample items.json")).await.unwrap_err().to_string();
    assert_eq!(error, "--sample needs --from-table: name the table to begin with");
}
