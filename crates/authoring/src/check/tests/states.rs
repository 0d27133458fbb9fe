use super::*;

const ORDERS: &str = r#"table: orders
keys: { partition: { tenant: S }, sort: { orderId: S } }
subject: '"orders/" + item.tenant + "/" + item.orderId'
grant: '"orders/" + claims.tenant + "/*"'
state:
  type: order.v1
  data: { orderId: item.orderId, open: 'item.status == "OPEN"' }
"#;

fn schemas() -> Vec<DefinitionFile> {
    let text = json!({"type": "string"});
    let state =
        json!({"properties": {"orderId": text, "open": {"type": "boolean"}}, "required": ["orderId"]});
    let removed = json!({"properties": {"orderId": text, "tenant": text}, "required": ["orderId"]});
    vec![schema("order.v1", &state), schema("order.removed.v1", &removed)]
}

fn report(text: &str, schemas: &[DefinitionFile]) -> Report {
    check(&[pipe(text)], schemas, &no_files)
}

#[test]
fn the_schemas_of_a_state_are_used_and_its_data_is_compared_with_them() {
    let correct = report(ORDERS, &schemas());
    assert_eq!((texts(&correct), &correct.warnings[..]), (vec![], &[][..]));
    let wrong = ORDERS.replace("orderId: item.orderId,", "id: item.orderId,");
    let found = texts(&report(&wrong, &schemas()));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("data-unnamed state.data.id: "), "{found:#?}");
    assert!(found[1].starts_with("data-missing state.data.orderId: "), "{found:#?}");
}

#[test]
fn the_data_of_a_removed_item_is_compared_with_its_schema_also_if_the_file_has_none() {
    let removed = json!({"properties": {"orderId": {"type": "string"}, "at": {}}, "required": ["at"]});
    let schemas = [schemas().remove(0), schema("order.removed.v1", &removed)];
    let found = report(ORDERS, &schemas);
    let texts = texts(&found);
    assert_eq!(texts.len(), 2, "{texts:#?}");
    assert!(texts[0].starts_with("data-missing state.removed.at: "), "{texts:#?}");
    assert!(texts[1].starts_with("data-unnamed state.removed.tenant: "), "{texts:#?}");
    assert!(found.problems.iter().all(|problem| problem.line == Some(5)), "{:#?}", found.problems);
    let own = format!("{ORDERS}  removed: {{ orderId: item.orderId, at: keys.tenant }}\n");
    assert_eq!(report(&own, &schemas).problems, []);
}

#[test]
fn a_test_of_a_pipe_file_expects_the_types_of_the_state() {
    let record = |name: &str, images: Json| {
        let mut record = json!({
            "eventID": "1", "eventName": name, "eventSourceARN": "arn:aws:dynamodb:eu-west-1:1:table/orders/stream/x",
            "dynamodb": { "ApproximateCreationDateTime": 1, "SequenceNumber": "1",
                "Keys": { "tenant": {"S": "acme"}, "orderId": {"S": "1"} } },
        });
        record["dynamodb"].as_object_mut().unwrap().extend(images.as_object().unwrap().clone());
        record.to_string()
    };
    let item = json!({"tenant": {"S": "acme"}, "orderId": {"S": "1"}, "status": {"S": "OPEN"}});
    let tests = format!(
        "{ORDERS}tests:\n  - {{ record: insert, emits: [order.v1] }}\n  - {{ record: remove, emits: [order.removed.v1] }}\n  \
        - {{ record: insert, emits: [] }}\n"
    );
    let report = check(&[pipe(&tests)], &schemas(), &|_, name| {
        Ok(match name {
            "insert" => record("INSERT", json!({"NewImage": item})),
            _ => record("REMOVE", json!({"OldImage": item})),
        })
    });
    assert_eq!(texts(&report), ["test tests[2]: insert: emits [order.v1], but the test expects []"]);
}

#[test]
fn a_state_that_no_grant_can_load_as_a_list_is_a_warning() {
    let found = |text: &str| {
        let report = report(text, &schemas());
        assert_eq!(report.problems, []);
        report.warnings.iter().map(|problem| format!("{} {problem}", problem.rule.name())).collect::<Vec<_>>()
    };
    let swapped = ORDERS.replace(
        "partition: { tenant: S }, sort: { orderId: S }",
        "partition: { orderId: S }, sort: { tenant: S }",
    );
    assert_eq!(
        found(&swapped),
        [
            "state-scan pipes/orders.yaml:3: subject: segment 3 has the partition key orderId, but every grant has its * \
             before it. A state is read with the partition key, so clients can load single items, and no list"
        ]
    );
    let single = r#"grant: '"orders/" + claims.tenant + "/" + claims.order'"#;
    let grant = r#"grant: '"orders/" + claims.tenant + "/*"'"#;
    assert_eq!(found(&swapped.replace(grant, single)), [""; 0]);
    let wide = found(&ORDERS.replace(grant, r#"grant: '"orders/*"'"#));
    assert!(wide.iter().all(|warning| !warning.starts_with("state-scan")), "{wide:?}");
    let both = r#"grant: ['"orders/*"', '"orders/" + claims.tenant + "/*"']"#;
    let both = found(&ORDERS.replace(grant, both));
    assert!(both.iter().all(|warning| !warning.starts_with("state-scan")), "{both:?}");
}

#[test]
fn a_state_that_is_gone_or_has_another_type_is_a_problem_of_a_change() {
    let before = [pipe(ORDERS)];
    let found = |now: &str| {
        let found = removed_states(&before, &[DefinitionFile { name: "purchases".into(), ..pipe(now) }]);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found(ORDERS), [""; 0]);
    assert_eq!(found(&ORDERS.replace("table: orders", "table: others")), [""; 0]);
    let gone = ORDERS.split("state:").next().unwrap().to_owned() + "events: []\n";
    assert_eq!(
        found(&gone),
        [
            "pipes/orders.yaml: state.type: was order.v1 and is gone: clients that load the state of order.v1 are refused with \
             the reason no-state"
        ]
    );
    let other = found(&ORDERS.replace("type: order.v1", "type: order.v2"));
    assert!(
        other[0].starts_with("pipes/orders.yaml:6: state.type: was order.v1 and is order.v2 now: "),
        "{other:?}"
    );
    assert_eq!(removed_states(&[pipe(&gone)], &[pipe(ORDERS)]), []);
}

#[test]
fn two_states_with_the_same_subjects_are_a_problem() {
    let found = |subject: &str, state: &str| {
        let text = ORDERS.replace("table: orders", "table: carts").replace("order.v1", "cart.v1");
        let text = text.replace(r#""orders/" + item.tenant"#, subject).replace("state:", state);
        let schemas =
            [schemas(), schemas().into_iter().map(|it| schema_named(&it, "cart")).collect()].concat();
        let carts = DefinitionFile { file: "pipes/carts.yaml".into(), name: "carts".into(), text };
        texts(&check(&[pipe(ORDERS), carts], &schemas, &no_files))
    };
    let same = found(r#""orders/" + item.tenant"#, "state:");
    let start =
        "state-shared subject: can be a subject of pipes/orders.yaml too, and both files have a `state`";
    assert!(same.len() == 1 && same[0].starts_with(start), "{same:?}");
    let other = found(r#""carts/" + item.tenant"#, "state:");
    assert!(other.iter().all(|text| !text.starts_with("state-shared")), "{other:?}");
}

fn schema_named(file: &DefinitionFile, noun: &str) -> DefinitionFile {
    let rename = |text: &str| {
        text.replace("order.v1", &format!("{noun}.v1")).replace("order.removed", &format!("{noun}.removed"))
    };
    DefinitionFile { file: rename(&file.file), name: rename(&file.name), text: rename(&file.text) }
}

#[test]
fn a_state_of_a_file_with_another_table_is_compared_too() {
    let gone = ORDERS.split("state:").next().unwrap().to_owned() + "events: []\n";
    let now = [pipe(&gone.replace("table: orders", "table: purchases"))];
    let found = removed_states(&[pipe(ORDERS)], &now);
    assert!(found.len() == 1 && found[0].reason.starts_with("was order.v1 and is gone"), "{found:?}");
    // Another file has the table, and so the state.
    let moved = DefinitionFile { name: "moved".into(), ..pipe(ORDERS) };
    assert_eq!(removed_states(&[pipe(ORDERS)], &[now[0].clone(), moved]), []);
}

#[test]
fn a_pipe_file_that_is_gone_is_a_problem_unless_its_readers_had_notice() {
    let found = |before: &str, schemas: &[DefinitionFile], now: &[DefinitionFile]| {
        let found = removed_pipes(&[pipe(before)], schemas, now);
        found.iter().map(|problem| format!("{} {problem}", problem.rule.name())).collect::<Vec<_>>()
    };
    let other =
        DefinitionFile { name: "users".into(), ..pipe(&ORDERS.replace("table: orders", "table: users")) };
    let other = [other];
    let both = found(ORDERS, &schemas(), &other);
    assert_eq!(
        both,
        [
            "state-removed pipes/orders.yaml: state.type: was order.v1 and is gone: clients that load the state of order.v1 are \
             refused with the reason no-state",
            "bus-removed pipes/orders.yaml: was removed: other teams no longer receive its events, and no earlier version \
             deprecated order.v1"
        ]
    );
    let events =
        ORDERS.split("state:").next().unwrap().to_owned() + "events: [{ type: order.v1, data: {} }]\n";
    assert_eq!(found(&events, &schemas(), &other).len(), 1);
    assert_eq!(found(&format!("{events}bus: false\n"), &schemas(), &other), [""; 0]);
    let deprecated = [schema("order.v1", &json!({"deprecated": true}))];
    assert_eq!(found(&events, &deprecated, &other), [""; 0]);
    for there in [ORDERS.to_owned(), ORDERS.replace("table: orders", "table: users"), "tabel: x".to_owned()] {
        assert_eq!(found(ORDERS, &schemas(), &[pipe(&there)]), [""; 0], "{there}");
    }
}

#[test]
fn a_type_too_long_for_its_removed_items_is_one_problem() {
    let state = format!("{}.v1", "a".repeat(118));
    let schemas = [schema(&state, &json!({"properties": {"orderId": {}, "open": {}}}))];
    let found = report(&ORDERS.replace("order.v1", &state), &schemas);
    let texts = texts(&found);
    assert_eq!(texts.len(), 1, "{texts:#?}");
    assert!(texts[0].starts_with("state-type-length state.type: has 121 bytes, "), "{texts:#?}");
    let problem = &found.problems[0];
    assert_eq!((problem.line, problem.rule.remedy()), (Some(6), "use a shorter type, and rename its schema"));
}
