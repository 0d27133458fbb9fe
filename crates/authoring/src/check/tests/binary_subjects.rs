use super::*;

const RECORD: &str = r#"{"eventID": "1", "eventName": "INSERT",
    "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x",
    "dynamodb": {"ApproximateCreationDateTime": 1, "SequenceNumber": "1",
        "Keys": {"id": {"B": "/+8="}}, "NewImage": {"id": {"B": "/+8="}, "name": {"S": "a"}}}}"#;

fn report(keys: &str, subject: &str) -> Report {
    let text = format!(
        "table: orders\n{keys}subject: '{subject}'\ngrant: '\"orders/\" + claims.sub'\n\
        events:\n  - {{ type: order.placed.v1, data: {{ a: item.name }} }}\n\
        tests:\n  - {{ record: r, emits: [order.placed.v1] }}\n"
    );
    let schemas = [schema("order.placed.v1", &json!({"properties": {"a": {}}}))];
    check(&[pipe(&text)], &schemas, &|_, _| Ok(RECORD.to_owned()))
}

#[test]
fn a_binary_attribute_in_a_subject_is_a_warning_that_suggests_what_works() {
    for (keys, subject, attribute) in [
        ("keys: { partition: { id: B } }\n", r#""orders/" + keys.id"#, "keys.id"),
        ("keys: { partition: { no: S }, sort: { id: B } }\n", r#""orders/" + keys.no + item.id"#, "item.id"),
        ("", r#""orders/" + string(new.id)"#, "new.id"),
    ] {
        let warnings: Vec<String> = report(keys, subject).warnings.iter().map(ToString::to_string).collect();
        let line = if keys.is_empty() { 2 } else { 3 };
        assert_eq!(
            warnings,
            [format!(
                "pipes/orders.yaml:{line}: subject: {attribute} is binary: a record whose base64 contains / is rejected. \
                 Write {attribute}.replace(\"/\", \"_\")"
            )]
        );
    }
}

#[test]
fn the_suggestion_works_and_other_attributes_cause_no_warning() {
    let suggested = report("", r#""orders/" + keys.id.replace("/", "_")"#);
    assert_eq!((texts(&suggested), &suggested.warnings[..]), (vec![], &[][..]));
    let other = report("", r#""orders/" + item.name"#);
    assert_eq!((texts(&other), &other.warnings[..]), (vec![], &[][..]));
}
