use super::*;

const FILE: &str = "table: orders\nkeys: { partition: { team: S }, sort: { number: N } }\n";

/// Compiles a pipe file with these lines, and returns its problems.
fn problems(lines: &str) -> Vec<String> {
    let pipe = DefinitionFile { file: "a.yaml".into(), name: "a".into(), text: format!("{FILE}{lines}") };
    let schema = |name: &str| DefinitionFile {
        file: format!("{name}.json"),
        name: name.into(),
        text: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("https://tablecast.example/{name}.json"),
        })
        .to_string(),
    };
    let found =
        Pipes::compile(&[pipe], &["a.v1", "b.v1", "b.removed.v1"].map(schema)).err().unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}

fn when(condition: &str, filter: &str) -> Vec<String> {
    problems(&format!(
        "subject: '\"x/\" + keys.team'\nfilter: {filter}\nevents: [{{ type: a.v1, when: '{condition}', data: {{}} }}]\n"
    ))
}

#[test]
fn a_condition_that_holds_for_no_operation_is_refused() {
    let all = "INSERT or MODIFY or REMOVE or READ here";
    let insert = "[{ eventName: [INSERT] }]";
    for (condition, filter, end) in [
        (r#"operation == "CREATE""#, "[]", format!("{all}. Did you mean \"INSERT\"?")),
        (r#"operation == "insert""#, "[]", format!("{all}. Did you mean \"INSERT\"?")),
        (r#"operation in ["CREATE", "UPSERT"]"#, "[]", format!("{all}. Did you mean \"INSERT\"?")),
        (r#"operation == "UPSERT" && item.paid"#, "[]", all.to_owned()),
        (r#"operation == "MODIFY""#, insert, "INSERT or READ here".to_owned()),
        (
            r#"operation == "MODIFY""#,
            "[{ eventName: [INSERT] }, { eventName: [REMOVE] }]",
            "INSERT or REMOVE or READ here".to_owned(),
        ),
    ] {
        let expected = format!("a.yaml:5: events[0].when: never holds: operation is {end}");
        assert_eq!(when(condition, filter), [expected], "{condition} {filter}");
    }
    for (condition, filter) in [
        (
            r#"operation == "MODIFY""#,
            "[{ eventName: [INSERT] }, { dynamodb: { NewImage: { a: { S: [b] } } } }]",
        ),
        (r#"operation == "MODIFY""#, "[{ eventName: [{ prefix: M }] }]"),
        (r#"operation == "INSERT""#, insert),
        (r#"operation == "READ""#, insert),
        (r#"operation == "CREATE" || item.paid"#, "[]"),
        ("false", "[]"),
    ] {
        assert_eq!(when(condition, filter), [""; 0], "{condition} {filter}");
    }
}

#[test]
fn a_condition_that_is_no_boolean_is_refused() {
    for condition in [
        "operation",
        "\"yes\"",
        "1",
        "keys.team",
        "item.number",
        "string(item.a)",
        "{\"a\": 1}",
        "record.time",
        "timestamp(item.a)",
        "item.a == 1 ? \"a\" : \"b\"",
    ] {
        let expected = "a.yaml:5: events[0].when: is neither true nor false: write a comparison or has()";
        assert_eq!(when(condition, "[]"), [expected], "{condition}");
        let state = format!(
            "subject: '\"x/\" + keys.team + \"/\" + keys.number'\nstate: {{ type: b.v1, when: '{condition}', data: {{}} }}\n"
        );
        let found = problems(&state);
        assert!(found.len() == 1 && found[0].starts_with("a.yaml:4: state.when: "), "{condition}: {found:?}");
    }
    for condition in ["item.paid", "record.expired", "has(item.a)", "item.a == 1 ? item.b : true"] {
        assert_eq!(when(condition, "[]"), [""; 0], "{condition}");
    }
}

#[test]
fn a_member_that_keys_or_record_has_not_is_refused() {
    let data = |code: &str| {
        problems(&format!("subject: '\"x\"'\nevents: [{{ type: a.v1, data: {{ a: '{code}' }} }}]\n"))
    };
    for (code, reason) in [
        ("keys.taem", "there is no keys.taem. Did you mean keys.team?"),
        ("keys.?taem", "there is no keys.taem. Did you mean keys.team?"),
        ("has(keys.taem)", "there is no keys.taem. Did you mean keys.team?"),
        ("keys[\"x\"]", "there is no keys.x: keys has number, team"),
        ("record.expird", "there is no record.expird. Did you mean record.expired?"),
        ("record.at", "there is no record.at: record has eventID, time, sequence, expired"),
    ] {
        assert_eq!(data(code), [format!("a.yaml:4: events[0].data.a: {reason}")], "{code}");
    }
    let subject = problems("subject: '\"x/\" + keys.taem'\nevents: [{ type: a.v1, data: {} }]\n");
    assert_eq!(subject, ["a.yaml:3: subject: there is no keys.taem. Did you mean keys.team?"]);
    for code in ["keys.team", "keys[\"number\"]", "record.expired", "item.x", "record.?sequence"] {
        assert_eq!(data(code), [""; 0], "{code}");
    }
}

#[test]
fn partition_and_sort_with_one_name_are_refused() {
    let pipe = DefinitionFile {
        file: "a.yaml".into(),
        name: "a".into(),
        text:
            "table: orders\nkeys: { partition: { id: S }, sort: { id: N } }\nsubject: '\"x\"'\nevents: []\n"
                .into(),
    };
    let found = Pipes::compile(&[pipe], &[]).unwrap_err();
    assert!(found.iter().any(|problem| problem.reason.starts_with("has the same attribute")), "{found:?}");
}

fn events(filter: &str, rules: &str) -> Vec<String> {
    problems(&format!("subject: '\"x/\" + keys.team'\nfilter: {filter}\nevents:\n{rules}"))
}

#[test]
fn a_rule_behind_one_of_its_type_that_holds_is_refused() {
    let never = "never emits: events[0] has the same type and holds before it. Put this rule first, or give it another type";
    let insert = "[{ eventName: [INSERT] }]";
    for (filter, first, second) in [
        ("[]", "", r#"when: 'operation == "INSERT"',"#),
        ("[]", "", ""),
        ("[]", r#"when: 'operation != "REMOVE"',"#, r#"when: 'operation == "INSERT"',"#),
        (
            "[]",
            r#"when: 'operation in ["INSERT", "READ"]',"#,
            r#"when: 'operation == "INSERT" && item.paid',"#,
        ),
        (insert, r#"when: 'operation != "REMOVE"',"#, "when: item.paid,"),
    ] {
        let rules =
            format!("  - {{ type: a.v1, {first} data: {{}} }}\n  - {{ type: a.v1, {second} data: {{}} }}\n");
        assert_eq!(events(filter, &rules), [format!("a.yaml:7: events[1]: {never}")], "{rules}");
    }
    for (first, second) in [
        (r#"when: 'operation == "INSERT"',"#, r#"when: 'operation == "MODIFY"',"#),
        (r#"when: 'operation == "INSERT"',"#, ""),
        ("when: item.paid,", "when: item.paid,"),
        ("", "when: false,"),
    ] {
        let rules =
            format!("  - {{ type: a.v1, {first} data: {{}} }}\n  - {{ type: a.v1, {second} data: {{}} }}\n");
        assert_eq!(events("[]", &rules), [""; 0], "{rules}");
    }
}

#[test]
fn a_rule_that_reads_an_image_its_operations_never_have_is_refused() {
    let rule = |filter: &str, when: &str, value: &str| {
        events(filter, &format!("  - type: a.v1\n    when: '{when}'\n    data: {{ a: '{value}' }}\n"))
    };
    let insert = "[{ eventName: [INSERT] }]";
    for (filter, when, value, place) in [
        (
            "[]",
            r#"operation == "REMOVE""#,
            "new.id",
            "data: reads new.id, but new is empty when operation is REMOVE",
        ),
        ("[]", r#"operation == "REMOVE""#, "string(new[\"id\"])", "data: reads new.id"),
        (
            "[]",
            r#"operation == "INSERT" && old.id == "a""#,
            "item.id",
            "when: reads old.id, but old is empty when operation is INSERT: write new or item",
        ),
        (insert, "true", "old.id", "data: reads old.id, but old is empty when operation is INSERT or READ"),
    ] {
        let found = rule(filter, when, value);
        let expected = format!("a.yaml:6: events[0].{place}");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{when} {value}: {found:?}");
    }
    for (filter, when, value) in [
        ("[]", r#"operation == "REMOVE""#, "new.?id"),
        ("[]", r#"operation == "REMOVE""#, "old.id"),
        ("[]", r#"operation != "INSERT""#, "new.id"),
        ("[]", r#"operation == "INSERT" && !has(old.id)"#, "item.id"),
        ("[]", r#"operation == "INSERT" || (operation == "MODIFY" && old.id != new.id)"#, "item.id"),
        (insert, r#"operation == "INSERT" || (operation == "MODIFY" && old.id != new.id)"#, "item.id"),
        ("[]", r#"operation == "INSERT""#, r#"operation == "MODIFY" ? old.id : new.id"#),
        ("[]", "false", "old.id"),
    ] {
        assert_eq!(rule(filter, when, value), [""; 0], "{when} {value}");
    }
}

#[test]
fn a_value_without_a_json_form_is_refused_in_data() {
    for (code, reason) in [
        ("timestamp(item.at)", "a timestamp has no JSON form: use string() or one of its fields"),
        ("[item.?x]", "has an optional value inside of a list or an object"),
    ] {
        let found = events("[]", &format!("  - type: a.v1\n    data: {{ a: '{code}' }}\n"));
        let expected = format!("a.yaml:7: events[0].data.a: {reason}");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{code}: {found:?}");
    }
}
