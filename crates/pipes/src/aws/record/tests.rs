use aws_sdk_dynamodbstreams::primitives::DateTime;
use aws_sdk_dynamodbstreams::types::{OperationType, StreamViewType};

use super::*;

const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1";

fn key(id: &str) -> Item {
    [("id".to_owned(), AttributeValue::S(id.to_owned()))].into()
}

fn change(details: StreamRecord) -> Change {
    Change::builder()
        .event_id("e1")
        .event_name(OperationType::Insert)
        .event_version("1.1")
        .event_source("aws:dynamodb")
        .aws_region("us-east-1")
        .dynamodb(details)
        .build()
}

fn details() -> StreamRecord {
    StreamRecord::builder()
        .approximate_creation_date_time(DateTime::from_millis(1_700_000_000_500))
        .set_keys(Some(key("1")))
        .sequence_number("000000000000000000042")
        .size_bytes(26)
        .stream_view_type(StreamViewType::NewAndOldImages)
        .build()
}

#[test]
fn a_record_has_the_shape_that_lambda_delivers() {
    let record = convert(&change(details()), ARN, Some("id")).unwrap();
    let expected = json!({
        "eventID": "e1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1", "eventSourceARN": ARN,
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000.5, "Keys": {"id": {"S": "1"}},
            "SequenceNumber": "000000000000000000042", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    });
    assert_eq!(record.json, expected);
    assert_eq!(
        (record.sequence.as_str(), record.position),
        ("000000000000000000042", Position::At("000000000000000000042".into()))
    );
    assert_eq!(record.created, SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_500));
}

#[test]
fn each_attribute_type_has_dynamodbs_json() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let values = [
        (text("a"), json!({"S": "a"})),
        (
            AttributeValue::N("12345678901234567890123456789012345678".into()),
            json!({"N": "12345678901234567890123456789012345678"}),
        ),
        (AttributeValue::B(Blob::new([0, 1, 255])), json!({"B": "AAH/"})),
        (AttributeValue::Bool(true), json!({"BOOL": true})),
        (AttributeValue::Null(true), json!({"NULL": true})),
        (AttributeValue::Ss(vec!["a".into()]), json!({"SS": ["a"]})),
        (AttributeValue::Ns(vec!["1.50".into()]), json!({"NS": ["1.50"]})),
        (AttributeValue::Bs(vec![Blob::new([0])]), json!({"BS": ["AA=="]})),
        (
            AttributeValue::L(vec![text("a"), AttributeValue::Null(true)]),
            json!({"L": [{"S": "a"}, {"NULL": true}]}),
        ),
        (AttributeValue::M(key("x")), json!({"M": {"id": {"S": "x"}}})),
    ];
    for (value, expected) in values {
        assert_eq!(attribute(&value).unwrap(), expected);
    }
}

#[test]
fn a_delete_by_ttl_has_a_user_identity() {
    let mut change = change(details());
    change.user_identity =
        Some(Identity::builder().r#type("Service").principal_id("dynamodb.amazonaws.com").build());
    let record = convert(&change, ARN, None).unwrap();
    assert_eq!(
        record.json["userIdentity"],
        json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"})
    );
}

#[test]
fn the_partition_is_the_partition_key_or_the_whole_key() {
    let mut details = details();
    details.keys.as_mut().unwrap().insert("sort".into(), AttributeValue::N("1".into()));
    let partition = |name| convert(&change(details.clone()), ARN, name).unwrap().partition;
    assert_eq!(partition(Some("id")), r#"{"S":"1"}"#);
    assert_eq!(partition(None), r#"{"id":{"S":"1"},"sort":{"N":"1"}}"#);
}

#[test]
fn a_record_without_an_id_or_a_sequence_number_is_an_error() {
    assert!(convert(&Change::builder().build(), ARN, None).is_err());
    assert!(convert(&change(StreamRecord::builder().build()), ARN, None).is_err());
}
