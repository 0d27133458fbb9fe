//! The counters of the pipes, the last records that a filter dropped, and the problems of the pipe files, as
//! JSON for the page.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tablecast_authoring::check::Report;
use tablecast_definitions::problem::Problem;
use tablecast_pipes::{FilteredRecord, Monitor, Pipe};

use crate::current::Current;

#[derive(Clone)]
pub struct PipeStatus(Current<Shown>);

struct Shown {
    monitors: Vec<Monitor>,
    problems: Vec<Value>,
    /// Another one for each edit that is in use, also after a restart.
    number: u64,
    /// True if the problems are those of an edit that is not in use.
    refused: bool,
}

impl PipeStatus {
    pub fn new(pipes: &[Pipe], report: Option<&Report>) -> Self {
        Self(Current::new(Shown::new(pipes, report, milliseconds())))
    }

    /// Shows the pipes of other definitions.
    pub fn replace(&self, pipes: &[Pipe], report: Option<&Report>) {
        self.0.replace(Shown::new(pipes, report, self.0.get().number + 1));
    }

    /// Shows why an edit is not in use, and the pipes that go on.
    pub fn refuse(&self, reason: &str, problems: &[Problem]) {
        let Shown { monitors, number, .. } = &*self.0.get();
        let problems = match problems {
            [] => vec![json!({ "severity": "problem", "text": reason, "remedy": "" })],
            problems => problems.iter().map(|it| problem(it, "problem")).collect(),
        };
        self.0.replace(Shown { monitors: monitors.clone(), problems, number: *number, refused: true });
    }

    pub fn router(&self) -> Router {
        Router::new().route("/page/pipes.json", get(respond)).with_state(self.clone())
    }

    pub(crate) fn json(&self) -> Value {
        let Shown { monitors, problems, number, refused } = &*self.0.get();
        let pipes: Vec<Value> = monitors.iter().map(pipe).collect();
        json!({ "pipes": pipes, "problems": problems, "definitions": number, "refused": refused })
    }
}

/// Milliseconds since 1970. JavaScript represents them exactly.
fn milliseconds() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since_epoch.as_millis().try_into().unwrap_or(u64::MAX)
}

impl Shown {
    fn new(pipes: &[Pipe], report: Option<&Report>, number: u64) -> Self {
        let problems = report.iter().flat_map(|report| &report.problems).map(|it| problem(it, "problem"));
        let warnings = report.iter().flat_map(|report| &report.warnings).map(|it| problem(it, "warning"));
        Self {
            monitors: pipes.iter().map(Pipe::monitor).collect(),
            problems: problems.chain(warnings).collect(),
            number,
            refused: false,
        }
    }
}

async fn respond(State(status): State<PipeStatus>) -> Json<Value> {
    Json(status.json())
}

fn problem(problem: &Problem, severity: &str) -> Value {
    json!({
        "severity": severity, "text": problem.to_string(), "rule": problem.rule.name(), "remedy": problem.rule.remedy(),
    })
}

fn pipe(monitor: &Monitor) -> Value {
    let status = monitor.status();
    json!({
        "name": monitor.name(), "read": status.read, "filtered": status.filtered, "delivered": status.delivered,
        "deadLettered": status.dead_lettered,
        "lastFiltered": monitor.filtered().iter().map(record).collect::<Vec<Value>>(),
    })
}

fn record(record: &FilteredRecord) -> Value {
    let created = record.created.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mismatches = record.mismatches.iter();
    let mismatches: Vec<Value> = mismatches.map(|it| json!({"path": it.path, "reason": it.reason})).collect();
    json!({
        "eventId": record.event_id, "operation": record.operation, "keys": record.keys, "at": created,
        "mismatches": mismatches,
    })
}
