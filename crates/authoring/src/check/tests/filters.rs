use super::*;

const RECORD: &str = r#"{"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "eventVersion": "1.1", "awsRegion": "eu-west-1",
    "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x",
    "dynamodb": {"ApproximateCreationDateTime": 1, "SequenceNumber": "1", "SizeBytes": 1, "StreamViewType": "NEW_AND_OLD_IMAGES",
    "Keys": {"id": {"S": "1"}}, "NewImage": {"id": {"S": "1"}, "status": {"S": "OPEN"}}}}"#;

/// Checks a pipe with this filter, and tests that all use one record.
fn check_filter(filter: &str, tests: &str) -> Report {
    let text = format!(
        "table: orders\nkeys: {{ partition: {{ id: S }} }}\nfilter: {filter}\nsubject: '\"orders/\" + item.id'\ngrant: '\"orders/*\"'\n\
        events: [{{ type: order.placed.v1, data: {{ id: item.id }} }}]\n{tests}"
    );
    let record = |_: &DefinitionFile, _: &str| Ok(RECORD.to_owned());
    check(&[pipe(&text)], &[schema("order.placed.v1", &json!({"properties": {"id": {}}}))], &record)
}

#[test]
fn a_pattern_that_cannot_match_a_stream_record_is_reported_with_its_line() {
    for (filter, expected) in [
        (
            "[{ body: { eventName: [INSERT] } }]",
            "filter filter[0].body.eventName: body is not in a stream record",
        ),
        (
            "[{ eventName: [INSERT] }, { eventName: [DELETE] }]",
            "filter filter[1].eventName[0]: \"DELETE\" never matches",
        ),
        (
            "[{ dynamodb: { NewImage: { id: { \"N\": ['1'] } } } }]",
            "filter filter[0].dynamodb.NewImage.id.N: id is a key of type S",
        ),
        (
            "[{ dynamodb: { NewImage: { status: [OPEN] } } }]",
            "filter filter[0].dynamodb.NewImage.status: status is an attribute",
        ),
        (
            "[{ a: [1] }, { eventName: [{ wildcard: \"*\" }] }]",
            "filter filter[1].eventName[0]: `wildcard` works on an event bus",
        ),
    ] {
        let report = check_filter(filter, "");
        let texts = texts(&report);
        assert!(texts.iter().any(|text| text.starts_with(expected)), "{filter}: {texts:#?}");
        assert!(report.problems.iter().all(|problem| problem.line == Some(3)), "{:#?}", report.problems);
    }
}

#[test]
fn a_test_whose_record_no_pattern_matches_fails() {
    let tests =
        "tests:\n  - { record: a.json, emits: [order.placed.v1] }\n  - { record: a.json, emits: [] }\n";
    let found = texts(&check_filter("[{ eventName: [REMOVE] }, { eventName: [MODIFY] }]", tests));
    let dropped = "no pattern of `filter` matches, so Pipes drops the record: filter[0].eventName: has another value; \
        filter[1].eventName: has another value. Correct the pattern, or write `filtered: true`";
    let starts = [
        "filter filter: no record of `tests` passes it".to_owned(),
        format!("test tests[0]: a.json: {dropped}"),
        format!("test tests[1]: a.json: {dropped}"),
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (problem, start) in found.iter().zip(starts) {
        assert!(problem.starts_with(&start), "{problem}");
    }
    let passes = check_filter(
        "[{ eventName: [REMOVE] }, { eventName: [INSERT] }]",
        &tests.replace(", emits: []", ", emits: [order.placed.v1]"),
    );
    assert_eq!((texts(&passes), passes.checked.tests), (vec![], 2));
}

#[test]
fn a_test_can_expect_that_the_filter_drops_its_record() {
    let open = "[{ dynamodb: { NewImage: { status: { S: [OPEN] } } } }]";
    let paid = open.replace("OPEN", "PAID");
    let found = |filter: &str, test: &str| {
        texts(&check_filter(filter, &format!("tests: [{{ record: a.json, {test} }}]\n")))
    };
    assert_eq!(
        found(&paid, "filtered: true"),
        [
            "filter filter: no record of `tests` passes it. Add a test whose record passes, or correct the patterns"
        ]
    );
    assert_eq!(
        found(open, "filtered: true"),
        ["test tests[0]: a.json: passes the filter, but the test expects `filtered: true`"]
    );
    let both = found(&paid, "filtered: true, emits: [order.placed.v1]");
    assert!(
        both.iter().any(|text| text.starts_with("test tests[0]: a.json: a filtered record emits nothing")),
        "{both:?}"
    );
}
