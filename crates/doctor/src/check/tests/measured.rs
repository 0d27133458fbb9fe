use serde_json::json;

use super::healthy::{NOW, healthy, pipe};
use super::{found, with};
use crate::check::{cost, functions, lag, letters, metrics_of, ratios, streams};
use crate::counters::COUNTERS;
use crate::facts::{Facts, Pipe, Reading};
use crate::metrics::{Metric, RECENT};

/// Adds data points to a metric that the doctor reads.
fn measure(facts: &mut Facts, metric: Metric, points: &[(i64, f64)]) {
    assert!(metrics_of(facts).contains(&metric), "{metric:?} is not read");
    facts.metrics.insert(metric, points.to_vec());
}

fn measured(metric: impl FnOnce(&Facts) -> Metric, points: &[(i64, f64)]) -> Vec<String> {
    let mut facts = healthy();
    let metric = metric(&facts);
    measure(&mut facts, metric, points);
    found(&facts)
}

#[test]
fn each_counter_above_0_is_found_with_its_code() {
    let facts = healthy();
    for counter in &COUNTERS {
        for (subject, metric) in counter.metrics(&facts) {
            let found = measured(|_| metric, &[(NOW - 60, 1.0)]);
            let expected =
                format!("{} {} {subject}", counter.code.entry().severity.name(), counter.code.name());
            assert_eq!(found, [expected], "{}", counter.metric);
        }
    }
}

#[test]
fn a_counter_of_an_earlier_quarter_of_an_hour_is_a_warning_at_most() {
    for counter in COUNTERS.iter().filter(|counter| counter.metric == "BusFailures") {
        let (_, metric) = counter.metrics(&healthy()).remove(0);
        assert_eq!(measured(|_| metric.clone(), &[(NOW - RECENT - 1, 5.0)]), ["warning bus-failing orders"]);
        assert_eq!(measured(|_| metric, &[(NOW - RECENT, 5.0)]), ["critical bus-failing orders"]);
    }
}

#[test]
fn a_counter_of_0_is_no_finding() {
    for counter in &COUNTERS {
        let (_, metric) = counter.metrics(&healthy()).remove(0);
        assert_eq!(measured(|_| metric, &[(NOW - 60, 0.0)]), [""; 0]);
    }
}

#[test]
fn lag_over_the_limit_is_critical_while_it_lasts() {
    let of = |milliseconds, at| measured(|facts| lag::lag(facts, &pipe()), &[(at, milliseconds)]);
    assert_eq!(of(60_001.0, NOW), ["critical lag-high orders"]);
    assert_eq!(of(60_000.0, NOW), [""; 0]);
    assert_eq!(of(60_001.0, NOW - RECENT - 1), [""; 0]);
}

#[test]
fn lag_of_fanout_over_a_minute_is_critical() {
    assert_eq!(measured(lag::fanout_lag, &[(NOW, 60_001.0)]), ["critical fanout-lag fanout"]);
    assert_eq!(measured(lag::fanout_lag, &[(NOW, 60_000.0)]), [""; 0]);
}

#[test]
fn writes_of_half_an_hour_that_nobody_reads_are_critical() {
    let periods = |count| (1..=count).map(|index| (NOW - 300 * index, 1.0)).collect::<Vec<_>>();
    let read = |facts: &mut Facts| measure(facts, streams::reads(&pipe()), &[(NOW - 600, 1.0)]);
    let written = |count| move |facts: &mut Facts| measure(facts, streams::writes(&pipe()), &periods(count));
    assert_eq!(with(written(6)), ["critical stream-unread orders"]);
    assert_eq!(with(written(5)), [""; 0]);
    let both = |facts: &mut Facts| {
        written(6)(facts);
        read(facts);
        measure(facts, streams::work(facts, &pipe())[0].clone(), &[(NOW - 600, 1.0)]);
    };
    assert_eq!(with(both), [""; 0]);
}

#[test]
fn a_pipe_without_work_is_critical_although_others_read_the_stream() {
    let periods: Vec<_> = (1..=6).map(|index| (NOW - 300 * index, 1.0)).collect();
    let changes = |facts: &mut Facts| {
        measure(facts, streams::writes(&pipe()), &periods);
        measure(facts, streams::reads(&pipe()), &[(NOW - 600, 1.0)]);
    };
    assert_eq!(with(changes), ["critical stream-unread orders"]);
    for sign in 0..3 {
        let works = |facts: &mut Facts| {
            changes(facts);
            measure(facts, streams::work(facts, &pipe())[sign].clone(), &[(NOW - 600, 1.0)]);
        };
        assert_eq!(with(works), [""; 0], "{sign}");
    }
    let filtered = |facts: &mut Facts| {
        changes(facts);
        facts.pipes =
            Reading::Found(vec![Pipe { filter: vec![json!({ "eventName": ["INSERT"] })], ..pipe() }]);
    };
    assert_eq!(with(filtered), [""; 0], "the filter may drop each change");
}

#[test]
fn many_sends_to_closed_connections_are_a_warning() {
    let of = |gone, delivered| {
        with(|facts| {
            let metrics = ratios::sends(facts, &pipe());
            metrics
                .into_iter()
                .zip([gone, delivered])
                .for_each(|(metric, it)| measure(facts, metric, &[(NOW, it)]));
        })
    };
    assert_eq!(of(21.0, 80.0), ["warning connections-stale orders"]);
    assert_eq!(of(20.0, 81.0), [""; 0]);
    assert_eq!(of(50.0, 50.0), [""; 0], "100 are too few");
}

#[test]
fn more_refused_than_admitted_clients_are_a_warning() {
    let of = |errors: f64, connects: f64| {
        with(|facts| {
            let [client_errors, _, counted, ..] = ratios::connects(facts);
            measure(facts, client_errors, &[(NOW, errors)]);
            measure(facts, counted, &[(NOW, connects)]);
        })
    };
    assert_eq!(of(101.0, 100.0), ["warning clients-refused the WebSocket API"]);
    assert_eq!(of(101.0, 102.0), [""; 0]);
    assert_eq!(of(100.0, 0.0), [""; 0], "100 are too few");
}

#[test]
fn messages_dilute_refused_messages_and_not_refused_handshakes() {
    let of = |refused_by_api: f64, denied: f64, messages: f64| {
        with(|facts| {
            let [client_errors, _, _, _, denials, sent] = ratios::connects(facts);
            measure(facts, client_errors, &[(NOW, refused_by_api)]);
            measure(facts, denials, &[(NOW, denied)]);
            measure(facts, sent, &[(NOW, messages)]);
        })
    };
    assert_eq!(of(150.0, 0.0, 10_000.0), [""; 0]);
    assert_eq!(of(150.0, 0.0, 140.0), ["warning clients-refused the WebSocket API"]);
    assert_eq!(of(150.0, 150.0, 10_000.0), ["warning clients-refused the WebSocket API"]);
}

/// The counts of the last hour, by function and metric.
fn count(counts: &[(&str, &'static str, f64)]) -> Facts {
    let mut facts = healthy();
    for (function, name, count) in counts {
        let metric = match *name {
            "Invocations" => Metric::of_lambda("acme", name, function),
            "ClientError" => ratios::connects(&facts)[0].clone(),
            _ => Metric::of_function("acme", name, function),
        };
        measure(&mut facts, metric, &[(NOW, *count)]);
    }
    facts
}

/// The evidence of the only finding.
fn evidence(facts: &Facts) -> Vec<String> {
    let findings = crate::diagnose(facts);
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings[0].evidence.clone()
}

#[test]
fn refused_clients_are_found_with_the_reasons_that_the_functions_counted() {
    let facts = count(&[
        ("", "ClientError", 500.0),
        ("authorize", "TokenExpired", 3.0),
        ("authorize", "OriginNotAllowed", 470.0),
        ("connect", "NotGranted", 27.0),
    ]);
    let reasons =
        ["reasons of authorize: OriginNotAllowed 470, TokenExpired 3", "reasons of connect: NotGranted 27"];
    assert_eq!(evidence(&facts)[1..], reasons);
}

#[test]
fn an_authorizer_that_ends_without_decisions_is_critical() {
    let of = |invoked, admitted, refused, unavailable| {
        let counts = [("Invocations", invoked), ("Admitted", admitted), ("Refused", refused)];
        let mut facts = count(&counts.map(|(name, count)| ("authorize", name, count)));
        // Unavailable is a finding of its own.
        let metric = Metric::of_function("acme", "Unavailable", "authorize");
        measure(&mut facts, metric, &[(NOW, unavailable)]);
        found(&facts)
    };
    assert_eq!(of(20.0, 5.0, 4.0, 0.0), ["critical authorizer-errors authorize"]);
    assert_eq!(of(20.0, 5.0, 5.0, 0.0), [""; 0], "late lines are missing for a moment");
    assert_eq!(of(10.0, 0.0, 0.0, 0.0), [""; 0], "10 are too few");
    assert_eq!(of(20.0, 0.0, 0.0, 20.0), ["critical authorizer-errors authorize"]);
}

#[test]
fn a_deployment_without_an_authorizer_lacks_no_decisions() {
    let mut facts = count(&[("authorize", "Invocations", 20.0)]);
    facts
        .functions
        .iter_mut()
        .filter(|it| it.name == "authorize")
        .for_each(|it| it.deployed = Reading::Missing);
    let expected = crate::alarms::expected(&facts);
    facts.alarms = facts.alarms.map(|mut alarms| {
        alarms.retain(|alarm| expected.iter().any(|it| it.name == alarm.name));
        alarms
    });
    assert!(
        !found(&facts).iter().any(|finding| finding.contains("authorizer-errors")),
        "{:?}",
        found(&facts)
    );
}

#[test]
fn resumes_of_which_most_are_unrecovered_are_a_warning_with_their_reasons() {
    let of = |recovered, unrecovered| {
        count(&[
            ("subscribe", "Recovered", recovered),
            ("subscribe", "Unrecovered", unrecovered),
            ("subscribe", "Trimmed", unrecovered),
        ])
    };
    assert_eq!(found(&of(50.0, 51.0)), ["warning resumes-unrecovered subscribe"]);
    assert_eq!(evidence(&of(50.0, 51.0))[1], "reasons of subscribe: Trimmed 51");
    assert_eq!(found(&of(51.0, 50.0)), [""; 0]);
    assert_eq!(found(&of(0.0, 100.0)), [""; 0], "100 are too few");
}

#[test]
fn use_of_most_of_the_accounts_concurrency_is_a_warning() {
    let used = |count| measured(|_| functions::executions(), &[(NOW - 1800, count)]);
    assert_eq!(used(800.0), ["warning concurrency-short the account"]);
    assert_eq!(used(799.0), [""; 0]);
}

#[test]
fn five_times_the_use_of_the_day_before_is_unusual() {
    let hour = NOW - NOW % 3600;
    let of = |last, before| {
        with(|facts| {
            let (_, metric) = cost::uses(facts).remove(0);
            let earlier = (2..=24).map(|index| (hour - 3600 * index, before));
            measure(facts, metric, &earlier.chain([(hour - 3600, last)]).collect::<Vec<_>>());
        })
    };
    assert_eq!(of(500_001.0, 100_000.0), ["warning cost-unusual authorize"]);
    assert_eq!(of(500_000.0, 100_000.0), [""; 0]);
    assert_eq!(of(100_000.0, 1.0), [""; 0], "it costs cents");
    assert_eq!(of(500_000.0, 0.0), [""; 0], "a new deployment has no day before");
}

#[test]
fn every_metric_of_a_letters_age_is_read() {
    let facts = healthy();
    let read = metrics_of(&facts);
    assert!(facts.queues.iter().all(|queue| read.contains(&letters::age(queue))));
}

#[test]
fn every_metric_of_a_function_that_is_read_is_documented() {
    let page = include_str!("../../../../../docs/reference/metrics.md");
    let own = metrics_of(&healthy()).into_iter().filter(|metric| metric.namespace == "acme");
    for metric in own {
        let section = match metric.dimensions.first() {
            Some(("Pipe", _)) => "dispatch",
            Some((_, function)) => function,
            None => "The log of authorize",
        };
        let (_, after) = page.split_once(&format!("\n## {section}\n")).unwrap();
        let text = after.split("\n## ").next().unwrap();
        assert!(text.contains(&format!("`{}`", metric.name)), "{section}: {}", metric.name);
    }
}

/// docs/reference/doctor.md has these numbers, because CloudWatch bills each metric.
#[test]
fn a_run_reads_63_metrics_and_23_for_each_pipe_and_3_for_each_rule() {
    let mut facts = healthy();
    assert_eq!(metrics_of(&facts).len(), 63 + 23 + 3);
    facts.rules.clear();
    assert_eq!(metrics_of(&facts).len(), 63 + 23);
}
