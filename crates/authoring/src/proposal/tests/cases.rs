use super::*;

const ORDERS: &str = r#"
    {"tenantId":{"S":"acme"},"orderId":{"S":"1"},"total":{"N":"12"},"qty":{"N":"2"},"passwordHash":{"S":"x"},"photo":{"B":"AAE="},
     "lines":{"L":[{"M":{"sku":{"S":"a"},"price":{"N":"1.5"}}}]},"shipping":{"M":{"town":{"S":"Bern"},"street":{"S":"x"}}},
     "code":{"S":"x"},"ratio":{"N":"1.25"}}
    {"tenantId":{"S":"acme"},"orderId":{"S":"2"},"total":{"N":"13"},"qty":{"N":"3"},"code":{"N":"7"},"note":{"NULL":true},
     "nick name":{"S":"x"}}"#;

fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|other| other.trim() == *line), "{line}\nin\n{text}");
    }
}

#[test]
fn a_table_becomes_three_events_about_its_keys() {
    let proposal = proposed(&sample("orders", "tenantId,orderId", ORDERS));
    assert_eq!(proposal.event_types, ["order.created.v1", "order.changed.v1", "order.removed.v1"]);
    assert_eq!(proposal.subject, "orders/<tenantId>/<orderId>");
    assert_eq!((proposal.pipe.name.as_str(), proposal.trial.events), ("orders.yaml", 2));
    assert_eq!(checked(&proposal).problems, []);
    has(
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
fn numbers_are_whole_or_exact_text_and_what_is_not_in_all_items_is_optional() {
    let proposal = proposed(&sample("orders", "tenantId,orderId", ORDERS));
    has(
        &proposal.pipe.text,
        &[
            "total: string(item.total)",
            "qty: item.qty",
            "ratio: item.?ratio.optMap(it, string(it))",
            "\"nick name\": 'item[?\"nick name\"]'",
            "town: item.?shipping.?town",
            r#"lines: 'has(item.lines) ? item.lines.map(it, {"price": string(it.price), "sku": it.sku}) : []'"#,
        ],
    );
    let schema: Json = serde_json::from_str(&proposal.schemas[0].text).unwrap();
    assert_eq!(
        schema["required"],
        serde_json::json!(["tenantId", "orderId", "lines", "qty", "shipping", "total"])
    );
    assert_eq!(
        (&schema["properties"]["qty"]["type"], &schema["properties"]["total"]["type"]),
        (&"integer".into(), &"string".into())
    );
    let sample = sample("orders", "tenantId,orderId", ORDERS);
    let events = becomes(&pipes(&proposal), &sample, None, Some(&sample.items[0])).unwrap();
    assert_eq!(events[0].1["lines"], serde_json::json!([{"price": "1.5", "sku": "a"}]));
    assert_eq!((&events[0].1["total"], &events[0].1["ratio"]), (&"12".into(), &"1.25".into()));
}

#[test]
fn what_is_left_out_is_a_comment_with_its_reason() {
    let proposal = proposed(&sample("orders", "tenantId,orderId", ORDERS));
    has(
        &proposal.pipe.text,
        &[
            "# passwordHash: item.?passwordHash  # looks secret",
            "# photo: item.?photo  # binary",
            "# code: item.code  # of several types: text, a number",
            "# note: item.?note  # null wherever it is: its type is not known",
            "# shipping.street: looks personal",
        ],
    );
    let paths: Vec<_> = proposal.left.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(paths, ["code", "note", "passwordHash", "photo", "shipping.street"]);
}

/// What the first item has as `x`, what the second has if it has any, and the line of the pipe file.
#[test]
fn every_form_has_its_expression_or_its_reason() {
    let names =
        |count: usize| (0..count).map(|at| format!(r#""n{at}":{{"S":"x"}}"#)).collect::<Vec<_>>().join(",");
    let map = |count: usize| format!(r#"{{"M":{{{}}}}}"#, names(count));
    let nested =
        |levels: usize| format!(r#"{}{{"S":"x"}}{}"#, r#"{"M":{"z":"#.repeat(levels), "}}".repeat(levels));
    for (first, second, line) in [
        (r#"{"S":"a"}"#, r#"{"NULL":true}"#, "x: item.x"),
        (r#"{"N":"1.5"}"#, r#"{"NULL":true}"#, "x: 'item.x == null ? null : string(item.x)'"),
        (r#"{"N":"999999999999999"}"#, r#"{"N":"-0"}"#, "x: item.x"),
        (r#"{"N":"9999999999999999"}"#, r#"{"N":"1"}"#, "x: string(item.x)"),
        (r#"{"N":"1e3"}"#, "", "x: item.?x.optMap(it, string(it))"),
        (r#"{"L":[{"S":"a"},{"NULL":true}]}"#, r#"{"L":[]}"#, "x: item.x"),
        (r#"{"L":[{"N":"1.5"}]}"#, r#"{"L":[]}"#, "x: item.x.map(one, string(one))"),
        (r#"{"NS":["1.5"]}"#, "", "x: item.?x"),
        (
            r#"{"L":[{"M":{"a":{"N":"1.5"}}},{"M":{}}]}"#,
            r#"{"L":[]}"#,
            r#"x: 'item.x.map(it, {?"a": it.?a})'"#,
        ),
        (&map(40), r#"{"M":{}}"#, "n39: item.x.?n39"),
        (&nested(4), &nested(4), "z: item.x.z.z.z.z"),
        (&map(41), r#"{"M":{}}"#, "# x: item.x  # a map of very many names"),
        (&nested(5), &nested(5), "# x: item.x  # nested deeper than is proposed: name what you want of it"),
        (
            r#"{"L":[{"L":[]}]}"#,
            r#"{"L":[]}"#,
            "# x: item.x  # nested deeper than is proposed: name what you want of it",
        ),
        (
            r#"{"L":[]}"#,
            r#"{"L":[]}"#,
            "# x: item.x  # empty wherever it is: what it would hold is not known",
        ),
        (r#"{"M":{"token":{"S":"a"}}}"#, r#"{"M":{}}"#, "# x: item.x  # looks secret"),
        (r#"{"L":[{"S":"a"},{"N":"1"}]}"#, r#"{"L":[]}"#, "# x: item.x  # of several types: text, a number"),
        (r#"{"M":{"a":{"S":"a"}}}"#, r#"{"NULL":true}"#, "# x: item.x  # of several types: null, a map"),
        (r#"{"SS":["ada@example.com"]}"#, "", "# x: item.?x  # looks personal"),
        (r#"{"BS":["AAE="]}"#, "", "# x: item.?x  # binary"),
    ] {
        let second = if second.is_empty() { String::new() } else { format!(r#","x":{second}"#) };
        let items = format!(r#"{{"id":{{"S":"1"}},"x":{first}}} {{"id":{{"S":"2"}}{second}}}"#);
        let proposal = proposed(&sample("things", "id", &items));
        has(&proposal.pipe.text, &[line]);
        assert_eq!((checked(&proposal).problems, proposal.trial.events), (vec![], 2), "{first}");
    }
}

#[test]
fn a_change_of_what_is_left_out_is_no_event() {
    let sample = sample("orders", "tenantId,orderId", ORDERS);
    let pipes = pipes(&proposed(&sample));
    let mut new = sample.items[0].clone();
    new.insert("passwordHash".into(), Attribute::S("y".into()));
    assert_eq!(becomes(&pipes, &sample, Some(&sample.items[0]), Some(&new)), Ok(Vec::new()));
    new.remove("ratio");
    let changed = becomes(&pipes, &sample, Some(&sample.items[0]), Some(&new)).unwrap();
    assert_eq!(
        (changed[0].0.as_str(), &changed[0].1["changed"]),
        ("order.changed.v1", &serde_json::json!(["ratio"]))
    );
    assert_eq!(changed[0].1["order"].get("ratio"), None);
}

#[test]
fn kinds_of_a_single_table_are_told_apart_by_their_keys() {
    let shop = sample(
        "shop",
        "PK,SK",
        r#"
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"PROFILE"},"name":{"S":"Ada"}}
        {"PK":{"S":"CUSTOMER#1"},"SK":{"S":"ORDER#7"},"total":{"N":"12.5"}}
        {"PK":{"S":"CUSTOMER#2"},"SK":{"S":"ORDER#8"},"total":{"N":"9"}}
        {"PK":{"S":"settings"},"SK":{"S":"settings"}}"#,
    );
    let proposal = proposed(&shop);
    assert_eq!(
        proposal.event_types,
        [
            "customer.created.v1",
            "customer.changed.v1",
            "customer.removed.v1",
            "order.created.v1",
            "order.changed.v1",
            "order.removed.v1",
        ]
    );
    assert_eq!(checked(&proposal).problems, []);
    assert_eq!((proposal.trial.events, proposal.trial.unwanted), (3, 1));
    assert!(
        proposal.notes[0].contains("customer, order are told apart by what stands before # in the key"),
        "{:?}",
        proposal.notes
    );
    assert_eq!(proposal.notes[1], "1 of 4 items are of none of these kinds, and become no events.");
    let types = |item| becomes(&pipes(&proposal), &shop, None, Some(item)).unwrap();
    assert_eq!(types(&shop.items[0])[0].0, "customer.created.v1");
    assert_eq!(
        types(&shop.items[2]),
        [(
            "order.created.v1".to_owned(),
            serde_json::json!({"PK": "CUSTOMER#2", "SK": "ORDER#8", "total": "9"})
        )]
    );
}

/// A grant is only ever proposed in a comment, and as narrow as the key allows.
#[test]
fn whoever_owns_an_item_is_proposed_to_see_it() {
    for (key, items, grant) in [
        ("tenantId,id", r#"{"tenantId":{"S":"a"},"id":{"S":"1"}}"#, r#""things/" + claims.tenant + "/*""#),
        ("id,orgId", r#"{"orgId":{"S":"a"},"id":{"S":"1"}}"#, r#""things/" + claims.org + "/*""#),
        ("userId", r#"{"userId":{"S":"a"}}"#, r#""things/" + claims.sub"#),
        ("pk,sk", r#"{"pk":{"S":"TENANT#a"},"sk":{"S":"1"}}"#, r#""things/TENANT#" + claims.tenant + "/*""#),
        (
            "pk,sk",
            r#"{"pk":{"S":"TENANT#a"},"sk":{"S":"1"}} {"pk":{"S":"x"},"sk":{"S":"1"}}"#,
            r#""things/*""#,
        ),
        ("id", r#"{"id":{"S":"a"}}"#, r#""things/*""#),
    ] {
        let proposal = proposed(&sample("things", key, items));
        has(&proposal.pipe.text, &[&format!("# grant: '{grant}'")]);
        assert!(tablecast_definitions::grant::compile(grant).is_ok(), "{grant}");
        assert!(!proposal.pipe.text.lines().any(|line| line.starts_with("grant:")), "{}", proposal.pipe.text);
    }
}

#[test]
fn or_by_an_attribute_that_says_the_type_and_one_noun_for_all_ends_the_guessing() {
    let mixed = sample(
        "shop",
        "pk,sk",
        r#"
        {"pk":{"S":"1"},"sk":{"S":"1"},"entityType":{"S":"Customer"},"name":{"S":"Ada"}}
        {"pk":{"S":"1"},"sk":{"S":"2"},"entityType":{"S":"OrderItem"},"total":{"N":"12.5"}}"#,
    );
    let proposal = proposed(&mixed);
    assert_eq!(proposal.event_types[3], "order-item.created.v1");
    assert_eq!((checked(&proposal).problems, proposal.trial.events), (vec![], 2));
    let wish = Wish { entity: Some("thing".into()), pipe: Some("things".into()), home: HOME.into() };
    let proposal = propose(&mixed, &wish).unwrap();
    assert_eq!(proposal.event_types, ["thing.created.v1", "thing.changed.v1", "thing.removed.v1"]);
    assert_eq!((proposal.pipe.name.as_str(), proposal.subject.as_str()), ("things.yaml", "things/<pk>/<sk>"));
}

#[test]
fn a_key_that_would_change_the_subject_is_encoded_there() {
    let pages = sample("pages", "path", r#"{"path":{"S":"a/b*%"},"n":{"N":"1"}}"#);
    let proposal = proposed(&pages);
    assert_eq!((proposal.trial.events, proposal.notes.len()), (1, 1));
    assert!(
        proposal.pipe.text.contains(r#"keys.path.replace("%", "%25").replace("/", "%2F")"#),
        "{}",
        proposal.pipe.text
    );
}

#[test]
fn a_key_that_looks_personal_is_told_of_and_stays_out_of_the_data() {
    for key in ["email", "id"] {
        let items = format!(r#"{{"{key}":{{"S":"ada@example.com"}},"age":{{"N":"36"}}}}"#);
        let proposal = proposed(&sample("users", key, &items));
        let told = format!("The key {key} looks secret or personal");
        assert!(proposal.notes[0].starts_with(&told), "{:?}", proposal.notes);
        has(&proposal.pipe.text, &[&format!("# {key}: item.{key}  # looks personal")]);
        assert!(!proposal.schemas.iter().any(|schema| schema.text.contains(&format!("\"{key}\""))));
        assert_eq!(checked(&proposal).problems, []);
    }
}

#[test]
fn a_table_of_keys_alone_has_nothing_that_could_change() {
    let proposal = proposed(&sample("tags", "id", r#"{"id":{"S":"a"}}"#));
    assert_eq!(proposal.event_types, ["tag.created.v1", "tag.removed.v1"]);
    assert_eq!(checked(&proposal).problems, []);
}

#[test]
fn more_attributes_than_fit_an_expression_are_left_out_with_that_reason() {
    let attributes: Vec<_> = (0..200).map(|at| format!(r#""attribute{at:03}":{{"S":"x"}}"#)).collect();
    let proposal =
        proposed(&sample("wide", "id", &format!(r#"{{"id":{{"S":"a"}},{}}}"#, attributes.join(","))));
    assert_eq!(checked(&proposal).problems, []);
    assert!(proposal.left.len() > 90 && proposal.left.iter().all(|left| left.reason == Reason::TooMuch));
}

#[test]
fn what_cannot_be_proposed_is_refused_with_what_to_do() {
    let item = sample::read(r#"{"id":{"S":"a"},"n":{"N":"1"}}"#).unwrap();
    let key = |names: &[&str], items: &[Item]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Key::of(&names, items).unwrap_err()
    };
    assert_eq!(key(&["id"], &[]), ProposalError::NoItems);
    assert_eq!(key(&[], &item), ProposalError::KeyLength);
    assert_eq!(key(&["id", "n", "id"], &item), ProposalError::KeyLength);
    assert_eq!(key(&["x"], &item), ProposalError::NoKey("x".into()));
    let good = sample("things", "id", r#"{"id":{"S":"a"}}"#);
    let refused = |sample: &Sample, pipe: Option<&str>, entity: Option<&str>| {
        let wish =
            Wish { pipe: pipe.map(str::to_owned), entity: entity.map(str::to_owned), home: HOME.into() };
        propose(sample, &wish).unwrap_err()
    };
    assert_eq!(refused(&good, Some("a/b"), None), ProposalError::Name("a/b".into()));
    assert_eq!(refused(&good, None, Some("Order")), ProposalError::Entity("Order".into()));
    assert_eq!(
        refused(&Sample { table: "a b".into(), ..good.clone() }, None, None),
        ProposalError::Table("a b".into())
    );
    assert_eq!(refused(&Sample { items: vec![], ..good }, None, None), ProposalError::NoItems);
    let odd = sample("things", "\u{7}", r#"{"\u0007":{"S":"a"}}"#);
    assert_eq!(refused(&odd, None, None), ProposalError::KeyName("\u{7}".into()));
}
