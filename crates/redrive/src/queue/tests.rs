use std::fmt;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::Value;
use tablecast_event_patterns::filter::Filter;
use tablecast_stand_in::StandIn;

use super::*;

/// The seconds of each request that hides a message.
type Hidden = Arc<Mutex<Vec<i32>>>;

struct Recording(Hidden);

impl HttpConnector for Recording {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let seconds = body["Entries"][0]["VisibilityTimeout"].as_i64().unwrap();
        self.0.lock().unwrap().push(seconds.try_into().unwrap());
        let body = SdkBody::from(r#"{"Successful":[{"Id":"0"}]}"#);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Recording")
    }
}

pub fn recording_queue() -> (Queue, Hidden) {
    let hidden = Hidden::default();
    let connector = SharedHttpConnector::new(Recording(hidden.clone()));
    let client: SharedHttpClient = http_client_fn(move |_, _| connector.clone());
    let aws = StandIn::in_process(&[]).aws().to_builder().http_client(client).build();
    (Queue { client: Client::new(&aws), ..queue("recording") }, hidden)
}

pub fn queue(name: &str) -> Queue {
    let client = Client::new(&StandIn::in_process(&[]).aws());
    Queue { client, url: format!("https://sqs/{name}"), name: name.to_owned() }
}

fn message(id: &str, receipt: &str, sender: &str) -> Message {
    let body = format!(
        r#"{{"context":{{"partnerResourceArn":"arn:aws:pipes:r:1:pipe/{sender}"}},"DDBStreamBatchInfo":{{"shardId":"s","startSequenceNumber":"1","endSequenceNumber":"1","streamArn":"a"}}}}"#
    );
    Message::builder().message_id(id).receipt_handle(receipt).body(body).build()
}

#[test]
fn a_message_that_is_received_again_counts_once_with_its_last_receipt() {
    let pipe = Pipe {
        name: "orders".to_owned(),
        resource: "acme-orders".to_owned(),
        table: "orders".to_owned(),
        letters: None,
        filter: Filter::default(),
    };
    let mut received = Received::default();
    for (id, receipt, sender) in
        [("1", "a", "acme-orders"), ("2", "b", "other"), ("2", "c", "other"), ("1", "d", "acme-orders")]
    {
        received.add_message(&pipe, message(id, receipt, sender));
    }
    assert_eq!((received.len(), received.receipts()), (2, vec!["d".to_owned(), "c".to_owned()]));
}
