use std::env;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use crate::machine::Addresses;
use crate::patience::within;
use crate::tools;

/// The AWS CLI, and whom it talks to.
pub struct Aws {
    /// DynamoDB on this machine; otherwise the environment says where and as whom.
    dynamodb: Option<String>,
}

impl Aws {
    pub fn local(dynamodb: &str) -> Self {
        Self { dynamodb: Some(dynamodb.to_owned()) }
    }

    pub fn of_the_environment() -> Self {
        Self { dynamodb: None }
    }

    /// Its answer, if it gave one.
    pub async fn run(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(tools::aws());
        command.args(["--output", "json"]).args(arguments).env("AWS_PAGER", "");
        match (&self.dynamodb, env::var("AWS_ENDPOINT_URL")) {
            (Some(endpoint), _) => {
                command.args(["--endpoint-url", endpoint, "--region", "us-east-1"]);
                command.envs(without_the_developers_own());
            }
            // The CLI's version 1 would not heed it for SQS.
            (None, Ok(endpoint)) => drop(command.args(["--endpoint-url", &endpoint])),
            (None, Err(_)) => (),
        }
        let output = within("the AWS CLI", command.stdin(Stdio::null()).output()).await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }
}

/// Runs `aws dynamodb ...` against DynamoDB as a developer would, with credentials that are worth nothing.
pub async fn dynamodb(addresses: &Addresses, arguments: &[&str]) -> Value {
    Aws::local(&addresses.dynamodb).run(&[&["dynamodb"], arguments].concat()).await
}

/// A profile that the developer has must not decide what happens here.
pub fn without_the_developers_own() -> [(&'static str, &'static str); 5] {
    [
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_PAGER", ""),
    ]
}
