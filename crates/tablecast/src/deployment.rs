//! One deployment, with the credentials of the environment, or the local mode on this machine.

use std::error::Error;
use std::fmt;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Region;
use clap::Args;
use tablecast_aws::SdkConfig;
use tablecast_bus::{Bus, RETRY_POLICY};
use tablecast_doctor::{BusError, bus_of};
use tablecast_event_log::Logs;
use tablecast_local::{BUS_NAME, REGION};

/// The ports of the local mode, unless it has other ones.
const PORT: u16 = 8787;
const DYNAMODB_PORT: u16 = 8000;

/// Where a deployment is.
#[derive(Debug, Clone, Args)]
pub struct DeploymentArguments {
    /// Terraform's `name`, on AWS or at AWS_ENDPOINT_URL (default: the local mode)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["port", "dynamodb_port"])]
    pub deployment: Option<String>,
    /// The local mode's --port
    #[arg(long, default_value_t = PORT)]
    pub port: u16,
    /// The local mode's --dynamodb-port
    #[arg(long, default_value_t = DYNAMODB_PORT, value_name = "PORT")]
    pub dynamodb_port: u16,
}

/// The addresses and names of a deployment's resources.
pub struct Deployment {
    pub aws: SdkConfig,
    pub dynamodb: SdkConfig,
    events: SdkConfig,
    log_table: String,
    /// Terraform's `name`. None for the local mode.
    name: Option<String>,
}

impl Deployment {
    pub async fn of(arguments: &DeploymentArguments) -> Self {
        let aws = tablecast_aws::configuration().await;
        match &arguments.deployment {
            Some(name) => Self::on_aws(aws, name),
            None => Self {
                dynamodb: local(&aws, format!("http://127.0.0.1:{}", arguments.dynamodb_port)),
                events: local(&aws, format!("http://127.0.0.1:{}/bus", arguments.port)),
                aws,
                log_table: "log".to_owned(),
                name: None,
            },
        }
    }

    /// A deployment needs no token: the credentials are those of AWS.
    pub fn on_aws(aws: SdkConfig, name: &str) -> Self {
        let (dynamodb, events) = (aws.clone(), aws.clone());
        Self { aws, dynamodb, events, log_table: format!("{name}-log"), name: Some(name.to_owned()) }
    }

    pub fn logs(&self) -> Logs {
        Logs::new(Client::new(&self.dynamodb), &self.log_table)
    }

    /// Returns the name of the bus on which the deployment publishes. Fails unless the bus exists.
    pub async fn bus_name(&self) -> Result<String, BusError> {
        match &self.name {
            Some(name) => bus_of(self.aws.clone(), name).await,
            None => Ok(BUS_NAME.to_owned()),
        }
    }

    pub fn bus(&self, name: String) -> Bus {
        Bus::new(&self.events, name, RETRY_POLICY)
    }
}

/// The local mode accepts any credentials.
pub fn local(aws: &SdkConfig, url: String) -> SdkConfig {
    let credentials = Credentials::new("local", "local", None, None, "local");
    let provider = SharedCredentialsProvider::new(credentials);
    let builder = aws.to_builder().endpoint_url(url).region(Region::new(REGION));
    builder.credentials_provider(provider).build()
}

impl DeploymentArguments {
    /// The options with which another command acts on the same place, each after a space. The default ports need none.
    pub fn options(&self) -> String {
        match &self.deployment {
            Some(name) => format!(" --deployment {name}"),
            None => {
                port("--port", self.port, PORT) + &port("--dynamodb-port", self.dynamodb_port, DYNAMODB_PORT)
            }
        }
    }

    /// Adds what to do to an error of DynamoDB, which is most likely about the address or the credentials.
    pub fn unreachable(&self, error: &dyn Error) -> String {
        match &self.deployment {
            Some(name) => unreachable(name, error),
            None => format!(
                "{error}; start the local mode, whose DynamoDB is at 127.0.0.1:{}, or set --deployment",
                self.dynamodb_port
            ),
        }
    }
}

fn port(option: &str, port: u16, default: u16) -> String {
    if port == default { String::new() } else { format!(" {option} {port}") }
}

/// The same for a deployment.
pub fn unreachable(name: &str, error: &dyn Error) -> String {
    format!("{error}; check --deployment {name}, AWS_REGION and the credentials")
}

impl fmt::Display for DeploymentArguments {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.deployment {
            Some(name) => write!(out, "deployment {name}"),
            None => out.write_str("local mode"),
        }
    }
}
