use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::batch::Entry;
use crate::invoke::InvokeError;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The places of the failed records in the batch, at least one, ascending.
    Partly(Vec<usize>),
    /// The whole batch, by the customer's fault: the attempt counts.
    Failed,
    /// The whole batch, by the service's fault: AWS retries this without limit.
    Interrupted,
}

/// An enrichment that answers this has nothing for the target, which is then not called.
pub fn has_nothing_for_the_target(answer: &[u8]) -> bool {
    let value: Result<Value, _> = serde_json::from_slice(answer);
    answer.is_empty() || value.is_ok_and(|value| [json!(""), json!({}), json!([])].contains(&value))
}

/// What a target's answer says of the batch: no `batchItemFailures`, or none in it, is success;
/// one that names no record of the batch fails all.
pub fn of_answer(answer: &[u8], batch: &[Entry]) -> Outcome {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    match &answer["batchItemFailures"] {
        Value::Null => Outcome::Delivered,
        Value::Array(failures) => of_failures(failures, batch),
        _ => Outcome::Failed,
    }
}

fn of_failures(failures: &[Value], batch: &[Entry]) -> Outcome {
    let places: Option<BTreeSet<_>> = failures.iter().map(|failure| place(failure, batch)).collect();
    match places {
        None => Outcome::Failed,
        Some(places) if places.is_empty() => Outcome::Delivered,
        Some(places) => Outcome::Partly(places.into_iter().collect()),
    }
}

fn place(failure: &Value, batch: &[Entry]) -> Option<usize> {
    let failed = failure["itemIdentifier"].as_str()?;
    batch.iter().position(|entry| entry.event_id == failed)
}

/// A function that fails, dies or is missing is the customer's error; having no room for a call, or none to take it, is not.
pub fn of_error(error: &InvokeError) -> Outcome {
    match error {
        InvokeError::Throttled(_) | InvokeError::Unreachable { .. } => Outcome::Interrupted,
        InvokeError::Unknown(_)
        | InvokeError::Failed { .. }
        | InvokeError::Refused { .. }
        | InvokeError::Ended { .. }
        | InvokeError::TimedOut { .. }
        | InvokeError::CannotStart { .. }
        | InvokeError::TooLarge { .. } => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::entries;
    use super::*;

    #[test]
    fn an_enrichment_may_have_nothing_for_the_target() {
        for nothing in ["", "\"\"", "{}", "[]", " [ ] "] {
            assert!(has_nothing_for_the_target(nothing.as_bytes()), "{nothing:?}");
        }
        for something in ["[{}]", "[null]", "null", "0", "false", "\" \"", "{\"a\":1}", "no json"] {
            assert!(!has_nothing_for_the_target(something.as_bytes()), "{something:?}");
        }
    }

    #[test]
    fn a_targets_answer_decides_over_the_batch() {
        let cases = [
            ("", Outcome::Delivered),
            ("null", Outcome::Delivered),
            ("{}", Outcome::Delivered),
            (r#""done""#, Outcome::Delivered),
            (r#"{"batchItemFailures":null}"#, Outcome::Delivered),
            (r#"{"batchItemFailures":[]}"#, Outcome::Delivered),
            (r#"{"batchItemFailures":[{"itemIdentifier":"e2"}]}"#, Outcome::Partly(vec![2])),
            (
                r#"{"batchItemFailures":[{"itemIdentifier":"e2"},{"itemIdentifier":"e0"},{"itemIdentifier":"e2"}]}"#,
                Outcome::Partly(vec![0, 2]),
            ),
            (r#"{"batchItemFailures":[{"itemIdentifier":"e2"},{"itemIdentifier":"e9"}]}"#, Outcome::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, Outcome::Failed),
            (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, Outcome::Failed),
            (r#"{"batchItemFailures":[{"id":"e1"}]}"#, Outcome::Failed),
            (r#"{"batchItemFailures":[{}]}"#, Outcome::Failed),
            (r#"{"batchItemFailures":["e1"]}"#, Outcome::Failed),
            (r#"{"batchItemFailures":"e1"}"#, Outcome::Failed),
        ];
        for (answer, expected) in cases {
            assert_eq!(of_answer(answer.as_bytes(), &entries(0..3)), expected, "{answer}");
        }
    }
}
