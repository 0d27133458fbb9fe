//! `$connect`: remembers who connects and what they subscribe to.

mod event;
mod request;
mod response;

use aws_sdk_dynamodb::Client;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use tablecast_connections::{Connections, OpenError};

use crate::event::ConnectEvent;
use crate::request::Request;
use crate::response::Response;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let client = Client::new(&tablecast_aws::configuration().await);
    let connections = Connections::new(client, tablecast_aws::variable("CONNECTIONS_TABLE")?);
    run(service_fn(|event: LambdaEvent<ConnectEvent>| connect(&connections, event.payload))).await
}

async fn connect(connections: &Connections, event: ConnectEvent) -> Result<Response, Error> {
    let request = match Request::read(event) {
        Ok(request) => request,
        Err(refusal) => return Ok(Response::refused(&refusal)),
    };
    match connections.open(&request.connection, &request.patterns).await {
        Ok(()) => Ok(Response::accepted(request.echo)),
        Err(refusal @ OpenError::TooManyPatterns(_)) => Ok(Response::refused(&refusal)),
        Err(OpenError::Storage(error)) => {
            tracing::error!(connection = request.connection.id, %error, "cannot accept a connection");
            Ok(Response::unavailable())
        }
    }
}
