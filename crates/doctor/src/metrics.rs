//! Metrics of CloudWatch, as the checks use them.

use std::collections::BTreeMap;

/// A data point every so many seconds.
pub const PERIOD: i64 = 300;

/// The counters of the last hour are read.
pub const WINDOW: i64 = 3600;

/// A problem of the last quarter of an hour goes on.
pub const RECENT: i64 = 900;

/// The use of a part is compared with the day before.
pub const DAY: i64 = 24 * 3600;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statistic {
    Sum,
    Maximum,
    SampleCount,
}

/// A metric, its statistic, and the time that is read: the last hour, or a day in hours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    pub namespace: String,
    pub name: &'static str,
    pub dimensions: Vec<(&'static str, String)>,
    pub statistic: Statistic,
    pub is_daily: bool,
}

impl Metric {
    pub fn new(namespace: &str, name: &'static str, dimensions: &[(&'static str, &str)]) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name,
            dimensions: dimensions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            statistic: Statistic::Sum,
            is_daily: false,
        }
    }

    pub fn with(self, statistic: Statistic) -> Self {
        Self { statistic, ..self }
    }

    pub fn daily(self) -> Self {
        Self { is_daily: true, ..self }
    }

    /// A metric that `dispatch` emits for a pipe.
    pub fn of_pipe(deployment: &str, name: &'static str, pipe: &str) -> Self {
        Self::new(deployment, name, &[("Pipe", pipe)])
    }

    /// A metric that a function emits.
    pub fn of_function(deployment: &str, name: &'static str, function: &str) -> Self {
        Self::new(deployment, name, &[("Function", function)])
    }

    /// A metric of Lambda.
    pub fn of_lambda(deployment: &str, name: &'static str, function: &str) -> Self {
        Self::new("AWS/Lambda", name, &[("FunctionName", &format!("{deployment}-{function}"))])
    }
}

/// Data points by metric: the time in seconds since the epoch, and the value.
#[derive(Debug, Clone, Default)]
pub struct Metrics(pub BTreeMap<Metric, Vec<(i64, f64)>>);

impl Metrics {
    pub fn insert(&mut self, metric: Metric, points: Vec<(i64, f64)>) {
        self.0.entry(metric).or_default().extend(points);
    }

    pub fn points(&self, metric: &Metric) -> &[(i64, f64)] {
        self.0.get(metric).map_or(&[], Vec::as_slice)
    }

    pub fn sum(&self, metric: &Metric) -> f64 {
        self.points(metric).iter().map(|(_, value)| value).sum()
    }

    /// The sum since a time.
    pub fn sum_since(&self, metric: &Metric, since: i64) -> f64 {
        let recent = self.points(metric).iter().filter(|(at, _)| *at >= since);
        recent.map(|(_, value)| value).sum()
    }

    /// The largest value since a time. None if there is none.
    pub fn maximum_since(&self, metric: &Metric, since: i64) -> Option<f64> {
        let recent = self.points(metric).iter().filter(|(at, _)| *at >= since);
        recent.map(|(_, value)| *value).reduce(f64::max)
    }
}
