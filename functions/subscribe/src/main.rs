//! `subscribe`: handles the messages of connected clients. The rules are in the library beside it.

use std::time::{Instant, SystemTime};

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::json;
use subscribe::{Deadline, Definitions, Endpoints, MessageEvent, NotVerified, Subscribe, Verify};
use tablecast_config::Access;
use tablecast_connections::Identity;
use tablecast_definitions::problem::lines;
use tablecast_pipeline::pipe::Pipes;
use tablecast_telemetry::failure;
use tablecast_tokens::{Claims, TokenConfig, Verifier, VerifyError};

/// None if clients need no token.
struct Tokens(Option<Verifier>);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let aws = tablecast_aws::configuration().await;
    let endpoints = Endpoints::from_environment()?;
    let access = Access::from_environment()?;
    let tokens = Tokens::accepted_with(&access)?;
    let (sources, definitions) = (tablecast_config::sources()?, Definitions::new(pipes));
    let subscribe = &Subscribe::new(&aws, endpoints, sources, definitions, access, tokens);
    run(service_fn(|event: LambdaEvent<MessageEvent>| async move {
        let started = Instant::now();
        let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let handled = subscribe.handle(event.payload, Deadline::after(remaining)).await;
        if let Some(metrics) = subscribe.take_metrics(started.elapsed()) {
            metrics.print(&event.context);
        }
        handled.map(|_| json!({ "statusCode": 200 })).map_err(failure)
    }))
    .await
}

/// The pipes of this deployment, for its state.
fn pipes() -> Result<Pipes, String> {
    let (files, schemas) = (tablecast_config::pipe_files()?, tablecast_config::schema_files()?);
    let pipes = Pipes::compile(&files, &schemas).map_err(|problems| lines(&problems))?;
    pipes.with_table_names(&tablecast_config::table_names().map_err(|error| error.to_string())?)
}

impl Tokens {
    fn accepted_with(access: &Access) -> Result<Self, Error> {
        Ok(match access {
            Access::Open => Self(None),
            Access::Granted(_) => Self(Some(Verifier::new(TokenConfig::from_environment()?))),
        })
    }
}

impl Verify for Tokens {
    async fn verify(&self, token: &str) -> Result<Identity, NotVerified> {
        let Some(verifier) = &self.0 else {
            return Err(NotVerified::Refused("clients need no token here".to_owned()));
        };
        let Claims { principal, expires_at, text } = verifier.verify(token).await.map_err(not_verified)?;
        // Any later time has the same effect.
        let token_expires_at = expires_at.try_into().unwrap_or(i64::MAX);
        Ok(Identity { principal, claims: text, token_expires_at })
    }
}

fn not_verified(error: VerifyError) -> NotVerified {
    match error {
        VerifyError::Refused(reason) => NotVerified::Refused(reason.to_string()),
        VerifyError::Unavailable(reason) => NotVerified::Unavailable(reason.to_string()),
    }
}
