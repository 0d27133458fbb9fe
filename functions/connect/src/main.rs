//! `connect`: handles `$connect`. The rules are in the library beside it.

// The futures of the SDK are nested deeply.
#![recursion_limit = "256"]

use std::time::SystemTime;

use aws_sdk_dynamodb::Client;
use connect::{Connect, ConnectEvent};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};
use tablecast_config::Access;
use tablecast_connections::Connections;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let client = Client::new(&tablecast_aws::configuration().await);
    let connections = Connections::new(client, tablecast_aws::variable("CONNECTIONS_TABLE")?);
    let connect = &Connect::new(connections, Access::from_environment()?);
    run(service_fn(|event: LambdaEvent<ConnectEvent>| async move {
        let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let response = connect.handle(event.payload, remaining).await;
        response.metrics().print(&event.context);
        Ok::<_, Diagnostic>(response)
    }))
    .await
}
