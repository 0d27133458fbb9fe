use super::*;

#[test]
fn a_scan_an_export_and_single_items_are_read_alike() {
    let (one, two) = (r#"{"a":{"S":"x"}}"#, r#"{"a":{"N":"12.50"},"m":{"M":{"b":{"BOOL":true}}}}"#);
    let expected = read(&format!("{one}\n{two}\n")).unwrap();
    assert_eq!(expected.len(), 2);
    assert_eq!(expected[1]["a"], Attribute::N("12.50".into()));
    let scan = format!(r#"{{"Items":[{one},{two}],"Count":2,"ScannedCount":2,"ConsumedCapacity":null}}"#);
    let export = format!("{{\"Item\":{one}}}\n{{\"Item\":{two}}}");
    for text in [scan, export, format!("[{one},{two}]"), format!("{one} {two}")] {
        assert_eq!(read(&text).unwrap(), expected, "{text}");
    }
    assert_eq!(read(" ").unwrap(), []);
    assert!(read(r#"{"Items":{"L":[]},"b":{"S":"x"}}"#).unwrap()[0].contains_key("Items"));
}

#[test]
fn invalid_items_are_reported_with_line_or_attribute() {
    for (text, message) in [
        ("{\"a\":\n}", "line 2: is not JSON"),
        ("[1]", "an item: is not an object"),
        (r#"{"a":{"S":"x"}} {"b":"plain"}"#, "item 2.b: is not a DynamoDB value"),
        (r#"{"a":{"Q":"x"}}"#, "item 1.a: is not a DynamoDB value"),
        (r#"{"a":{"L":[{"N":"twelve"}]}}"#, "item 1.a: contains an N that is not a number"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}: {error}");
    }
}
