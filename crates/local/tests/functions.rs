//! Real processes, written with the real lambda_runtime, behind our Runtime API.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, HashSet};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tablecast_local::functions::{Function, Functions, MAX_PAYLOAD_BYTES, Settings, SettingsError};
use tablecast_local::invoke::{Invoke, InvokeError};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

struct Bench {
    _folder: TempDir,
    functions: Functions,
}

fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(path.is_file(), "{} is built by `cargo test` or `cargo build --examples`", path.display());
    path
}

fn folder_with(functions: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    functions.iter().for_each(|name| symlink(example("scripted"), folder.path().join(name)).unwrap());
    folder
}

fn settings(folder: &Path, name: &str) -> Settings {
    let function = Function { name: name.to_owned(), timeout: Duration::from_secs(10) };
    let variables = BTreeMap::from([("CONNECTIONS_TABLE".to_owned(), "connections".to_owned())]);
    Settings::new(folder.to_owned(), vec![function], variables)
}

async fn start_named(name: &str, change: impl FnOnce(&mut Settings)) -> Bench {
    let folder = folder_with(&[name]);
    let mut settings = settings(folder.path(), name);
    change(&mut settings);
    let functions = Functions::start(settings).await.unwrap();
    Bench { _folder: folder, functions }
}

async fn start(change: impl FnOnce(&mut Settings)) -> Bench {
    start_named("echo", change).await
}

impl Bench {
    async fn call(&self, payload: Value) -> Result<Value, InvokeError> {
        let answer = self.functions.invoke("echo", Bytes::from(payload.to_string())).await?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    async fn act(&self, what: &str) -> Result<Value, InvokeError> {
        self.call(json!({"do": what})).await
    }

    async fn process(&self) -> u64 {
        self.act("process").await.unwrap().as_u64().unwrap()
    }
}

fn is_alive(process: u64) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn kill(process: u64) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
}

async fn until(condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, met).await.expect("it happens");
}

async fn ends(process: u64) {
    until(|| !is_alive(process)).await;
}

/// All its threads have ended, and its parent knows.
async fn is_reaped(process: u64) {
    until(|| !Path::new(&format!("/proc/{process}")).exists()).await;
}

#[tokio::test]
async fn a_call_reaches_the_binary_and_its_answer_comes_back() {
    let bench = start(|_| ()).await;
    let payload = json!([{"eventID": "1", "n": 12345678901234567890u64}]);
    assert_eq!(bench.call(payload.clone()).await.unwrap(), payload);
}

#[tokio::test]
async fn a_function_that_nobody_has_is_an_error() {
    let bench = start(|_| ()).await;
    let answer = bench.functions.invoke("subscribe", Bytes::new()).await;
    assert!(matches!(answer, Err(InvokeError::Unknown(name)) if name == "subscribe"));
}

#[tokio::test]
async fn an_invocation_has_its_id_arn_trace_and_deadline() {
    let bench = start(|_| ()).await;
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let context = bench.act("context").await.unwrap();
    assert_eq!(context["request_id"].as_str().unwrap().len(), 36);
    assert_eq!(context["invoked_function_arn"], "arn:aws:lambda:us-east-1:000000000000:function:echo");
    assert!(context["xray_trace_id"].as_str().unwrap().starts_with("Root=1-"));
    let deadline = Duration::from_millis(context["deadline"].as_u64().unwrap() + 1) - before;
    assert!(deadline >= Duration::from_secs(10) && deadline < Duration::from_secs(20), "{deadline:?}");
}

#[tokio::test]
async fn a_function_sees_nothing_of_the_developers_environment_but_the_path() {
    let bench = start(|_| ()).await;
    let environment = bench.act("environment").await.unwrap();
    let mut names: Vec<_> = environment.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_LOG_FORMAT",
        "AWS_LAMBDA_RUNTIME_API",
        "CONNECTIONS_TABLE",
        "PATH",
        "_X_AMZN_TRACE_ID",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_handlers_error_is_told_and_its_process_goes_on() {
    let bench = start(|_| ()).await;
    let process = bench.process().await;
    let failed = bench.act("fail").await;
    assert!(
        matches!(failed, Err(InvokeError::Failed { message, .. }) if message == "the handler's own reason")
    );
    let panicked = bench.act("panic").await;
    assert!(matches!(panicked, Err(InvokeError::Failed { message, .. }) if message.contains("a panic")));
    assert_eq!(bench.process().await, process);
}

#[tokio::test]
async fn a_process_that_exits_during_a_call_is_told_with_its_last_lines_and_replaced() {
    let bench = start(|_| ()).await;
    let process = bench.process().await;
    let error = bench.act("exit").await.unwrap_err();
    assert!(matches!(error, InvokeError::Ended { .. }));
    let text = error.to_string();
    assert!(text.contains("exit status: 3") && text.contains("the last words"), "{text}");
    assert_ne!(bench.process().await, process);
}

#[tokio::test]
async fn a_process_that_is_killed_during_a_call_is_told() {
    let bench = start(|settings| settings.instances = 1).await;
    let process = bench.process().await;
    let (ended, ()) = tokio::join!(bench.act("hang"), async {
        sleep(Duration::from_millis(100)).await;
        kill(process);
    });
    assert!(matches!(ended, Err(InvokeError::Ended { how, .. }) if how.contains("signal: 9")));
}

#[tokio::test]
async fn a_process_that_is_killed_while_idle_costs_no_call() {
    let bench = start(|_| ()).await;
    for _ in 0..20 {
        let process = bench.process().await;
        kill(process);
        is_reaped(process).await;
        assert_ne!(bench.process().await, process);
    }
}

#[tokio::test]
async fn a_call_over_its_time_is_told_and_its_process_killed() {
    let limit = Duration::from_millis(300);
    let bench = start(|settings| settings.functions[0].timeout = limit).await;
    let process = bench.process().await;
    let late = bench.act("hang").await;
    assert!(matches!(late, Err(InvokeError::TimedOut { after, .. }) if after == limit));
    assert!(!is_alive(process));
    assert_ne!(bench.process().await, process);
}

#[tokio::test]
async fn overlapping_calls_have_a_process_each_and_later_calls_reuse_them() {
    let bench = start(|_| ()).await;
    let calls = join_all((0..3).map(|_| bench.act("sleep"))).await;
    let processes: HashSet<u64> = calls.into_iter().map(|call| call.unwrap().as_u64().unwrap()).collect();
    assert_eq!(processes.len(), 3);
    let first = bench.process().await;
    assert!(processes.contains(&first));
    assert_eq!(bench.process().await, first);
}

#[tokio::test]
async fn calls_over_the_number_of_instances_wait_for_one() {
    let bench = start(|settings| settings.instances = 2).await;
    let calls = join_all((0..6).map(|_| bench.act("sleep"))).await;
    let processes: HashSet<_> = calls.into_iter().map(|call| call.unwrap().as_u64()).collect();
    assert_eq!(processes.len(), 2);
}

#[tokio::test]
async fn a_call_that_waits_too_long_for_an_instance_is_throttled() {
    let one_instance = |settings: &mut Settings| {
        settings.instances = 1;
        settings.wait = Duration::from_millis(50);
    };
    let bench = start(one_instance).await;
    bench.process().await;
    let (slow, throttled) = tokio::join!(bench.act("sleep"), bench.act("process"));
    assert!(slow.is_ok());
    assert!(matches!(throttled, Err(InvokeError::Throttled(name)) if name == "echo"));
}

#[tokio::test]
async fn a_process_with_nothing_to_do_ends_and_the_next_call_starts_another() {
    let bench = start(|settings| settings.idle = Duration::from_millis(50)).await;
    let process = bench.process().await;
    ends(process).await;
    assert_ne!(bench.process().await, process);
}

#[tokio::test]
async fn a_call_goes_on_when_its_caller_goes_away() {
    let bench = start(|settings| settings.instances = 1).await;
    let process = bench.process().await;
    assert!(timeout(Duration::from_millis(50), bench.act("sleep")).await.is_err());
    assert_eq!(bench.process().await, process);
}

#[tokio::test]
async fn a_process_that_ends_before_its_first_poll_is_told_with_its_last_lines() {
    let bench = start_named("ends-at-start", |_| ()).await;
    let error = bench.functions.invoke("ends-at-start", Bytes::from("{}")).await.unwrap_err();
    assert!(matches!(error, InvokeError::Ended { .. }));
    let text = error.to_string();
    assert!(text.contains("exit status: 1") && text.contains("no such table: connections"), "{text}");
}

#[tokio::test]
async fn a_process_that_never_polls_is_given_up() {
    let bench = start_named("hangs-at-start", |settings| settings.init = Duration::from_millis(200)).await;
    let error = bench.functions.invoke("hangs-at-start", Bytes::from("{}")).await.unwrap_err();
    assert!(error.to_string().contains("did not ask for an invocation within 200ms"), "{error}");
}

#[tokio::test]
async fn a_process_that_reports_its_failed_start_is_told() {
    let bench = start_named("reports-its-start", |_| ()).await;
    let error = bench.functions.invoke("reports-its-start", Bytes::from("{}")).await.unwrap_err();
    assert!(error.to_string().contains("its start failed: Init.Config: no table"), "{error}");
}

#[tokio::test]
async fn a_missing_binary_is_refused_at_the_start_with_its_path_and_what_to_run() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Functions::start(settings(folder.path(), "echo")).await.err().unwrap();
    assert!(matches!(&refused, SettingsError::Missing { path, .. } if *path == folder.path().join("echo")));
    assert!(refused.to_string().contains("cargo build -p echo"), "{refused}");
}

#[tokio::test]
async fn a_binary_that_cannot_be_started_is_told_with_its_path_and_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("echo");
    std::fs::write(&path, "not executable").unwrap();
    let functions = Functions::start(settings(folder.path(), "echo")).await.unwrap();
    let text = functions.invoke("echo", Bytes::new()).await.unwrap_err().to_string();
    assert!(text.contains(path.to_str().unwrap()) && text.contains("ermission denied"), "{text}");
}

#[tokio::test]
async fn a_request_may_have_six_megabytes_and_no_byte_more() {
    let bench = start(|_| ()).await;
    let of = |bytes: usize| Bytes::from(format!("\"{}\"", "x".repeat(bytes - 2)));
    let whole = bench.functions.invoke("echo", of(MAX_PAYLOAD_BYTES)).await.unwrap();
    assert_eq!(whole.len(), MAX_PAYLOAD_BYTES);
    let refused = bench.functions.invoke("echo", of(MAX_PAYLOAD_BYTES + 1)).await;
    assert!(
        matches!(refused, Err(InvokeError::TooLarge { what: "a request", bytes, .. }) if bytes == MAX_PAYLOAD_BYTES + 1)
    );
}

#[tokio::test]
async fn an_answer_may_have_six_megabytes_and_no_byte_more() {
    let bench = start(|_| ()).await;
    let process = bench.process().await;
    let answer = |bytes: usize| bench.call(json!({"do": "answer", "bytes": bytes - 2}));
    assert!(answer(MAX_PAYLOAD_BYTES).await.is_ok());
    let refused = answer(MAX_PAYLOAD_BYTES + 1).await;
    assert!(
        matches!(refused, Err(InvokeError::TooLarge { what: "an answer", bytes, .. }) if bytes == MAX_PAYLOAD_BYTES + 1)
    );
    assert_eq!(bench.process().await, process);
}

#[tokio::test]
async fn a_stop_ends_every_process_and_every_call() {
    let bench = start(|_| ()).await;
    let process = bench.process().await;
    let (hung, ()) = tokio::join!(bench.act("hang"), async {
        let other = bench.process().await;
        assert_ne!(other, process);
        bench.functions.stop().await;
        ends(process).await;
        ends(other).await;
    });
    assert!(matches!(hung, Err(InvokeError::Ended { .. })));
    assert!(matches!(bench.act("process").await, Err(InvokeError::Ended { .. })));
}

#[tokio::test]
async fn a_process_whose_parent_is_killed_ends_by_itself() {
    let folder = folder_with(&["echo"]);
    let mut parent = tokio::process::Command::new(example("parent"));
    let parent = parent.arg(folder.path()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut parent = parent.spawn().unwrap();
    let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let process: u64 = lines.next_line().await.unwrap().unwrap().parse().unwrap();
    assert!(is_alive(process));
    parent.kill().await.unwrap();
    ends(process).await;
}
