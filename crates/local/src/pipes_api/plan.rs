//! What is to run, out of what was said; refused where AWS refuses it, and where nothing here can run it.

mod said;

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_pipeline::definition::StartingPosition;

use super::arn::Arn;
use super::definition::Definition;
use super::refusal::Refusal;
use super::rule::Violations;
use crate::pipes::{Filter, RetryPolicy, Settings};
use said::{Parameters, Said, StreamParameters};

const SOURCES: &str = "DynamoDB streams (arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL)";
const FUNCTIONS: &str = "Lambda functions (arn:aws:lambda:REGION:ACCOUNT:function:NAME)";
const QUEUES: &str = "standard SQS queues (arn:aws:sqs:REGION:ACCOUNT:NAME)";
/// EventBridge Pipes: at most 4,096 characters a pattern.
const PATTERN: usize = 4_096;

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
        let source = source(&said, &mut violations);
        let enrichment = function("enrichment", said.enrichment.as_deref(), &mut violations);
        let target = function("target", said.target.as_deref(), &mut violations);
        if said.target.is_none() {
            violations.missing("target");
        }
        let role = role(&said, &mut violations);
        said.parameters_of_functions()
            .for_each(|(path, parameters)| check_parameters(path, parameters, &mut violations));
        let filters = filters(&said, &mut violations);
        let stream = said.source_parameters.stream;
        check_stream(stream.as_ref(), &mut violations);
        let stream = stream.unwrap_or_default();
        let dead_letters = dead_letters(&stream, &mut violations);
        violations.into_result()?;
        let (Some(source), Some(target), Some(role)) = (source, target, role) else {
            return Err(Refusal::invalid("Source, Target and RoleArn must be given"));
        };
        let settings = settings(name, &stream, filter(&filters)?, enrichment, target);
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

fn source(said: &Said, violations: &mut Violations) -> Option<Arn> {
    let Some(text) = &said.source else {
        violations.missing("source");
        return None;
    };
    let stream = Arn::parse(text).filter(Arn::is_dynamodb_stream);
    if stream.is_none() {
        violations.unsupported("source", text, SOURCES);
    }
    stream
}

fn function(path: &str, said: Option<&str>, violations: &mut Violations) -> Option<String> {
    let text = said?;
    match Arn::parse(text).filter(Arn::is_function) {
        Some(arn) => Some(arn.text),
        None => {
            violations.unsupported(path, text, FUNCTIONS);
            None
        }
    }
}

fn role(said: &Said, violations: &mut Violations) -> Option<String> {
    let Some(text) = &said.role_arn else {
        violations.missing("roleArn");
        return None;
    };
    if !Arn::parse(text).is_some_and(|arn| arn.is_role()) {
        violations.breaks("roleArn", text, "Member must be the ARN of an IAM role");
    }
    Some(text.clone())
}

/// A template that changes nothing, and waiting for the answer, are what every pipe has without them.
fn check_parameters(path: &str, parameters: &Parameters, violations: &mut Violations) {
    match parameters.input_template.as_deref() {
        None | Some("" | "<$>") => (),
        Some(_) => violations.unsupported(&format!("{path}.inputTemplate"), "a template", "none, or <$>"),
    }
    match parameters.lambda.as_ref().and_then(|lambda| lambda.invocation_type.as_deref()) {
        None | Some("REQUEST_RESPONSE") => (),
        Some("FIRE_AND_FORGET") => {
            let path = format!("{path}.lambdaFunctionParameters.invocationType");
            violations.unsupported(&path, "FIRE_AND_FORGET", "REQUEST_RESPONSE");
        }
        Some(other) => {
            let path = format!("{path}.lambdaFunctionParameters.invocationType");
            violations.one_of(&path, other, &["REQUEST_RESPONSE", "FIRE_AND_FORGET"]);
        }
    }
    for name in parameters.others.keys() {
        violations.unsupported(path, name, "InputTemplate, and LambdaFunctionParameters of a target");
    }
}

fn check_stream(stream: Option<&StreamParameters>, violations: &mut Violations) {
    let path = |name: &str| format!("sourceParameters.dynamoDBStreamParameters.{name}");
    let Some(stream) = stream else { return violations.missing("sourceParameters.dynamoDBStreamParameters") };
    match stream.starting_position.as_deref() {
        None => violations.missing(&path("startingPosition")),
        Some(position) => violations.one_of(&path("startingPosition"), position, &["TRIM_HORIZON", "LATEST"]),
    }
    if let Some(wanted) = stream.on_partial_batch_item_failure.as_deref() {
        violations.one_of(&path("onPartialBatchItemFailure"), wanted, &["AUTOMATIC_BISECT"]);
    }
    for (name, value, range) in stream.numbers() {
        violations.number(&path(name), value, range);
    }
    check_age(stream, &path("maximumRecordAgeInSeconds"), violations);
}

/// -1 is without limit; otherwise a minute at least, and longer than a batch may wait to fill.
fn check_age(stream: &StreamParameters, path: &str, violations: &mut Violations) {
    let Some(age) = stream.maximum_record_age_in_seconds.filter(|age| *age != -1) else { return };
    let window = stream.maximum_batching_window_in_seconds.unwrap_or_default();
    if (0..60).contains(&age) {
        violations.breaks(path, &age, "Member must be -1 (without limit), or between 60 and 604800");
    } else if age <= window {
        violations.breaks(path, &age, "Member must be greater than MaximumBatchingWindowInSeconds");
    }
}

fn dead_letters(stream: &StreamParameters, violations: &mut Violations) -> Option<Arn> {
    let text = stream.dead_letter_config.as_ref()?.arn.as_deref()?;
    let queue = Arn::parse(text).filter(|arn| arn.standard_queue().is_some());
    if queue.is_none() {
        let path = "sourceParameters.dynamoDBStreamParameters.deadLetterConfig.arn";
        violations.unsupported(path, text, QUEUES);
    }
    queue
}

/// The patterns' texts as JSON.
fn filters(said: &Said, violations: &mut Violations) -> Vec<Value> {
    let path = "sourceParameters.filterCriteria.filters";
    let filters = said.source_parameters.filter_criteria.filters.as_slice();
    violations.length(path, &"[...]", filters.len(), 0..=5);
    let mut patterns = Vec::new();
    for (at, text) in filters.iter().filter_map(|filter| filter.pattern.as_ref()).enumerate() {
        let path = format!("{path}[{at}].pattern");
        violations.length(&path, text, text.chars().count(), 0..=PATTERN);
        match serde_json::from_str(text) {
            Ok(pattern) => patterns.push(pattern),
            Err(reason) => violations.breaks(&path, text, &format!("Member must be JSON: {reason}")),
        }
    }
    patterns
}

fn filter(patterns: &[Value]) -> Result<Filter, Refusal> {
    Filter::new(patterns).map_err(|wrong| {
        let wrong = json!(wrong.to_string());
        Refusal::invalid(format!("Invalid event pattern in sourceParameters.filterCriteria: {wrong}"))
    })
}

#[cfg(test)]
mod tests;
