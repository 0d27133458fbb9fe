use super::*;

fn check_number(value: i64) -> Option<String> {
    let mut violations = Violations::default();
    violations.number("batchSize", value, 1..=10);
    violations.into_result().err().map(|error| error.message().to_owned())
}

#[test]
fn a_number_just_outside_its_range_has_the_message_of_aws() {
    assert_eq!((check_number(1), check_number(10)), (None, None));
    let expected = "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: \
                Member must have value greater than or equal to 1";
    assert_eq!(check_number(0).unwrap(), expected);
    assert!(check_number(11).unwrap().ends_with("less than or equal to 10"));
}

#[test]
fn all_violations_are_reported_at_once() {
    let mut violations = Violations::default();
    violations.length("name", &"", 0, 1..=64);
    violations.one_of("desiredState", "ON", &["RUNNING", "STOPPED"]);
    violations.missing("roleArn");
    let error = violations.into_result().unwrap_err();
    assert!(error.message().starts_with("3 validation errors detected: Value '' at 'name'"));
    assert!(error.message().contains("enum value set: [RUNNING, STOPPED]; Value at 'roleArn'"));
}
