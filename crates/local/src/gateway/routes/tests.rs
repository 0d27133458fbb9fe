use super::*;

fn selected(routes: &[(&str, &str)], body: &str) -> Option<String> {
    routes.iter().copied().collect::<Routes>().select(body).map(|route| route.function)
}

const ALL: [(&str, &str); 5] = [
    ("$connect", "connect"),
    ("$default", "other"),
    ("subscribe", "subscribe"),
    ("7", "seven"),
    ("true", "truth"),
];

#[test]
fn the_action_of_a_message_selects_its_route() {
    assert_eq!(selected(&ALL, r#"{"action":"subscribe","x":[1]}"#).as_deref(), Some("subscribe"));
    assert_eq!(selected(&ALL, r#"{"action":7}"#).as_deref(), Some("seven"));
    assert_eq!(selected(&ALL, r#"{"action":true}"#).as_deref(), Some("truth"));
}

#[test]
fn every_other_message_takes_the_default_route() {
    for body in ["", "hello", "[]", "{}", r#"{"action":null}"#, r#"{"action":{}}"#, r#"{"action":"x"}"#] {
        assert_eq!(selected(&ALL, body).as_deref(), Some("other"), "{body}");
    }
}

#[test]
fn a_message_cannot_select_a_route_of_the_gateway() {
    assert_eq!(selected(&ALL, r#"{"action":"$connect"}"#).as_deref(), Some("other"));
    assert_eq!(selected(&ALL[..1], r#"{"action":"$connect"}"#), None);
}

#[test]
fn without_a_default_route_a_message_may_have_no_route() {
    assert_eq!(selected(&ALL[2..], "hello"), None);
}
