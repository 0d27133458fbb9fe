//! A function whose payload selects its behavior, for the tests of `functions`.

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let name = std::env::var("AWS_LAMBDA_FUNCTION_NAME")?;
    match name.as_str() {
        "ends-at-start" => return Err("no such table: connections".into()),
        "reports-its-start" => report().await,
        "hangs-at-start" => std::future::pending().await,
        _ => run(service_fn(act)).await,
    }
}

/// Reports an initialization error, like a runtime that cannot start.
async fn report() -> Result<(), Error> {
    let body = r#"{"errorType":"Init.Config","errorMessage":"no table"}"#;
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let (address, path) = api.trim_start_matches("http://").split_once('/').ok_or("no path")?;
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("POST /{path}/2018-06-01/runtime/init/error HTTP/1.1\r\nHost: {address}\r\n");
    let request = format!("{head}Connection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await?;
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

async fn act(event: LambdaEvent<Value>) -> Result<Value, Error> {
    match event.payload["do"].as_str() {
        Some("fail") => Err("the handler's own reason".into()),
        Some("panic") => panic!("a panic in the handler"),
        Some("exit") => {
            println!("the last output");
            std::process::exit(3)
        }
        Some("hang") => std::future::pending().await,
        Some("sleep") => Ok(slept().await),
        Some("environment") => Ok(std::env::vars().collect::<Vec<_>>().into_iter().map(entry).collect()),
        Some("context") => Ok(serde_json::to_value(event.context)?),
        Some("answer") => Ok(Value::from("x".repeat(event.payload["bytes"].as_u64().unwrap_or(0) as usize))),
        Some("touch") => Ok(std::fs::write(event.payload["file"].as_str().unwrap_or_default(), "")?.into()),
        Some("process") => Ok(json!(std::process::id())),
        _ => Ok(event.payload),
    }
}

async fn slept() -> Value {
    tokio::time::sleep(Duration::from_millis(300)).await;
    json!(std::process::id())
}

fn entry((name, value): (String, String)) -> (String, Value) {
    (name, Value::from(value))
}
