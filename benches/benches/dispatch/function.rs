//! Runs a function as a process with its own Lambda Runtime API.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::sync::{Mutex, mpsc};

pub struct Function {
    child: Child,
    /// Time from exec to the first poll of the Runtime API.
    pub start_up: Duration,
    invocations: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<String>,
}

#[derive(Clone)]
struct Api {
    invocations: Arc<Mutex<mpsc::UnboundedReceiver<String>>>,
    polls: mpsc::UnboundedSender<Instant>,
    answers: mpsc::UnboundedSender<String>,
}

impl Function {
    pub async fn start(mut command: Command, aws: &str, table: &str) -> Self {
        let (invocations, queue) = mpsc::unbounded_channel();
        let (polls, mut polled) = mpsc::unbounded_channel();
        let (answered, answers) = mpsc::unbounded_channel();
        let api = Api { invocations: Arc::new(Mutex::new(queue)), polls, answers: answered };
        configure(&mut command, &serve(api).await, aws, table);
        let start = Instant::now();
        let child = command.stdout(Stdio::null()).spawn().unwrap();
        let start_up = polled.recv().await.unwrap() - start;
        Self { child, start_up, invocations, answers }
    }

    /// Returns the response to one invocation.
    pub async fn invoke(&mut self, payload: &str) -> String {
        self.invocations.send(payload.to_owned()).unwrap();
        self.answers.recv().await.unwrap()
    }

    /// Returns the user and system time of all threads so far. Linux counts it in ticks of 10 ms.
    pub fn cpu_ms(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) * 10.0
    }

    pub fn peak_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn serve(api: Api) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(api);
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn configure(command: &mut Command, runtime_api: &str, aws: &str, table: &str) {
    command.envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "dispatch"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", aws),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", aws),
        ("AWS_ENDPOINT_URL_LAMBDA", aws),
        ("MANAGEMENT_ENDPOINT", aws),
        ("CONNECTIONS_TABLE", table),
        ("FANOUT_FUNCTION", "fanout"),
        ("LOG_TABLE", "log"),
        ("REJECTED_TABLE", "rejected"),
        ("BUS_NAME", "tablecast"),
        ("PIPES_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../pipes")),
        ("SCHEMAS_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas")),
    ]);
}

async fn next(State(api): State<Api>) -> impl IntoResponse {
    // The receiver exists for the first poll only.
    let _ = api.polls.send(Instant::now());
    let payload = api.invocations.lock().await.recv().await.unwrap_or_default();
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(600);
    let headers = [
        ("lambda-runtime-aws-request-id", "1".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:f".to_owned(),
        ),
    ];
    (headers, payload)
}

async fn respond(State(api): State<Api>, answer: String) -> StatusCode {
    api.answers.send(answer).unwrap();
    StatusCode::ACCEPTED
}
