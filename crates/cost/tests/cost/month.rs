use tablecast_cost::{Batch, Item, Line, Load, PipeLoad, changes, facts, month, text, total};

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

#[test]
fn the_table_for_a_terminal_has_each_line_and_the_sum_of_each_service() {
    let lines = changes_of(&pipe(1e6));
    let table = text(&lines, &prices());
    let (rows, sums) = table.split_once("\n\n").unwrap();
    assert_eq!(rows.lines().count(), lines.len());
    assert!(lines.iter().zip(rows.lines()).all(|(line, row)| row.contains(&line.what)), "{table}");
    let sum = |name: &str| -> f64 {
        let row = sums.lines().find(|row| row.starts_with(name)).unwrap();
        row.split_whitespace().last().unwrap().parse().unwrap()
    };
    for service in ["DynamoDB", "Lambda", "CloudWatch"] {
        let of_service = lines.iter().filter(|line| line.item.service() == service);
        let expected: f64 = of_service.map(|line| line.dollars).sum();
        assert!(expected > 0.01 && (sum(service) - expected).abs() < 0.006, "{service}: {table}");
    }
    assert!((sum("total") - total(&lines)).abs() < 0.006, "{table}");
}

/// Every factor differs from 1, so that each counts.
#[test]
fn the_quantities_of_a_pipe_follow_from_its_load() {
    let batch = Batch { events: 2, bytes: 2000, listeners: 600, channels: 3, ..BATCH };
    let large =
        PipeLoad { record_bytes: 100_000.0, batch, events_per_message: 20.0, keep_days: 60.0, ..pipe(1e6) };
    let load = Load { archive_days: Some(60.0), log_retention_days: 60.0, ..load(Vec::new()) };
    let lines = changes(&large, &load, &prices());
    for (what, expected) in [
        ("records", 2e6),
        ("calls of enrich and dispatch", 2e5),
        // An item of 4 KB for each of three channels, and its end.
        ("log", 1e5 * 15.0),
        ("finding the listeners", 1e5 * 3.0),
        ("events in the log", 2.0),
        ("events on the bus", 2e6),
        ("archive", 4.0),
        ("events in the archive", 8.0),
        // 1.2 billion deliveries, 20 in each message of two parts.
        ("messages to clients", 1.2e8),
        ("events to clients", 2400.0),
        ("log lines", 0.2),
        ("log lines in CloudWatch", 0.4),
        ("calls of fanout", 1e5),
        // Three of each second, and one for each channel of a batch.
        ("runs of fanout", 3e5 * (2.0 + 600.0 / 7000.0) + 3e5),
        ("listeners of fanout", 1e5 * 72.0),
    ] {
        let quantity = lines.iter().find(|line| line.what == what).unwrap().quantity;
        assert!((quantity - expected).abs() < expected * 1e-9, "{what}: {quantity}");
    }
}

#[test]
fn only_pipes_in_use_have_metrics() {
    let metrics = |pipes: &[(f64, u64)], what: &str| {
        let pipe = |(changes, listeners): &(f64, u64)| PipeLoad {
            batch: Batch { listeners: *listeners, ..BATCH },
            ..pipe(*changes)
        };
        let lines = month(&load(pipes.iter().map(pipe).collect()), &prices());
        lines.iter().find(|line| line.what == what).map_or(0.0, |line| line.quantity)
    };
    let of_one = metrics(&[(1e6, 1)], "metrics of pipes in use");
    assert_eq!(of_one, f64::from(facts::PIPE_METRICS));
    for (pipes, expected) in [(vec![(1e6, 1), (0.0, 1)], 1.0), (vec![(1e6, 1), (1.0, 1)], 2.0)] {
        assert_eq!(metrics(&pipes, "metrics of pipes in use"), expected * of_one);
    }
    for (pipes, is_large) in
        [(vec![(0.0, 501), (1e6, 1)], false), (vec![(1e6, 500)], false), (vec![(1e6, 1), (1.0, 501)], true)]
    {
        assert_eq!(metrics(&pipes, "metrics of fanout") > 0.0, is_large, "{pipes:?}");
    }
}
