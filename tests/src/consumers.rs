//! The consumers in `examples/consumers` as processes.

use serde_json::Value;
use tokio::process::Command;

use crate::aws::isolated_aws_environment;
use crate::node::output_lines;
use crate::{binaries, lambda, project, tools};

/// Calls the handler as Node's runtime of Lambda does. The last line is the response.
const NODE: &str = "import { text } from 'node:stream/consumers'; import { handler } from './dist/handler.mjs'; \
                    const batch = JSON.parse(await text(process.stdin)); \
                    console.log(JSON.stringify(await handler(batch)));";

/// Calls the handler as Python's runtime of Lambda does. The last line is the response.
const PYTHON: &str =
    "import json, sys, handler; print(json.dumps(handler.handler(json.load(sys.stdin), None)))";

#[derive(Clone, Copy, Debug)]
pub enum Consumer {
    TypeScript,
    Python,
    Rust,
}

/// The response and the log of one invocation.
pub struct Invocation {
    pub response: Value,
    pub log: Vec<Value>,
}

impl Consumer {
    pub const ALL: [Self; 3] = [Self::TypeScript, Self::Python, Self::Rust];

    /// Installs and builds what the consumer needs.
    pub fn prepare(self) {
        match self {
            Self::TypeScript => drop(tools::typescript_consumer()),
            Self::Python => drop(tools::python_consumer()),
            Self::Rust => drop(binaries::folder()),
        }
    }

    /// Invokes the function with a batch of its queue.
    pub async fn invoke(self, dynamodb: &str, table: &str, batch: &Value) -> Invocation {
        let mut command = self.command();
        command.envs(isolated_aws_environment()).env("AWS_REGION", "us-east-1");
        command.env("AWS_DEFAULT_REGION", "us-east-1");
        command.env("AWS_ENDPOINT_URL_DYNAMODB", dynamodb).env("TABLE", table);
        let (response, log) = match self {
            Self::Rust => lambda::invoke(command, &batch.to_string()).await,
            _ => {
                let mut lines = output_lines(command, &batch.to_string()).await;
                (lines.pop().unwrap(), lines.join("\n"))
            }
        };
        let json = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}: {line}"));
        Invocation { response: json(&response), log: log.lines().map(json).collect() }
    }

    fn command(self) -> Command {
        match self {
            Self::TypeScript => {
                let mut node = Command::new("node");
                node.args(["--no-warnings", "--input-type=module", "-e", NODE])
                    .current_dir(tools::typescript_consumer());
                node
            }
            Self::Python => {
                let mut python = Command::new(tools::python_consumer());
                python.args(["-B", "-c", PYTHON]).current_dir(project().join("examples/consumers/python"));
                python
            }
            Self::Rust => Command::new(binaries::folder().join("order-consumer")),
        }
    }
}
