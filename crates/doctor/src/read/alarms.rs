use serde_json::{Value, json};

use super::json::text;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{Alarm, Reading};

/// Reads the alarms and the summaries of a deployment.
pub async fn all(reader: &Reader, deployment: &str) -> Reading<Vec<Alarm>> {
    let (single, summaries) = tokio::join!(
        of_type(reader, deployment, "MetricAlarm"),
        of_type(reader, deployment, "CompositeAlarm")
    );
    match (single, summaries) {
        (Reading::Found(single), Reading::Found(summaries)) => Reading::Found([single, summaries].concat()),
        _ => Reading::Unknown,
    }
}

async fn of_type(reader: &Reader, deployment: &str, kind: &str) -> Reading<Vec<Alarm>> {
    let next = |token: Option<&str>| {
        let mut request =
            json!({ "AlarmNamePrefix": format!("{deployment}-"), "AlarmTypes": [kind], "MaxRecords": 100 });
        if let Some(token) = token {
            request["NextToken"] = token.into();
        }
        Request::Json(request)
    };
    let items = format!("{kind}s");
    let alarms = reader.pages(operations::DESCRIBE_ALARMS, deployment, (&items, "NextToken"), next).await;
    alarms.map(|alarms| alarms.iter().map(alarm).collect())
}

fn alarm(value: &Value) -> Alarm {
    let is_enabled = value["ActionsEnabled"].as_bool().unwrap_or(true);
    Alarm {
        name: text(value, "/AlarmName"),
        state: text(value, "/StateValue"),
        reason: text(value, "/StateReason"),
        table: table(value),
        notifies: is_enabled && value["AlarmActions"].as_array().is_some_and(|actions| !actions.is_empty()),
    }
}

fn table(alarm: &Value) -> Option<String> {
    let metrics = alarm["Metrics"].as_array().into_iter().flatten();
    let dimensions = metrics.filter_map(|metric| metric["MetricStat"]["Metric"]["Dimensions"].as_array());
    let table = dimensions.flatten().find(|dimension| dimension["Name"] == "TableName");
    table.map(|dimension| text(dimension, "/Value"))
}
