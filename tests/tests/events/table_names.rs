//! One package serves deployments whose tables have other names than the pipe files.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tablecast_local::functions::{Function, Functions, FunctionsConfig};
use tablecast_pipes::invoke::Invoke;
use tablecast_tests::{binaries, project};

/// Starts `enrich` with the value of TABLE_NAMES, if there is one.
async fn enrich(names: Option<&str>) -> Functions {
    let folder = |name| project().join(name).display().to_string();
    let mut variables = BTreeMap::from([
        ("PIPES_DIR".to_owned(), folder("pipes")),
        ("SCHEMAS_DIR".to_owned(), folder("schemas")),
    ]);
    variables.extend(names.map(|names| ("TABLE_NAMES".to_owned(), names.to_owned())));
    let function = Function { name: "enrich".to_owned(), timeout: Duration::from_secs(20) };
    let config = FunctionsConfig::new(binaries::folder().to_owned(), vec![function], variables);
    Functions::start(config).await.unwrap()
}

/// A batch with one record of a deployed table.
fn batch(table: &str) -> Bytes {
    let record = fs::read_to_string(project().join("pipes/fixtures/orders-insert.json")).unwrap();
    assert!(record.contains(":table/orders/"));
    format!("[{}]", record.replace(":table/orders/", &format!(":table/{table}/"))).into()
}

async fn element(functions: &Functions, table: &str) -> Value {
    let response = functions.invoke("enrich", batch(table)).await.unwrap();
    serde_json::from_slice::<Value>(&response).unwrap()[0].take()
}

#[tokio::test]
async fn two_deployments_of_one_package_give_the_same_events() {
    let (plain, renamed) =
        (enrich(None).await, enrich(Some(r#"{"orders":"prod-orders","profiles":"prod-profiles"}"#)).await);
    let expected = element(&plain, "orders").await;
    assert_eq!(expected["pipe"], "orders");
    assert_eq!(expected["events"].as_array().unwrap().len(), 1);
    assert_eq!(element(&renamed, "prod-orders").await, expected);
    let rejected = element(&renamed, "orders").await;
    assert!(rejected["rejected"]["reason"].as_str().unwrap().contains("set the name in TABLE_NAMES"));
}

#[tokio::test]
async fn a_name_without_a_pipe_file_disturbs_nothing() {
    let functions = enrich(Some(r#"{"invoices":"prod-invoices"}"#)).await;
    assert_eq!(element(&functions, "orders").await["pipe"], "orders");
}
