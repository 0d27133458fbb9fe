//! A Lambda function of another team: keeps the status of each order in a table of its own.
//!
//! # Layout
//! - `batch`: handles each message of a batch on its own, and returns those that must be delivered again
//! - `event`: reads messages, with types that are generated from the published schemas
//! - `table`: the table, with the newest event of each subject

mod batch;
mod event;
mod table;

use std::io::stdout;

use aws_config::BehaviorVersion;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use table::Table;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .without_time()
        .with_target(false)
        .with_writer(stdout)
        .init();
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let aws = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    let table = &Table::new(&aws, std::env::var("TABLE")?);
    run(service_fn(|batch: LambdaEvent<batch::Batch>| async move {
        Ok::<_, Error>(batch::handle(table, batch.payload).await)
    }))
    .await
}
