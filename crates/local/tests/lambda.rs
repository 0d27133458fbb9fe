//! `Invoke` over HTTP, with the real AWS CLI and real processes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_local::clock::Clock;
use tablecast_local::functions::{Function, Functions, FunctionsConfig};
use tablecast_local::lambda::{every_minute, router};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::time::sleep;

struct Setup {
    folder: TempDir,
    functions: Functions,
    address: SocketAddr,
}

impl Setup {
    /// A function `echo` behind the API.
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scripted = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/scripted");
        symlink(scripted, folder.path().join("echo")).unwrap();
        let function = Function { name: "echo".to_owned(), timeout: Duration::from_secs(10) };
        let variables = BTreeMap::from([("CONNECTIONS_TABLE".to_owned(), "connections".to_owned())]);
        let config = FunctionsConfig::new(folder.path().to_owned(), vec![function], variables);
        let functions = Functions::start(config).await.unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router(functions.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { folder, functions, address }
    }

    /// Runs `aws lambda invoke`. Returns its output, or its error, and the payload of the response.
    async fn aws(&self, function: &str, kind: &str, payload: &str) -> (Result<Value, String>, String) {
        let (file, sent) =
            (self.folder.path().join("response.json"), self.folder.path().join("payload.json"));
        std::fs::write(&sent, payload).unwrap();
        let mut command = Command::new("aws");
        command.args(["lambda", "invoke", "--region", "us-east-1", "--function-name", function]);
        command.args(["--endpoint-url", &format!("http://{}", self.address), "--invocation-type", kind]);
        command.args(["--payload", &format!("fileb://{}", sent.display())]).arg(&file);
        command.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
        let output = command.output().await.unwrap();
        let response = std::fs::read_to_string(&file).unwrap_or_default();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        (
            output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap()).ok_or(error),
            response,
        )
    }

    /// The status of a request with these headers.
    async fn status(&self, headers: &str) -> u16 {
        let (address, path) = (self.address, "/2015-03-31/functions/echo/invocations");
        let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}");
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{head}Content-Length: 2\r\n\r\n{{}}").as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        response[9..12].parse().unwrap()
    }
}

async fn appears(file: &Path) {
    while !file.exists() {
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_call_returns_the_response_or_the_error_of_the_function() {
    let setup = Setup::start().await;
    let (output, response) = setup.aws("echo", "RequestResponse", r#"{"a":1}"#).await;
    assert_eq!((output.unwrap()["StatusCode"].clone(), response), (json!(200), r#"{"a":1}"#.to_owned()));
    let (output, response) = setup.aws("echo", "RequestResponse", r#"{"do":"fail"}"#).await;
    assert_eq!(output.unwrap()["FunctionError"], "Unhandled");
    assert!(response.contains("errorMessage"), "{response}");
    let (output, _) = setup.aws("other", "RequestResponse", "{}").await;
    assert!(output.unwrap_err().contains("ResourceNotFoundException"));
    setup.functions.stop().await;
}

#[tokio::test]
async fn nobody_waits_for_an_asynchronous_call() {
    let setup = Setup::start().await;
    let file = setup.folder.path().join("touched");
    let payload = json!({ "do": "touch", "file": file }).to_string();
    let (output, response) = setup.aws("echo", "Event", &payload).await;
    assert_eq!((output.unwrap()["StatusCode"].clone(), response.as_str()), (json!(202), ""));
    appears(&file).await;
    setup.functions.stop().await;
}

#[tokio::test]
async fn only_signed_requests_of_programs_are_accepted() {
    let setup = Setup::start().await;
    let signed = "Authorization: AWS4-HMAC-SHA256 Credential=a\r\n";
    assert_eq!(setup.status(signed).await, 200);
    assert_eq!(setup.status("").await, 403);
    assert_eq!(setup.status(&format!("{signed}Origin: http://localhost:5173\r\n")).await, 403);
    setup.functions.stop().await;
}

#[tokio::test]
async fn a_schedule_calls_every_minute() {
    let setup = Setup::start().await;
    let (clock, file) = (Clock::new(), setup.folder.path().join("touched"));
    let payload = json!({ "do": "touch", "file": file }).to_string().into_bytes().leak();
    tokio::spawn(every_minute(setup.functions.clone(), clock.clone(), "echo", payload));
    for _ in 0..2 {
        while !file.exists() {
            clock.advance(Duration::from_secs(60));
            sleep(Duration::from_millis(5)).await;
        }
        std::fs::remove_file(&file).unwrap();
    }
    setup.functions.stop().await;
}
