use super::{Line, Lines};
use crate::facts;
use crate::load::Load;
use crate::prices::{Item, Prices};

/// The sweep of `fanout` runs each minute, with 16 queries.
const SWEEPS: f64 = 30.0 * 24.0 * 60.0;
const SWEEP_QUERIES: f64 = 16.0;
const SWEEP_SECONDS: f64 = 0.100;

/// DynamoDB asks KMS for the key of a table at most once in five minutes, for each principal.
const KEY_WINDOWS: f64 = 30.0 * 24.0 * 12.0;

/// The costs that are the same with every load.
pub fn standing(load: &Load, prices: &Prices) -> Vec<Line> {
    let mut lines = Lines::new(prices);
    let pipes = load.pipes.len() as f64;
    if load.has_alarms {
        let metrics =
            pipes * f64::from(facts::ALARM_METRICS_PER_PIPE) + f64::from(facts::OTHER_ALARM_METRICS);
        lines.add(Item::Alarm, "alarms", metrics);
        lines.add(Item::Dashboard, "dashboard", 1.0);
    }
    let busy = load.pipes.iter().filter(|pipe| pipe.changes > 0.0).count() as f64;
    lines.add(Item::Metric, "metrics of pipes in use", busy * f64::from(facts::PIPE_METRICS));
    if load.pipes.iter().any(|pipe| pipe.changes > 0.0 && pipe.batch.listeners > facts::LARGE_AUDIENCE) {
        lines.add(Item::Metric, "metrics of fanout", f64::from(facts::FANOUT_METRICS));
    }
    lines.add(Item::LambdaRequest, "sweeps of fanout", SWEEPS);
    lines.add(
        Item::LambdaCompute,
        "sweeps of fanout, 100 ms each",
        SWEEPS * SWEEP_SECONDS * facts::FANOUT_GB,
    );
    lines.add(Item::DynamodbRead, "sweeps of fanout", SWEEPS * SWEEP_QUERIES);
    options(&mut lines, load, pipes);
    lines.lines
}

fn options(lines: &mut Lines<'_>, load: &Load, pipes: f64) {
    lines.add(Item::DynamodbRecovery, "point-in-time recovery", load.recovery_gb);
    if load.has_key {
        let tables = pipes + f64::from(facts::OWN_TABLES);
        lines.add(Item::Key, "key", 1.0);
        lines.add(
            Item::KeyRequest,
            "keys of tables, at most",
            tables * f64::from(facts::FUNCTIONS) * KEY_WINDOWS,
        );
    }
    let metrics = pipes * f64::from(facts::DOCTOR_METRICS_PER_PIPE) + f64::from(facts::DOCTOR_METRICS);
    lines.add(Item::MetricRead, "metrics that the doctor reads", load.doctor_runs * metrics);
}
