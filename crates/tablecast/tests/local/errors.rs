use std::fs;
use std::net::TcpListener;

use tokio::process::Command;
use tokio::time::timeout;

use crate::program::{PIPE, Project, TIMEOUT};

#[tokio::test]
async fn an_error_about_a_port_in_use_names_its_option() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for option in ["--port", "--dynamodb-port"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        let project = Project::new();
        let other = if option == "--port" { "--dynamodb-port" } else { "--port" };
        command.current_dir(project.path()).args(["--functions", "functions", option, &port, other, "0"]);
        let output = timeout(TIMEOUT, command.output()).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1));
        assert!(text.contains(&port) && text.contains(&format!("with {option}")), "{text}");
    }
}

/// Returns the printed lines: one for each problem, in the order of the files.
async fn problems(project: &Project) -> Vec<String> {
    let text = project.refused(&[]).await;
    let lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines[0], "error: pipe files or schemas have problems");
    lines[1..].to_vec()
}

#[tokio::test]
async fn an_error_in_a_pipe_file_has_file_and_line() {
    let project = Project::new();
    project.write("pipes/orders.yaml", &PIPE.replace("events", "evnets"));
    let text = project.refused(&[]).await;
    assert!(
        text.contains("orders.yaml") && text.contains("evnets") && text.contains("orders.yaml:5: "),
        "{text}"
    );
}

#[tokio::test]
async fn every_problem_of_every_pipe_file_is_on_its_own_line() {
    let project = Project::new();
    let orders =
        PIPE.replace("profiles", "orders").replace("{ userId: keys.userId }", "{ userId: kyes.userId }");
    project.write(
        "pipes/orders.yaml",
        &format!("{orders}stream: {{ batch: 10001 }}\nfilter: [{{ eventName: INSERT }}]\n"),
    );
    project.write("pipes/profiles.yaml", &PIPE.replace("profile.created.v1", "profile.born.v1"));
    let lines = problems(&project).await;
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert_eq!(lines[0], "pipes/orders.yaml: stream.batch: must be 1 to 10000 records");
    assert!(lines[1].starts_with("pipes/orders.yaml:7: events[0].data.userId: "), "{}", lines[1]);
    assert!(lines[2].starts_with("pipes/orders.yaml: filter[0].eventName: "), "{}", lines[2]);
    assert_eq!(lines[3], "pipes/profiles.yaml:6: events[0].type: there is no schemas/profile.born.v1.json");
}

#[tokio::test]
async fn a_filter_may_have_five_patterns() {
    let filter = |count| format!("{PIPE}filter: [{}]\n", vec!["{ eventName: [INSERT] }"; count].join(", "));
    let project = Project::new();
    project.write("pipes/profiles.yaml", &filter(5));
    project.start(&["--json"]).await.addresses().await;
    project.write("pipes/profiles.yaml", &filter(6));
    let lines = problems(&project).await;
    assert_eq!(
        lines,
        ["pipes/profiles.yaml: filter: must have at most 5 patterns: a limit of EventBridge Pipes"]
    );
}

#[tokio::test]
async fn an_error_in_a_schema_has_file_and_line() {
    let project = Project::new();
    project.write("schemas/profile.deleted.v1.json", "{\n  \"$id\": }");
    let lines = problems(&project).await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("schemas/profile.deleted.v1.json:2: "), "{}", lines[0]);
}

#[tokio::test]
async fn an_error_about_a_missing_binary_or_folder_has_its_path() {
    let project = Project::new();
    fs::remove_file(project.path().join("functions/enrich")).unwrap();
    let text = project.refused(&[]).await;
    assert!(text.contains("functions/enrich") && text.contains("cargo build"), "{text}");
    for folder in ["--pipes", "--schemas"] {
        let text = Project::new().refused(&[folder, "no/such"]).await;
        assert!(text.contains("no/such"), "{text}");
        let text = Project::new().refused(&[folder, "."]).await;
        assert!(text.contains(&format!("in .; set the folder with {folder}")), "{text}");
    }
}

#[tokio::test]
async fn an_origin_that_can_never_match_is_refused_with_the_right_spelling() {
    for wrong in ["localhost:5173", "http://localhost:5173/"] {
        let output = Project::new().command(&["--origin", wrong]).output().await.unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains("browsers write this origin as http://localhost:5173"), "{errors}");
    }
}
