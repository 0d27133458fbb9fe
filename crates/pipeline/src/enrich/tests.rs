use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;

use super::*;

mod size;

fn pipes() -> Pipes {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let read = |folder: &str, extension| folder::read(&root.join(folder), extension).unwrap();
    Pipes::compile(&read("pipes", "yaml"), &read("schemas", "json")).unwrap()
}

fn elements(records: &[&Json]) -> Vec<Element> {
    enrich(&pipes(), &json!(records).to_string()).unwrap()
}

fn order(id: &str, total: &str) -> Json {
    json!({
        "eventID": id, "eventName": "INSERT",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_404_516.5, "SequenceNumber": "111000000000000000000001",
            "Keys": {"tenant": {"S": "acme"}, "orderId": {"S": "1"}},
            "NewImage": {
                "tenant": {"S": "acme"}, "orderId": {"S": "1"}, "total": {"N": total}, "currency": {"S": "EUR"},
                "lines": {"L": [{"M": {"sku": {"S": "a"}, "quantity": {"N": "1"}, "unitPrice": {"N": total}}}]},
                "createdAt": {"S": "2026-11-23T09:00:00Z"},
            },
        },
    })
}

fn rejection(record: Json) -> (String, String) {
    let element = elements(&[&record]).remove(0);
    let rejected = element.rejected.unwrap();
    (rejected.path, rejected.reason)
}

fn changed(pointer: &str, value: Json) -> Json {
    let mut record = order("e1", "1");
    *record.pointer_mut(pointer).unwrap() = value;
    record
}

#[test]
fn no_digit_of_a_38_digit_amount_is_lost() {
    let digits = "12345678901234567890123456.789012345678";
    let element = elements(&[&order("e1", digits)]).remove(0);
    let event: Json = serde_json::from_str(element.events[0].get()).unwrap();
    assert_eq!(event["data"]["total"], digits);
    assert_eq!(event["data"]["lines"][0]["unitPrice"], digits);
}

#[test]
fn a_rejected_record_has_place_and_reason_and_is_kept_whole() {
    let record = changed("/dynamodb/NewImage/total", json!({"N": "twelve"}));
    let element = elements(&[&record]).remove(0);
    let rejected = element.rejected.unwrap();
    assert_eq!((element.event_id.as_str(), element.pipe.as_str()), ("e1", "orders"));
    assert_eq!(
        (rejected.path.as_str(), rejected.reason.as_str()),
        ("dynamodb.NewImage.total.N", "is not a number")
    );
    assert_eq!(rejected.record.get(), record.to_string());
}

#[test]
fn every_way_to_be_rejected_has_its_place_and_reason() {
    let cases = [
        (changed("/eventName", json!("UPSERT")), "eventName", "is not INSERT, MODIFY, REMOVE or READ"),
        (changed("/dynamodb/SequenceNumber", json!("12x")), "dynamodb.SequenceNumber", "is not a number"),
        (changed("/dynamodb/ApproximateCreationDateTime", json!(1e300)), "dynamodb.Appr", "is not a time"),
        (changed("/dynamodb", json!([])), "dynamodb", "is not an object"),
        (
            changed("/eventSourceARN", json!("arn:x:table/strange/stream")),
            "eventSourceARN",
            "belongs to the table strange, which has no pipe file",
        ),
        (changed("/eventSourceARN", json!(7)), "eventSourceARN", "is not the ARN of a table's stream"),
        (changed("/dynamodb/NewImage/tenant/S", json!("a/b")), "subject", "would change the subject"),
        (
            changed("/dynamodb/NewImage/tenant/S", json!("x".repeat(600))),
            "subject",
            "is longer than 512 bytes",
        ),
        (
            changed("/dynamodb/NewImage/total", json!({"BOOL": true})),
            "order.placed.v1/total",
            "breaks the schema",
        ),
        (changed("/dynamodb/NewImage/lines", json!({"L": []})), "order.placed.v1/lines", "breaks the schema"),
        (
            changed("/dynamodb/NewImage/currency/S", json!("x".repeat(300_000))),
            "order.placed.v1/currency",
            "breaks",
        ),
        (changed("/dynamodb/NewImage/orderId/S", json!("")), "subject", "would change the subject"),
        (json!("not a record"), "record", "is not an object: write one stream record"),
        (json!(null), "record", "is not an object: write one stream record"),
        (json!([order("e1", "1")]), "record", "is a list: take one element of it"),
        (json!({"Records": [order("e1", "1")]}), "Records", "take one element of it"),
        (json!({"orderId": {"S": "1"}}), "dynamodb", "is missing, so this is no stream record"),
    ];
    for (record, place, why) in cases {
        let (path, reason) = rejection(record);
        assert!(path.starts_with(place) && reason.contains(why), "{path}: {reason}");
    }
}

#[test]
fn a_record_without_the_images_of_its_operation_is_rejected() {
    let record = |operation: &str, view_type: Option<&str>, images: &[&str]| {
        let mut record = order("e1", "1");
        record["eventName"] = json!(operation);
        let mut image = record["dynamodb"].as_object_mut().unwrap().remove("NewImage").unwrap();
        image["status"] = json!({"S": "PLACED"});
        images.iter().for_each(|name| record["dynamodb"][name] = image.clone());
        view_type.into_iter().for_each(|view_type| record["dynamodb"]["StreamViewType"] = json!(view_type));
        record
    };
    let (old, new, both) = (&["OldImage"][..], &["NewImage"][..], &["OldImage", "NewImage"][..]);
    for view_type in [None, Some("NEW_AND_OLD_IMAGES")] {
        for (operation, images) in [("INSERT", new), ("MODIFY", both), ("REMOVE", old)] {
            assert!(elements(&[&record(operation, view_type, images)])[0].rejected.is_none(), "{operation}");
        }
        for (operation, images, missing) in [
            ("INSERT", &[][..], "NewImage"),
            ("INSERT", old, "NewImage"),
            ("MODIFY", new, "OldImage"),
            ("MODIFY", old, "NewImage"),
            ("REMOVE", new, "OldImage"),
            ("REMOVE", &[], "OldImage"),
        ] {
            let (path, reason) = rejection(record(operation, view_type, images));
            assert_eq!(path, format!("dynamodb.{missing}"), "{operation}");
            assert!(
                reason.starts_with("is missing, but") && reason.ends_with("NEW_AND_OLD_IMAGES"),
                "{reason}"
            );
        }
    }
    for view_type in ["NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"] {
        let (path, reason) = rejection(record("MODIFY", Some(view_type), both));
        assert_eq!(path, "dynamodb.StreamViewType");
        assert!(reason.starts_with(&format!("is {view_type}, but tablecast needs")), "{reason}");
    }
}

#[test]
fn a_set_in_another_order_is_no_change() {
    let text = r#"table: orders
subject: '"orders/" + keys.orderId'
events:
  - type: order.placed.v1
    when: old.tags != new.tags || old != new || old.more.map(m, m) != new.more.map(m, m)
    data: { orderId: keys.orderId }
"#;
    let file = DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text: text.into() };
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let pipes = Pipes::compile(&[file], &folder::read(&root.join("schemas"), "json").unwrap()).unwrap();
    let mut record = order("e1", "1");
    record["eventName"] = json!("MODIFY");
    let image = |texts: [&str; 2], numbers: [&str; 2]| {
        json!({
            "tags": {"SS": texts}, "sizes": {"NS": numbers}, "keys": {"BS": texts},
            "more": {"L": [{"M": {"tags": {"SS": texts}}}]},
        })
    };
    record["dynamodb"]["OldImage"] = image(["YQ==", "Yg=="], ["2", "10"]);
    record["dynamodb"]["NewImage"] = image(["Yg==", "YQ=="], ["10", "2"]);
    let element = enrich(&pipes, &json!([record]).to_string()).unwrap().remove(0);
    assert!(element.rejected.is_none() && element.events.is_empty(), "{element:?}");
}

#[test]
fn a_missing_attribute_names_the_expression_that_needs_it() {
    let mut record = order("e1", "1");
    record["dynamodb"]["NewImage"].as_object_mut().unwrap().remove("currency");
    let (path, reason) = rejection(record);
    assert_eq!(path, "events[0].data.currency");
    assert_eq!(
        reason,
        "there is no currency here: if it can be absent, write .?currency, and .orValue(...) to compare it"
    );
}

#[test]
fn an_event_over_the_limit_of_the_bus_is_rejected() {
    let mut record = order("e1", "1");
    let line = |index| json!({"M": {"sku": {"S": format!("{index:0>1000}")}, "quantity": {"N": "1"}, "unitPrice": {"N": "1"}}});
    record["dynamodb"]["NewImage"]["lines"] = json!({"L": (0..1_050).map(line).collect::<Vec<_>>()});
    let (path, reason) = rejection(record);
    assert_eq!(path, "events[0].data");
    assert!(reason.contains("but the bus accepts"), "{reason}");
}

/// Up to 256 KB were accepted before January 2026.
#[test]
fn an_event_with_all_400_kb_of_an_item_is_accepted() {
    let sku = json!({"S": "x".repeat(400 * 1024)});
    let elements = elements(&[&changed("/dynamodb/NewImage/lines/L/0/M/sku", sku)]);
    assert_eq!((elements[0].events.len(), elements[0].rejected.is_none()), (1, true));
}

#[test]
fn a_lower_limit_of_the_bus_rejects_smaller_events() {
    let pipes = pipes().with_bus_limit(1_100);
    let elements = enrich(&pipes, &json!([order("e1", "1")]).to_string()).unwrap();
    let reason = elements[0].rejected.as_ref().unwrap().reason.as_str();
    assert!(reason.ends_with("but the bus accepts 76: list fewer attributes in data"), "{reason}");
}

#[test]
fn a_reason_never_contains_a_value() {
    for pointer in ["/dynamodb/NewImage/total", "/dynamodb/NewImage/currency", "/dynamodb/NewImage/createdAt"]
    {
        let (_, reason) = rejection(changed(pointer, json!({"S": "hunter2"})));
        assert!(!reason.contains("hunter2"), "{reason}");
    }
}

#[test]
fn a_record_without_an_id_gets_a_deterministic_id() {
    let mut record = order("e1", "1");
    record.as_object_mut().unwrap().remove("eventID");
    let elements = elements(&[&record, &record]);
    assert!(elements[0].event_id.starts_with("sha256-"));
    assert_eq!(elements[0].event_id, elements[1].event_id);
}

#[test]
fn records_of_two_tables_go_through_their_own_pipes() {
    let mut profile = order("e2", "1");
    profile["eventSourceARN"] = json!("arn:aws:dynamodb:eu-west-1:1:table/profiles/stream/x");
    profile["dynamodb"]["Keys"] = json!({"userId": {"S": "u-1"}});
    profile["dynamodb"]["NewImage"] =
        json!({"userId": {"S": "u-1"}, "displayName": {"S": "A"}, "email": {"S": "a@example.com"}});
    let elements = elements(&[&order("e1", "1"), &profile, &order("e3", "1")]);
    let pipes: Vec<&str> = elements.iter().map(|element| element.pipe.as_str()).collect();
    assert_eq!(pipes, ["orders", "profiles", "orders"]);
    assert!(elements.iter().all(|element| element.events.len() == 1));
}

#[test]
fn an_element_is_read_as_it_was_written() {
    let elements = elements(&[&order("e1", "1"), &json!({})]);
    let text = serde_json::to_string(&elements).unwrap();
    let again: Vec<Element> = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

#[test]
fn a_batch_can_be_empty_or_have_white_space() {
    let batch = serde_json::to_string_pretty(&[order("e1", "1"), json!([]), order("e2", "1")]).unwrap();
    let elements = enrich(&pipes(), &batch).unwrap();
    let events: Vec<usize> = elements.iter().map(|element| element.events.len()).collect();
    assert_eq!(events, [1, 0, 1]);
    assert!(enrich(&pipes(), " [ ] ").unwrap().is_empty());
}

#[test]
fn a_batch_that_is_not_a_json_array_is_an_error() {
    let record = order("e1", "1").to_string();
    let cut = &record[..record.len() - 1];
    for batch in ["", "null", "{}", "[", "[1", "[1 2]", "[[}", &format!("[{cut}"), &format!("[{cut}]")] {
        assert!(enrich(&pipes(), batch).is_err(), "{batch}");
    }
}

/// Any JSON, with a bias to the names and shapes of records.
fn odd_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "[-+0-9.eE]{0,45}".prop_map(Json::from),
        "[1-9]{1,3}e-?[0-9]{1,20}".prop_map(|number| json!({"N": number})),
        "\\PC{0,12}".prop_map(|text| json!({"S": text})),
        "\\PC{0,12}".prop_map(Json::from),
        Just(json!("INSERT")),
        Just(json!("arn:aws:dynamodb:x:1:table/orders/stream/x")),
    ];
    let name = prop_oneof![
        Just("S"),
        Just("N"),
        Just("B"),
        Just("BOOL"),
        Just("NULL"),
        Just("M"),
        Just("L"),
        Just("SS"),
        Just("NS"),
        Just("BS"),
        Just("total"),
        Just("lines"),
        Just("tenant"),
        Just("orderId"),
        Just("eventID"),
        Just("dynamodb"),
        Just("NewImage"),
        Just("Keys"),
        Just("eventName"),
        Just("eventSourceARN"),
        Just("\u{1f}"),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let object = prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Json::from),
            object.prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn pointers() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "/eventID",
        "/eventName",
        "/eventSourceARN",
        "/dynamodb",
        "/dynamodb/Keys",
        "/dynamodb/NewImage",
        "/dynamodb/NewImage/total",
        "/dynamodb/NewImage/total/N",
        "/dynamodb/NewImage/lines",
        "/dynamodb/NewImage/lines/L",
        "/dynamodb/NewImage/tenant",
        "/dynamodb/SequenceNumber",
        "/dynamodb/ApproximateCreationDateTime",
    ])
}

/// A record of each kind. The test inserts `odd` into its images.
fn records() -> [Json; 3] {
    let mut changed = order("e1", "1");
    changed["eventName"] = json!("MODIFY");
    let image = changed["dynamodb"]["NewImage"].clone();
    changed["dynamodb"]["OldImage"] = image;
    changed["dynamodb"]["OldImage"]["status"] = json!({"N": "1e9"});
    let mut profile = changed.clone();
    profile["eventSourceARN"] = json!("arn:aws:dynamodb:eu-west-1:1:table/profiles/stream/x");
    profile["dynamodb"]["Keys"] = json!({"userId": {"S": "u-1"}});
    [order("e1", "1"), changed, profile]
}

proptest! {
    #[test]
    fn an_odd_record_neither_panics_nor_affects_other_records(
        which in 0..3_usize, pointer in pointers(), odd in odd_json(), name in "status|displayName|total|[a-z]{1,3}",
    ) {
        thread_local!(static PIPES: Pipes = pipes());
        let (before, after) = (order("before", "1"), order("after", "2"));
        let mut record = records()[which].clone();
        if let Some(place) = record.pointer_mut(pointer) {
            *place = odd.clone();
        }
        if let Some(image) = record.pointer_mut("/dynamodb/NewImage").and_then(Json::as_object_mut) {
            image.insert(name, odd);
        }
        let batch = json!([before, record, after]).to_string();
        let elements = PIPES.with(|pipes| enrich(pipes, &batch).unwrap());
        prop_assert_eq!(elements.len(), 3);
        prop_assert_eq!((elements[0].event_id.as_str(), elements[0].events.len()), ("before", 1));
        prop_assert_eq!((elements[2].event_id.as_str(), elements[2].events.len()), ("after", 1));
        let again = PIPES.with(|pipes| enrich(pipes, &batch).unwrap());
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&elements).unwrap());
    }
}

#[test]
fn a_number_with_an_extreme_exponent_compares_without_a_panic() {
    let [_, mut changed, _] = records();
    changed["dynamodb"]["NewImage"]["status"] = json!({"N": "1e9223372036854775807"});
    assert!(elements(&[&changed])[0].rejected.is_some());
}
