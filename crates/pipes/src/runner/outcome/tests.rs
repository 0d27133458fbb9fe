use super::super::entry::tests::entries;
use super::*;

#[test]
fn an_empty_enrichment_response_means_nothing_for_the_target() {
    for nothing in ["", "\"\"", "{}", "[]", " [ ] "] {
        assert!(is_nothing_for_the_target(nothing.as_bytes()), "{nothing:?}");
    }
    for something in ["[{}]", "[null]", "null", "0", "false", "\" \"", "{\"a\":1}", "no json"] {
        assert!(!is_nothing_for_the_target(something.as_bytes()), "{something:?}");
    }
}

#[test]
fn a_targets_response_decides_the_outcome_of_the_batch() {
    let cases = [
        ("", Outcome::Delivered),
        ("null", Outcome::Delivered),
        ("{}", Outcome::Delivered),
        (r#""done""#, Outcome::Delivered),
        (r#"{"batchItemFailures":null}"#, Outcome::Delivered),
        (r#"{"batchItemFailures":[]}"#, Outcome::Delivered),
        (r#"{"batchItemFailures":[{"itemIdentifier":"e2"}]}"#, Outcome::Partial(vec![2])),
        (
            r#"{"batchItemFailures":[{"itemIdentifier":"e2"},{"itemIdentifier":"e0"},{"itemIdentifier":"e2"}]}"#,
            Outcome::Partial(vec![0, 2]),
        ),
        (r#"{"batchItemFailures":[{"itemIdentifier":"e2"},{"itemIdentifier":"e9"}]}"#, Outcome::Failed),
        (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, Outcome::Failed),
        (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, Outcome::Failed),
        (r#"{"batchItemFailures":[{"id":"e1"}]}"#, Outcome::Failed),
        (r#"{"batchItemFailures":[{}]}"#, Outcome::Failed),
        (r#"{"batchItemFailures":["e1"]}"#, Outcome::Failed),
        (r#"{"batchItemFailures":"e1"}"#, Outcome::Failed),
    ];
    for (response, expected) in cases {
        assert_eq!(of_response(response.as_bytes(), &entries(0..3)), expected, "{response}");
    }
}
