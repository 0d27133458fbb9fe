//! Starts a function, prints its process id and waits to be killed: what the orphan test starts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use tablecast_local::functions::{Function, Functions, Settings};
use tablecast_local::invoke::Invoke;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let function = Function { name: "echo".to_owned(), timeout: Duration::from_secs(10) };
    let functions = Functions::start(Settings::new(folder, vec![function], BTreeMap::new())).await?;
    let process = functions.invoke("echo", Bytes::from(r#"{"do":"process"}"#)).await?;
    println!("{}", String::from_utf8_lossy(&process));
    std::future::pending().await
}
