//! The page of a local mode in a browser.

use serde_json::Value;
use tablecast_tests::browser::{Browser, Screen};
use tablecast_tests::local_mode::LocalMode;

pub struct View {
    pub local: LocalMode,
    pub browser: Browser,
}

impl View {
    /// Starts the local mode and opens its page. Tokens are required unless an argument changes it.
    pub async fn open(arguments: &[&str], screen: Screen) -> Self {
        let local = LocalMode::start_with_auth(arguments).await;
        let browser = Browser::open(&local.addresses().http, screen).await;
        let mut view = Self { local, browser };
        view.wait_until_live().await;
        view
    }

    pub async fn wait_until_live(&mut self) {
        self.wait_for("document.getElementById('state').dataset.state === 'live'").await;
    }

    pub async fn wait_for(&mut self, expression: &str) {
        self.browser.wait_for(expression).await;
    }

    /// Waits until the page shows exactly these events, each as `<type> <subject>`, from the top.
    pub async fn wait_for_events(&mut self, events: &[&str]) {
        let wanted = Value::from(events.to_vec()).to_string();
        let seen = "JSON.stringify([...document.querySelectorAll('#events > li:not([hidden])')].map((item) => \
            ['.type', '.subject'].map((part) => item.querySelector(part).textContent).join(' ')))";
        self.wait_for(&format!("{seen} === {}", Value::from(wanted))).await;
    }

    pub async fn text(&mut self, selector: &str) -> String {
        let text = self.browser.evaluate(&format!("{}.textContent", found(selector))).await;
        text.as_str().unwrap().to_owned()
    }

    pub async fn count(&mut self, selector: &str) -> u64 {
        let selector = Value::from(selector);
        let count = self.browser.evaluate(&format!("document.querySelectorAll({selector}).length")).await;
        count.as_u64().unwrap()
    }

    pub async fn click(&mut self, selector: &str) {
        self.browser.evaluate(&format!("{}.click()", found(selector))).await;
    }

    pub async fn fill(&mut self, selector: &str, text: &str) {
        let (element, text) = (found(selector), Value::from(text));
        let input = "new Event('input', {bubbles: true})";
        self.browser.evaluate(&format!("{element}.value = {text}; {element}.dispatchEvent({input})")).await;
    }

    /// Selects the option of a list with this text.
    pub async fn choose(&mut self, selector: &str, option: &str) {
        let (list, option) = (found(selector), Value::from(option));
        let index = format!("[...{list}.options].findIndex((one) => one.text === {option})");
        let choose = format!("{list}.selectedIndex = {index}; {list}.dispatchEvent(new Event('change'))");
        self.browser.evaluate(&choose).await;
    }

    pub async fn assert_no_console_errors(&mut self) {
        assert_eq!(self.browser.console_errors().await, [""; 0]);
    }

    /// Allows errors that Chromium logs for responses with this status.
    pub async fn assert_console_errors_have_status(&mut self, status: &str) {
        let console_errors = self.browser.console_errors().await;
        let expected = format!("status of {status} ");
        assert!(console_errors.iter().all(|error| error.contains(&expected)), "{console_errors:?}");
    }
}

fn found(selector: &str) -> String {
    format!("document.querySelector({})", Value::from(selector))
}
