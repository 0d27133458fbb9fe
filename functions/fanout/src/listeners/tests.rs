use tablecast_connections::{Connection, Session, Subscription};
use tablecast_protocol::subject::{Pattern, Subject};

use super::*;

fn event(offset: u64) -> Rc<Event> {
    let subject = Subject::parse("orders/acme/1").unwrap();
    Rc::new(Event { offset, appended_at: 0, subject, event_type: String::new(), text: String::new() })
}

fn listener(ends_at: i64) -> Subscriber {
    let (id, protocol) = ("a=".to_owned(), Protocol::Single);
    Subscriber { id, connected_at: 0, ends_at, protocol, types: Default::default(), is_damaged: false }
}

fn session(pattern: &str) -> Session {
    let id = "a=".to_owned();
    let connection = Connection { id, protocol: Protocol::Single, connected_at: 0, identity: None };
    Session::new(connection, vec![Subscription::to(Pattern::parse(pattern).unwrap())])
}

/// Listeners of whom only one lacks events: these.
fn lacking(offsets: std::ops::RangeInclusive<u64>) -> Listeners {
    let mut listeners = Listeners::new(0);
    let events: Vec<_> = offsets.clone().map(event).collect();
    listeners.add(listener(9), events.clone());
    listeners.read(events.iter(), *offsets.end());
    listeners
}

#[test]
fn a_dropped_connection_gets_nothing_until_it_is_readmitted() {
    let mut listeners = Listeners::new(0);
    listeners.drop_listener(&listener(9));
    listeners.forget("a=");
    listeners.add(listener(9), vec![event(1)]);
    assert!(!listeners.has_ready());
    listeners.readmit("a=");
    listeners.add(listener(9), vec![event(1)]);
    assert!(listeners.has_ready());
}

/// Its turn, the reading of its token, and the verdict about its failure can end after it was dropped.
#[test]
fn the_cursor_waits_until_a_dropped_connection_is_closed() {
    let mut listeners = lacking(1..=3);
    let turn = listeners.next_turn(None).unwrap();
    assert!(listeners.drop_listener(&turn.subscriber));
    listeners.finish("a=", turn.generation, 3, true);
    listeners.suspect("a=");
    listeners.renew(&session("orders/*"));
    assert!(!listeners.strike("a="));
    listeners.go_on("a=");
    assert_eq!((listeners.cursor(), listeners.is_idle(), listeners.has_ready()), (0, false, false));
    listeners.forget("a=");
    assert_eq!((listeners.cursor(), listeners.is_idle(), listeners.queued()), (3, true, 0));
}

#[test]
fn a_connection_that_was_closed_does_not_hold_the_cursor_when_it_is_dropped_again() {
    let mut listeners = lacking(1..=3);
    listeners.drop_listener(&listener(9));
    listeners.forget("a=");
    assert!(!listeners.drop_listener(&listener(9)));
    assert_eq!((listeners.cursor(), listeners.is_idle()), (3, true));
}

#[test]
fn a_token_that_was_read_before_the_run_began_again_starts_no_second_turn() {
    let mut listeners = lacking(1..=3);
    listeners.next_turn(None).unwrap();
    listeners.suspect("a=");
    listeners.restart(0);
    listeners.add(listener(9), vec![event(1)]);
    listeners.next_turn(None).unwrap();
    listeners.renew(&session("orders/*"));
    assert!(listeners.next_turn(None).is_none());
}

/// A new token may not grant the events that the old one granted.
#[test]
fn events_of_an_old_token_are_checked_when_it_expires() {
    let mut listeners = lacking(1..=1);
    listeners.add(listener(99), vec![event(2)]);
    let turn = listeners.next_turn(None).unwrap();
    assert_eq!(turn.subscriber.ends_at, 9);
    listeners.finish("a=", turn.generation, 2, true);
    listeners.add(listener(99), vec![event(3)]);
    listeners.go_on("a=");
    assert_eq!(listeners.next_turn(None).unwrap().subscriber.ends_at, 99);
}
