//! The AWS CLI.

use std::env;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::eventually::within;
use crate::local_mode::Addresses;
use crate::tools;

/// The AWS CLI with the endpoint that it calls.
pub struct Aws {
    /// DynamoDB of the local mode. None: the environment has the endpoint and the credentials.
    dynamodb: Option<String>,
}

impl Aws {
    pub fn local(dynamodb: &str) -> Self {
        Self { dynamodb: Some(dynamodb.to_owned()) }
    }

    pub fn from_environment() -> Self {
        Self { dynamodb: None }
    }

    /// Runs a command and returns its output as JSON, or null without output.
    pub async fn run(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(tools::aws());
        command.args(["--output", "json"]).args(arguments).env("AWS_PAGER", "");
        match (&self.dynamodb, env::var("AWS_ENDPOINT_URL")) {
            (Some(endpoint), _) => {
                command.args(["--endpoint-url", endpoint, "--region", "us-east-1"]);
                command.envs(isolated_aws_environment());
            }
            // Version 1 of the CLI ignores the variable for SQS.
            (None, Ok(endpoint)) => drop(command.args(["--endpoint-url", &endpoint])),
            (None, Err(_)) => (),
        }
        let output = within("the AWS CLI", command.stdin(Stdio::null()).output()).await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }
}

/// Runs `aws dynamodb ...` against the local mode, with dummy credentials.
pub async fn dynamodb(addresses: &Addresses, arguments: &[&str]) -> Value {
    Aws::local(&addresses.dynamodb).run(&[&["dynamodb"], arguments].concat()).await
}

/// Replaces the AWS profile and credentials of the developer who runs the tests.
pub fn isolated_aws_environment() -> [(&'static str, &'static str); 5] {
    [
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_PAGER", ""),
    ]
}
