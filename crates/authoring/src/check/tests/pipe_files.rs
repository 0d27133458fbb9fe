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
        "filter pipes/orders.yaml:4: filter[0].dynamodb.NewImage.open.S[4]: true never matches: the value is a text",
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
fn a_text_that_terraform_reads_as_a_time_or_another_number_has_its_line() {
    let schemas = [schema("order.placed.v1", &json!({"properties": {"a": {}}}))];
    let found = |table: &str, more: &str| {
        let rest = "subject: '\"x\"'\nevents: [{ type: order.placed.v1, data: { a: '1.50' } }]\n";
        let report = check(&[pipe(&format!("table: {table}\n{rest}{more}\n"))], &schemas, &no_files);
        let misread = report.problems.iter().filter(|problem| problem.rule == Rule::Yaml11);
        misread.map(|problem| format!("{}:{}", problem.line.unwrap_or(0), problem.path)).collect::<Vec<_>>()
    };
    let image = |attribute: &str| format!("filter: [{{ dynamodb: {{ NewImage: {{ {attribute} }} }} }}]");
    for (table, more, place) in [
        ("2024-01-01", String::new(), "1:table"),
        ("1.50", String::new(), "1:table"),
        ("0x1F", String::new(), "1:table"),
        ("orders", image("at: { S: [2024-01-01] }"), "4:filter[0].dynamodb.NewImage.at.S[0]"),
        (
            "orders",
            image("at: { S: [{ prefix: 2024-01-01 }] }"),
            "4:filter[0].dynamodb.NewImage.at.S[0].prefix",
        ),
        ("orders", image("at: { S: [2024-1-1 10:00:00] }"), "4:filter[0].dynamodb.NewImage.at.S[0]"),
        ("orders", image("1.50: { S: [a] }"), "4:filter[0].dynamodb.NewImage.1.50"),
        ("orders", image("True: { S: [a] }"), "4:filter[0].dynamodb.NewImage.True"),
        (
            "orders",
            image("at: { S: [{ numeric: ['>', 1_000] }] }"),
            "4:filter[0].dynamodb.NewImage.at.S[0].numeric[1]",
        ),
        ("orders", "keys: { partition: { 2024-01-01: S } }".to_owned(), "4:keys.partition.2024-01-01"),
        ("orders", "stream: { batch: 1_000 }".to_owned(), "4:stream.batch"),
        ("orders", "stream: { batch: 0x10 }".to_owned(), "4:stream.batch"),
    ] {
        assert_eq!(found(table, &more), [place], "{table} {more}");
    }
    for (table, more) in [
        ("'2024-01-01'", image("'1.50': { S: ['2024-01-01'] }, x: { S: [{ exists: True }] }")),
        ("\"1.50\"", "stream: { batch: 100, window: 5m }".to_owned()),
        ("1234", "tests: []\nlog: { keep: 7d }\nlet: { a: 1.50, b: 2024-01-01 }".to_owned()),
    ] {
        assert_eq!(found(table, &more), [""; 0], "{table} {more}");
    }
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
        "test tests[3]: bad: is rejected: ",
        "test tests[4]: two: does not contain exactly one record",
    ];
    let problems = texts(&report);
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
}

#[test]
fn tests_that_do_not_run_are_counted_and_named() {
    let broken = "table: orders\nsubject: '\"x\"'\nevents:\n  - { type: order.placed.v1, when: operaton, data: {} }\n\
        tests:\n  - { record: a, emits: [] }\n  - { record: b, emits: [] }\n";
    let schemas = [schema("order.placed.v1", &json!({}))];
    for text in [
        broken.to_owned(),
        broken.replace("subject", "subjekt"),
        broken.replace("order.placed.v1", "order.lost.v1"),
    ] {
        let report = check(&[pipe(&text)], &schemas, &no_files);
        assert_eq!((report.checked.tests, report.checked.skipped), (0, 2), "{text}");
        let skipped = report.warnings.iter().find(|problem| problem.rule == Rule::TestSkipped).unwrap();
        assert_eq!(
            skipped.to_string(),
            "pipes/orders.yaml:5: tests: 2 tests did not run, because the pipe file does not compile"
        );
    }
}

#[test]
fn a_renamed_pipe_file_is_named_with_the_effects() {
    let named = |name: &str, table: &str| DefinitionFile {
        file: format!("pipes/{name}.yaml"),
        name: name.into(),
        text: format!("table: {table}\nsubject: '\"x\"'\nevents: [{{ type: a.v1, data: {{}} }}]\n"),
    };
    let before = [named("orders", "orders"), named("users", "users")];
    let found =
        renamed_pipes(&before, &[named("purchases", "orders"), named("users", "users"), named("new", "new")]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let text = found[0].to_string();
    assert!(text.starts_with(
        "pipes/purchases.yaml: table: the pipe of orders was orders.yaml and is purchases.yaml now"
    ));
    assert!(
        text.contains("tablecast.orders to tablecast.purchases") && text.contains("dead letters"),
        "{text}"
    );
    assert_eq!(renamed_pipes(&before, &before), []);
}

#[test]
fn a_test_record_that_is_no_single_record_is_explained() {
    let text = "table: orders\nsubject: '\"x\"'\nfilter: [{ eventName: [INSERT] }]\n\
        events:\n  - { type: order.placed.v1, data: { a: item.?a } }\n\
        tests:\n  - { record: r, emits: [] }\n";
    let schemas = [schema("order.placed.v1", &json!({"properties": {"a": {}}}))];
    for (record, expected) in [
        (
            r#"{"Records": [{"eventID": "1"}]}"#,
            "Records: is the list of a whole Lambda event: take one element of it",
        ),
        (r#"[{"eventID": "1"}]"#, "record: is a list: take one element of it"),
        (r#"{"id": {"S": "1"}}"#, "dynamodb: is missing, so this is no stream record"),
    ] {
        let report = check(&[pipe(text)], &schemas, &|_, _| Ok(record.to_owned()));
        let first = texts(&report).into_iter().find(|text| text.starts_with("test ")).unwrap();
        assert!(first.starts_with(&format!("test tests[0]: r: is rejected: {expected}")), "{first}");
    }
}

#[test]
fn all_mistakes_in_the_syntax_of_a_pipe_file_are_reported_with_their_lines() {
    let text = "table: orders\nsubject: [x]\nfiltr: []\nevents: {}\ntests:\n  - { record: a.json, emits: order.placed.v1 }\n";
    let report = check(&[pipe(text)], &[], &no_files);
    let found: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "pipes/orders.yaml:2: subject: must be a text",
            "pipes/orders.yaml:3: unknown key \"filtr\". Did you mean \"filter\"?",
            "pipes/orders.yaml:4: events: must be a list: write `- ` before it",
            "pipes/orders.yaml:6: tests[0].emits: must be a list: write [order.placed.v1]",
        ]
    );
}

#[test]
fn a_test_whose_record_has_an_invalid_trace_fails() {
    let schemas =
        [schema("order.placed.v1", &json!({"properties": {"id": {}}, "additionalProperties": false}))];
    let text = "table: orders\nsubject: '\"orders/\" + item.orderId'\ntrace: new.?createdAt\n\
        events:\n  - { type: order.placed.v1, data: { id: item.orderId } }\n\
        tests: [{ record: orders-insert.json, emits: [order.placed.v1] }]\n";
    let fixture = fs::read_to_string(root().join("pipes/fixtures/orders-insert.json")).unwrap();
    let report = check(&[pipe(text)], &schemas, &|_, _| Ok(fixture.clone()));
    let found = texts(&report);
    let expected = "tests[0]: orders-insert.json: its trace is not a traceparent of W3C Trace Context";
    assert!(found.iter().any(|problem| problem.contains(expected)), "{found:#?}");
}
