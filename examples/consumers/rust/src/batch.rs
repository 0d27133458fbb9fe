use lambda_runtime::Error;
use serde::{Deserialize, Serialize};
use tracing::{error, info, warn};

use crate::event::{Event, Kind};
use crate::table::Table;

/// The event of an SQS trigger.
#[derive(Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

/// The messages that SQS must deliver again.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    batch_item_failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

#[derive(Default)]
struct Counts {
    stored: u64,
    skipped: u64,
    ignored: u64,
    parked: u64,
    failed: u64,
}

pub async fn handle(table: &Table, batch: Batch) -> Response {
    let (mut counts, mut failures) = (Counts::default(), Vec::new());
    for Message { message_id, body } in batch.records {
        if let Err(error) = handle_message(table, &body, &mut counts).await {
            counts.failed += 1;
            error!(message_id, reason = error.to_string(), "failed");
            failures.push(Failure { item_identifier: message_id });
        }
    }
    let Counts { stored, skipped, ignored, parked, failed } = counts;
    info!(stored, skipped, ignored, parked, failed, "batch");
    Response { batch_item_failures: failures }
}

/// Handles one event. An error makes SQS deliver the message again.
async fn handle_message(table: &Table, body: &str, counts: &mut Counts) -> Result<(), Error> {
    let event = Event::parse(body)?;
    let (id, subject) = (&event.id, &event.subject);
    match event.kind()? {
        Kind::Change(change) if table.store(&event, &change).await? => counts.stored += 1,
        Kind::TooLarge if table.park(&event).await? => {
            counts.parked += 1;
            warn!(id, subject, reason = "The event is too large. Fetch the order from its API.", "parked");
        }
        Kind::Change(_) | Kind::TooLarge => counts.skipped += 1,
        Kind::Unknown => {
            counts.ignored += 1;
            info!(id, subject, r#type = event.event_type, "ignored");
        }
    }
    Ok(())
}
