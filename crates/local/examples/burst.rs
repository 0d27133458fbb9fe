//! Sends 100,000 writes to 10,000 items over HTTP, without and with a pipe that reads them.
//! Measures whether the last tenth is as fast as the first, and whether memory stays constant.
//!
//! `cargo run -p tablecast-local --example burst [-- <data folder>]`

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::json;
use tablecast_definitions::definition::{Definition, Keys};
use tablecast_event_patterns::filter::Filter;
use tablecast_local::database::{Database, Position, Sequence};
use tablecast_local::origins::Origins;
use tablecast_local::pipes::{Destinations, EmbeddedPipe};
use tablecast_pipes::invoke::{Invoke, InvokeError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TENTH: usize = 10_000;
const TABLES: [&str; 2] = ["unread", "orders"];

/// Functions that accept all records immediately.
#[derive(Clone)]
struct AcceptAll;

impl Invoke for AcceptAll {
    async fn invoke(&self, function: &str, payload: Bytes) -> std::result::Result<Bytes, InvokeError> {
        Ok(if function == "enrich" { payload } else { Bytes::from_static(b"null") })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let database = Database::open(folder.as_deref(), "us-east-1")?;
    let (pipe, keys) = pipe()?;
    for table in TABLES {
        database.create_streamed_table(table, &keys).await?;
    }
    let pipe = pipe.start(database.clone(), AcceptAll).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    client.set_nodelay(true)?;
    let served = database.clone();
    tokio::spawn(async move { served.serve(listener, Origins::default(), std::future::pending()).await });
    for table in TABLES {
        write_all(&mut client, table).await?;
    }
    let start = Instant::now();
    pipe.watch().wait_for(|status| status.delivered == 10 * TENTH as u64).await?;
    println!("pipe: {:?}, {:?} behind the last write", pipe.status(), start.elapsed());
    println!("empty poll: {:?}", empty_poll(&database).await?);
    pipe.stop().await;
    Ok(())
}

fn pipe() -> Result<(EmbeddedPipe, Keys)> {
    let yaml = "table: orders\nkeys: { partition: { id: S } }\nsubject: '\"x\"'\nevents: []\n";
    let definition = Definition::parse(yaml).map_err(|(_, reason)| reason)?;
    let dead_letters = std::env::temp_dir().join("burst-dead-letters.jsonl");
    let destinations =
        Destinations { enrichment: "enrich".to_owned(), target: "dispatch".to_owned(), dead_letters };
    let keys = definition.keys.clone().ok_or("the definition has keys")?;
    Ok((EmbeddedPipe::new("orders".to_owned(), definition, Filter::default(), destinations), keys))
}

async fn write_all(client: &mut TcpStream, table: &str) -> Result<()> {
    let mut tenths = Vec::new();
    for tenth in 0..10 {
        let start = Instant::now();
        for number in tenth * TENTH..(tenth + 1) * TENTH {
            put(client, table, number).await?;
        }
        tenths.push(start.elapsed());
        println!("{table}: tenth {tenth}: {:?}, resident {} MB", start.elapsed(), resident_megabytes()?);
    }
    let ratio = tenths[9].as_secs_f64() / tenths[0].as_secs_f64();
    println!("{table}: the last tenth took {ratio:.2} times the first");
    Ok(())
}

async fn put(client: &mut TcpStream, table: &str, number: usize) -> Result<()> {
    let id = format!("o-{}", number % TENTH);
    let item = json!({"id": {"S": id}, "version": {"N": number.to_string()}, "note": {"S": "x".repeat(400)}});
    let body = json!({"TableName": table, "Item": item}).to_string();
    let key = "Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, \
               SignedHeaders=host, Signature=0\r\nX-Amz-Date: 20260101T000000Z";
    let kind = "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.PutItem";
    let length = body.len();
    let request =
        format!("POST / HTTP/1.1\r\nHost: x\r\n{key}\r\n{kind}\r\nContent-Length: {length}\r\n\r\n{body}");
    client.write_all(request.as_bytes()).await?;
    let mut response = [0; 4_096];
    let read = client.read(&mut response).await?;
    let response = String::from_utf8_lossy(&response[..read]);
    if response.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(response.into()) }
}

async fn empty_poll(database: &Database) -> Result<Duration> {
    let start = Position { stream: String::new(), sequence: Sequence::START };
    let end = database.stream_end("orders").await?.unwrap_or(start);
    let start = Instant::now();
    for _ in 0..1_000 {
        database.read_stream("orders", &end).await?;
    }
    Ok(start.elapsed() / 1_000)
}

fn resident_megabytes() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}
