use aws_smithy_types::date_time::{DateTime, Format};
use serde_json::{Value, json};

use super::json::text;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::check::metrics_of;
use crate::facts::Facts;
use crate::metrics::{DAY, Metric, Metrics, PERIOD, Statistic, WINDOW};

/// The queries of one request.
const QUERIES: usize = 500;

const HOUR: i64 = 3600;

/// Reads the metrics that the checks use.
pub async fn read(reader: &Reader, facts: &Facts) -> Metrics {
    let (daily, hourly): (Vec<_>, Vec<_>) = metrics_of(facts).into_iter().partition(|metric| metric.is_daily);
    let (mut metrics, this_hour) = (Metrics::default(), facts.now - facts.now % HOUR);
    for chunk in hourly.chunks(QUERIES) {
        add(reader, facts, chunk, (facts.now - WINDOW, facts.now, PERIOD), &mut metrics).await;
    }
    for chunk in daily.chunks(QUERIES) {
        add(reader, facts, chunk, (this_hour - DAY, this_hour, HOUR), &mut metrics).await;
    }
    metrics
}

async fn add(
    reader: &Reader,
    facts: &Facts,
    wanted: &[Metric],
    span: (i64, i64, i64),
    metrics: &mut Metrics,
) {
    let (start, end, period) = span;
    let queries: Vec<_> =
        wanted.iter().enumerate().map(|(index, metric)| query(index, metric, period)).collect();
    let next = |token: Option<&str>| {
        let mut request = json!({ "StartTime": start, "EndTime": end, "MetricDataQueries": queries });
        if let Some(token) = token {
            request["NextToken"] = token.into();
        }
        Request::Json(request)
    };
    let paths = ("MetricDataResults", "NextToken");
    let results = reader.pages(operations::GET_METRIC_DATA, &facts.name, paths, next).await;
    for result in results.found().into_iter().flatten() {
        let index: Option<usize> = text(result, "/Id").trim_start_matches('m').parse().ok();
        if let Some(metric) = index.and_then(|index| wanted.get(index)) {
            metrics.insert(metric.clone(), points(result));
        }
    }
}

fn query(index: usize, metric: &Metric, period: i64) -> Value {
    let dimensions: Vec<_> =
        metric.dimensions.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
    let statistic = match metric.statistic {
        Statistic::Sum => "Sum",
        Statistic::Maximum => "Maximum",
        Statistic::SampleCount => "SampleCount",
    };
    json!({ "Id": format!("m{index}"), "MetricStat": {
        "Metric": { "Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions },
        "Period": period, "Stat": statistic,
    } })
}

fn points(result: &Value) -> Vec<(i64, f64)> {
    let times = result["Timestamps"].as_array().into_iter().flatten().map(seconds);
    let values = result["Values"].as_array().into_iter().flatten().map(Value::as_f64);
    times.zip(values).filter_map(|(at, value)| Some((at?, value?))).collect()
}

/// AWS writes a number, and emulators a text.
fn seconds(time: &Value) -> Option<i64> {
    let text = |text: &str| DateTime::from_str(text, Format::DateTimeWithOffset).ok().map(|time| time.secs());
    time.as_f64().map(|seconds| seconds as i64).or_else(|| text(time.as_str()?))
}
