use serde_json::{Value, json};

use super::*;

fn found(query: Value, headers: Value) -> Result<String, CredentialsError> {
    let event = json!({
        "methodArn": "arn", "requestContext": {"connectionId": "a="},
        "multiValueQueryStringParameters": query, "multiValueHeaders": headers,
    });
    let event: AuthorizerEvent = serde_json::from_value(event).unwrap();
    token(&event).map(str::to_owned)
}

#[test]
fn a_token_is_found_in_each_of_three_places() {
    assert_eq!(found(json!({"token": ["t"]}), Value::Null).unwrap(), "t");
    for header in ["Bearer t", "bearer t", "BEARER  t "] {
        assert_eq!(found(Value::Null, json!({"AUTHORIZATION": [header]})).unwrap(), "t", "{header}");
    }
    for offers in [json!(["cloudevents.json, bearer.t"]), json!(["bearer.t"]), json!(["a", "bearer.t,b"])] {
        assert_eq!(found(Value::Null, json!({"sec-websocket-protocol": offers})).unwrap(), "t");
    }
}

#[test]
fn a_token_in_any_other_place_is_not_found() {
    for (query, headers) in [
        (Value::Null, Value::Null),
        (json!({"Token": ["t"], "access_token": ["t"]}), json!({"Cookie": ["token=t"]})),
        (Value::Null, json!({"Sec-WebSocket-Protocol": ["cloudevents.json", "Bearer.t", "xbearer.t"]})),
    ] {
        assert_eq!(found(query, headers), Err(CredentialsError::None));
    }
}

#[test]
fn two_tokens_are_refused_wherever_they_are() {
    let (query, header) = (json!({"token": ["t"]}), json!({"Authorization": ["Bearer t"]}));
    let offer = json!({"Sec-WebSocket-Protocol": ["bearer.t"]});
    let both = json!({"Authorization": ["Bearer t"], "Sec-WebSocket-Protocol": ["bearer.t"]});
    for (query, headers) in [
        (query.clone(), header),
        (query, offer),
        (Value::Null, both),
        (json!({"token": ["t", "t"]}), Value::Null),
        (Value::Null, json!({"Authorization": ["Bearer t"], "authorization": ["Bearer t"]})),
        (Value::Null, json!({"Sec-WebSocket-Protocol": ["bearer.t, bearer.u"]})),
    ] {
        assert_eq!(found(query, headers), Err(CredentialsError::Several));
    }
}

#[test]
fn an_authorization_header_without_a_bearer_token_is_refused() {
    for header in ["Basic YTpi", "t", "", "Bearer", "AWS4-HMAC-SHA256 Credential=x"] {
        let found = found(json!({"token": ["t"]}), json!({"Authorization": [header]}));
        assert_eq!(found, Err(CredentialsError::NotBearer), "{header}");
    }
}
