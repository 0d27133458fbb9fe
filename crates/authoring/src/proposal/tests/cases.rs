use super::*;

#[test]
fn a_table_gets_events_and_a_state_with_its_key_as_the_subject() {
    let proposal = proposed(&sample("orders", "tenantId,orderId", ORDERS));
    assert_eq!(proposal.event_types, ["order.created.v1", "order.changed.v1"]);
    assert_eq!(proposal.state, Some(["order.v1", "order.removed.v1"].map(str::to_owned)));
    assert_eq!(proposal.subject, "orders/<tenantId>/<orderId>");
    assert_eq!((proposal.pipe.name.as_str(), proposal.dry_run.events), ("orders.yaml", 2));
    assert_eq!(checked(&proposal).problems, []);
    has_lines(
        &proposal.pipe.text,
        &[
            "keys: { partition: { tenantId: S }, sort: { orderId: S } }",
            r#"subject: '"orders/" + keys.tenantId + "/" + keys.orderId'"#,
            r#"# grant: '"orders/" + claims.tenant + "/*"'"#,
        ],
    );
    assert!(!proposal.pipe.text.contains("\ngrant:"), "{}", proposal.pipe.text);
}

#[test]
fn an_omitted_attribute_is_a_comment_with_its_reason() {
    let proposal = proposed(&sample("orders", "tenantId,orderId", ORDERS));
    has_lines(
        &proposal.pipe.text,
        &[
            "# passwordHash: item.?passwordHash  # looks secret",
            "# photo: item.?photo  # binary",
            "# code: item.code  # has several types: string, number",
            "# note: item.?note  # always null, so its type is not known",
            "# shipping.street: looks personal",
        ],
    );
    let paths: Vec<_> = proposal.omissions.iter().map(|omission| omission.path.as_str()).collect();
    assert_eq!(paths, ["code", "note", "passwordHash", "photo", "shipping.street"]);
}

#[test]
fn an_attribute_whose_name_no_schema_can_have_is_omitted_alone() {
    let things = sample(
        "things",
        "id",
        r#"{"id":{"S":"a"},"__proto__":{"S":"x"},"m":{"M":{"__proto__":{"S":"x"},"":{"S":"x"},"ok":{"S":"x"}}},
            "l":{"L":[{"M":{"__proto__":{"S":"x"},"":{"S":"x"},"ok":{"S":"x"}}}]},"only":{"M":{"":{"S":"x"}}}}"#,
    );
    let proposal = proposed(&things);
    assert_eq!(checked(&proposal).problems, []);
    let proto = "is a property that JavaScript clients cannot check: rename it";
    let empty = "is a property whose name has no letters: rename it";
    let line = |path: &str, reason: &str| format!("# {path}: {reason}");
    let lines = [
        line("__proto__", proto),
        line("m.__proto__", proto),
        line("m.", empty),
        line("l[].__proto__", proto),
        line("l[].", empty),
    ];
    has_lines(&proposal.pipe.text, &lines.each_ref().map(String::as_str));
    assert_eq!(proposal.dry_run.events, 1);
    let key = proposed(&sample("things", "__proto__", r#"{"__proto__":{"S":"a"},"n":{"S":"b"}}"#));
    assert_eq!(checked(&key).problems, []);
}

#[test]
fn a_change_of_an_omitted_attribute_causes_no_event() {
    let sample = sample("orders", "tenantId,orderId", ORDERS);
    let pipes = pipes(&proposed(&sample));
    let mut new = sample.items[0].clone();
    new.insert("passwordHash".into(), Attribute::S("y".into()));
    assert_eq!(events_of(&pipes, &sample, Some(&sample.items[0]), Some(&new)), Ok(Vec::new()));
    new.remove("ratio");
    let changed = events_of(&pipes, &sample, Some(&sample.items[0]), Some(&new)).unwrap();
    assert_eq!(
        (changed[0].0.as_str(), &changed[0].1["changed"]),
        ("order.changed.v1", &serde_json::json!(["ratio"]))
    );
    assert_eq!(changed[0].1["order"].get("ratio"), None);
}

#[test]
fn a_key_with_characters_of_subjects_is_encoded() {
    let pages = sample("pages", "path", r#"{"path":{"S":"a/b*%"},"n":{"N":"1"}}"#);
    let proposal = proposed(&pages);
    assert_eq!((proposal.dry_run.events, proposal.notes.len()), (1, 1));
    assert!(
        proposal.pipe.text.contains(r#"keys.path.replace("%", "%25").replace("/", "%2F")"#),
        "{}",
        proposal.pipe.text
    );
}

#[test]
fn a_key_that_looks_personal_causes_a_note_and_stays_out_of_the_data() {
    for key in ["email", "id"] {
        let items = format!(r#"{{"{key}":{{"S":"ada@example.com"}},"age":{{"N":"36"}}}}"#);
        let proposal = proposed(&sample("users", key, &items));
        let note = format!("The key {key} looks secret or personal.");
        assert!(proposal.notes[0].starts_with(&note), "{:?}", proposal.notes);
        has_lines(&proposal.pipe.text, &[&format!("# {key}: item.{key}  # looks personal")]);
        assert!(!proposal.schemas.iter().any(|schema| schema.text.contains(&format!("\"{key}\""))));
        assert_eq!(checked(&proposal).problems, []);
    }
}

#[test]
fn a_table_with_keys_only_gets_no_changed_event() {
    let proposal = proposed(&sample("tags", "id", r#"{"id":{"S":"a"}}"#));
    assert_eq!(proposal.event_types, ["tag.created.v1"]);
    assert_eq!(checked(&proposal).problems, []);
}
