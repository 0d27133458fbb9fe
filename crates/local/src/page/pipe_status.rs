//! The counters of the pipes, the last records that a filter dropped, and the problems of the pipe files, as
//! JSON for the page.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tablecast_authoring::check::Report;
use tablecast_definitions::problem::Problem;
use tablecast_pipes::{FilteredRecord, Monitor, Pipe};

#[derive(Clone)]
pub struct PipeStatus {
    monitors: Arc<[Monitor]>,
    problems: Arc<[Value]>,
}

impl PipeStatus {
    pub fn new(pipes: &[Pipe], report: Option<&Report>) -> Self {
        let problems = report.iter().flat_map(|report| &report.problems).map(|it| problem(it, "problem"));
        let warnings = report.iter().flat_map(|report| &report.warnings).map(|it| problem(it, "warning"));
        Self {
            monitors: pipes.iter().map(Pipe::monitor).collect(),
            problems: problems.chain(warnings).collect(),
        }
    }

    pub fn router(&self) -> Router {
        Router::new().route("/page/pipes.json", get(respond)).with_state(self.clone())
    }

    pub(crate) fn json(&self) -> Value {
        let pipes: Vec<Value> = self.monitors.iter().map(pipe).collect();
        json!({ "pipes": pipes, "problems": &*self.problems })
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
