use tablecast_definitions::problem::DefinitionFile;

use super::*;

const OWN: [(&str, &str); 3] =
    [("host", "localhost:8787"), ("origin", "http://localhost:8787"), ("content-type", "application/json")];

fn endpoint() -> TokenEndpoint {
    let grants = |name: &str, grant: &str| {
        let text = format!(
            "table: t\nsubject: '\"t/1\"'\n{grant}\nevents: [{{ type: t.changed.v1, data: {{ a: item.a }} }}]\n"
        );
        let source = DefinitionFile { file: String::new(), name: name.to_owned(), text };
        (name.to_owned(), Arc::new(Grants::compile(&[source]).unwrap()))
    };
    let orders = grants("orders", r#"grant: '"orders/" + claims.tenant + "/*"'"#);
    let closed = grants("closed", "");
    TokenEndpoint::new(Issuer::new(Issuer::new_key().unwrap()).unwrap(), [orders, closed].into())
}

fn status(headers: &[(&str, &str)]) -> u16 {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    check_origin(&headers.collect()).err().map_or(200, |(status, _)| status.as_u16())
}

#[test]
fn only_the_origin_of_the_page_is_accepted() {
    assert_eq!(status(&OWN), 200);
    for foreign in [
        "http://localhost:5173",
        "http://127.0.0.1:8787",
        "https://localhost:8787",
        "http://localhost",
        "null",
        "",
        "http://localhost:8787.example.com",
    ] {
        assert_eq!(status(&[OWN[0], ("origin", foreign), OWN[2]]), 403, "{foreign:?}");
    }
    assert_eq!(status(&[OWN[0], OWN[2]]), 403, "no origin");
    assert_eq!(status(&[OWN[1], OWN[2]]), 403, "no host");
    assert_eq!(status(&[OWN[0], OWN[1], ("origin", "http://example.com"), OWN[2]]), 403, "two origins");
}

#[test]
fn content_types_that_a_form_can_send_are_rejected() {
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain; application/json",
    ] {
        assert_eq!(status(&[OWN[0], OWN[1], ("content-type", kind)]), 415, "{kind}");
    }
    assert_eq!(status(&OWN[..2]), 415);
}

#[test]
fn the_response_contains_the_token_and_its_grants() {
    let issued = endpoint().issue(br#"{"subject": "ada", "claims": {"tenant": "acme"}}"#, 1).unwrap();
    assert_eq!(issued["granted"], json!({"closed": [], "orders": ["orders/acme/*"]}));
    assert_eq!(issued["token"].as_str().unwrap().split('.').count(), 3);
    let worthless = endpoint().issue(br#"{"subject": "ada", "claims": {"tenant": "*"}}"#, 1).unwrap();
    assert_eq!(worthless["granted"]["orders"], json!([]));
}

#[test]
fn reserved_claims_and_invalid_requests_are_rejected() {
    for name in RESERVED {
        let request = json!({"subject": "ada", "claims": {name: "x"}}).to_string();
        assert_eq!(endpoint().issue(request.as_bytes(), 1).unwrap_err().0, StatusCode::BAD_REQUEST, "{name}");
    }
    for odd in ["", "[]", "{}", r#"{"subject": 1}"#, r#"{"subject": "a", "expires": "1h"}"#] {
        assert_eq!(endpoint().issue(odd.as_bytes(), 1).unwrap_err().0, StatusCode::BAD_REQUEST, "{odd}");
    }
}
