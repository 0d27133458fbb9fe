//! The authorizer of `$connect`: which clients may connect, and the context for functions.

use serde_json::{Value, json};

use crate::support::{
    Behavior, Client, TestGateway, gateway_with, gateway_with_authorizer, in_time, rejected,
};

const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:local/test/$connect";

fn policy(effect: &str, resource: &str, context: Value) -> Behavior {
    let statement = json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    Behavior::Returns(json!({"principalId": "ada", "policyDocument": policy, "context": context}))
}

async fn with_authorizer(behavior: Behavior) -> TestGateway {
    let gateway = gateway_with_authorizer().await;
    gateway.functions.set("authorize", behavior);
    gateway
}

/// Returns the rejection of a client by an authorizer with this behavior, which prevents the call of
/// `$connect`.
async fn rejection(behavior: Behavior) -> (u16, String) {
    let mut test = with_authorizer(behavior).await;
    let rejection = rejected(Client::connect(test.address, "/", &[]).await);
    test.called("authorize").await;
    assert!(test.nothing_more_called());
    rejection
}

#[tokio::test]
async fn the_authorizer_is_called_first_and_all_functions_get_its_context() {
    let mut test =
        with_authorizer(policy("Allow", ARN, json!({"claims": "{}", "expires_at": 5, "b": true}))).await;
    let headers = [("authorization", "Bearer t"), ("origin", "https://app.example.com")];
    let mut client = Client::connect(test.address, "/?token=t", &headers).await.unwrap().0;
    let authorizer = test.called("authorize").await;
    assert_eq!((&authorizer["type"], &authorizer["methodArn"]), (&json!("REQUEST"), &json!(ARN)));
    assert_eq!(authorizer["multiValueQueryStringParameters"]["token"], json!(["t"]));
    assert_eq!(authorizer["headers"]["Authorization"], "Bearer t");
    assert_eq!(authorizer["requestContext"].get("authorizer"), None);
    let connect = test.called("connect").await;
    client.send("hello").await;
    let message = test.called("message").await;
    client.close(None).await;
    let disconnect = test.called("disconnect").await;
    let expected = json!({"principalId": "ada", "claims": "{}", "expires_at": "5", "b": "true"});
    for event in [connect, message, disconnect] {
        assert_eq!(event["requestContext"]["authorizer"], expected, "{event}");
        assert_eq!(event["requestContext"]["connectionId"], authorizer["requestContext"]["connectionId"]);
    }
}

#[tokio::test]
async fn an_unauthorized_error_is_401() {
    let (status, body) = rejection(Behavior::FailsWith("Unauthorized")).await;
    assert_eq!(status, 401);
    assert!(body.starts_with(r#"{"message": "Unauthorized", "connectionId":"#), "{body}");
}

#[tokio::test]
async fn a_deny_is_403() {
    let (status, body) = rejection(policy("Deny", ARN, Value::Null)).await;
    assert_eq!(status, 403);
    assert!(body.contains("explicit deny"), "{body}");
    let elsewhere =
        policy("Allow", "arn:aws:execute-api:us-east-1:000000000000:local/test/other", Value::Null);
    assert_eq!(rejection(elsewhere).await.0, 403);
}

#[tokio::test]
async fn a_failing_or_invalid_authorizer_rejects_clients() {
    for behavior in [
        Behavior::Fails,
        Behavior::FailsWith("unauthorized"),
        Behavior::Returns(json!({"statusCode": 200})),
        Behavior::Returns(json!({"isAuthorized": true})),
        Behavior::Returns(Value::Null),
        policy("Allow", ARN, json!({"nested": {}})),
    ] {
        let (status, body) = rejection(behavior).await;
        assert_eq!(status, 500, "{body}");
        assert!(body.contains("Internal server error"), "{body}");
    }
}

#[tokio::test]
async fn the_response_of_an_authorizer_has_at_most_8_kb() {
    let behavior = |bytes: usize| policy("Allow", ARN, json!({"claims": "x".repeat(bytes)}));
    let Behavior::Returns(empty) = behavior(0) else { panic!("expected a response") };
    let room = 8192 - empty.to_string().len();
    let test = with_authorizer(behavior(room)).await;
    assert!(Client::connect(test.address, "/", &[]).await.is_ok());
    assert_eq!(rejection(behavior(room + 1)).await.0, 500);
}

#[tokio::test]
async fn an_authorizer_that_times_out_rejects_clients() {
    let never = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let mut test = with_authorizer(Behavior::ReturnsAfter(never, Value::Null)).await;
    let address = test.address;
    let connecting = tokio::spawn(async move { Client::connect(address, "/", &[]).await });
    test.called("authorize").await;
    test.clock.advance(tablecast_local::gateway::limits::INTEGRATION);
    assert_eq!(rejected(in_time(connecting).await.unwrap()).0, 500);
}

/// As on AWS, an authorizer also decides which web pages may connect.
#[tokio::test]
async fn an_authorizer_may_accept_any_web_page() {
    let test = with_authorizer(policy("Allow", ARN, Value::Null)).await;
    let foreign = [("origin", "https://app.example.com")];
    assert!(Client::connect(test.address, "/", &foreign).await.is_ok());
}

const FOREIGN: (&str, &str) = ("origin", "https://evil.example");
const EXPLAIN: (&str, &str) = ("sec-websocket-protocol", "cloudevents.json, tablecast.explain");

/// All functions receive the reason, and no claims. The authorizer is not asked.
#[tokio::test]
async fn a_foreign_page_that_requests_the_reason_gets_a_connection_without_claims() {
    let mut test = with_authorizer(policy("Allow", ARN, json!({"claims": "{}"}))).await;
    let confirmed = json!({"Sec-WebSocket-Protocol": "cloudevents.json"});
    test.functions.set("connect", Behavior::Returns(json!({"statusCode": 200, "headers": confirmed})));
    let mut client = Client::connect(test.address, "/?token=t", &[FOREIGN, EXPLAIN]).await.unwrap().0;
    let connect = test.called("connect").await;
    client.send("hello").await;
    let message = test.called("message").await;
    for event in [connect, message] {
        let authorizer = &event["requestContext"]["authorizer"];
        assert_eq!(authorizer["claims"], Value::Null, "{event}");
        let refusal: Value = serde_json::from_str(authorizer["refusal"].as_str().unwrap()).unwrap();
        assert_eq!([&refusal["status"], &refusal["reason"]], [&json!(403), &json!("origin-not-allowed")]);
    }
}

#[tokio::test]
async fn a_foreign_page_that_requests_no_reason_gets_a_403_and_calls_nothing() {
    let mut test = with_authorizer(policy("Allow", ARN, Value::Null)).await;
    for headers in [&[FOREIGN][..], &[FOREIGN, ("sec-websocket-protocol", "cloudevents.json")]] {
        let (status, _) = rejected(Client::connect(test.address, "/?token=t", headers).await);
        assert_eq!(status, 403);
    }
    assert!(test.nothing_more_called());
}

/// Without the route, no function would refuse the page.
#[tokio::test]
async fn a_foreign_page_gets_a_403_from_an_api_without_the_route_connect() {
    let test = gateway_with(&[("$default", "message")]).await;
    let (status, _) = rejected(Client::connect(test.address, "/", &[FOREIGN, EXPLAIN]).await);
    assert_eq!(status, 403);
}
