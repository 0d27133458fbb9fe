//! The DevTools protocol of Chromium.

use serde_json::{Value, json};

use crate::socket::Socket;

/// A DevTools session with a page of its own.
pub struct DevTools {
    socket: Socket,
    session: Option<String>,
    calls: u64,
    /// Errors and warnings from the console, and exceptions.
    pub console_errors: Vec<String>,
}

impl DevTools {
    pub async fn connect(address: &str) -> Self {
        let socket = Socket::connect(address, &[]).await.expect("cannot connect to the DevTools");
        let mut devtools = Self { socket, session: None, calls: 0, console_errors: Vec::new() };
        let page = devtools.call("Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        let attached = devtools.call("Target.attachToTarget", attach).await;
        devtools.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log"] {
            devtools.call(&format!("{domain}.enable"), json!({})).await;
        }
        devtools
    }

    pub async fn call(&mut self, method: &str, parameters: Value) -> Value {
        let result = self.try_call(method, parameters).await;
        result.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Fails if Chromium responds with an error, for example because the page was left meanwhile.
    pub async fn try_call(&mut self, method: &str, parameters: Value) -> Result<Value, Value> {
        self.calls += 1;
        let mut message = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.socket.send_json(message).await;
        loop {
            let mut reply = self.socket.event().await;
            if reply["id"] == self.calls {
                return match reply["error"].take() {
                    Value::Null => Ok(reply["result"].take()),
                    error => Err(error),
                };
            }
            self.console_errors.extend(console_error(&reply));
        }
    }
}

/// Returns the text of a message that reports an error or a warning.
fn console_error(message: &Value) -> Option<String> {
    let parameters = &message["params"];
    let is_problem = |level: &Value| level == "error" || level == "warning";
    match message["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(parameters["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" if is_problem(&parameters["type"]) => Some(parameters["args"].to_string()),
        "Log.entryAdded" if is_problem(&parameters["entry"]["level"]) => {
            Some(parameters["entry"].to_string())
        }
        _ => None,
    }
}
