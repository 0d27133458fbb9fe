//! Headless Chromium with one page. The process ends when the value is dropped.

mod devtools;

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::eventually::{TIMEOUT, within};
use crate::tools;
use devtools::DevTools;

/// Chromium can reach only this machine. Its sandbox is off because it does not work for root, a common user
/// in CI.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-lcd-text",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--remote-debugging-port=0",
];

#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
}

pub struct Browser {
    devtools: DevTools,
    child: Child,
    profile: tempfile::TempDir,
}

impl Screen {
    pub const DESKTOP: Self = Self { width: 1280, height: 800, dark: false };
    pub const PHONE: Self = Self { width: 360, height: 740, dark: false };
}

impl Browser {
    pub async fn open(url: &str, screen: Screen) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (child, address) = launch(profile.path()).await;
        let mut browser = Self { devtools: DevTools::connect(&address).await, child, profile };
        browser.set_screen(screen).await;
        browser.call("Page.navigate", json!({"url": url})).await;
        browser
    }

    pub async fn set_screen(&mut self, Screen { width, height, dark }: Screen) {
        let mobile = width < 600;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Returns the value of an expression, which can be a promise.
    pub async fn evaluate(&mut self, expression: &str) -> Value {
        let response = self.try_evaluate(expression).await;
        response.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Fails if the page is left meanwhile.
    async fn try_evaluate(&mut self, expression: &str) -> Result<Value, Value> {
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
            "allowUnsafeEvalBlockedByCSP": false,
        });
        let mut response = self.devtools.try_call("Runtime.evaluate", parameters).await?;
        assert!(response["exceptionDetails"].is_null(), "{expression}: {}", response["exceptionDetails"]);
        Ok(response["result"]["value"].take())
    }

    /// Waits until an expression is true. It may throw before, for example while the page loads.
    pub async fn wait_for(&mut self, expression: &str) {
        // The script must return the text of the page before `within` gives up.
        let milliseconds = TIMEOUT.as_millis() / 2;
        let script = format!(
            "(async () => {{
                for (const end = Date.now() + {milliseconds}; Date.now() < end; ) {{
                    try {{ if ({expression}) return true; }} catch {{ }}
                    await new Promise((later) => setTimeout(later, 20));
                }}
                return document.body.innerText;
            }})()"
        );
        let found = within(expression, async {
            loop {
                // A reload of the page ends the script.
                if let Ok(found) = self.try_evaluate(&script).await {
                    return found;
                }
            }
        });
        assert_eq!(found.await, true, "never true: {expression}");
    }

    /// Presses `Tab`, `Enter` or the space bar.
    pub async fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            " " => (32, " "),
            other => panic!("unknown key {other}"),
        };
        let down = json!({
            "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": key, "text": text,
            "windowsVirtualKeyCode": code,
        });
        self.call("Input.dispatchKeyEvent", down).await;
        let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", up).await;
    }

    /// Types text into the focused element.
    pub async fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text})).await;
    }

    /// Returns the visible part of the page as a PNG.
    pub async fn screenshot(&mut self) -> Vec<u8> {
        let screenshot = self.call("Page.captureScreenshot", json!({"format": "png"})).await;
        BASE64_STANDARD.decode(screenshot["data"].as_str().unwrap()).unwrap()
    }

    /// Returns the errors and warnings so far: exceptions, console messages, and violations of the content
    /// security policy.
    pub async fn console_errors(&mut self) -> &[String] {
        // Chromium reports them before it responds to a later call.
        self.evaluate("0").await;
        &self.devtools.console_errors
    }

    async fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.devtools.call(method, parameters).await
    }
}

/// Retries, because the profile cannot be removed while a process of Chromium writes there.
impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        let deadline = Instant::now() + Duration::from_secs(5);
        let runs = |child: &mut Child| matches!(child.try_wait(), Ok(None));
        while runs(&mut self.child) || fs::remove_dir_all(self.profile.path()).is_err() {
            if Instant::now() > deadline {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

async fn launch(profile: &Path) -> (Child, String) {
    let mut command = Command::new(tools::chromium());
    command.args(ARGUMENTS).arg(format!("--user-data-dir={}", profile.display())).arg("about:blank");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("cannot start chromium");
    let mut stderr = child.stderr.take().unwrap();
    let address = within("chromium is ready", address(&mut stderr)).await;
    // Without a reader, Chromium would block on a full pipe.
    tokio::spawn(async move { tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await });
    (child, address)
}

/// Reads the address of the DevTools from the output.
async fn address(stderr: impl AsyncRead + Unpin) -> String {
    let mut lines = BufReader::new(stderr).lines();
    let mut all = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(address) = line.strip_prefix("DevTools listening on ") {
            return address.to_owned();
        }
        all += &line;
    }
    panic!("chromium did not start: {all}");
}
