//! `subscribe`: what clients say once they are connected. Its rules are in the library beside it.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::json;
use subscribe::{MessageEvent, NotVerified, Settings, Subscribe, Verify};
use tablecast_aws::variable;
use tablecast_connections::Identity;
use tablecast_deployment::Access;

struct NoTokens;

impl Verify for NoTokens {
    async fn verify(&self, _: &str) -> Result<Identity, NotVerified> {
        Err(NotVerified::Refused("this deployment takes no tokens".to_owned()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let aws = tablecast_aws::configuration().await;
    let settings = Settings {
        connections_table: variable("CONNECTIONS_TABLE")?,
        management_endpoint: variable("MANAGEMENT_ENDPOINT")?,
    };
    let subscribe = &Subscribe::new(&aws, settings, Access::from_environment()?, NoTokens);
    run(service_fn(|event: LambdaEvent<MessageEvent>| async move {
        subscribe.handle(event.payload).await?;
        Ok::<_, Error>(json!({ "statusCode": 200 }))
    }))
    .await
}
