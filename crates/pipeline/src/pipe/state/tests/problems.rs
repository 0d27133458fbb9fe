use super::*;

/// The problems of a file that differs from `ORDERS`.
fn problems(changes: &[(&str, &str)]) -> Vec<String> {
    let mut text = ORDERS.to_owned();
    for (before, after) in changes {
        assert!(text.contains(before), "{before}");
        text = text.replace(before, after);
    }
    let problems = Pipes::compile(&[file("orders", &text)], &schemas()).unwrap_err();
    let shown = |problem: &tablecast_definitions::problem::Problem| {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line} {}: {}", problem.rule.name(), problem.path, problem.reason)
    };
    problems.iter().map(shown).collect()
}

fn is_refused(changes: &[(&str, &str)], expected: &[&str]) {
    let found = problems(changes);
    assert_eq!(found.len(), expected.len(), "{changes:?}: {found:#?}");
    for (problem, start) in found.iter().zip(expected) {
        assert!(problem.starts_with(start), "{changes:?}: {problem}");
    }
}

const SUBJECT: &str = r#""orders/" + item.tenant + "/" + item.orderId"#;

#[test]
fn a_subject_that_cannot_be_turned_back_into_a_key_is_refused() {
    for (subject, reason) in [
        (r#""orders/" + item.tenant"#, "lacks the key attribute orderId"),
        (r#""orders/" + item.orderId"#, "lacks the key attribute tenant"),
        (r#""a/" + item.tenant + "/" + item.orderId + "/" + keys.tenant"#, "has tenant twice"),
        (
            r#""a/" + item.tenant + "-" + item.orderId"#,
            "has two values in one segment: write \"/\" before orderId",
        ),
        (
            r#""a/" + item.tenant + "/" + item.status"#,
            "status is not a key attribute: write only item.tenant and item.orderId",
        ),
        (
            r#""a/" + item.tenant.lowerAscii() + "/" + item.orderId"#,
            "has a value that is more than a key attribute: write only item.tenant and item.orderId",
        ),
        (r#""a/" + item.?tenant + "/" + item.orderId"#, "has a value that is more than"),
        (r#""a/" + new.tenant + "/" + item.orderId"#, "has a value that is more than"),
        (r#"isOrder ? "a" : "b""#, "has a value that is more than"),
    ] {
        is_refused(&[(SUBJECT, subject)], &[&format!("state-subject:4 subject: {reason}")]);
    }
}

#[test]
fn a_table_needs_a_key_that_a_subject_can_have() {
    let keys = "keys: { partition: { tenant: S }, sort: { orderId: S } }\n";
    is_refused(&[(keys, "")], &["state-keys keys: are missing"]);
    is_refused(&[("orderId: S", "orderId: B")], &["state-keys keys: orderId is binary"]);
    is_refused(&[("orderId: S", "orderId: S, b: S")], &["pipe-file keys: must have one attribute"]);
}

#[test]
fn a_filter_that_may_drop_records_is_refused() {
    let with = |filter: &str| format!("\nfilter: {filter}\nlet:");
    is_refused(
        &[("\nlet:", &with("[{ eventName: [INSERT, MODIFY] }]"))],
        &["state-filter filter: drops records"],
    );
    let text = ORDERS.replace("\nlet:", &with("[{ eventName: [INSERT, MODIFY, REMOVE] }]"));
    pipes(&text);
}

#[test]
fn an_expression_about_a_change_is_refused_in_state() {
    let version = "version: item.?version";
    is_refused(
        &[
            ("when: isOrder\n", "when: operation == \"INSERT\" && isOrder\n"),
            (version, "version: record.sequence"),
            ("status: item.status", "status: 'item.status != old.status'"),
            ("total: item.total", "total: item.totl +"),
        ],
        &[
            "state-expression:10 state.when: reads operation, which only a change has: write item or keys",
            "state-expression:11 state.version: reads record",
            "expression:12 state.data.total: ",
        ],
    );
    is_refused(
        &[("let: { isOrder: item.kind", "let: { isOrder: new.kind")],
        &["state-expression:10 state.when: reads new"],
    );
    is_refused(
        &[("status: item.status", "status: old.status"), ("total: item.total", "total: new.total")],
        &[
            "state-expression:12 state.data.status: reads old",
            "state-expression:12 state.data.total: reads new",
        ],
    );
}

#[test]
fn a_removed_item_has_only_its_key() {
    let removed = |tree: &str| format!("{}\n  removed: {tree}\n", "total: item.total }");
    for (tree, reason) in [
        (
            "{ orderId: item.orderId, why: item.status }",
            "state.removed.why: reads item.status, but a removed item",
        ),
        ("{ orderId: item }", "state.removed.orderId: reads item, but a removed item"),
        ("{ orderId: 'isOrder ? \"a\" : \"b\"' }", "state.removed.orderId: reads item.kind"),
    ] {
        let expected = format!("state-expression:13 {reason}");
        is_refused(&[("total: item.total }", &removed(tree))], &[&expected]);
    }
    is_refused(
        &[("total: item.total }", &removed("{ orderId: old.orderId }"))],
        &["state-expression:13 state.removed.orderId: reads old"],
    );
}

#[test]
fn both_types_need_a_schema_and_no_rule_may_emit_them() {
    is_refused(
        &[("type: order.v1", "type: parcel.v1")],
        &[
            "event-type:9 state.type: there is no schemas/parcel.v1.json",
            "event-type:9 state.type: there is no schemas/parcel.removed.v1.json, the type of the event of a removed item",
        ],
    );
    is_refused(
        &[("type: order.v1", "type: order")],
        &["event-type:9 state.type: there is no schemas/order.json"],
    );
    is_refused(
        &[("type: order.v1", "type: tablecast.order.v1")],
        &["event-type:9 state.type: tablecast. is reserved", "event-type:9", "event-type:9"],
    );
    for event_type in ["order.v1", "order.removed.v1"] {
        let expected = format!("state-type:7 events[0].type: `state` emits {event_type}: use another type");
        is_refused(&[("order.placed.v1", event_type)], &[&expected]);
    }
    is_refused(
        &[("type: order.v1", "type: order.placed.v1")],
        &[
            "event-type:9 state.type: there is no schemas/order.placed.removed.v1.json",
            "state-type:7 events[0].type: ",
        ],
    );
}

#[test]
fn a_type_whose_removed_items_have_no_event_type_is_refused() {
    let state = |bytes: usize| format!("type: {}.v1", "a".repeat(bytes - 3));
    let [fits, too_long] = [state(120), state(121)].map(|state| problems(&[("type: order.v1", &state)]));
    assert_eq!(fits.len(), 2, "{fits:#?}");
    assert!(fits.iter().all(|problem| problem.starts_with("event-type:9 ")), "{fits:#?}");
    assert_eq!(too_long.len(), 2, "{too_long:#?}");
    let expected = "state-type-length:9 state.type: has 121 bytes, and the type of a state has at most 120: the type of its \
                    removed items, a";
    assert!(too_long[1].starts_with(expected), "{too_long:#?}");
}

#[test]
fn a_version_that_is_never_a_number_or_a_text_is_refused() {
    let reason = "state-expression:11 state.version: is neither a number nor a text: choose an attribute";
    for version in ["true", "'[item.version]'", "timestamp(item.at)", "'{\"a\": 1}'", "'item.a == 1'"] {
        is_refused(&[("version: item.?version", &format!("version: {version}"))], &[reason]);
    }
}
