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
        development::VARIABLE => Some(development::ACCEPTED.to_owned()),
        name if name == keys.0 => Some(keys.1.to_owned()),
        _ => None,
    };
    Authorizer::new(Configuration::read(&variable).unwrap(), "-,https://app.example.com").unwrap()
}

fn token(issuer: &Issuer, claims: Value) -> String {
    issuer.token(claims.as_object().unwrap().clone(), now()).unwrap()
}

/// What the authorizer of an issuer says to an event with these headers, as Lambda tells it; and its log.
async fn asked(authorizer: &Authorizer, token: &str, headers: Value) -> (Result<Value, String>, Vec<Value>) {
    let log = Arc::new(tempfile::tempfile().unwrap());
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_writer(Arc::clone(&log));
    let _guard = tracing::subscriber::set_default(lines.finish());
    let event = json!({
        "type": "REQUEST", "methodArn": ARN, "requestContext": {"routeKey": "$connect", "connectionId": "a="},
        "multiValueQueryStringParameters": {"token": [token]}, "multiValueHeaders": headers, "stageVariables": {},
    });
    let answer = authorizer.authorize(serde_json::from_value(event).unwrap()).await;
    let answer =
        answer.map(|answer| serde_json::to_value(answer).unwrap()).map_err(|error| error.error_message);
    (&*log).rewind().unwrap();
    let lines = serde_json::Deserializer::from_reader(&*log).into_iter();
    (answer, lines.map(Result::unwrap).collect())
}

async fn asked_of(issuer: &Issuer, token: &str, headers: Value) -> (Result<Value, String>, Vec<Value>) {
    asked(&authorizer(("JWKS", &issuer.key_set().to_string())), token, headers).await
}

#[tokio::test]
async fn a_good_token_opens_exactly_the_door_that_was_asked_for() {
    let (issuer, exp) = (issuer(), now() + 60);
    let token = token(&issuer, json!({"sub": "ada", "tenant": "acme", "exp": exp}));
    let (answer, log) = asked_of(&issuer, &token, Value::Null).await;
    let answer = answer.unwrap();
    assert_eq!(answer["principalId"], "ada");
    let statement = json!([{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ARN}]);
    assert_eq!(answer["policyDocument"], json!({"Version": "2012-10-17", "Statement": statement}));
    assert_eq!(answer["context"]["expires_at"], exp.to_string());
    let claims: Value = serde_json::from_str(answer["context"]["claims"].as_str().unwrap()).unwrap();
    assert_eq!((&claims["tenant"], &claims["sub"]), (&json!("acme"), &json!("ada")));
    assert_eq!(answer["context"].as_object().unwrap().len(), 2);
    assert_eq!(log, [Value::Null; 0]);
}

#[tokio::test]
async fn a_bad_token_is_unauthorized_and_only_the_log_says_why() {
    let issuer = issuer();
    let expired = token(&issuer, json!({"sub": "a-secret-name", "exp": now() - 1}));
    let of_another = token(&self::issuer(), json!({"sub": "a-secret-name", "exp": now() + 60}));
    for (token, reason) in
        [(expired.as_str(), "expired"), (&of_another, "no key with its kid"), ("", "no signed JWT")]
    {
        let (answer, log) = asked_of(&issuer, token, Value::Null).await;
        assert_eq!(answer, Err("Unauthorized".to_owned()));
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
async fn a_good_token_from_a_foreign_page_is_denied() {
    let issuer = issuer();
    let token = token(&issuer, json!({"sub": "ada", "exp": now() + 60}));
    let (answer, _) = asked_of(&issuer, &token, json!({"Origin": ["https://app.example.com"]})).await;
    assert_eq!(answer.unwrap()["policyDocument"]["Statement"][0]["Effect"], "Allow");
    let (answer, log) =
        asked_of(&issuer, &token, json!({"Origin": ["https://app.example.com.evil.io"]})).await;
    let answer = answer.unwrap();
    let statement = json!([{"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": ARN}]);
    assert_eq!(answer["policyDocument"]["Statement"], statement);
    assert_eq!(answer.get("context"), None);
    assert!(log[0]["reason"].as_str().unwrap().contains("https://app.example.com.evil.io"), "{log:?}");
}

/// From a foreign page, too, a bad token is a bad token.
#[tokio::test]
async fn the_token_is_looked_at_before_the_origin() {
    let (answer, _) = asked_of(&issuer(), "", json!({"Origin": ["https://evil.io"]})).await;
    assert_eq!(answer, Err("Unauthorized".to_owned()));
}

#[tokio::test]
async fn an_answer_has_8192_bytes_at_most() {
    let issuer = issuer();
    let answer = async |bytes: usize| {
        let claims = json!({"sub": "ada", "exp": now() + 60, "groups": "x".repeat(bytes)});
        let text = json!({"sub": "ada", "exp": now() + 60, "groups": "x".repeat(bytes)}).to_string();
        let claims = tablecast_tokens::Claims {
            subject: "ada".into(),
            expires_at: claims["exp"].as_u64().unwrap(),
            text,
        };
        let event = json!({"methodArn": ARN, "requestContext": {"connectionId": "a="}});
        let authorizer = authorizer(("JWKS", &issuer.key_set().to_string()));
        authorizer
            .admit(&serde_json::from_value(event).unwrap(), Answer::allow(claims, ARN))
            .map(|answer| answer.bytes())
    };
    let beside = answer(0).await.unwrap();
    assert_eq!(answer(8192 - beside).await.unwrap(), 8192);
    let denied = answer(8193 - beside).await.unwrap_err();
    assert!(denied.to_string().contains("8193 bytes"), "{denied}");
}

/// A12: never open. API Gateway makes a 500 of any other error.
#[tokio::test]
async fn without_keys_nobody_comes_in_and_an_operator_is_told() {
    let token = token(&issuer(), json!({"sub": "ada", "exp": now() + 60}));
    let authorizer = authorizer(("JWKS_URL", "http://127.0.0.1:1/keys"));
    let (answer, log) = asked(&authorizer, &token, Value::Null).await;
    assert_eq!(answer, Err("no token can be verified now".to_owned()));
    let levels: Vec<_> = log.iter().map(|line| line["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["WARN", "ERROR"]);
    assert!(log[0]["reason"].as_str().unwrap().contains("Connection refused"), "{log:?}");
    assert!(log[0]["url"] == "http://127.0.0.1:1/keys" && !format!("{log:?}").contains(&token), "{log:?}");
}
