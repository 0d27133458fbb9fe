//! Turns the parameters of a pipe into a pipe that can run. Rejects values that AWS or this server does not
//! support.
//!
//! # Layout
//! - `members`: the parameters as typed data
//! - `ends`: source, enrichment, target, role and dead-letter queue
//! - `stream`: the ranges of the stream parameters; `filters`: the event patterns

mod ends;
mod filters;
mod members;
mod stream;

use std::time::Duration;

use tablecast_event_patterns::filter::Filter;

use super::error::ApiError;
use super::model::check_name;
use super::parameters::{DEFAULT_BATCH_SIZE, PipeParameters};
use super::violations::Violations;
use crate::aws::spec::PipeSpec;
use crate::config::{PipeConfig, RetryPolicy};
use ends::Ends;
use members::{Members, StreamParameters};

/// Reports `violations` of the request, too.
pub fn parse(
    name: &str,
    parameters: &PipeParameters,
    mut violations: Violations,
) -> Result<PipeSpec, ApiError> {
    let members: Members = serde_json::from_value(parameters.members().clone().into())
        .map_err(|reason| ApiError::unreadable(&reason))?;
    check_name(name, &mut violations);
    let ends = Ends::parse(&members, &mut violations);
    let patterns = filters::patterns(&members.source_parameters.filter_criteria, &mut violations);
    stream::check(members.source_parameters.stream.as_ref(), &mut violations);
    violations.into_result()?;
    let stream = members.source_parameters.stream.unwrap_or_default();
    let Ends { source: Some(source), target: Some(target), role: Some(role), enrichment, dead_letters } =
        ends
    else {
        return Err(ApiError::invalid("Source, Target and RoleArn must be given"));
    };
    let config = config(name, &stream, filters::filter(&patterns)?, enrichment, target);
    Ok(PipeSpec { config, source, start: stream.start(), role, dead_letters })
}

fn config(
    name: &str,
    stream: &StreamParameters,
    filter: Filter,
    enrichment: Option<String>,
    target: String,
) -> PipeConfig {
    let positive = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let size = |number: Option<i64>, default| {
        positive(number).and_then(|number| number.try_into().ok()).unwrap_or(default)
    };
    PipeConfig {
        name: name.to_owned(),
        filter,
        batch: size(stream.batch_size, DEFAULT_BATCH_SIZE.into()),
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

#[cfg(test)]
mod tests;
