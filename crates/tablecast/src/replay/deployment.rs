use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Region;
use tablecast_aws::SdkConfig;
use tablecast_bus::{Bus, RETRY_POLICY};
use tablecast_event_log::Logs;
use tablecast_local::REGION;

use super::arguments::Arguments;

/// The logs and the bus of one deployment, or of the local mode.
pub struct Deployment {
    pub logs: Logs,
    pub bus: Bus,
}

impl Deployment {
    pub async fn of(arguments: &Arguments) -> Self {
        let aws = tablecast_aws::configuration().await;
        match &arguments.deployment {
            Some(name) => Self::new(&aws, &aws, &format!("{name}-log"), name),
            None => {
                let dynamodb = local(&aws, format!("http://127.0.0.1:{}", arguments.dynamodb_port));
                let bus = local(&aws, format!("http://127.0.0.1:{}/bus", arguments.port));
                Self::new(&dynamodb, &bus, "log", "tablecast")
            }
        }
    }

    fn new(dynamodb: &SdkConfig, events: &SdkConfig, table: &str, bus: &str) -> Self {
        Self {
            logs: Logs::new(Client::new(dynamodb), table),
            bus: Bus::new(events, bus.to_owned(), RETRY_POLICY),
        }
    }
}

/// The local mode accepts any credentials.
fn local(aws: &SdkConfig, url: String) -> SdkConfig {
    let credentials = Credentials::new("local", "local", None, None, "local");
    let provider = SharedCredentialsProvider::new(credentials);
    let builder = aws.to_builder().endpoint_url(url).region(Region::new(REGION));
    builder.credentials_provider(provider).build()
}
