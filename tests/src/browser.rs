//! Chromium, headless, with one page open; it ends with its owner.

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

use crate::patience::{PATIENCE, within};
use crate::tools;
use devtools::DevTools;

/// Nothing on the network but this machine. Chromium's own sandbox does not work for root, which CI often is; the only
/// page that it opens is ours.
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

/// Somebody's screen.
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
        browser.screen(screen).await;
        browser.call("Page.navigate", json!({"url": url})).await;
        browser
    }

    pub async fn screen(&mut self, Screen { width, height, dark }: Screen) {
        let mobile = width < 600;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// What an expression gives, which may be a promise.
    pub async fn evaluate(&mut self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
            "allowUnsafeEvalBlockedByCSP": false,
        });
        let mut answer = self.call("Runtime.evaluate", asked).await;
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// Returns when an expression is true. It may fail before, as on a page that is being loaded.
    pub async fn until(&mut self, expression: &str) {
        // What is seen instead is to be told before nobody listens.
        let milliseconds = PATIENCE.as_millis() / 2;
        let looking = format!(
            "(async () => {{
                for (const end = Date.now() + {milliseconds}; Date.now() < end; ) {{
                    try {{ if ({expression}) return true; }} catch {{ }}
                    await new Promise((later) => setTimeout(later, 20));
                }}
                return document.body.innerText;
            }})()"
        );
        let found = within(expression, self.evaluate(&looking)).await;
        assert_eq!(found, true, "never true: {expression}");
    }

    /// `Tab`, `Enter`, or a space.
    pub async fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            " " => (32, " "),
            other => panic!("the key {other} is not known here"),
        };
        let down = json!({
            "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": key, "text": text,
            "windowsVirtualKeyCode": code,
        });
        self.call("Input.dispatchKeyEvent", down).await;
        let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", up).await;
    }

    /// Into what has the focus.
    pub async fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text})).await;
    }

    /// A PNG of what is seen.
    pub async fn picture(&mut self) -> Vec<u8> {
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"})).await;
        BASE64_STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// Errors and warnings of the page so far: exceptions, what the console says, violations of its policy.
    pub async fn complaints(&mut self) -> &[String] {
        // They come before the answer to whatever is asked after them.
        self.evaluate("0").await;
        &self.devtools.complaints
    }

    async fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.devtools.call(method, parameters).await
    }
}

/// Its profile cannot be removed while one of its processes still writes there.
impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        let gives_up = Instant::now() + Duration::from_secs(5);
        let runs = |child: &mut Child| matches!(child.try_wait(), Ok(None));
        while runs(&mut self.child) || fs::remove_dir_all(self.profile.path()).is_err() {
            if Instant::now() > gives_up {
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
    let mut child = command.spawn().expect("chromium can be started");
    let mut told = child.stderr.take().unwrap();
    let address = within("chromium is ready", address(&mut told)).await;
    // It goes on telling, and must not wait for somebody who reads it.
    tokio::spawn(async move { tokio::io::copy(&mut told, &mut tokio::io::sink()).await });
    (child, address)
}

/// Where its DevTools listen.
async fn address(told: impl AsyncRead + Unpin) -> String {
    let mut lines = BufReader::new(told).lines();
    let mut all = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(address) = line.strip_prefix("DevTools listening on ") {
            return address.to_owned();
        }
        all += &line;
    }
    panic!("chromium does not start: {all}");
}
