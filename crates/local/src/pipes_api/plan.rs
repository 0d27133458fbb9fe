//! What is to run, out of what was said; refused where AWS refuses it, and where nothing here can run it.
//!
//! - `said`: the definition, read     - `stream`: the ranges of its settings
//! - `ends`: what it connects         - `filters`: its patterns

mod ends;
mod filters;
mod said;
mod stream;

use std::time::Duration;

use tablecast_definitions::definition::StartingPosition;

use super::arn::Arn;
use super::definition::Definition;
use super::refusal::Refusal;
use super::rule::Violations;
use crate::pipes::{Filter, RetryPolicy, Settings};
use ends::Ends;
use said::{Said, StreamParameters};

#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub settings: Settings,
    /// A table's stream.
    pub source: Arn,
    pub start: StartingPosition,
    pub role: String,
    /// A queue.
    pub dead_letters: Option<Arn>,
}

impl Plan {
    pub fn of(name: &str, definition: &Definition) -> Result<Self, Refusal> {
        let said: Said = serde_json::from_value(definition.members().clone().into())
            .map_err(|reason| Refusal::unreadable(&reason))?;
        let mut violations = Violations::default();
        check_name(name, &mut violations);
        let ends = Ends::of(&said, &mut violations);
        let patterns = filters::patterns(&said.source_parameters.filter_criteria, &mut violations);
        stream::check(said.source_parameters.stream.as_ref(), &mut violations);
        violations.into_result()?;
        let stream = said.source_parameters.stream.unwrap_or_default();
        let Ends { source: Some(source), target: Some(target), role: Some(role), enrichment, dead_letters } =
            ends
        else {
            return Err(Refusal::invalid("Source, Target and RoleArn must be given"));
        };
        let settings = settings(name, &stream, filters::filter(&patterns)?, enrichment, target);
        Ok(Self { settings, source, start: stream.start(), role, dead_letters })
    }
}

fn settings(
    name: &str,
    stream: &StreamParameters,
    filter: Filter,
    enrichment: Option<String>,
    target: String,
) -> Settings {
    let positive = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let size = |number: Option<i64>, default| {
        positive(number).and_then(|number| number.try_into().ok()).unwrap_or(default)
    };
    Settings {
        name: name.to_owned(),
        filter,
        batch: size(stream.batch_size, 100),
        window: Duration::from_secs(positive(stream.maximum_batching_window_in_seconds).unwrap_or_default()),
        parallel: size(stream.parallelization_factor, 1),
        retry: RetryPolicy {
            retries: positive(stream.maximum_retry_attempts).and_then(|retries| retries.try_into().ok()),
            max_age: positive(stream.maximum_record_age_in_seconds).map(Duration::from_secs),
            bisect: stream.on_partial_batch_item_failure.is_some(),
        },
        enrichment,
        target,
    }
}

fn check_name(name: &str, violations: &mut Violations) {
    violations.length("name", &name, name.chars().count(), 1..=64);
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter)) {
        violations.breaks(
            "name",
            &name,
            r"Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+",
        );
    }
}

#[cfg(test)]
mod tests;
