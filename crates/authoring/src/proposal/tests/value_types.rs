use super::*;

#[test]
fn numbers_are_integers_or_text_and_attributes_of_some_items_are_optional() {
    let proposal = proposed(&sample("orders", "tenantId,orderId", ORDERS));
    has_lines(
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
    let events = events_of(&pipes(&proposal), &sample, None, Some(&sample.items[0])).unwrap();
    assert_eq!(events[0].1["lines"], serde_json::json!([{"price": "1.5", "sku": "a"}]));
    assert_eq!((&events[0].1["total"], &events[0].1["ratio"]), (&"12".into(), &"1.25".into()));
}

/// Each case: `x` of the first item, `x` of the second one or nothing, and the line in the pipe file.
#[test]
fn every_value_type_has_an_expression_or_a_reason_for_its_omission() {
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
        (&map(41), r#"{"M":{}}"#, "# x: item.x  # a map with very many names"),
        (
            &nested(5),
            &nested(5),
            "# x: item.x  # nested too deep for a proposal: list the members that you need",
        ),
        (
            r#"{"L":[{"L":[]}]}"#,
            r#"{"L":[]}"#,
            "# x: item.x  # nested too deep for a proposal: list the members that you need",
        ),
        (r#"{"L":[]}"#, r#"{"L":[]}"#, "# x: item.x  # always empty, so its content is not known"),
        (r#"{"M":{"token":{"S":"a"}}}"#, r#"{"M":{}}"#, "# x: item.x  # looks secret"),
        (r#"{"L":[{"S":"a"},{"N":"1"}]}"#, r#"{"L":[]}"#, "# x: item.x  # has several types: string, number"),
        (r#"{"M":{"a":{"S":"a"}}}"#, r#"{"NULL":true}"#, "# x: item.x  # has several types: null, map"),
        (r#"{"SS":["ada@example.com"]}"#, "", "# x: item.?x  # looks personal"),
        (r#"{"L":[{"S":"a"},{"S":"ada@example.com"}]}"#, r#"{"L":[]}"#, "# x: item.x  # looks personal"),
        (r#"{"L":[]}"#, r#"{"L":[{"S":"$2b$12$abc"}]}"#, "# x: item.x  # looks secret"),
        (r#"{"L":[{"M":{"a":{"S":"$2b$12$abc"}}}]}"#, r#"{"L":[]}"#, "# x: item.x  # looks secret"),
        (r#"{"BS":["AAE="]}"#, "", "# x: item.?x  # binary"),
    ] {
        let second = if second.is_empty() { String::new() } else { format!(r#","x":{second}"#) };
        let items = format!(r#"{{"id":{{"S":"1"}},"x":{first}}} {{"id":{{"S":"2"}}{second}}}"#);
        let proposal = proposed(&sample("things", "id", &items));
        has_lines(&proposal.pipe.text, &[line]);
        assert_eq!((checked(&proposal).problems, proposal.dry_run.events), (vec![], 2), "{first}");
    }
}

#[test]
fn attributes_that_do_not_fit_an_expression_are_omitted_with_that_reason() {
    let attributes: Vec<_> = (0..200).map(|at| format!(r#""attribute{at:03}":{{"S":"x"}}"#)).collect();
    let proposal =
        proposed(&sample("wide", "id", &format!(r#"{{"id":{{"S":"a"}},{}}}"#, attributes.join(","))));
    assert_eq!(checked(&proposal).problems, []);
    assert!(
        proposal.omissions.len() > 90
            && proposal.omissions.iter().all(|omission| omission.reason == OmissionReason::TooLong)
    );
}

#[test]
fn a_whole_number_of_a_small_sample_is_a_number_unless_its_name_is_whole() {
    let items = |name: &str, count: usize| {
        (0..count).map(|id| format!(r#"{{"id":{{"S":"{id}"}},"{name}":{{"N":"{id}"}}}}"#)).collect::<String>()
    };
    for (name, count, expected) in [
        ("weight", 3, "number"),
        ("rating", 49, "number"),
        ("rating", 50, "integer"),
        ("quantity", 1, "integer"),
        ("createdAt", 1, "integer"),
        ("schemaVersion", 1, "integer"),
    ] {
        let proposal = proposed(&sample("things", "id", &items(name, count)));
        let schema: Json = serde_json::from_str(&proposal.schemas[0].text).unwrap();
        assert_eq!(schema["properties"][name]["type"], expected, "{name} {count}");
    }
    let things = sample("things", "id", &items("weight", 1));
    let mut heavy = things.items[0].clone();
    heavy.insert("weight".to_owned(), Attribute::N("1.25".to_owned()));
    assert!(events_of(&pipes(&proposed(&things)), &things, None, Some(&heavy)).is_ok());
}

#[test]
fn a_set_stays_a_set_in_fixtures() {
    let items = r#"{"id":{"S":"1"},"tags":{"SS":["a"]},"sizes":{"NS":["1.5"]},"list":{"L":[{"S":"a"}]}}"#;
    let proposal = proposed(&sample("things", "id", items));
    assert_eq!(checked(&proposal).problems, []);
    let record: Json = serde_json::from_str(&proposal.fixtures[0].text).unwrap();
    let image = &record["dynamodb"]["NewImage"];
    assert_eq!(image["tags"], serde_json::json!({"SS": ["tags-1"]}));
    assert_eq!(image["sizes"], serde_json::json!({"NS": ["1.5"]}));
    assert_eq!(image["list"], serde_json::json!({"L": [{"S": "list-1"}]}));
}

#[test]
fn index_keys_and_the_time_to_live_are_left_out() {
    let items = r#"{"id":{"S":"1"},"GSI1PK":{"S":"a"},"ttl":{"N":"1795404522"},"expiresAt":{"N":"1795404522"},"n":{"S":"x"}}"#;
    let proposal = proposed(&sample("things", "id", items));
    has_lines(
        &proposal.pipe.text,
        &[
            "# GSI1PK: item.GSI1PK  # key of an index",
            "# ttl: item.ttl  # looks like the item's time to live",
            "# expiresAt: item.expiresAt  # looks like the item's time to live",
        ],
    );
    assert_eq!(proposal.omissions.len(), 3);
}
