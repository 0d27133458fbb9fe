use tablecast_cost::{Batch, Item, Line, Load, PipeLoad, changes, month, total};

use crate::load::{BATCH, load, pipe, prices};

fn dollars(lines: &[Line], item: Item) -> f64 {
    lines.iter().filter(|line| line.item == item).map(|line| line.dollars).sum()
}

#[test]
fn changes_cost_twice_as_much_if_there_are_twice_as_many() {
    let of = |changes| total(&changes_of(&pipe(changes)));
    assert!((of(2e6) - 2.0 * of(1e6)).abs() < 1e-9);
}

fn changes_of(pipe: &PipeLoad) -> Vec<Line> {
    changes(pipe, &load(Vec::new()), &prices())
}

#[test]
fn a_pipe_without_the_bus_pays_neither_for_it_nor_for_the_archive() {
    let lines = changes_of(&PipeLoad { has_bus: false, ..pipe(1e6) });
    let of_bus = [Item::BusEvent, Item::ArchiveIngest, Item::ArchiveStorage];
    assert!(lines.iter().all(|line| !of_bus.contains(&line.item)), "{lines:#?}");
}

#[test]
fn a_message_or_an_event_is_billed_in_parts() {
    let lines = changes_of(&PipeLoad { batch: Batch { bytes: 100_000, ..BATCH }, ..pipe(1e6) });
    assert_eq!((dollars(&lines, Item::BusEvent), dollars(&lines, Item::SocketMessage)), (2.0, 4.0));
    let packed = changes_of(&PipeLoad { events_per_message: 10.0, ..pipe(1e6) });
    assert!((dollars(&packed, Item::SocketMessage) - 0.1).abs() < 1e-9);
}

#[test]
fn lines_of_several_pipes_have_their_names() {
    let profiles = PipeLoad { name: "profiles".to_owned(), ..pipe(2e6) };
    let lines = month(&load(vec![pipe(1e6), profiles]), &prices());
    let log = |name: &str| lines.iter().find(|line| line.what == name).map(|line| line.quantity);
    assert_eq!((log("orders: log"), log("profiles: log")), (Some(400_000.0), Some(800_000.0)));
    let alone = month(&load(vec![pipe(1e6)]), &prices());
    assert!(alone.iter().any(|line| line.what == "log"), "{alone:#?}");
}

#[test]
fn only_a_large_audience_needs_fanout() {
    let of = |listeners| {
        let lines = changes_of(&PipeLoad { batch: Batch { listeners, ..BATCH }, ..pipe(1e6) });
        lines.iter().any(|line| line.what.contains("fanout"))
    };
    assert_eq!([of(500), of(501)], [false, true]);
}

#[test]
fn an_option_that_is_off_costs_nothing() {
    let off = Load { has_alarms: false, ..load(vec![pipe(0.0)]) };
    let lines = month(&off, &prices());
    assert!(lines.iter().all(|line| line.what.contains("sweeps")), "{lines:#?}");
    let on = Load { recovery_gb: 5.0, has_key: true, has_alarms: true, doctor_runs: 30.0, ..off };
    let lines = month(&on, &prices());
    assert_eq!(dollars(&lines, Item::DynamodbRecovery), 1.0);
    assert_eq!(dollars(&lines, Item::Key), 1.0);
    assert!(dollars(&lines, Item::MetricRead) > 0.0 && dollars(&lines, Item::KeyRequest) > 0.0);
}
