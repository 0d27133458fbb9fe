use super::*;

#[test]
fn mistakes_that_only_terraform_would_report_have_their_line() {
    let text = "table: or ders\nsubject: '\"x\"'\nfilter:\n  - { dynamodb: { NewImage: { total: { N: [\"1\"] }, open: { S: [y, \"n\", 'no', nono, true] } } } }\n  \
        - { eventName: [{ wildcard: \"*\" }] }\n  - { eventName: INSERT }\nkeys: { partition: { no: N } }\n\
        events:\n  - { type: order.placed.v1, data: { a: item.?a, b: 'item.?b' } }\n";
    let schemas = [schema("order.placed.v1", &json!({"properties": {"a": {}, "b": {}}}))];
    let report = check(&[pipe(text)], &schemas, &no_files);
    let problems: Vec<String> =
        report.problems.iter().map(|problem| format!("{} {problem}", problem.rule.name())).collect();
    let expected = [
        "pipe-file pipes/orders.yaml:1: table: has characters that DynamoDB does not allow",
        "yaml-1.1 pipes/orders.yaml:4: filter[0].dynamodb.NewImage.open.S[0]: Terraform reads y as true or false",
        "yaml-1.1 pipes/orders.yaml:4: filter[0].dynamodb.NewImage.total.N: Terraform reads N as true or false",
        "filter pipes/orders.yaml:5: filter[1].eventName[0]: ",
        "filter pipes/orders.yaml:6: filter[2].eventName: ",
        "yaml-1.1 pipes/orders.yaml:7: keys.partition.no: Terraform reads no as true or false",
        "yaml-1.1 pipes/orders.yaml:9: events[0].data.a: Terraform cannot parse item.?a",
    ];
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
}

#[test]
fn each_failing_test_of_a_pipe_file_is_reported() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let mut pipes = read("pipes", "yaml");
    let tests = "tests:\n  - { record: fixtures/orders-insert.json, emits: [] }\n  - { record: none, emits: [] }\n  \
        - { record: fixtures/profiles-insert.json, emits: [] }\n  - { record: bad, emits: [] }\n  - { record: two, emits: [] }\n";
    let orders = pipes.iter_mut().find(|pipe| pipe.name == "orders").unwrap();
    orders.text = format!("{}{tests}", orders.text.split("tests:").next().unwrap());
    let read_record = |pipe: &DefinitionFile, name: &str| match name {
        "none" => Err("no such file".to_owned()),
        "bad" => Ok(r#"{"eventID": "1"}"#.to_owned()),
        "two" => Ok("1, 2".to_owned()),
        name => {
            fs::read_to_string(Path::new(&pipe.file).with_file_name(name)).map_err(|error| error.to_string())
        }
    };
    let report = check(&pipes, &read("schemas", "json"), &read_record);
    assert!(report.problems.iter().all(|problem| problem.rule == Rule::Test && problem.line.is_some()));
    assert_eq!(report.checked.tests, 10);
    let expected = [
        "test tests[0]: fixtures/orders-insert.json: emits [order.placed.v1], but the test expects []",
        "test tests[1]: none: no such file",
        "test tests[2]: fixtures/profiles-insert.json: belongs to the table of profiles.yaml",
        "test tests[3]: bad: is rejected: eventSourceARN: ",
        "test tests[4]: two: does not contain exactly one record",
    ];
    let problems = texts(&report);
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
}
