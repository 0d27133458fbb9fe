use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value, json};

use super::entry::Entry;
use crate::invoke::InvokeError;

/// The result of one attempt to deliver a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The target rejected these records: their indices in the batch, at least one, in ascending order.
    Partial(Vec<usize>),
    /// A function failed on the whole batch. The attempt counts as a retry.
    Failed,
    /// The service failed on the whole batch. AWS retries this without limit.
    Interrupted,
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered => out.write_str("all are delivered"),
            Self::Partial(failed) => {
                let lowest = failed.first().map_or(1, |index| index + 1);
                write!(out, "{} failed, and record {lowest} is the first to be sent again", failed.len())
            }
            Self::Failed => out.write_str("the whole batch failed"),
            Self::Interrupted => out.write_str("the service failed"),
        }
    }
}

/// Returns whether the response of an enrichment is empty. The pipe does not invoke the target then.
pub fn is_nothing_for_the_target(response: &[u8]) -> bool {
    let value: Result<Value, _> = serde_json::from_slice(response);
    response.is_empty() || value.is_ok_and(|value| [json!(""), json!({}), json!([])].contains(&value))
}

/// Reads the response of a target. A missing or empty `batchItemFailures` is success.
/// An identifier of no record in the batch fails the whole batch.
pub fn of_response(response: &[u8], batch: &[Entry]) -> Outcome {
    let response: Value = serde_json::from_slice(response).unwrap_or_default();
    match &response["batchItemFailures"] {
        Value::Null => Outcome::Delivered,
        Value::Array(failures) => of_failures(failures, batch),
        _ => Outcome::Failed,
    }
}

fn of_failures(failures: &[Value], batch: &[Entry]) -> Outcome {
    let indices: Option<BTreeSet<_>> = failures.iter().map(|failure| index(failure, batch)).collect();
    match indices {
        None => Outcome::Failed,
        Some(indices) if indices.is_empty() => Outcome::Delivered,
        Some(indices) => Outcome::Partial(indices.into_iter().collect()),
    }
}

fn index(failure: &Value, batch: &[Entry]) -> Option<usize> {
    let failed = failure["itemIdentifier"].as_str()?;
    batch.iter().position(|entry| entry.event_id == failed)
}

/// Throttling and an unreachable service interrupt the batch. A function that is missing, fails or exits
/// fails it.
pub fn of_error(error: &InvokeError) -> Outcome {
    match error {
        InvokeError::Throttled(_) | InvokeError::Unreachable { .. } => Outcome::Interrupted,
        InvokeError::Unknown(_)
        | InvokeError::Failed { .. }
        | InvokeError::Refused { .. }
        | InvokeError::Exited { .. }
        | InvokeError::TimedOut { .. }
        | InvokeError::CannotStart { .. }
        | InvokeError::TooLarge { .. } => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests;
