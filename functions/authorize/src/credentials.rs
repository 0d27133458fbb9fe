//! Where a client puts its token: in exactly one of three places.

use crate::event::AuthorizerEvent;

/// A browser can set no header but this one: it offers `cloudevents.json, bearer.<token>`, and is answered the first.
const SUB_PROTOCOL: &str = "bearer.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoToken {
    #[error(
        "there is no token, neither as the query parameter token, nor as Authorization: Bearer, nor as a sub-protocol"
    )]
    None,
    #[error("there is more than one token")]
    Several,
    #[error("the Authorization header is not that of a bearer token")]
    NotBearer,
}

/// The client's token. Two of them are refused even if they are the same: who reads which must not matter.
pub fn token(event: &AuthorizerEvent) -> Result<&str, NoToken> {
    let headers = event.header("authorization").map(bearer).collect::<Result<Vec<_>, _>>()?;
    let offers = event.header("sec-websocket-protocol").flat_map(|offers| offers.split(','));
    let offers = offers.filter_map(|offer| offer.trim().strip_prefix(SUB_PROTOCOL));
    let mut tokens = event.parameter("token").chain(headers).chain(offers);
    match (tokens.next(), tokens.next()) {
        (None, _) => Err(NoToken::None),
        (Some(token), None) => Ok(token),
        (Some(_), Some(_)) => Err(NoToken::Several),
    }
}

/// RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110).
fn bearer(header: &str) -> Result<&str, NoToken> {
    let (scheme, token) = header.trim().split_once(' ').ok_or(NoToken::NotBearer)?;
    match scheme.eq_ignore_ascii_case("bearer") {
        true => Ok(token.trim_start()),
        false => Err(NoToken::NotBearer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn found(query: Value, headers: Value) -> Result<String, NoToken> {
        let event = json!({
            "methodArn": "arn", "requestContext": {"connectionId": "a="},
            "multiValueQueryStringParameters": query, "multiValueHeaders": headers,
        });
        let event: AuthorizerEvent = serde_json::from_value(event).unwrap();
        token(&event).map(str::to_owned)
    }

    #[test]
    fn a_token_may_be_in_any_of_three_places() {
        assert_eq!(found(json!({"token": ["t"]}), Value::Null).unwrap(), "t");
        for header in ["Bearer t", "bearer t", "BEARER  t "] {
            assert_eq!(found(Value::Null, json!({"AUTHORIZATION": [header]})).unwrap(), "t", "{header}");
        }
        for offers in [json!(["cloudevents.json, bearer.t"]), json!(["bearer.t"]), json!(["a", "bearer.t,b"])]
        {
            assert_eq!(found(Value::Null, json!({"sec-websocket-protocol": offers})).unwrap(), "t");
        }
    }

    #[test]
    fn without_a_token_there_is_none() {
        for (query, headers) in [
            (Value::Null, Value::Null),
            (json!({"Token": ["t"], "access_token": ["t"]}), json!({"Cookie": ["token=t"]})),
            (Value::Null, json!({"Sec-WebSocket-Protocol": ["cloudevents.json", "Bearer.t", "xbearer.t"]})),
        ] {
            assert_eq!(found(query, headers), Err(NoToken::None));
        }
    }

    #[test]
    fn two_tokens_are_one_too_many_wherever_they_are() {
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
            assert_eq!(found(query, headers), Err(NoToken::Several));
        }
    }

    #[test]
    fn other_credentials_are_refused() {
        for header in ["Basic YTpi", "t", "", "Bearer", "AWS4-HMAC-SHA256 Credential=x"] {
            let found = found(json!({"token": ["t"]}), json!({"Authorization": [header]}));
            assert_eq!(found, Err(NoToken::NotBearer), "{header}");
        }
    }
}
