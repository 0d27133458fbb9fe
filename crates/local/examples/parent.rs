//! Starts a function, prints its process id and waits. The test of orphans kills it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use tablecast_local::functions::{Function, Functions, FunctionsConfig};
use tablecast_pipes::invoke::Invoke;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder =
        PathBuf::from(std::env::args().nth(1).ok_or("usage: parent <folder with the function binaries>")?);
    let function = Function { name: "echo".to_owned(), timeout: Duration::from_secs(10) };
    let functions = Functions::start(FunctionsConfig::new(folder, vec![function], BTreeMap::new())).await?;
    let process = functions.invoke("echo", Bytes::from(r#"{"do":"process"}"#)).await?;
    println!("{}", String::from_utf8_lossy(&process));
    std::future::pending().await
}
