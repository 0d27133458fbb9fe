use serde_json::{Value, json};

use crate::socket::Socket;

/// The DevTools protocol, attached to a page of its own.
pub struct DevTools {
    socket: Socket,
    session: Option<String>,
    calls: u64,
    /// What the page's console and its exceptions said.
    pub complaints: Vec<String>,
}

impl DevTools {
    pub async fn connect(address: &str) -> Self {
        let socket = Socket::connect(address, &[]).await.expect("chromium lets us in");
        let mut devtools = Self { socket, session: None, calls: 0, complaints: Vec::new() };
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
        self.calls += 1;
        let mut message = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.socket.say(message).await;
        loop {
            let mut told = self.socket.event().await;
            if told["id"] == self.calls {
                assert!(told["error"].is_null(), "{method}: {}", told["error"]);
                return told["result"].take();
            }
            self.complaints.extend(complaint(&told));
        }
    }
}

/// An error or a warning, if it is one.
fn complaint(told: &Value) -> Option<String> {
    let parameters = &told["params"];
    let is_loud = |level: &Value| level == "error" || level == "warning";
    match told["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(parameters["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" if is_loud(&parameters["type"]) => Some(parameters["args"].to_string()),
        "Log.entryAdded" if is_loud(&parameters["entry"]["level"]) => Some(parameters["entry"].to_string()),
        _ => None,
    }
}
