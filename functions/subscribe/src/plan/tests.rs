use tablecast_definitions::sources::Sources;
use tablecast_protocol::Protocol;

use super::*;

const ALL: Granted = Granted::Everything;

fn identity(token_expires_at: i64) -> Identity {
    Identity { principal: "ada".into(), claims: "{}".into(), token_expires_at }
}

/// A session of a connection with these subscriptions.
fn session(patterns: impl IntoIterator<Item = String>) -> Session {
    let identity = Some(identity(1_800_000_000));
    let protocol = Protocol::Single;
    let connection = Connection { id: "a=".into(), protocol, connected_at: 1_799_999_000_000, identity };
    let subscriptions = patterns.into_iter().map(|text| Subscription::to(pattern(&text))).collect();
    Session::new(connection, subscriptions)
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn orders(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("orders/{n}")).collect()
}

fn of_acme() -> Granted {
    Granted::Within(vec![pattern("orders/acme/*")])
}

/// The plan without pipes, so no subject has a source.
fn subscribed(session: &Session, granted: &Granted, subjects: &[String], types: &BTreeSet<String>) -> Plan {
    let sources = Sources::compile(&[]).unwrap();
    subscribe(session, granted, Room::of(session, &sources), subjects, types)
}

/// For each subject, why it is refused; `None` if it is granted.
fn reasons(plan: &Plan) -> Vec<Option<RefusalReason>> {
    match &plan.reply {
        Control::Subscribed { subjects, .. } => subjects.iter().map(|subject| subject.reason).collect(),
        other => panic!("{other:?}"),
    }
}

fn put_of(text: &str) -> Change {
    put(&pattern(text), &BTreeSet::new())
}

#[test]
fn a_refused_subject_does_not_affect_the_others() {
    let requested = texts(["orders/acme/1", "orders/globex/*", "orders/acme/*"]);
    let plan = subscribed(&session([]), &of_acme(), &requested, &BTreeSet::new());
    assert_eq!(reasons(&plan), [None, Some(RefusalReason::NotGranted), None]);
    assert_eq!(plan.changes, [put_of("orders/acme/1"), put_of("orders/acme/*")]);
}

#[test]
fn every_attempt_to_reach_other_subjects_is_refused_for_the_same_reason() {
    let attempts = [
        "orders/globex/*",
        "orders/nobody/*",
        "*",
        "orders/*",
        "orders/acme",
        "orders/ACME/*",
        "Orders/acme/*",
        "orders/acme%2f1",
        "orders/%61cme/1",
        "orders%2Facme%2F1",
        "orders/acme%00/1",
        "orders/%2e%2e/orders/acme/1",
        "orders/acme/../globex*",
        "orders/./acme/1",
        "orders/acme./1",
        "orders/acme/",
        "orders//acme/1",
        "/orders/acme/1",
        "orders/acme/1/",
        "orders/acme\u{0}/1",
        "orders/acme/1\u{0}",
        "orders/acme/\n",
        "orders/\u{430}cme/1",
        "orders/acme\u{200b}/1",
        "orders/\u{ff41}cme/1",
        "orders/acm\u{65}\u{301}/1",
        "orders/acme /1",
        " orders/acme/1",
        "orders\\acme\\1",
        "orders/acme*",
        "orders/*/1",
        "orders/**",
        "",
        "profiles/ada",
        "orders\u{2215}acme\u{2215}1",
        "connection#a=",
        "subscription#orders/acme/*",
    ];
    let plan = subscribed(&session([]), &of_acme(), &texts(attempts), &BTreeSet::new());
    assert_eq!(reasons(&plan), [Some(RefusalReason::NotGranted); 37]);
    assert_eq!(plan.changes, []);
}

#[test]
fn a_subject_that_is_named_twice_counts_once() {
    let plan = subscribed(&session([]), &ALL, &texts(["orders/1", "orders/1"]), &BTreeSet::new());
    assert_eq!((reasons(&plan).len(), plan.changes.len()), (1, 1));
}

#[test]
fn a_connection_can_have_100_subscriptions_and_no_more() {
    let full = subscribed(&session(orders(99)), &ALL, &texts(["a", "b"]), &BTreeSet::new());
    assert_eq!(reasons(&full), [None, Some(RefusalReason::TooManySubscriptions)]);
    let again = subscribed(&session(orders(100)), &ALL, &texts(["orders/7", "c"]), &BTreeSet::new());
    assert_eq!(reasons(&again), [None, Some(RefusalReason::TooManySubscriptions)]);
    assert_eq!(again.changes, [put_of("orders/7")]);
}

#[test]
fn a_subject_that_is_not_granted_is_never_refused_as_too_many() {
    let plan = subscribed(&session(orders(100)), &of_acme(), &texts(["orders/globex/1"]), &BTreeSet::new());
    assert_eq!(reasons(&plan), [Some(RefusalReason::NotGranted)]);
}

#[test]
fn unsubscribe_removes_only_existing_subscriptions() {
    let plan = unsubscribe(&session(orders(2)), &texts(["orders/1", "orders/5", "//", "orders/1"]));
    assert_eq!(plan.changes, [Change::Remove(pattern("orders/1"))]);
    assert_eq!(plan.reply, Control::Unsubscribed { subjects: texts(["orders/1", "orders/5", "//"]) });
}

#[test]
fn a_new_token_ends_subscriptions_it_does_not_grant_and_extends_the_others() {
    let session = session(texts(["orders/acme/1", "orders/globex/1"]));
    let plan = refresh(&session, &[], identity(1_800_000_060), &of_acme());
    assert_eq!(plan.connection.identity, Some(identity(1_800_000_060)));
    assert_eq!(plan.changes, [Change::Remove(pattern("orders/globex/1")), put_of("orders/acme/1")]);
    let expires_at = "2027-01-15T08:01:00.000Z".to_owned();
    assert_eq!(plan.reply, Control::Refreshed { expires_at, removed: texts(["orders/globex/1"]) });
}
