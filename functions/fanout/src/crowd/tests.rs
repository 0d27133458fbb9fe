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

/// A crowd whose only listener lacks these events.
fn lacking(offsets: std::ops::RangeInclusive<u64>) -> Crowd {
    let mut crowd = Crowd::new(0);
    let events: Vec<_> = offsets.clone().map(event).collect();
    crowd.add(listener(9), events.clone());
    crowd.read(events.iter(), *offsets.end());
    crowd
}

#[test]
fn a_dropped_connection_gets_nothing_until_it_is_readmitted() {
    let mut crowd = Crowd::new(0);
    crowd.drop_listener(&listener(9));
    crowd.forget("a=");
    crowd.add(listener(9), vec![event(1)]);
    assert!(!crowd.has_ready());
    crowd.readmit("a=");
    crowd.add(listener(9), vec![event(1)]);
    assert!(crowd.has_ready());
}

/// Its turn, the reading of its token, and the verdict about its failure can end after it was dropped.
#[test]
fn the_cursor_waits_until_a_dropped_connection_is_closed() {
    let mut crowd = lacking(1..=3);
    let turn = crowd.next_turn(None).unwrap();
    assert!(crowd.drop_listener(&turn.subscriber));
    crowd.finish("a=", turn.generation, 3, true);
    crowd.suspect("a=");
    crowd.renew(&session("orders/*"));
    assert!(!crowd.strike("a="));
    crowd.go_on("a=");
    assert_eq!((crowd.cursor(), crowd.is_idle(), crowd.has_ready()), (0, false, false));
    crowd.forget("a=");
    assert_eq!((crowd.cursor(), crowd.is_idle(), crowd.queued()), (3, true, 0));
}

#[test]
fn a_connection_that_was_closed_does_not_hold_the_cursor_when_it_is_dropped_again() {
    let mut crowd = lacking(1..=3);
    crowd.drop_listener(&listener(9));
    crowd.forget("a=");
    assert!(!crowd.drop_listener(&listener(9)));
    assert_eq!((crowd.cursor(), crowd.is_idle()), (3, true));
}

#[test]
fn a_token_that_was_read_before_the_run_began_again_starts_no_second_turn() {
    let mut crowd = lacking(1..=3);
    crowd.next_turn(None).unwrap();
    crowd.suspect("a=");
    crowd.restart(0);
    crowd.add(listener(9), vec![event(1)]);
    crowd.next_turn(None).unwrap();
    crowd.renew(&session("orders/*"));
    assert!(crowd.next_turn(None).is_none());
}

/// A new token may not grant the events that the old one granted.
#[test]
fn events_of_an_old_token_are_checked_when_it_expires() {
    let mut crowd = lacking(1..=1);
    crowd.add(listener(99), vec![event(2)]);
    let turn = crowd.next_turn(None).unwrap();
    assert_eq!(turn.subscriber.ends_at, 9);
    crowd.finish("a=", turn.generation, 2, true);
    crowd.add(listener(99), vec![event(3)]);
    crowd.go_on("a=");
    assert_eq!(crowd.next_turn(None).unwrap().subscriber.ends_at, 99);
}
