//! The Runtime API of Lambda, as far as a function needs it:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::spawn;

/// Starts a function, and gives it events, one after the other. Returns what it printed.
pub fn run(mut function: Command, events: impl IntoIterator<Item = String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    function.env("AWS_LAMBDA_RUNTIME_API", address.to_string());
    function.env("AWS_LAMBDA_FUNCTION_NAME", "function").env("AWS_LAMBDA_FUNCTION_VERSION", "1");
    function.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    let mut child = function.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let printed = spawn(move || {
        let mut printed = String::new();
        stdout.read_to_string(&mut printed).unwrap();
        // Without a connection, `next` would wait for a function that ended too early.
        drop(TcpStream::connect(address));
        printed
    });
    let mut events = events.into_iter();
    // The function asks for the next event after it has printed everything about the last one.
    while let Some(mut connection) = next(&listener) {
        let Some(event) = events.next() else { break };
        answer(&mut connection, "200 OK", &event);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    printed.join().unwrap()
}

/// Accepts the responses of the function until it asks for an event.
fn next(listener: &TcpListener) -> Option<TcpStream> {
    for connection in listener.incoming() {
        let mut connection = connection.unwrap();
        let path = request(&connection);
        if path.ends_with("/invocation/next") {
            return Some(connection);
        }
        assert!(path.contains("/invocation/6f7f0961/"), "the function failed: {path}");
        answer(&mut connection, "202 Accepted", "");
    }
    None
}

/// Reads a request, and returns its path.
fn request(connection: &TcpStream) -> String {
    let mut reader = BufReader::new(connection);
    let mut lines = reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty());
    let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    let length = lines.filter_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.last().unwrap_or_default()];
    reader.read_exact(&mut body).unwrap();
    path
}

fn answer(connection: &mut TcpStream, status: &str, body: &str) {
    let head = "Connection: close\r\nLambda-Runtime-Aws-Request-Id: 6f7f0961\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n\
                Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:111122223333:function:authorize";
    write!(connection, "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .unwrap();
}
