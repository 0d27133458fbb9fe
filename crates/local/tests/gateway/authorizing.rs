//! An authorizer on `$connect`: who is let in, and what functions get to know of it.

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestGateway, guarded_gateway, refused, soon};

const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:local/test/$connect";

fn says(effect: &str, resource: &str, context: Value) -> Answer {
    let statement = json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    Answer::Says(json!({"principalId": "ada", "policyDocument": policy, "context": context}))
}

async fn guarded(answer: Answer) -> TestGateway {
    let gateway = guarded_gateway().await;
    gateway.functions.answer("authorize", answer);
    gateway
}

/// How a client is refused whose authorizer gives this answer; `$connect` is not called.
async fn refusal(answer: Answer) -> (u16, String) {
    let mut test = guarded(answer).await;
    let refusal = refused(Client::connect(test.address, "/", &[]).await);
    test.called("authorize").await;
    assert!(test.nothing_more_called());
    refusal
}

#[tokio::test]
async fn the_authorizer_is_asked_first_and_its_context_goes_to_every_function() {
    let mut test = guarded(says("Allow", ARN, json!({"claims": "{}", "expires_at": 5, "b": true}))).await;
    let headers = [("authorization", "Bearer t"), ("origin", "https://app.example.com")];
    let mut client = Client::connect(test.address, "/?token=t", &headers).await.unwrap().0;
    let asked = test.called("authorize").await;
    assert_eq!((&asked["type"], &asked["methodArn"]), (&json!("REQUEST"), &json!(ARN)));
    assert_eq!(asked["multiValueQueryStringParameters"]["token"], json!(["t"]));
    assert_eq!(asked["headers"]["Authorization"], "Bearer t");
    assert_eq!(asked["requestContext"].get("authorizer"), None);
    let connect = test.called("connect").await;
    client.say("hello").await;
    let message = test.called("message").await;
    client.close(None).await;
    let disconnect = test.called("disconnect").await;
    let expected = json!({"principalId": "ada", "claims": "{}", "expires_at": "5", "b": "true"});
    for event in [connect, message, disconnect] {
        assert_eq!(event["requestContext"]["authorizer"], expected, "{event}");
        assert_eq!(event["requestContext"]["connectionId"], asked["requestContext"]["connectionId"]);
    }
}

#[tokio::test]
async fn an_error_that_says_unauthorized_is_401() {
    let (status, body) = refusal(Answer::FailsWith("Unauthorized")).await;
    assert_eq!(status, 401);
    assert!(body.starts_with(r#"{"message": "Unauthorized", "connectionId":"#), "{body}");
}

#[tokio::test]
async fn a_deny_is_403_whatever_else_is_allowed() {
    let (status, body) = refusal(says("Deny", ARN, Value::Null)).await;
    assert_eq!(status, 403);
    assert!(body.contains("explicit deny"), "{body}");
    let elsewhere = says("Allow", "arn:aws:execute-api:us-east-1:000000000000:local/test/other", Value::Null);
    assert_eq!(refusal(elsewhere).await.0, 403);
}

#[tokio::test]
async fn an_authorizer_that_fails_or_answers_nonsense_lets_nobody_in() {
    for answer in [
        Answer::Fails,
        Answer::FailsWith("unauthorized"),
        Answer::Says(json!({"statusCode": 200})),
        Answer::Says(json!({"isAuthorized": true})),
        Answer::Says(Value::Null),
        says("Allow", ARN, json!({"nested": {}})),
    ] {
        let (status, body) = refusal(answer).await;
        assert_eq!(status, 500, "{body}");
        assert!(body.contains("Internal server error"), "{body}");
    }
}

#[tokio::test]
async fn an_authorizers_answer_has_8_kb_at_most() {
    let answer = |bytes: usize| says("Allow", ARN, json!({"claims": "x".repeat(bytes)}));
    let Answer::Says(empty) = answer(0) else { panic!("it says") };
    let room = 8192 - empty.to_string().len();
    let test = guarded(answer(room)).await;
    assert!(Client::connect(test.address, "/", &[]).await.is_ok());
    assert_eq!(refusal(answer(room + 1)).await.0, 500);
}

#[tokio::test]
async fn an_authorizer_that_takes_too_long_lets_nobody_in() {
    let never = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let mut test = guarded(Answer::SaysAfter(never, Value::Null)).await;
    let address = test.address;
    let connecting = tokio::spawn(async move { Client::connect(address, "/", &[]).await });
    test.called("authorize").await;
    test.clock.advance(tablecast_local::gateway::limits::INTEGRATION);
    assert_eq!(refused(soon(connecting).await.unwrap()).0, 500);
}

/// With an authorizer it decides about web pages, too, as on AWS.
#[tokio::test]
async fn the_authorizer_decides_which_pages_may_connect() {
    let test = guarded(says("Allow", ARN, Value::Null)).await;
    let foreign = [("origin", "https://app.example.com")];
    assert!(Client::connect(test.address, "/", &foreign).await.is_ok());
}
