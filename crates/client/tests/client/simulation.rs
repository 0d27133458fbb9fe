//! The machine and a simulated server. Numbers from outside choose each step: mostly progress, seldom a fault.

mod app;
mod client;
mod handling;
mod log;
mod run;
mod server;
mod step;

use std::collections::BTreeMap;
use std::sync::Mutex;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use run::Run;

const FAULTS: [&str; 9] = [
    "cut",
    "refused",
    "reload",
    "failed send",
    "dispatched twice",
    "reconnect requested",
    "pause",
    "unavailable",
    "expired",
];

/// `RUNS=5000 cargo test -p tablecast-client simulation` runs more simulations.
fn runs() -> u32 {
    std::env::var("RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(100)
}

fn assert_delivered_once(run: &Run) {
    for app in &run.client.apps {
        let received = app.ids();
        let lost: Vec<_> =
            app.expected(&run.server).into_iter().filter(|id| !received.contains(id)).collect();
        assert_eq!(lost, [0; 0], "lost");
        app.assert_in_order(&run.server);
        let allowed: &[&str] = match app.is_wide() {
            true => &["too-wide", "position-unknown", "epoch-changed"],
            false => &["epoch-changed"],
        };
        for gap in &app.gaps {
            assert!(allowed.contains(&gap.reason.as_str()), "{:?}: {gap}", app.subjects);
        }
    }
}

#[test]
fn each_event_is_delivered_once_and_in_order_or_a_gap_is_reported_whatever_fails() {
    let counts = Mutex::new(BTreeMap::<&str, u32>::new());
    let continued = Mutex::new(0);
    // The same simulations in each run, so that CI is the same for the same code.
    let config = Config { cases: runs(), failure_persistence: None, ..Config::default() };
    let mut runner = match std::env::var("RUNS") {
        Ok(_) => TestRunner::new(config),
        Err(_) => TestRunner::new_with_rng(
            config,
            proptest::test_runner::TestRng::deterministic_rng(Default::default()),
        ),
    };
    let choices = prop::collection::vec(0..1_000_000_u32, 50..1500);
    let result = runner.run(&(choices, any::<u64>()), |(choices, seed)| {
        let mut run = Run::new(seed);
        choices.into_iter().for_each(|choice| run.step(choice));
        run.finish();
        assert_delivered_once(&run);
        let mut counts = counts.lock().unwrap();
        run.counts.iter().for_each(|(name, count)| *counts.entry(name).or_default() += count);
        *continued.lock().unwrap() += run.server.continued;
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let counts = counts.into_inner().unwrap();
    assert!(continued.into_inner().unwrap() > 0, "a log continued in another epoch");
    for fault in FAULTS {
        assert!(counts.get(fault).copied().unwrap_or_default() > runs() / 20, "{fault}: {counts:?}");
    }
}
