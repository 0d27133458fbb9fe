use serde_json::{Value, json};

use super::Pattern;

fn event() -> Value {
    json!({
        "s": "open", "empty": "", "n": 42, "dec": 106.25, "t": true, "z": null, "ip": "10.0.0.7", "ip6": "2001:db8::7",
        "file": "dir/a*b/photo.PNG", "a.b": {"c": "d"}, "big": 9_007_199_254_740_993_u64, "tags": ["red", "green", 7], "deep": {"x": {"y": "1"}}, "none": [],
        "lines": [{"sku": "a", "qty": 1, "codes": ["k", "l"]}, {"sku": "b", "qty": 2, "extra": "e"}],
        "others": [{"x": 1, "y": 1}, {"x": 2, "y": 2}],
        "dynamodb": {"NewImage": {"total": {"N": "42"}, "status": {"S": "open"}}},
    })
}

#[test]
fn patterns_match_as_eventbridge_documents() {
    let cases = [
        // exact values
        (json!({"s": ["open"]}), true),
        (json!({"s": ["Open"]}), false),
        (json!({"s": ["closed", "open"]}), true),
        (json!({"empty": [""]}), true),
        (json!({"s": [""]}), false),
        (json!({"n": [42]}), true),
        (json!({"n": [42.0]}), true),
        (json!({"n": ["42"]}), false),
        (json!({"dec": [1.0625e2]}), true),
        (json!({"t": [true]}), true),
        (json!({"t": [false]}), false),
        (json!({"t": ["true"]}), false),
        (json!({"z": [null]}), true),
        (json!({"gone": [null]}), false),
        (json!({"s": ["open"], "n": [42]}), true),
        (json!({"s": ["open"], "n": [43]}), false),
        (json!({"deep": {"x": {"y": ["1"]}}}), true),
        (json!({"deep": ["1"]}), false),
        (json!({"s": {"x": ["open"]}}), false),
        // text
        (json!({"s": [{"prefix": "op"}]}), true),
        (json!({"s": [{"prefix": "OP"}]}), false),
        (json!({"s": [{"prefix": {"equals-ignore-case": "OP"}}]}), true),
        (json!({"s": [{"prefix": ""}]}), true),
        (json!({"n": [{"prefix": "4"}]}), false),
        (json!({"file": [{"suffix": ".PNG"}]}), true),
        (json!({"file": [{"suffix": ".png"}]}), false),
        (json!({"file": [{"suffix": {"equals-ignore-case": ".png"}}]}), true),
        (json!({"s": [{"equals-ignore-case": "OPEN"}]}), true),
        (json!({"s": [{"equals-ignore-case": "OPENED"}]}), false),
        (json!({"file": [{"wildcard": "dir/*.PNG"}]}), true),
        (json!({"file": [{"wildcard": "*"}]}), true),
        (json!({"file": [{"wildcard": "dir*dir*"}]}), false),
        (json!({"file": [{"wildcard": "*/a\\*b/*"}]}), true),
        (json!({"file": [{"wildcard": "*/a\\*c/*"}]}), false),
        (json!({"file": [{"wildcard": "photo"}]}), false),
        (json!({"s": [{"wildcard": "op*pen"}]}), false),
        // anything-but
        (json!({"s": [{"anything-but": "closed"}]}), true),
        (json!({"s": [{"anything-but": "open"}]}), false),
        (json!({"s": [{"anything-but": ["closed", "open"]}]}), false),
        (json!({"n": [{"anything-but": 42}]}), false),
        (json!({"n": [{"anything-but": [1, 2]}]}), true),
        (json!({"n": [{"anything-but": "42"}]}), true),
        (json!({"gone": [{"anything-but": "x"}]}), false),
        (json!({"s": [{"anything-but": {"prefix": "op"}}]}), false),
        (json!({"s": [{"anything-but": {"prefix": ["x", "op"]}}]}), false),
        (json!({"s": [{"anything-but": {"prefix": "x"}}]}), true),
        (json!({"file": [{"anything-but": {"suffix": ".PNG"}}]}), false),
        (json!({"file": [{"anything-but": {"suffix": [".jpg", ".gif"]}}]}), true),
        (json!({"s": [{"anything-but": {"equals-ignore-case": "OPEN"}}]}), false),
        (json!({"s": [{"anything-but": {"equals-ignore-case": ["A", "B"]}}]}), true),
        (json!({"file": [{"anything-but": {"wildcard": "dir/*"}}]}), false),
        (json!({"file": [{"anything-but": {"wildcard": ["x*", "y*"]}}]}), true),
        // numbers
        (json!({"n": [{"numeric": ["=", 42]}]}), true),
        (json!({"n": [{"numeric": [">", 42]}]}), false),
        (json!({"n": [{"numeric": [">=", 42]}]}), true),
        (json!({"n": [{"numeric": ["<", 42]}]}), false),
        (json!({"n": [{"numeric": ["<", 42.5]}]}), true),
        (json!({"n": [{"numeric": ["<", 41.5]}]}), false),
        (json!({"n": [{"numeric": [">", 41, "<=", 42]}]}), true),
        (json!({"n": [{"numeric": [">", 42, "<", 50]}]}), false),
        (json!({"dec": [{"numeric": ["<=", 106.25]}]}), true),
        // numbers of DynamoDB, which are strings
        (json!({"dynamodb": {"NewImage": {"total": {"N": [{"numeric": [">", 1]}]}}}}), false),
        (json!({"dynamodb": {"NewImage": {"total": {"N": ["42"]}}}}), true),
        (json!({"dynamodb": {"NewImage": {"total": {"N": [{"anything-but": "41"}]}}}}), true),
        (json!({"dynamodb": {"NewImage": {"status": ["open"]}}}), false),
        // existence, of leaves only
        (json!({"s": [{"exists": true}]}), true),
        (json!({"z": [{"exists": true}]}), true),
        (json!({"gone": [{"exists": true}]}), false),
        (json!({"gone": [{"exists": false}]}), true),
        (json!({"s": [{"exists": false}]}), false),
        (json!({"deep": {"x": [{"exists": true}]}}), false),
        (json!({"deep": {"x": [{"exists": false}]}}), true),
        (json!({"gone": {"x": {"y": [{"exists": false}]}}}), true),
        (json!({"dynamodb": {"OldImage": {"id": {"S": [{"exists": false}]}}}}), true),
        (json!({"dynamodb": {"NewImage": {"status": [{"exists": false}]}}}), true),
        (json!({"gone": ["x", {"exists": false}]}), true),
        (json!({"none": [{"exists": false}]}), true),
        // addresses
        (json!({"ip": [{"cidr": "10.0.0.0/24"}]}), true),
        (json!({"ip": [{"cidr": "10.0.1.0/24"}]}), false),
        (json!({"ip": [{"cidr": "0.0.0.0/0"}]}), true),
        (json!({"ip": [{"cidr": "10.0.0.6/31"}]}), true),
        (json!({"ip6": [{"cidr": "2001:db8::/32"}]}), true),
        (json!({"ip6": [{"cidr": "::/0"}]}), true),
        (json!({"ip": [{"cidr": "::/0"}]}), false),
        (json!({"s": [{"cidr": "10.0.0.0/24"}]}), false),
        // $or
        (json!({"$or": [{"s": ["closed"]}, {"n": [42]}]}), true),
        (json!({"$or": [{"s": ["closed"]}, {"n": [1]}]}), false),
        (json!({"t": [false], "$or": [{"s": ["open"]}, {"n": [42]}]}), false),
        (json!({"deep": {"$or": [{"x": {"y": ["2"]}}, {"x": {"y": ["1"]}}]}}), true),
        // arrays: any element, but the same element for several fields
        (json!({"tags": ["green"]}), true),
        (json!({"tags": [7]}), true),
        (json!({"tags": ["blue"]}), false),
        (json!({"tags": [{"anything-but": "red"}]}), true),
        (json!({"lines": {"sku": ["b"]}}), true),
        (json!({"lines": {"sku": ["a"], "qty": [1]}}), true),
        (json!({"lines": {"sku": ["a"], "qty": [2]}}), false),
        (json!({"lines": {"sku": ["a"], "codes": ["l"]}}), true),
        (json!({"lines": {"sku": ["b"], "codes": ["l"]}}), false),
        (json!({"lines": {"extra": [{"exists": false}]}}), false),
        (json!({"lines": {"other": [{"exists": false}]}}), true),
        // the element of the other fields, if their paths come first
        (json!({"lines": {"codes": ["k"], "extra": [{"exists": false}]}}), true),
        (json!({"lines": {"codes": [{"exists": false}], "extra": ["e"]}}), false),
        (json!({"lines": {"qty": [2], "sku": [{"exists": false}]}}), false),
        (json!({"lines": {"codes": ["k"], "extra": ["e"]}}), false),
        // each array has an element of its own
        (json!({"lines": {"sku": ["b"]}, "others": {"x": [1]}}), true),
        (json!({"others": {"x": [2], "y": [1]}}), false),
        // names with dots
        (json!({"dynamodb.NewImage.status.S": ["open"]}), true),
        (json!({"dynamodb.NewImage.status.S": ["closed"]}), false),
        (json!({"dynamodb": {"NewImage.status": {"S": ["open"]}}}), true),
        (json!({"dynamodb.NewImage": {"status.S": [{"exists": false}]}}), false),
        (json!({"a": {"b": {"c": ["d"]}}}), true),
        (json!({"a.b.c": ["d"], "a": {"b.c": ["d"]}}), true),
        // EventBridge compares only numbers that a float holds exactly
        (json!({"big": [{"numeric": [">", 0]}]}), false),
        // whole numbers beyond the digits of a float
        (json!({"big": [9_007_199_254_740_993_u64]}), true),
        (json!({"big": [9_007_199_254_740_992_u64]}), false),
        (json!({"big": [{"anything-but": 5}]}), true),
        // a field inside of $or replaces the same field outside of it
        (json!({"s": ["closed"], "$or": [{"s": ["open"]}, {"n": [1]}]}), true),
        (json!({"s": ["open"], "$or": [{"s": ["closed"]}, {"n": [1]}]}), false),
        (json!({"s": ["closed"], "$or": [{"s": [{"anything-but": "x"}]}, {"n": [42]}]}), true),
        (json!({"deep": {"x": {"y": ["2"]}}, "$or": [{"deep": {"x": {"y": ["1"]}}}, {"n": [1]}]}), true),
    ];
    assert!(cases.len() >= 60);
    for (pattern, expected) in cases {
        let parsed = Pattern::for_bus(&pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(parsed.matches(&event()), expected, "{pattern}");
    }
}

#[test]
fn a_bad_pattern_is_refused_with_its_path() {
    let cases = [
        (json!({}), "pattern"),
        (json!([]), "pattern"),
        (json!("x"), "pattern"),
        (json!({"a": {}}), "a"),
        (json!({"a": []}), "a"),
        (json!({"a": "x"}), "a"),
        (json!({"a": {"b": null}}), "a.b"),
        (json!({"a": [["x"]]}), "a[0]"),
        (json!({"a": ["x", {"like": "y"}]}), "a[1]"),
        (json!({"a": [{"prefix": "x", "suffix": "y"}]}), "a[0]"),
        (json!({"a": [{}]}), "a[0]"),
        (json!({"a": [{"prefix": 1}]}), "a[0]"),
        (json!({"a": [{"prefix": {"suffix": "x"}}]}), "a[0]"),
        (json!({"a": [{"equals-ignore-case": {"prefix": "x"}}]}), "a[0]"),
        (json!({"a": [{"wildcard": "a**b"}]}), "a[0]"),
        (json!({"a": [{"wildcard": "a\\b"}]}), "a[0]"),
        (json!({"a": [{"exists": "true"}]}), "a[0]"),
        (json!({"a": [{"numeric": []}]}), "a[0]"),
        (json!({"a": [{"numeric": ["!=", 1]}]}), "a[0]"),
        (json!({"a": [{"numeric": ["<", "1"]}]}), "a[0]"),
        (json!({"a": [{"numeric": ["<", 5, ">", 1]}]}), "a[0]"),
        (json!({"a": [{"numeric": [">", 5, "<", 5]}]}), "a[0]"),
        (json!({"a": [{"numeric": [">", 5, "<"]}]}), "a[0]"),
        (json!({"a": [{"numeric": ["<", 0, "<", 10]}]}), "a[0]"),
        (json!({"a": [{"numeric": [">", 0, ">", 10]}]}), "a[0]"),
        (json!({"a": [{"numeric": ["=", 0, "<", 10]}]}), "a[0]"),
        (json!({"a": [{"numeric": [">", 0, "=", 10]}]}), "a[0]"),
        // One address is a text. event-ruler refuses it, too.
        (json!({"a": [{"cidr": "10.0.0.7/32"}]}), "a[0]"),
        (json!({"a": [{"cidr": "2001:db8::7/128"}]}), "a[0]"),
        (json!({"a": [{"cidr": "10.0.0.0/33"}]}), "a[0]"),
        (json!({"a": [{"cidr": "ten"}]}), "a[0]"),
        (json!({"a": [{"anything-but": []}]}), "a[0]"),
        (json!({"a": [{"anything-but": ["x", 1]}]}), "a[0]"),
        (json!({"a": [{"anything-but": null}]}), "a[0]"),
        (json!({"a": [{"anything-but": {"numeric": ["=", 1]}}]}), "a[0]"),
        (json!({"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}), "a[0]"),
        (json!({"a": [{"numeric": ["=", 5_000_000_000.1]}]}), "a[0]"),
        (json!({"a": [{"numeric": [">", -5_000_000_001_i64]}]}), "a[0]"),
        (json!({"a": [{"numeric": ["=", 9_007_199_254_740_993_u64]}]}), "a[0]"),
        (json!({"a": [{"numeric": [">", 0, "<", 1e300]}]}), "a[0]"),
        (json!({"a": [{"anything-but": 5_000_000_001_i64}]}), "a[0]"),
        (json!({"a": [{"anything-but": [1, 1e10]}]}), "a[0]"),
        (json!({"a": [{"anything-but": {"prefix": ""}}]}), "a[0]"),
        (json!({"$or": [{"a": ["x"]}, {"prefix": ["x"]}]}), "$or[1].prefix"),
        (json!({"$or": [{"a": ["x"]}, {"a": {"numeric": {"b": [1]}}}]}), "$or[1].a.numeric"),
        (json!({"a": {"$or": [{"b": ["x"]}, {"c": []}]}}), "a.$or[1].c"),
        (json!({"$or": {"a": ["x"]}}), "$or"),
        (json!({"$or": [{"a": ["x"]}]}), "$or"),
        (json!({"$or": [{"a": ["x"]}, {}]}), "$or[1]"),
    ];
    for (pattern, path) in cases {
        let error = Pattern::for_bus(&pattern).expect_err(&pattern.to_string());
        assert_eq!(error.path, path, "{pattern}: {error}");
    }
}

#[test]
fn numbers_at_the_limits_of_eventbridge_are_accepted() {
    for pattern in [
        json!({"a": [{"numeric": [">=", -5_000_000_000_i64, "<=", 5_000_000_000_i64]}]}),
        json!({"a": [{"numeric": ["=", -122.416_009_440_124_24]}, {"numeric": ["=", 3.018e2]}]}),
        json!({"a": [{"anything-but": [5e9, -1.5]}, 111_122_223_333_u64]}),
    ] {
        assert!(Pattern::for_bus(&pattern).is_ok(), "{pattern}");
    }
}

#[test]
fn too_many_combinations_of_or_are_refused() {
    let either = |name: &str| {
        json!([{name: [1]}, {name: [2]}, {name: [3]}, {name: [4]}, {name: [5]}, {name: [6]}, {name: [7]},
        {name: [8]}, {name: [9]}, {name: [10]}])
    };
    let three = json!({"a": {"$or": either("x")}, "b": {"$or": either("x")}, "c": {"$or": either("x")}});
    assert!(Pattern::for_bus(&three).is_ok());
    let four = json!({"a": {"$or": either("x")}, "b": {"$or": either("x")}, "c": {"$or": either("x")}, "d": {"$or": either("x")}});
    let error = Pattern::for_bus(&four).unwrap_err();
    assert!(error.path == "d.$or" && error.reason.contains("1000 combinations"), "{error}");
}

#[test]
fn a_large_array_does_not_slow_the_matcher() {
    let items: Vec<Value> = (0..2_000).map(|number| json!({"a": number, "b": "x", "c": "x"})).collect();
    let texts: Vec<Value> = (0..2_000).map(|number| json!(number.to_string())).collect();
    let event = json!({"items": items, "t": texts, "u": texts, "v": texts, "w": texts});
    let any = json!([{"exists": true}]);
    let pattern =
        json!({"items": {"a": any, "b": any, "c": ["y"]}, "t": any, "u": any, "v": any, "w": ["none"]});
    assert!(!Pattern::for_bus(&pattern).unwrap().matches(&event));
}

#[test]
fn a_pipe_supports_fewer_operators_than_a_bus() {
    let bus_only = [
        json!({"a": [{"wildcard": "x*"}]}),
        json!({"a": [{"cidr": "10.0.0.0/8"}]}),
        json!({"a": [{"anything-but": {"prefix": "x"}}]}),
        json!({"a": [{"anything-but": {"suffix": "x"}}]}),
        json!({"a": [{"anything-but": {"equals-ignore-case": "x"}}]}),
        json!({"a": [{"anything-but": {"wildcard": "x"}}]}),
    ];
    for pattern in bus_only {
        assert!(Pattern::for_bus(&pattern).is_ok(), "{pattern}");
        let error = Pattern::for_pipe(&pattern).unwrap_err();
        assert!(error.to_string().starts_with("a[0]: ") && error.reason.contains("Pipes"), "{error}");
    }
    let both = json!({"a": ["x", {"prefix": "y"}, {"suffix": "z"}, {"anything-but": ["w"]}, {"exists": true},
        {"equals-ignore-case": "v"}, {"numeric": ["<", 1]}], "$or": [{"b": [1]}, {"c": [2]}]});
    assert!(Pattern::for_pipe(&both).is_ok());
}

proptest::proptest! {
    #[test]
    fn no_pattern_makes_the_matcher_panic(pattern in any_json(), event in any_json()) {
        if let Ok(pattern) = Pattern::for_bus(&pattern) {
            pattern.matches(&event);
        }
    }
}

fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let names = ["a", "b", "$or", "exists", "prefix", "anything-but", "numeric", "cidr", "wildcard"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a*\\\\<>=/.0-9é]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let object = prop::collection::btree_map(prop::sample::select(names.to_vec()), inner.clone(), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            object.prop_map(|fields| fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}
