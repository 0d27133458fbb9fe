//! Log lines that are also metrics: CloudWatch's Embedded Metric Format.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::env;
use std::io::{Write, stdout};
use std::time::{Duration, SystemTime};

use lambda_runtime::Context;
use serde_json::{Value, json};
use tablecast_protocol::milliseconds;
use tracing_subscriber::fmt::{self, time::FormatTime};

/// Metrics with one dimension. CloudWatch bills each value of a dimension as a metric of its own, so use few
/// values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    message: &'static str,
    dimension: (&'static str, String),
    metrics: Vec<Metric>,
    properties: Vec<(&'static str, Value)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Metric {
    name: &'static str,
    unit: &'static str,
    value: u64,
}

impl Metrics {
    /// Metrics of one pipe.
    pub fn of_pipe(pipe: &str, message: &'static str) -> Self {
        Self::new("Pipe", pipe, message)
    }

    /// Metrics of one function. `function` is its name in `functions/`.
    pub fn of_function(function: &str, message: &'static str) -> Self {
        Self::new("Function", function, message)
    }

    fn new(dimension: &'static str, value: &str, message: &'static str) -> Self {
        let dimension = (dimension, value.to_owned());
        Self { message, dimension, metrics: Vec::new(), properties: Vec::new() }
    }

    /// Emits 0, too, so that an alarm can distinguish "none" from "not running".
    pub fn count(self, name: &'static str, value: usize) -> Self {
        self.with(name, "Count", value as u64)
    }

    /// Leaves 0 out. For metrics that are rare and of which a function has many: CloudWatch bills a metric only in
    /// hours that have a value.
    pub fn count_some(self, name: &'static str, value: usize) -> Self {
        if value > 0 { self.count(name, value) } else { self }
    }

    pub fn milliseconds(self, name: &'static str, value: u64) -> Self {
        self.with(name, "Milliseconds", value)
    }

    pub fn bytes(self, name: &'static str, value: usize) -> Self {
        self.with(name, "Bytes", value as u64)
    }

    /// The time that an invocation took.
    pub fn duration(self, time: Duration) -> Self {
        self.milliseconds("Duration", time.as_millis().try_into().unwrap_or(u64::MAX))
    }

    fn with(mut self, name: &'static str, unit: &'static str, value: u64) -> Self {
        self.metrics.push(Metric { name, unit, value });
        self
    }

    /// Adds a number to the log line that is not a metric.
    pub fn property(mut self, name: &'static str, value: usize) -> Self {
        self.properties.push((name, json!(value)));
        self
    }

    /// Adds a text to the log line, such as the channel that the metrics are about.
    pub fn text(mut self, name: &'static str, value: &str) -> Self {
        self.properties.push((name, json!(value)));
        self
    }

    /// Prints the line to standard output at every log level, because alarms need it. The line has the ids of
    /// its invocation in the same place as other log lines.
    pub fn print(&self, invocation: &Context) {
        let line = self.printed(|name| env::var(name).ok(), invocation);
        // An error here cannot be logged either.
        let _ = writeln!(stdout().lock(), "{line}");
    }

    /// The line with the namespace and the level that the environment requires.
    fn printed(&self, variable: impl Fn(&str) -> Option<String>, invocation: &Context) -> Value {
        let namespace = variable("METRICS_NAMESPACE").unwrap_or_else(|| "tablecast".to_owned());
        let mut line = self.line(&namespace, invocation, SystemTime::now());
        line["level"] = json!(level(&variable("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default()));
        line
    }

    /// The line in CloudWatch's format.
    pub fn line(&self, namespace: &str, invocation: &Context, now: SystemTime) -> Value {
        let mut line = json!({
            "timestamp": rfc_3339(),
            "level": "INFO",
            "message": self.message,
            "span": { "requestId": invocation.request_id, "xrayTraceId": invocation.xray_trace_id },
            "_aws": self.directive(namespace, now),
        });
        line[self.dimension.0] = json!(self.dimension.1);
        let metrics = self.metrics.iter().map(|metric| (metric.name, json!(metric.value)));
        for (name, value) in metrics.chain(self.properties.iter().cloned()) {
            line[name] = value;
        }
        line
    }

    fn directive(&self, namespace: &str, now: SystemTime) -> Value {
        let metrics = self.metrics.iter().map(|metric| json!({ "Name": metric.name, "Unit": metric.unit }));
        json!({
            "Timestamp": milliseconds(now),
            "CloudWatchMetrics": [{
                "Namespace": namespace,
                "Dimensions": [[self.dimension.0]],
                "Metrics": metrics.collect::<Vec<_>>(),
            }],
        })
    }
}

/// The level of a line with metrics. Lambda drops JSON lines below its own log level, and takes lines without a
/// level or a valid `timestamp` for INFO. So the line has Lambda's level if that is above INFO.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
fn level(lambda: &str) -> &str {
    match lambda {
        "WARN" | "ERROR" | "FATAL" => lambda,
        _ => "INFO",
    }
}

/// The current time in the format of other log lines.
fn rfc_3339() -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = fmt::time::SystemTime.format_time(&mut fmt::format::Writer::new(&mut text));
    text
}

#[cfg(test)]
mod tests;
