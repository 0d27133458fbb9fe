use super::*;

#[test]
fn a_dropped_connection_gets_nothing_until_it_is_readmitted() {
    let subject = tablecast_protocol::subject::Subject::parse("orders/acme/1").unwrap();
    let event =
        Rc::new(Event { offset: 1, appended_at: 0, subject, event_type: String::new(), text: String::new() });
    let (id, protocol) = ("a=".to_owned(), Protocol::Single);
    let (connected_at, ends_at, types) = (0, i64::MAX, Default::default());
    let subscriber = Subscriber { id, connected_at, ends_at, protocol, types, is_damaged: false };
    let mut crowd = Crowd::new(0);
    crowd.drop_listener(&subscriber);
    crowd.forget("a=");
    crowd.add(subscriber.clone(), vec![event.clone()]);
    assert!(!crowd.has_ready());
    crowd.readmit("a=");
    crowd.add(subscriber, vec![event]);
    assert!(crowd.has_ready());
}
