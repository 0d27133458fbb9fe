//! `tablecast doctor` and `status` against servers that each test controls.
#![allow(clippy::unwrap_used)]

use std::process::Output;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::Command;

/// Answers every request with this status and JSON, and returns the port.
async fn serve(status: u16, body: Value) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let body = body.to_string();
    let response =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let response = response.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 65536]).await;
                let _ = stream.write_all(response.as_bytes()).await;
            });
        }
    });
    port
}

/// Runs the program in an empty folder.
async fn run(arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args(arguments).current_dir(folder.path()).env_clear();
    command.env("AWS_EC2_METADATA_DISABLED", "true").envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A local mode with these counters, and its database.
async fn local(pipes: Value, refused: bool) -> [String; 2] {
    let problems = json!([{ "text": "pipes/orders.yaml: wrong" }]);
    let page = serve(200, json!({ "pipes": pipes, "problems": problems, "refused": refused })).await;
    let database = serve(200, json!({ "Items": [] })).await;
    [page, database].map(|port| port.to_string())
}

#[tokio::test]
async fn a_local_mode_without_problems_exits_with_0() {
    let [port, dynamodb] = local(json!([{ "name": "orders", "deadLettered": 0 }]), false).await;
    let (code, out, _) = run(&["doctor", "--port", &port, "--dynamodb-port", &dynamodb], &[]).await;
    assert_eq!((code, out), (0, format!("nothing is wrong in the local mode at 127.0.0.1:{port}\n")));
}

#[tokio::test]
async fn problems_of_the_local_mode_exit_with_1() {
    let [port, dynamodb] = local(json!([{ "name": "orders", "deadLettered": 2 }]), true).await;
    let ports = ["--port", &port, "--dynamodb-port", &dynamodb];
    let (code, out, _) = run(&[&["doctor", "--format", "json"], &ports[..]].concat(), &[]).await;
    let report: Value = serde_json::from_str(&out).unwrap();
    let codes: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!((code, codes), (1, vec!["dead-letters", "edit-refused"]));
    let (code, out, _) = run(&[&["status"], &ports[..]].concat(), &[]).await;
    assert!(out.contains("dead letters  critical  dead-letters orders\n"), "{out}");
    assert_eq!((code, out.lines().count()), (1, 13));
}

#[tokio::test]
async fn the_status_of_the_local_mode_shows_no_ok_for_parts_that_it_does_not_read() {
    let [port, dynamodb] = local(json!([{ "name": "orders", "deadLettered": 0 }]), false).await;
    let (code, out, _) = run(&["status", "--port", &port, "--dynamodb-port", &dynamodb], &[]).await;
    let with = |ending: &str| -> Vec<_> {
        out.lines().filter_map(|line| line.strip_suffix(ending)).map(str::trim_end).collect()
    };
    assert_eq!((code, with("ok")), (0, vec!["pipes", "dead letters", "records", "definitions"]), "{out}");
    let others = ["streams", "events", "alarms", "functions", "tokens", "clients", "bus", "tables", "cost"];
    assert_eq!(with("not read"), others, "{out}");
}

#[tokio::test]
async fn the_fixes_of_the_local_mode_have_its_ports() {
    let page =
        json!({ "pipes": [{ "name": "orders", "deadLettered": 1 }], "problems": [], "refused": false });
    let rejected = json!({ "reason": { "S": "wrong" }, "rejectedAt": { "S": "2026-11-30T09:00:00Z" } });
    let (port, dynamodb) = (serve(200, page).await, serve(200, json!({ "Items": [rejected] })).await);
    let [port, dynamodb] = [port, dynamodb].map(|port| port.to_string());
    let (_, out, _) = run(&["doctor", "--port", &port, "--dynamodb-port", &dynamodb], &[]).await;
    let command = format!("tablecast redrive --port {port} --dynamodb-port {dynamodb} --pipe orders --only");
    for only in ["dead-letters", "rejected"] {
        assert!(out.contains(&format!("{command} {only} --yes")), "{out}");
    }
}

#[tokio::test]
async fn without_a_local_mode_it_cannot_run() {
    let (code, out, error) = run(&["doctor", "--port", "1"], &[]).await;
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("start the local mode with `tablecast dev`, or name a deployment"), "{error}");
}

#[tokio::test]
async fn without_credentials_it_cannot_run() {
    let (code, out, error) =
        run(&["doctor", "--deployment", "acme"], &[("AWS_REGION", "eu-central-1")]).await;
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.starts_with("error: no AWS credentials"), "{error}");
}

#[tokio::test]
async fn the_endpoint_of_a_service_comes_before_that_of_all_services() {
    let others = serve(404, json!({ "__type": "ResourceNotFoundException" })).await;
    let pipes = serve(400, json!({ "__type": "AccessDeniedException", "message": "from the pipes" })).await;
    let [others, pipes] = [others, pipes].map(|port| format!("http://127.0.0.1:{port}"));
    let environment = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "k"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_ENDPOINT_URL", others.as_str()),
        ("AWS_ENDPOINT_URL_PIPES", pipes.as_str()),
    ];
    let (code, out, _) = run(&["doctor", "--deployment", "acme", "--format", "json"], &environment).await;
    assert_eq!(code, 1, "functions are missing: {out}");
    assert!(out.contains("AccessDeniedException: from the pipes"), "{out}");
}

#[tokio::test]
async fn permissions_are_a_policy_for_the_deployment() {
    let (code, out, _) = run(&["doctor", "--permissions", "--deployment", "acme"], &[]).await;
    let policy: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, policy["Version"].as_str()), (0, Some("2012-10-17")));
    assert!(out.contains("table/acme-rejected"), "{out}");
}

#[tokio::test]
async fn watch_repeats_until_it_is_interrupted() {
    let [port, dynamodb] = local(json!([]), true).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args([
        "doctor",
        "--watch",
        "1",
        "--format",
        "json",
        "--port",
        &port,
        "--dynamodb-port",
        &dynamodb,
    ]);
    let mut child = command.stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut seen = String::new();
    while seen.lines().count() < 2 {
        let mut chunk = [0; 65536];
        let bytes = out.read(&mut chunk).await.unwrap();
        seen.push_str(std::str::from_utf8(&chunk[..bytes]).unwrap());
    }
    let id = child.id().unwrap().to_string();
    Command::new("kill").args(["-INT", &id]).status().await.unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(1), "the code of the last round");
}
