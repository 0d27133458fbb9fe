//! A batch of stream records, for `enrich`. A JSON array never fails as a whole: each record becomes one element.
//! Dispatch accepts each event, and its schema allows it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value as Json;
use serde_json::value::RawValue;
use tablecast_pipeline::enrich::{MAX_RESPONSE_BYTES, enrich};
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::channel::Channel;
use tablecast_protocol::element::Element;
use tablecast_protocol::event::EventHead;
use tablecast_protocol::milliseconds_of;
use tablecast_protocol::subject::Subject;

use super::item::TYPES;
use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "record", form: Form::Json, check, samples, words: &[TYPES, WORDS], inputs: 600 };

const WORDS: &[&str] = &[
    "eventID",
    "eventName",
    "INSERT",
    "MODIFY",
    "REMOVE",
    "READ",
    "dynamodb",
    "Keys",
    "OldImage",
    "NewImage",
    "tenant",
    "orderId",
    "status",
    "userIdentity",
    "principalId",
    "dynamodb.amazonaws.com",
    "SequenceNumber",
    "ApproximateCreationDateTime",
    "StreamViewType",
    "NEW_IMAGE",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/1",
    "version",
    "userId",
];

struct Deployment {
    pipes: Pipes,
    schemas: BTreeMap<String, jsonschema::Validator>,
}

static DEPLOYMENTS: LazyLock<Vec<Deployment>> = LazyLock::new(|| {
    let deployment = |(pipes, schemas)| {
        let files = (repository::definitions(pipes, "yaml"), repository::definitions(schemas, "json"));
        let pipes = Pipes::compile(&files.0, &files.1).unwrap();
        let validator = |(name, schema): (&str, &tablecast_pipeline::schema::Schema)| {
            Some((name.to_owned(), jsonschema::validator_for(&schema.document).ok()?))
        };
        let schemas = pipes.schemas().iter().filter_map(validator).collect();
        Deployment { pipes, schemas }
    };
    repository::FOLDERS.map(deployment).into()
});

/// The pipes of this repository.
pub fn pipes() -> &'static Pipes {
    &DEPLOYMENTS[0].pipes
}

fn samples() -> Vec<String> {
    let records = repository::records();
    let batches = records.chunks(3).map(|some| format!("[{}]", some.join(",")));
    records.iter().map(|record| format!("[{record}]")).chain(batches).collect()
}

fn check(batch: &str) {
    let records: Option<Vec<Box<RawValue>>> = serde_json::from_str(batch).ok();
    for deployment in &*DEPLOYMENTS {
        let result = enrich(&deployment.pipes, batch);
        let (Some(records), Ok(elements)) = (&records, &result) else {
            assert!(records.is_none(), "a batch fails: {:?}", result.err());
            continue;
        };
        assert_eq!(elements.len(), records.len());
        let text = serde_json::to_string(elements).unwrap();
        assert!(text.len() <= MAX_RESPONSE_BYTES);
        assert_eq!(serde_json::to_string(&enrich(&deployment.pipes, batch).unwrap()).unwrap(), text);
        elements.iter().zip(records).for_each(|(element, record)| check_element(deployment, element, record));
    }
}

fn check_element(deployment: &Deployment, element: &Element, record: &RawValue) {
    if let Some(rejected) = &element.rejected {
        assert!(element.events.is_empty() && !rejected.reason.is_empty());
        assert_eq!(rejected.record.get(), record.get());
    }
    let mut ids = BTreeSet::new();
    for event in &element.events {
        let head = EventHead::parse(event.get()).unwrap();
        Subject::parse(&head.subject).unwrap();
        Channel::of_source(&head.source).unwrap();
        milliseconds_of(&head.time).unwrap();
        assert!(ids.insert(head.id.clone()), "an id occurs twice");
        assert!(!head.late);
        let json: Json = serde_json::from_str(event.get()).unwrap();
        assert!(json.get("sequence").is_none_or(|sequence| sequence.as_str().unwrap().len() == 40));
        if let Some(schema) = deployment.schemas.get(head.event_type.as_ref()) {
            assert!(schema.is_valid(&json["data"]), "{event}");
        }
    }
}
