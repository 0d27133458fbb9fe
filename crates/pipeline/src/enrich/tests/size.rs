//! The size of a response. Lambda refuses a larger one, and Pipes then retries the whole batch in vain.

use tablecast_protocol::element::Rejected;

use super::*;

/// Lambda's limit of a response, and Pipes' limit of a batch.
const LAMBDA_BYTES: usize = 6 * 1024 * 1024;

/// The result of some records in `dispatch`, after all rounds.
#[derive(Debug, Default, PartialEq)]
struct Received {
    /// The eventIDs, in the order of their delivery.
    events: Vec<String>,
    unmatched: usize,
    /// eventID and record.
    rejected: Vec<(String, String)>,
}

/// Sends batches as Pipes does: up to its limits, and again from the lowest failed record on. Returns the
/// number of invocations too.
fn send(enricher: &Enricher<'_>, records: &[Json], batch_bytes: usize) -> (Received, usize) {
    let texts: Vec<String> = records.iter().map(Json::to_string).collect();
    let (mut received, mut rounds, mut start) = (Received::default(), 0, 0);
    while start < texts.len() {
        let mut bytes = 1;
        let fits = |text: &&String| {
            bytes += text.len() + 1;
            bytes <= batch_bytes
        };
        let end = start + texts[start..].iter().take(MAX_RECORDS).take_while(fits).count();
        while start < end {
            start += one_round(enricher, &texts[start..end], &mut received);
            rounds += 1;
        }
    }
    (received, rounds)
}

/// Returns the number of records that `dispatch` finished.
fn one_round(enricher: &Enricher<'_>, texts: &[String], received: &mut Received) -> usize {
    let elements = enricher.enrich(&format!("[{}]", texts.join(","))).unwrap();
    let bytes = serde_json::to_string(&elements).unwrap().len();
    assert!(bytes <= enricher.limit, "{bytes}");
    let ids: Vec<_> = elements.iter().map(|element| element.event_id.clone()).collect();
    assert_eq!(ids, texts.iter().map(|text| event_id(text)).collect::<Vec<_>>());
    let finished = elements.iter().take_while(|element| !element.deferred).count();
    assert!(finished > 0 && elements[finished..].iter().all(|element| element.deferred));
    for element in elements.into_iter().take(finished) {
        match element.rejected {
            Some(rejected) => received.rejected.push((element.event_id, rejected.record.get().to_owned())),
            None if element.events.is_empty() => received.unmatched += 1,
            None => received.events.push(element.event_id),
        }
    }
    finished
}

const PRINTABLE: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'()*+,-./:;<=>?@[]^_`{|}~ ";

/// Text whose compressed form is larger than itself in base64.
fn random_text(bytes: usize, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        PRINTABLE[(state >> 20) as usize % PRINTABLE.len()]
    };
    (0..bytes).map(|_| char::from(next())).collect()
}

fn bad(id: usize, bytes: usize) -> Json {
    let mut record = order(&format!("{id:032}"), "twelve");
    record["dynamodb"]["NewImage"]["notes"] = json!({"S": random_text(bytes, id as u64 + 1)});
    record
}

fn good(id: usize) -> Json {
    let mut record = order(&format!("{id:032}"), "1");
    record["dynamodb"]["NewImage"]["tenant"] = json!({"S": "globex"});
    record
}

fn kept(records: &[Json]) -> Vec<(String, String)> {
    records
        .iter()
        .map(|record| (record["eventID"].as_str().unwrap().to_owned(), record.to_string()))
        .collect()
}

#[test]
fn large_rejected_records_neither_cost_neighbours_an_event_nor_get_lost() {
    let pipes = pipes();
    let enricher = Enricher { pipes: &pipes, limit: MAX_RESPONSE_BYTES };
    let bad: Vec<Json> = (0..80).map(|id| bad(id, 300_000)).collect();
    let good: Vec<Json> = (100..160).map(good).collect();
    let mut records = bad.clone();
    good.iter().enumerate().for_each(|(index, record)| records.insert(index * 140 / 60, record.clone()));
    let (received, rounds) = send(&enricher, &records, LAMBDA_BYTES);
    assert_eq!(received.events, kept(&good).into_iter().map(|(id, _)| id).collect::<Vec<_>>());
    assert!(received.rejected == kept(&bad));
    assert!(rounds <= 10, "{rounds}");
}

#[test]
fn a_pipe_file_that_rejects_all_of_a_full_batch_loses_nothing() {
    let pipes = pipes();
    let enricher = Enricher { pipes: &pipes, limit: MAX_RESPONSE_BYTES };
    let records: Vec<Json> = (0..MAX_RECORDS).map(|id| bad(id, 10)).collect();
    let (received, rounds) = send(&enricher, &records, LAMBDA_BYTES);
    assert!(received.rejected == kept(&records));
    assert!(rounds <= 3, "{rounds}");
}

#[test]
fn a_response_can_have_exactly_its_limit() {
    let pipes = pipes();
    let batch = format!("[{},{},{}]", good(1), good(2), good(3));
    let of = |limit| Enricher { pipes: &pipes, limit }.enrich(&batch).unwrap();
    let bytes = serde_json::to_string(&of(MAX_RESPONSE_BYTES)).unwrap().len();
    let deferred = |limit| of(limit).iter().filter(|element| element.deferred).count();
    assert_eq!([deferred(bytes), deferred(bytes - 1)], [0, 1]);
}

#[test]
fn a_record_whose_events_take_half_of_a_response_is_rejected() {
    let pipes = pipes();
    let line = json!({"M": {"sku": {"S": "a"}, "quantity": {"N": "1"}, "unitPrice": {"N": "1"}}});
    let mut record = good(1);
    record["dynamodb"]["NewImage"]["lines"] = json!({"L": vec![line; 90]});
    let batch = json!([record, good(2)]).to_string();
    let elements = Enricher { pipes: &pipes, limit: 8_000 }.enrich(&batch).unwrap();
    assert_eq!(elements[1].events.len(), 1);
    let rejected = elements[0].rejected.as_ref().unwrap();
    assert_eq!(rejected.path, "events");
    assert!(rejected.reason.starts_with("its 1 events have"), "{}", rejected.reason);
    assert!(rejected.reason.contains("but the limit is 4000"), "{}", rejected.reason);
}

#[test]
fn the_events_of_a_record_may_take_exactly_half_of_a_response() {
    let batch = json!([good(1)]).to_string();
    let pipes = pipes();
    let enriched = |limit| Enricher { pipes: &pipes, limit }.enrich(&batch).unwrap().remove(0);
    let bytes: usize = enriched(MAX_RESPONSE_BYTES).events.iter().map(|event| event.get().len()).sum();
    for (limit, is_rejected) in [(2 * bytes, false), (2 * bytes - 1, true)] {
        assert_eq!(enriched(limit).rejected.is_some(), is_rejected, "{limit} for {bytes}");
    }
}

#[test]
fn a_response_may_have_exactly_its_limit() {
    let batch = json!([good(1), good(2)]).to_string();
    let pipes = pipes();
    let enriched = |limit| Enricher { pipes: &pipes, limit }.enrich(&batch).unwrap();
    let bytes = serde_json::to_string(&enriched(MAX_RESPONSE_BYTES)).unwrap().len();
    for (limit, deferred) in [(bytes, [false, false]), (bytes - 1, [false, true])] {
        let found: Vec<_> = enriched(limit).iter().map(|element| element.deferred).collect();
        assert_eq!(found, deferred, "{limit} of {bytes}");
    }
}

#[test]
fn a_record_larger_than_a_response_keeps_its_keys_reason_and_place() {
    let pipes = pipes();
    let record = bad(1, 7_000);
    let elements = Enricher { pipes: &pipes, limit: 6_000 }.enrich(&json!([record]).to_string()).unwrap();
    let rejected = elements[0].rejected.as_ref().unwrap();
    assert!(rejected.path.starts_with("dynamodb.NewImage."), "{}", rejected.path);
    assert!(rejected.reason.starts_with("is not a number. The images are left out"), "{}", rejected.reason);
    let kept: Json = serde_json::from_str(rejected.record.get()).unwrap();
    assert_eq!(kept["eventID"], record["eventID"]);
    assert_eq!(kept["dynamodb"]["SequenceNumber"], record["dynamodb"]["SequenceNumber"]);
    assert_eq!(kept["dynamodb"]["Keys"], record["dynamodb"]["Keys"]);
}

/// `dispatch` stores both in one item. If they were larger than an item, the pipe would retry the record in vain.
#[test]
fn the_names_of_attributes_do_not_make_a_reason_or_a_path_long() {
    let file = |name: &str, text: &str| DefinitionFile {
        file: name.to_owned(),
        name: name.rsplit_once('.').unwrap().0.to_owned(),
        text: text.to_owned(),
    };
    let pipe = "table: orders\nsubject: '\"orders/x\"'\nevents:\n  - type: odd.v1\n    data: new.tags\n";
    let long = "é".repeat(30_000);
    for (schema, tags) in [
        (r#""properties": {}, "additionalProperties": false"#, json!({"M": {&long: {"S": "1"}}})),
        (r#""additionalProperties": {"type": "integer"}"#, json!({"M": {&long: {"S": "1"}}})),
    ] {
        let schema = format!(
            r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/odd.v1.json", {schema}}}"#
        );
        let pipes = Pipes::compile(&[file("orders.yaml", pipe)], &[file("odd.v1.json", &schema)]).unwrap();
        let mut record = order("e1", "1");
        record["dynamodb"]["NewImage"]["tags"] = tags;
        let element = enrich(&pipes, &json!([record]).to_string()).unwrap().remove(0);
        let Rejected { path, reason, .. } = element.rejected.unwrap();
        assert!(path.starts_with("odd.v1") && reason.starts_with("breaks the schema"), "{path}: {reason}");
        assert!(path.len() + reason.len() < 10_000, "{} and {}", path.len(), reason.len());
    }
}

#[test]
fn a_pipe_that_halves_batches_defers_nothing() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let [mut files, schemas] = [("pipes", "yaml"), ("schemas", "json")]
        .map(|(name, ending)| folder::read(&root.join(name), ending).unwrap());
    files
        .iter_mut()
        .for_each(|file| file.text = file.text.replace("max_age: 6h", "max_age: 6h, bisect: true"));
    let pipes = Pipes::compile(&files, &schemas).unwrap();
    let enricher = Enricher { pipes: &pipes, limit: 2_000 };
    let batch = |records: &[Json]| enricher.enrich(&json!(records).to_string());
    assert!(batch(&[bad(1, 1_000), bad(2, 1_000)]).unwrap_err().reason.contains("Pipes halves it"));
    assert_eq!(batch(&[bad(1, 1_000)]).unwrap().len(), 1);
}

#[test]
fn more_records_than_pipes_sends_are_an_error() {
    let batch = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    assert_eq!(enrich(&pipes(), &batch(MAX_RECORDS)).unwrap().len(), MAX_RECORDS);
    assert!(enrich(&pipes(), &batch(MAX_RECORDS + 1)).unwrap_err().reason.contains("more than 10000"));
}

/// Good and bad records with payloads of many sizes.
fn some_records() -> impl Strategy<Value = Vec<Json>> {
    let record = (0..4_usize, 0..12_000_usize);
    prop::collection::vec(record, 1..60).prop_map(|kinds| {
        let record = |(id, (kind, bytes)): (usize, (usize, usize))| match kind {
            0 => bad(id, bytes),
            1 => bad(id, bytes / 100),
            2 => json!({"eventID": format!("{id:032}"), "odd": random_text(bytes / 10, id as u64)}),
            _ => good(id),
        };
        kinds.into_iter().enumerate().map(record).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn repeated_rounds_deliver_each_record_once_in_order_and_whole(records in some_records()) {
        thread_local!(static PIPES: Pipes = pipes());
        let (received, _) = PIPES.with(|pipes| {
            send(&Enricher { pipes, limit: 20_000 }, &records, 20_900)
        });
        let (good, bad): (Vec<Json>, Vec<Json>) =
            records.into_iter().partition(|record| record.pointer("/dynamodb/NewImage/tenant/S") == Some(&json!("globex")));
        prop_assert_eq!(received.events, kept(&good).into_iter().map(|(id, _)| id).collect::<Vec<_>>());
        prop_assert!(received.rejected == kept(&bad));
    }

    #[test]
    fn a_response_has_at_most_its_limit_whatever_comes_in(
        records in prop::collection::vec(odd_json(), 0..20), limit in 0..4_000_usize,
    ) {
        thread_local!(static PIPES: Pipes = pipes());
        let batch = json!(records).to_string();
        if let Ok(elements) = PIPES.with(|pipes| Enricher { pipes, limit }.enrich(&batch)) {
            let bytes = serde_json::to_string(&elements).unwrap().len();
            prop_assert!(bytes <= limit.max("[]".len()), "{bytes} of {limit}");
        }
    }
}
