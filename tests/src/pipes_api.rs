//! Runs `tablecast pipes` on a free port. The process ends when the value is dropped.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::panicking;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::aws::isolated_aws_environment;
use crate::aws_stub::AwsStub;
use crate::eventually::{eventually, within};
use crate::http::Http;
use crate::local_mode::LocalMode;
use crate::{binaries, processes, tools};

pub struct PipesApi {
    child: Child,
    url: String,
    log: PathBuf,
    _output: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl PipesApi {
    /// Starts the API with the streams of the local mode and the functions and queues of the stub.
    pub async fn start(local: &LocalMode, stub: &AwsStub) -> Self {
        Self::launch(&local.addresses().dynamodb, stub.url()).await
    }

    /// Starts the API without AWS, for calls that run no pipe.
    pub async fn start_without_aws() -> Self {
        Self::launch("http://127.0.0.1:1", "http://127.0.0.1:1").await
    }

    async fn launch(streams: &str, others: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("pipes.log");
        let mut command = Command::new(binaries::folder().join("tablecast"));
        command.args(["pipes", "--listen", "127.0.0.1:0"]).envs(isolated_aws_environment());
        command.env("AWS_ENDPOINT_URL", others).env("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", streams);
        command.env("AWS_REGION", "us-east-1").env("AWS_EC2_METADATA_DISABLED", "true");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).unwrap());
        let mut child = command.kill_on_drop(true).spawn().expect("cannot start tablecast");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        within("the Pipes API is ready", output.read_line(&mut line)).await.unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, url, log, _output: output, _folder: folder }
    }

    /// Calls the API and returns the status and the body.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let (status, body) =
            Http::default().call(method, &format!("{}{path}", self.url), body).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Waits until the pipe is in this state, and returns its description.
    pub async fn wait_for_state(&self, name: &str, state: &str) -> Value {
        eventually(&format!("{name} is {state}"), async || {
            let (_, pipe) = self.call("GET", &format!("/v1/pipes/{name}"), None).await;
            (pipe["CurrentState"] == state).then_some(pipe)
        })
        .await
    }

    /// Runs `aws pipes ...`. Returns its output as JSON, or its error text.
    pub async fn aws(&self, arguments: &[&str]) -> Result<Value, String> {
        let mut command = Command::new(tools::aws());
        command.args(["pipes", "--endpoint-url", &self.url, "--region", "us-east-1", "--output", "json"]);
        command.args(arguments).envs(isolated_aws_environment());
        let output = within("the AWS CLI", command.stdin(Stdio::null()).output()).await.unwrap();
        match output.status.success() {
            true => Ok(serde_json::from_slice(&output.stdout).unwrap_or_default()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Stops the API as Ctrl-C does and returns its exit code.
    pub async fn stop(mut self) -> Option<i32> {
        assert!(processes::signal(self.child.id().unwrap(), "INT"));
        within("the end after Ctrl-C", self.child.wait()).await.unwrap().code()
    }
}

impl Drop for PipesApi {
    fn drop(&mut self) {
        if panicking() {
            eprintln!("--- the log of tablecast pipes:\n{}---", self.log());
        }
    }
}
