use tablecast_values::cursor::Cursor;
use tablecast_values::value::Value;

use super::super::{Operation, Projections, Record};
use super::*;
use crate::attribute::Projection;

fn item(json: &Json) -> Map<String, Json> {
    json.as_object().unwrap().clone()
}

fn order() -> Map<String, Json> {
    item(
        &json!({"tenant": {"S": "acme"}, "orderId": {"S": "1"}, "total": {"N": "42"}, "tags": {"SS": ["a", "b"]}}),
    )
}

fn json_of(attributes: &Map<String, Json>, sequence: Option<&str>) -> String {
    let keys = ["tenant".to_owned(), "orderId".to_owned()];
    read_record(&ReadItem { table: "orders", keys: &keys, attributes, time: 1_795_404_516_999, sequence })
}

fn read(json: &str) -> Result<Record<'_>, String> {
    let all = || Projection::All;
    let projections = Projections { keys: all(), old: all(), new: all(), names: Default::default() };
    Record::read(&mut Cursor::new(json), &projections).map_err(|error| error.to_string())
}

#[test]
fn an_item_that_was_read_is_a_record_without_an_old_image() {
    let json = json_of(&order(), None);
    let record = read(&json).unwrap();
    assert_eq!((record.operation, record.operation.as_str()), (Operation::Read, "READ"));
    assert_eq!((record.table.as_ref(), record.time.as_str()), ("orders", "2026-11-23T03:28:36Z"));
    assert_eq!((&record.old, record.item()), (&Value::Map(Vec::new()), &record.new));
    let names = |value: &Value<'_>| match value {
        Value::Map(fields) => fields.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>(),
        _ => panic!("no map"),
    };
    assert_eq!(names(&record.keys).len(), 2);
    assert_eq!(names(&record.new).len(), 4);
    assert_eq!((record.sequence, record.expired), (None, false));
}

#[test]
fn a_reader_can_give_a_sequence_number() {
    let json = json_of(&order(), Some("0"));
    assert_eq!(read(&json).unwrap().sequence.as_deref(), Some("0".repeat(40).as_str()));
}

#[test]
fn a_read_that_is_news_has_another_id_than_one_before_every_change() {
    let id = |sequence| read(&json_of(&order(), sequence)).unwrap().event_id.into_owned();
    assert_eq!(id(Some("0")), id(None));
    assert_eq!(id(Some("007")), id(Some("7")));
    assert_ne!(id(Some("7")), id(None));
    assert_ne!(id(Some("7")), id(Some("8")));
}

#[test]
fn only_a_change_needs_a_sequence_number() {
    let insert = json_of(&order(), None).replace("READ", "INSERT");
    let error = read(&insert).unwrap_err();
    assert!(error.starts_with("dynamodb.SequenceNumber: is missing"), "{error}");
    let error = read(&json_of(&order(), None).replace("NewImage", "Image")).unwrap_err();
    assert!(error.starts_with("dynamodb.NewImage: is missing, but READ has it"), "{error}");
}

#[test]
fn two_reads_of_an_unchanged_item_have_one_id_and_other_items_have_others() {
    let id = |attributes: &Map<String, Json>| read(&json_of(attributes, None)).unwrap().event_id.into_owned();
    let mut same = order();
    same["tags"] = json!({"SS": ["b", "a"]});
    let later = ReadItem {
        table: "orders",
        keys: &["orderId".to_owned()],
        attributes: &same,
        time: 0,
        sequence: Some("0"),
    };
    assert_eq!(event_id(&later), id(&order()));
    let mut ids = vec![id(&order())];
    for (name, value) in [
        ("total", json!({"N": "43"})),
        ("total", json!({"S": "42"})),
        ("tags", json!({"L": [{"S": "a"}, {"S": "b"}]})),
        ("tags", json!({"SS": ["a,b"]})),
        ("new", json!({"NULL": true})),
    ] {
        let mut other = order();
        other.insert(name.to_owned(), value);
        ids.push(id(&other));
    }
    ids.push(event_id(&ReadItem { table: "others", ..later }));
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert!(ids[0].starts_with("read-") && ids[0].len() == 37, "{}", ids[0]);
}
