use super::super::violations::Violations;
use super::members::StreamParameters;

/// Checks what the model of the API does not describe.
pub fn check(stream: Option<&StreamParameters>, violations: &mut Violations) {
    let path = |name: &str| format!("sourceParameters.dynamoDBStreamParameters.{name}");
    let Some(stream) = stream else { return violations.missing("sourceParameters.dynamoDBStreamParameters") };
    check_age(stream, &path("maximumRecordAgeInSeconds"), violations);
}

/// The age is -1 for no limit, or at least a minute and longer than the batching window.
fn check_age(stream: &StreamParameters, path: &str, violations: &mut Violations) {
    let Some(age) = stream.maximum_record_age_in_seconds.filter(|age| *age != -1) else { return };
    let window = stream.maximum_batching_window_in_seconds.unwrap_or_default();
    if (0..60).contains(&age) {
        violations.add_constraint(path, &age, "Member must be -1 (without limit), or between 60 and 604800");
    } else if age <= window {
        violations.add_constraint(path, &age, "Member must be greater than MaximumBatchingWindowInSeconds");
    }
}
