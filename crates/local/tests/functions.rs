//! Real processes with the real lambda_runtime behind our Runtime API.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, HashSet};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tablecast_local::functions::{ConfigError, Function, Functions, FunctionsConfig, MAX_PAYLOAD_BYTES};
use tablecast_pipes::invoke::{Invoke, InvokeError};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::{sleep, timeout};

const TIMEOUT: Duration = Duration::from_secs(20);

struct Setup {
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

fn config(folder: &Path, name: &str) -> FunctionsConfig {
    let function = Function { name: name.to_owned(), timeout: Duration::from_secs(10) };
    let variables = BTreeMap::from([("CONNECTIONS_TABLE".to_owned(), "connections".to_owned())]);
    FunctionsConfig::new(folder.to_owned(), vec![function], variables)
}

async fn start_named(name: &str, change: impl FnOnce(&mut FunctionsConfig)) -> Setup {
    let folder = folder_with(&[name]);
    let mut config = config(folder.path(), name);
    change(&mut config);
    let functions = Functions::start(config).await.unwrap();
    Setup { _folder: folder, functions }
}

async fn start(change: impl FnOnce(&mut FunctionsConfig)) -> Setup {
    start_named("echo", change).await
}

impl Setup {
    async fn call(&self, payload: Value) -> Result<Value, InvokeError> {
        let response = self.functions.invoke("echo", Bytes::from(payload.to_string())).await?;
        Ok(serde_json::from_slice(&response).unwrap())
    }

    async fn act(&self, action: &str) -> Result<Value, InvokeError> {
        self.call(json!({"do": action})).await
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
    timeout(TIMEOUT, met).await.expect("the condition is met in time");
}

async fn ends(process: u64) {
    until(|| !is_alive(process)).await;
}

/// Waits until all threads have ended and the parent has reaped the process.
async fn is_reaped(process: u64) {
    until(|| !Path::new(&format!("/proc/{process}")).exists()).await;
}

#[tokio::test]
async fn a_call_returns_the_response_of_the_binary() {
    let setup = start(|_| ()).await;
    let payload = json!([{"eventID": "1", "n": 12345678901234567890u64}]);
    assert_eq!(setup.call(payload.clone()).await.unwrap(), payload);
}

#[tokio::test]
async fn a_replacement_ends_idle_processes_and_lets_busy_ones_finish() {
    let setup = start(|_| ()).await;
    let idle = setup.process().await;
    let busy = tokio::spawn({
        let functions = setup.functions.clone();
        async move { functions.invoke("echo", Bytes::from(r#"{"do":"sleep"}"#)).await }
    });
    let folder = folder_with(&["echo"]);
    let mut config = config(folder.path(), "echo");
    config.variables.insert("PIPES_DIR".to_owned(), "other".to_owned());
    sleep(Duration::from_millis(50)).await;
    setup.functions.replace(config);
    let environment = setup.act("environment").await.unwrap();
    assert_eq!(environment["PIPES_DIR"], "other");
    let finished: u64 = serde_json::from_slice(&busy.await.unwrap().unwrap()).unwrap();
    ends(idle).await;
    ends(finished).await;
    assert!(is_alive(setup.process().await));
}

#[tokio::test]
async fn an_unknown_function_is_an_error() {
    let setup = start(|_| ()).await;
    let result = setup.functions.invoke("subscribe", Bytes::new()).await;
    assert!(matches!(result, Err(InvokeError::Unknown(name)) if name == "subscribe"));
}

#[tokio::test]
async fn an_invocation_has_its_id_arn_trace_and_deadline() {
    let setup = start(|_| ()).await;
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let context = setup.act("context").await.unwrap();
    assert_eq!(context["request_id"].as_str().unwrap().len(), 36);
    assert_eq!(context["invoked_function_arn"], "arn:aws:lambda:us-east-1:000000000000:function:echo");
    assert!(context["xray_trace_id"].as_str().unwrap().starts_with("Root=1-"));
    let deadline = Duration::from_millis(context["deadline"].as_u64().unwrap() + 1) - before;
    assert!(deadline >= Duration::from_secs(10) && deadline < Duration::from_secs(20), "{deadline:?}");
}

#[tokio::test]
async fn a_function_receives_only_the_path_of_the_environment() {
    let setup = start(|_| ()).await;
    let environment = setup.act("environment").await.unwrap();
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
async fn a_handler_error_is_returned_and_its_process_continues() {
    let setup = start(|_| ()).await;
    let process = setup.process().await;
    let failed = setup.act("fail").await;
    assert!(
        matches!(failed, Err(InvokeError::Failed { message, .. }) if message == "the handler's own reason")
    );
    let panicked = setup.act("panic").await;
    assert!(matches!(panicked, Err(InvokeError::Failed { message, .. }) if message.contains("a panic")));
    assert_eq!(setup.process().await, process);
}

#[tokio::test]
async fn a_process_that_exits_during_a_call_is_reported_and_replaced() {
    let setup = start(|_| ()).await;
    let process = setup.process().await;
    let error = setup.act("exit").await.unwrap_err();
    assert!(matches!(error, InvokeError::Exited { .. }));
    let text = error.to_string();
    assert!(text.contains("exit status: 3") && text.contains("the last output"), "{text}");
    assert_ne!(setup.process().await, process);
}

#[tokio::test]
async fn a_process_that_is_killed_during_a_call_is_reported() {
    let setup = start(|config| config.instances = 1).await;
    let process = setup.process().await;
    let (ended, ()) = tokio::join!(setup.act("hang"), async {
        sleep(Duration::from_millis(100)).await;
        kill(process);
    });
    assert!(matches!(ended, Err(InvokeError::Exited { how, .. }) if how.contains("signal: 9")));
}

#[tokio::test]
async fn a_process_that_is_killed_while_idle_fails_no_call() {
    let setup = start(|_| ()).await;
    for _ in 0..20 {
        let process = setup.process().await;
        kill(process);
        is_reaped(process).await;
        assert_ne!(setup.process().await, process);
    }
}

#[tokio::test]
async fn a_call_over_its_timeout_fails_and_its_process_is_killed() {
    let limit = Duration::from_millis(300);
    let setup = start(|config| config.functions[0].timeout = limit).await;
    let process = setup.process().await;
    let late = setup.act("hang").await;
    assert!(matches!(late, Err(InvokeError::TimedOut { after, .. }) if after == limit));
    assert!(!is_alive(process));
    assert_ne!(setup.process().await, process);
}

#[tokio::test]
async fn concurrent_calls_have_separate_processes_that_later_calls_reuse() {
    let setup = start(|_| ()).await;
    let calls = join_all((0..3).map(|_| setup.act("sleep"))).await;
    let processes: HashSet<u64> = calls.into_iter().map(|call| call.unwrap().as_u64().unwrap()).collect();
    assert_eq!(processes.len(), 3);
    let first = setup.process().await;
    assert!(processes.contains(&first));
    assert_eq!(setup.process().await, first);
}

#[tokio::test]
async fn calls_over_the_number_of_instances_wait() {
    let setup = start(|config| config.instances = 2).await;
    let calls = join_all((0..6).map(|_| setup.act("sleep"))).await;
    let processes: HashSet<_> = calls.into_iter().map(|call| call.unwrap().as_u64()).collect();
    assert_eq!(processes.len(), 2);
}

#[tokio::test]
async fn a_call_that_waits_too_long_for_an_instance_is_throttled() {
    let one_instance = |config: &mut FunctionsConfig| {
        config.instances = 1;
        config.wait = Duration::from_millis(50);
    };
    let setup = start(one_instance).await;
    setup.process().await;
    let (slow, throttled) = tokio::join!(setup.act("sleep"), setup.act("process"));
    assert!(slow.is_ok());
    assert!(matches!(throttled, Err(InvokeError::Throttled(name)) if name == "echo"));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_keeps_its_turn() {
    let one_instance = |config: &mut FunctionsConfig| {
        config.instances = 1;
        config.wait = Duration::from_millis(50);
    };
    let setup = start(one_instance).await;
    setup.process().await;
    let in_turn = setup.functions.invoke_in_turn("echo", Bytes::from_static(b"{}"));
    let (slow, in_turn) = tokio::join!(setup.act("sleep"), in_turn);
    assert!(slow.is_ok() && in_turn.is_ok(), "{slow:?}, {in_turn:?}");
}

#[tokio::test]
async fn an_idle_process_ends_and_the_next_call_starts_another() {
    let setup = start(|config| config.idle = Duration::from_millis(50)).await;
    let process = setup.process().await;
    ends(process).await;
    assert_ne!(setup.process().await, process);
}

#[tokio::test]
async fn a_call_continues_after_its_caller_cancels_it() {
    let setup = start(|config| config.instances = 1).await;
    let process = setup.process().await;
    assert!(timeout(Duration::from_millis(50), setup.act("sleep")).await.is_err());
    assert_eq!(setup.process().await, process);
}

#[tokio::test]
async fn a_process_that_exits_before_its_first_poll_is_reported_with_its_output() {
    let setup = start_named("ends-at-start", |_| ()).await;
    let error = setup.functions.invoke("ends-at-start", Bytes::from("{}")).await.unwrap_err();
    assert!(matches!(error, InvokeError::Exited { .. }));
    let text = error.to_string();
    assert!(text.contains("exit status: 1") && text.contains("no such table: connections"), "{text}");
}

#[tokio::test]
async fn a_process_that_never_polls_is_ended() {
    let setup = start_named("hangs-at-start", |config| config.init = Duration::from_millis(200)).await;
    let error = setup.functions.invoke("hangs-at-start", Bytes::from("{}")).await.unwrap_err();
    assert!(error.to_string().contains("did not poll for an invocation within 200ms"), "{error}");
}

#[tokio::test]
async fn a_reported_initialization_error_is_returned() {
    let setup = start_named("reports-its-start", |_| ()).await;
    let error = setup.functions.invoke("reports-its-start", Bytes::from("{}")).await.unwrap_err();
    assert!(error.to_string().contains("its start failed: Init.Config: no table"), "{error}");
}

#[tokio::test]
async fn the_error_for_a_missing_binary_has_its_path_and_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Functions::start(config(folder.path(), "echo")).await.err().unwrap();
    assert!(matches!(&refused, ConfigError::Missing { path, .. } if *path == folder.path().join("echo")));
    assert!(refused.to_string().contains("cargo build -p echo"), "{refused}");
}

#[tokio::test]
async fn the_error_for_an_unusable_binary_has_its_path_and_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("echo");
    std::fs::write(&path, "not executable").unwrap();
    let functions = Functions::start(config(folder.path(), "echo")).await.unwrap();
    let text = functions.invoke("echo", Bytes::new()).await.unwrap_err().to_string();
    assert!(text.contains(path.to_str().unwrap()) && text.contains("ermission denied"), "{text}");
}

#[tokio::test]
async fn a_request_has_at_most_six_megabytes() {
    let setup = start(|_| ()).await;
    let of = |bytes: usize| Bytes::from(format!("\"{}\"", "x".repeat(bytes - 2)));
    let whole = setup.functions.invoke("echo", of(MAX_PAYLOAD_BYTES)).await.unwrap();
    assert_eq!(whole.len(), MAX_PAYLOAD_BYTES);
    let refused = setup.functions.invoke("echo", of(MAX_PAYLOAD_BYTES + 1)).await;
    assert!(
        matches!(refused, Err(InvokeError::TooLarge { what: "a request", bytes, .. }) if bytes == MAX_PAYLOAD_BYTES + 1)
    );
}

#[tokio::test]
async fn a_response_has_at_most_six_megabytes() {
    let setup = start(|_| ()).await;
    let process = setup.process().await;
    let respond = |bytes: usize| setup.call(json!({"do": "answer", "bytes": bytes - 2}));
    assert!(respond(MAX_PAYLOAD_BYTES).await.is_ok());
    let refused = respond(MAX_PAYLOAD_BYTES + 1).await;
    assert!(
        matches!(refused, Err(InvokeError::TooLarge { what: "a response", bytes, .. }) if bytes == MAX_PAYLOAD_BYTES + 1)
    );
    assert_eq!(setup.process().await, process);
}

#[tokio::test]
async fn stop_ends_all_processes_and_calls() {
    let setup = start(|_| ()).await;
    let process = setup.process().await;
    let (hung, ()) = tokio::join!(setup.act("hang"), async {
        let other = setup.process().await;
        assert_ne!(other, process);
        setup.functions.stop().await;
        ends(process).await;
        ends(other).await;
    });
    assert!(matches!(hung, Err(InvokeError::Exited { .. })));
    assert!(matches!(setup.act("process").await, Err(InvokeError::Exited { .. })));
}

#[tokio::test]
async fn a_process_ends_when_its_parent_is_killed() {
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
