//! Records that cannot become events.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tablecast_tests::deployment::Deployment;
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::profile;

#[tokio::test]
async fn a_rejected_record_is_stored_whole_and_other_records_arrive() {
    let deployment = Deployment::find().await;
    let ids = ["before", "invalid", "between", "nameless", "after"].map(|what| deployment.name(what));
    let mut clients = Vec::new();
    for id in [0, 2, 4].map(|valid| &ids[valid]) {
        let subject = format!("profiles/{id}");
        clients.push((deployment.subscribe(id, &[&subject]).await, subject));
    }
    let mut items = ids.each_ref().map(|id| profile(id, "Ada"));
    items[1]["email"] = json!({"S": "nonsense"});
    items[1]["logins"] = json!({"N": "12345678901234567890123456789012345678"});
    items[3].as_object_mut().unwrap().remove("displayName");
    deployment.put_all("profiles", &items).await;
    for (client, subject) in &mut clients {
        assert_eq!(client.subjects(1).await, [subject.as_str()]);
    }

    let invalid = rejected(&deployment, &ids[1]).await;
    assert_rejected(&invalid, "profile.created.v1/email", "not a \"email\"");
    let nameless = rejected(&deployment, &ids[3]).await;
    assert_rejected(&nameless, "events[0].data.displayName", "there is no displayName");
    let kept = record(&invalid);
    assert_eq!(kept["dynamodb"]["NewImage"], items[1]);
    assert_eq!(kept["eventID"], invalid["sk"]["S"]);
    assert_eq!((&kept["eventName"], &kept["eventSource"]), (&"INSERT".into(), &"aws:dynamodb".into()));
}

/// Returns the record in a rejected item: JSON, compressed with zstd, in base64.
fn record(item: &Value) -> Value {
    let bytes = BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&zstd::decode_all(bytes.as_slice()).unwrap()).unwrap()
}

/// Waits for the rejected item of a profile.
async fn rejected(deployment: &Deployment, id: &str) -> Value {
    eventually(&format!("the rejected record of {id}"), async || {
        let items = deployment.scan(&deployment.rejected_table).await;
        items.into_iter().find(|item| record(item)["dynamodb"]["Keys"]["userId"]["S"] == id)
    })
    .await
}

fn assert_rejected(item: &Value, path: &str, reason: &str) {
    assert_eq!((&item["pk"]["S"], &item["path"]["S"]), (&"profiles".into(), &path.into()));
    assert!(item["reason"]["S"].as_str().unwrap().contains(reason), "{item}");
    let number = |name: &str| item[name]["N"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(number("expires_at") - number("at"), 30 * 24 * 3600);
}
