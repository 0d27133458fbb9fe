use std::io::Seek;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tablecast_tokens::development::{self, Issuer};

use super::*;

const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/live/$connect";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn issuer() -> Issuer {
    Issuer::new(Issuer::new_key().unwrap()).unwrap()
}

fn authorizer(keys: (&str, &str)) -> Authorizer {
    let variable = |name: &str| match name {
        "ISSUER" => Some(development::ISSUER.to_owned()),
        "AUDIENCE" => Some(development::AUDIENCE.to_owned()),
        "ALGORITHMS" => Some(development::ALGORITHM.to_owned()),
        development::OPT_IN_VARIABLE => Some(development::OPT_IN_VALUE.to_owned()),
        name if name == keys.0 => Some(keys.1.to_owned()),
        _ => None,
    };
    Authorizer::new(TokenConfig::read(&variable).unwrap(), "-,https://app.example.com").unwrap()
}

fn token(issuer: &Issuer, claims: Value) -> String {
    issuer.token(claims.as_object().unwrap().clone(), now()).unwrap()
}

/// Runs the authorizer on a request. Returns its response as JSON, and its log.
async fn authorize(
    authorizer: &Authorizer,
    token: &str,
    headers: Value,
) -> (Result<Value, String>, Vec<Value>) {
    let log = Arc::new(tempfile::tempfile().unwrap());
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_writer(Arc::clone(&log));
    let _guard = tracing::subscriber::set_default(lines.finish());
    let event = json!({
        "type": "REQUEST", "methodArn": ARN, "requestContext": {"routeKey": "$connect", "connectionId": "a="},
        "multiValueQueryStringParameters": {"token": [token]}, "multiValueHeaders": headers, "stageVariables": {},
    });
    let response = authorizer.authorize(serde_json::from_value(event).unwrap()).await.response;
    let response =
        response.map(|response| serde_json::to_value(response).unwrap()).map_err(|error| error.error_message);
    (&*log).rewind().unwrap();
    let lines = serde_json::Deserializer::from_reader(&*log).into_iter();
    (response, lines.map(Result::unwrap).collect())
}

async fn authorize_with(issuer: &Issuer, token: &str, headers: Value) -> (Result<Value, String>, Vec<Value>) {
    authorize(&authorizer(("JWKS", &issuer.key_set().to_string())), token, headers).await
}

#[tokio::test]
async fn a_valid_token_allows_exactly_the_requested_method() {
    let (issuer, exp) = (issuer(), now() + 60);
    let token = token(&issuer, json!({"sub": "ada", "tenant": "acme", "exp": exp}));
    let (response, log) = authorize_with(&issuer, &token, Value::Null).await;
    let response = response.unwrap();
    assert_eq!(response["principalId"], "ada");
    let statement = json!([{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ARN}]);
    assert_eq!(response["policyDocument"], json!({"Version": "2012-10-17", "Statement": statement}));
    assert_eq!(response["context"]["expires_at"], exp.to_string());
    let claims: Value = serde_json::from_str(response["context"]["claims"].as_str().unwrap()).unwrap();
    assert_eq!((&claims["tenant"], &claims["sub"]), (&json!("acme"), &json!("ada")));
    assert_eq!(response["context"].as_object().unwrap().len(), 2);
    assert_eq!(log, [Value::Null; 0]);
}

#[tokio::test]
async fn a_refused_token_is_unauthorized_and_only_the_log_has_the_reason() {
    let issuer = issuer();
    let expired = token(&issuer, json!({"sub": "a-secret-name", "exp": now() - 1}));
    let other_issuer = token(&self::issuer(), json!({"sub": "a-secret-name", "exp": now() + 60}));
    for (token, reason) in [
        (expired.as_str(), "expired"),
        (&other_issuer, "no key with the token's kid"),
        ("", "not a signed JWT"),
    ] {
        let (response, log) = authorize_with(&issuer, token, Value::Null).await;
        assert_eq!(response, Err("Unauthorized".to_owned()));
        assert_eq!(log.len(), 1);
        assert_eq!([&log[0]["level"], &log[0]["connection"]], ["INFO", "a="]);
        assert!(log[0]["reason"].as_str().unwrap().contains(reason), "{log:?}");
        assert!(
            !log[0].to_string().contains("a-secret-name") && !log[0].to_string().contains("eyJ"),
            "{log:?}"
        );
    }
}

#[tokio::test]
async fn a_valid_token_from_a_page_that_is_not_listed_is_denied() {
    let issuer = issuer();
    let token = token(&issuer, json!({"sub": "ada", "exp": now() + 60}));
    let (response, _) = authorize_with(&issuer, &token, json!({"Origin": ["https://app.example.com"]})).await;
    assert_eq!(response.unwrap()["policyDocument"]["Statement"][0]["Effect"], "Allow");
    let (response, log) =
        authorize_with(&issuer, &token, json!({"Origin": ["https://app.example.com.evil.io"]})).await;
    let response = response.unwrap();
    let statement = json!([{"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": ARN}]);
    assert_eq!(response["policyDocument"]["Statement"], statement);
    assert_eq!(response.get("context"), None);
    assert!(log[0]["reason"].as_str().unwrap().contains("https://app.example.com.evil.io"), "{log:?}");
}

/// An invalid token is unauthorized on any page.
#[tokio::test]
async fn the_token_is_checked_before_the_origin() {
    let (response, _) = authorize_with(&issuer(), "", json!({"Origin": ["https://evil.io"]})).await;
    assert_eq!(response, Err("Unauthorized".to_owned()));
}

#[tokio::test]
async fn a_decision_of_more_than_8192_bytes_is_a_denial() {
    let issuer = issuer();
    let decision = async |bytes: usize| {
        let claims = json!({"sub": "ada", "exp": now() + 60, "groups": "x".repeat(bytes)});
        let text = json!({"sub": "ada", "exp": now() + 60, "groups": "x".repeat(bytes)}).to_string();
        let claims = tablecast_tokens::Claims {
            principal: "ada".into(),
            expires_at: claims["exp"].as_u64().unwrap(),
            text,
        };
        let event = json!({"methodArn": ARN, "requestContext": {"connectionId": "a="}});
        let authorizer = authorizer(("JWKS", &issuer.key_set().to_string()));
        authorizer
            .check(&serde_json::from_value(event).unwrap(), Decision::allow(claims, ARN))
            .map(|decision| decision.bytes())
    };
    let overhead = decision(0).await.unwrap();
    assert_eq!(decision(8192 - overhead).await.unwrap(), 8192);
    let denied = decision(8193 - overhead).await.unwrap_err();
    assert!(denied.to_string().contains("8193 bytes"), "{denied}");
}

/// The client receives a 500, which API Gateway returns for every error except "Unauthorized".
#[tokio::test]
async fn without_keys_every_client_is_refused_and_an_error_is_logged() {
    let token = token(&issuer(), json!({"sub": "ada", "exp": now() + 60}));
    let authorizer = authorizer(("JWKS_URL", "http://127.0.0.1:1/keys"));
    let (response, log) = authorize(&authorizer, &token, Value::Null).await;
    assert_eq!(response, Err("the issuer's keys are unavailable".to_owned()));
    let levels: Vec<_> = log.iter().map(|line| line["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["WARN", "ERROR"]);
    assert!(log[0]["reason"].as_str().unwrap().contains("Connection refused"), "{log:?}");
    assert!(log[0]["url"] == "http://127.0.0.1:1/keys" && !format!("{log:?}").contains(&token), "{log:?}");
}

/// The refusal in the context of a decision that opens the connection, without anything else.
fn refusal(response: Result<Value, String>) -> Value {
    let response = response.unwrap();
    let statement = json!([{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ARN}]);
    assert_eq!(response["policyDocument"]["Statement"], statement);
    assert_eq!(response["principalId"], "refused");
    assert_eq!(response["context"].as_object().unwrap().keys().collect::<Vec<_>>(), ["refusal"]);
    serde_json::from_str(response["context"]["refusal"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_client_that_requests_the_reason_gets_a_connection_without_claims() {
    let issuer = issuer();
    let valid = token(&issuer, json!({"sub": "ada", "exp": now() + 60}));
    let expired = token(&issuer, json!({"sub": "ada", "exp": now() - 1}));
    let offers = json!(["cloudevents-batch.json, tablecast.explain"]);
    let on = |origin: &str| json!({"Sec-WebSocket-Protocol": offers, "Origin": [origin]});
    let page = on("https://app.example.com");
    for (token, headers, status, reason, logged) in [
        ("", &page, 401, "token-invalid", "refused a client's token"),
        (&expired, &page, 401, "token-expired", "refused a client's token"),
        (&valid, &on("https://evil.io"), 403, "origin-not-allowed", "refused a client with a valid token"),
    ] {
        let (response, log) = authorize_with(&issuer, token, headers.clone()).await;
        let refusal = refusal(response);
        assert_eq!([&refusal["status"], &refusal["reason"]], [&json!(status), &json!(reason)]);
        assert_eq!(refusal["protocol"], "cloudevents-batch.json");
        assert_eq!((log.len(), &log[0]["level"], &log[0]["message"]), (1, &json!("INFO"), &json!(logged)));
    }
    let (response, _) = authorize_with(&issuer, &valid, page).await;
    assert_eq!(response.unwrap()["context"].get("refusal"), None);
}

/// Nothing could be confirmed to the client.
#[tokio::test]
async fn a_client_that_offers_no_form_of_events_gets_a_status() {
    for offers in ["tablecast.explain", "mqtt, tablecast.explain", "cloudevents.json"] {
        let headers = json!({"Sec-WebSocket-Protocol": [offers]});
        let (response, _) = authorize_with(&issuer(), "", headers).await;
        assert_eq!(response, Err("Unauthorized".to_owned()), "{offers}");
    }
}

#[tokio::test]
async fn the_same_refused_request_always_gets_its_reason_in_the_same_form() {
    let authorizer = authorizer(("JWKS", &issuer().key_set().to_string()));
    let headers = json!({
        "sec-websocket-protocol": ["cloudevents-batch.json, tablecast.explain"], "Sec-WebSocket-Protocol": ["cloudevents.json"],
    });
    let (first, _) = authorize(&authorizer, "", headers.clone()).await;
    for _ in 0..32 {
        assert_eq!(authorize(&authorizer, "", headers.clone()).await.0, first);
    }
}
