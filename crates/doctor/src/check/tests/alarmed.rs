use super::healthy::{file, healthy, queue};
use super::{found, with};
use crate::alarms::{Expected, expected};
use crate::facts::{Alarm, BUS, Facts, PipeFile, Reading};

fn with_alarms(change: impl FnOnce(&mut Vec<crate::facts::Alarm>)) -> Vec<String> {
    with(|facts| {
        let Reading::Found(alarms) = &mut facts.alarms else { panic!() };
        change(alarms);
    })
}

fn activate(facts: &mut Facts, name: &str) {
    let Reading::Found(alarms) = &mut facts.alarms else { panic!() };
    alarms.iter_mut().find(|alarm| alarm.name == name).unwrap().state = "ALARM".to_owned();
}

#[test]
fn each_active_alarm_has_the_code_of_its_problem() {
    let all = expected(&healthy());
    assert_eq!(all.len(), 10 + 6 + 7 + 14, "pipe, errors, throttles, others");
    for Expected { name, code, subject } in all {
        let found = with(|facts| activate(facts, &name));
        assert_eq!(found, [format!("{} {} {subject}", code.entry().severity.name(), code.name())], "{name}");
    }
}

#[test]
fn an_alarm_and_its_metric_are_one_finding() {
    let mut facts = healthy();
    activate(&mut facts, "acme-orders-dead-letters");
    facts.queues[0].messages = Reading::Found((2, 0));
    assert_eq!(found(&facts), ["critical dead-letters orders"]);
    assert_eq!(crate::diagnose(&facts)[0].evidence.len(), 2);
}

#[test]
fn a_bus_with_a_queue_of_its_own_has_an_alarm_for_it() {
    let mut facts = healthy();
    facts.queues.push(queue("acme-bus-undelivered", BUS));
    assert_eq!(found(&facts), ["warning alarm-missing acme"]);
    facts.alarms = facts.alarms.map(|mut alarms| {
        alarms.push(Alarm { name: "acme-bus-undelivered".to_owned(), ..alarms[0].clone() });
        alarms
    });
    assert_eq!(found(&facts), [""; 0]);
    activate(&mut facts, "acme-bus-undelivered");
    facts.queues[2].messages = Reading::Found((2, 0));
    assert_eq!(found(&facts), ["critical bus-undelivered the bus"]);
    assert_eq!(crate::diagnose(&facts)[0].evidence.len(), 2);
}

#[test]
fn a_missing_alarm_is_named() {
    let found = with_alarms(|alarms| drop(alarms.remove(0)));
    assert_eq!(found, ["warning alarm-missing acme"]);
}

fn without_the_alarm_of_the_bus(facts: &mut Facts) {
    let Reading::Found(alarms) = &mut facts.alarms else { panic!() };
    alarms.retain(|alarm| alarm.name != "acme-orders-bus");
}

#[test]
fn a_pipe_without_the_bus_needs_no_alarm_of_the_bus() {
    let missing = |files| {
        with(|facts| {
            without_the_alarm_of_the_bus(facts);
            facts.files = files;
        })
    };
    assert_eq!(missing(Some(vec![file("orders", "orders")])), ["warning alarm-missing acme"]);
    assert_eq!(missing(Some(vec![PipeFile { bus: false, ..file("orders", "orders") }])), [""; 0]);
    assert_eq!(missing(None), [""; 0], "without a folder");
}

#[test]
fn alarms_that_notify_nobody_are_a_note() {
    let found = with_alarms(|alarms| alarms.iter_mut().for_each(|alarm| alarm.notifies = false));
    assert_eq!(found, ["note alarm-silent acme"]);
    let found = with_alarms(|alarms| alarms[1..].iter_mut().for_each(|alarm| alarm.notifies = false));
    assert_eq!(found, [""; 0], "one is enough");
}

#[test]
fn alarms_of_another_deployment_are_not_found() {
    let found = with_alarms(|alarms| {
        let mut other = alarms[0].clone();
        (other.name, other.state) = ("acme-b-orders-lag".to_owned(), "ALARM".to_owned());
        alarms.push(other);
    });
    assert_eq!(found, [""; 0]);
}
