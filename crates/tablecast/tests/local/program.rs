use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

pub const TIMEOUT: Duration = Duration::from_secs(20);
pub const PIPE: &str = r#"
table: profiles
keys: { partition: { userId: S } }
subject: '"profiles/" + keys.userId'
events:
  - type: profile.created.v1
    data: { userId: keys.userId }
"#;
pub const SCHEMA: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://tablecast.example/schemas/profile.created.v1.json", "type": "object"}"#;

/// A project with one pipe. Its functions are empty files.
pub struct Project(TempDir);

/// The program while it runs.
pub struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Project {
    pub fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for folder in ["pipes", "schemas", "functions"] {
            fs::create_dir(project.path().join(folder)).unwrap();
        }
        project.write("pipes/profiles.yaml", PIPE);
        project.write("schemas/profile.created.v1.json", SCHEMA);
        for function in ["authorize", "connect", "disconnect", "subscribe", "enrich", "dispatch", "fanout"] {
            project.write(&format!("functions/{function}"), "");
        }
        project
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(0, arguments)
    }

    pub fn command_at(&self, dynamodb_port: u16, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.current_dir(self.path()).kill_on_drop(true).stdin(Stdio::null());
        command.args(["--functions", "functions", "--port", "0"]).args(arguments);
        command.args(["--dynamodb-port", &dynamodb_port.to_string()]);
        command
    }

    pub async fn start(&self, arguments: &[&str]) -> Running {
        let mut child =
            self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Running { child, output }
    }

    /// Runs it where it cannot start, and returns stderr.
    pub async fn refused(&self, arguments: &[&str]) -> String {
        let output: Output = timeout(TIMEOUT, self.command(arguments).output()).await.unwrap().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

impl Running {
    pub async fn addresses(&mut self) -> Value {
        let mut line = String::new();
        timeout(TIMEOUT, self.output.read_line(&mut line)).await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    pub async fn welcome(&mut self) -> String {
        let (mut text, mut bytes) = (String::new(), 1);
        while bytes > 0 && !text.contains("Ctrl-C") {
            bytes = timeout(TIMEOUT, self.output.read_line(&mut text)).await.unwrap().unwrap();
        }
        text
    }

    pub async fn signal(&mut self, signal: &str) {
        let process = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().await.unwrap().success());
    }

    /// Returns the exit code and the log.
    pub async fn ended(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        timeout(TIMEOUT, errors.read_to_string(&mut log)).await.unwrap().unwrap();
        (timeout(TIMEOUT, self.child.wait()).await.unwrap().unwrap().code(), log)
    }
}

pub fn host(addresses: &Value, name: &str) -> String {
    let url = addresses[name].as_str().unwrap();
    url.split('/').nth(2).unwrap().to_owned()
}

pub async fn aws(addresses: &Value, arguments: &[&str]) -> Value {
    let mut command = Command::new("aws");
    command.args(arguments).args(["--region", "us-east-1", "--output", "json"]);
    command.args(["--endpoint-url", addresses["dynamodb"].as_str().unwrap()]);
    command.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
    let output = command.output().await.expect("the AWS CLI is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}
