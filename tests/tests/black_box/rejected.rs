//! What cannot become an event.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tablecast_tests::items::profile;
use tablecast_tests::patience::eventually;
use tablecast_tests::place::Place;

#[tokio::test]
async fn what_breaks_its_schema_is_kept_whole_and_its_neighbours_arrive() {
    let place = Place::find().await;
    let ids = ["before", "bad", "between", "nameless", "after"].map(|what| place.name(what));
    let mut clients = Vec::new();
    for id in [0, 2, 4].map(|good| &ids[good]) {
        let subject = format!("profiles/{id}");
        clients.push((place.subscribe(id, &[&subject]).await, subject));
    }
    let mut items = ids.each_ref().map(|id| profile(id, "Ada"));
    items[1]["email"] = json!({"S": "nonsense"});
    items[1]["logins"] = json!({"N": "12345678901234567890123456789012345678"});
    items[3].as_object_mut().unwrap().remove("displayName");
    place.put_all("profiles", &items).await;
    for (client, subject) in &mut clients {
        assert_eq!(client.subjects(1).await, [subject.as_str()]);
    }

    let bad = rejected(&place, &ids[1]).await;
    assert_is_told(&bad, "profile.created.v1/email", "not a \"email\"");
    let nameless = rejected(&place, &ids[3]).await;
    assert_is_told(&nameless, "events[0].data.displayName", "there is no displayName");
    let kept = record(&bad);
    assert_eq!(kept["dynamodb"]["NewImage"], items[1]);
    assert_eq!(kept["eventID"], bad["sk"]["S"]);
    assert_eq!((&kept["eventName"], &kept["eventSource"]), (&"INSERT".into(), &"aws:dynamodb".into()));
}

/// The record inside a rejected item: JSON, zstd; base64 in DynamoDB's own form.
fn record(item: &Value) -> Value {
    let bytes = BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&zstd::decode_all(bytes.as_slice()).unwrap()).unwrap()
}

/// The rejected item about this profile.
async fn rejected(place: &Place, id: &str) -> Value {
    eventually(&format!("the rejected record of {id}"), async || {
        let items = place.scan(&place.rejected_table).await;
        items.into_iter().find(|item| record(item)["dynamodb"]["Keys"]["userId"]["S"] == id)
    })
    .await
}

fn assert_is_told(item: &Value, path: &str, reason: &str) {
    assert_eq!((&item["pk"]["S"], &item["path"]["S"]), (&"profiles".into(), &path.into()));
    assert!(item["reason"]["S"].as_str().unwrap().contains(reason), "{item}");
    let number = |name: &str| item[name]["N"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(number("expires_at") - number("at"), 30 * 24 * 3600);
}
