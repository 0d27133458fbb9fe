use serde_json::Value;
use tablecast_tests::browser::{Browser, Screen};
use tablecast_tests::machine::Machine;

/// The page, and the machine that it is a page of.
pub struct View {
    pub machine: Machine,
    pub browser: Browser,
}

impl View {
    /// Connected; with tokens, unless the arguments say otherwise.
    pub async fn open(arguments: &[&str], screen: Screen) -> Self {
        let machine = Machine::start_authorized(arguments).await;
        let browser = Browser::open(&machine.addresses().http, screen).await;
        let mut view = Self { machine, browser };
        view.is_live().await;
        view
    }

    pub async fn is_live(&mut self) {
        self.until("document.getElementById('state').dataset.state === 'live'").await;
    }

    pub async fn until(&mut self, expression: &str) {
        self.browser.until(expression).await;
    }

    /// Returns when these events are seen and no others: `<type> <subject>`, from the top.
    pub async fn shows(&mut self, events: &[&str]) {
        let wanted = Value::from(events.to_vec()).to_string();
        let seen = "JSON.stringify([...document.querySelectorAll('#events > li:not([hidden])')].map((item) => \
            ['.type', '.about'].map((part) => item.querySelector(part).textContent).join(' ')))";
        self.until(&format!("{seen} === {}", Value::from(wanted))).await;
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

    /// The option of a list by what is written on it.
    pub async fn choose(&mut self, selector: &str, option: &str) {
        let (list, option) = (found(selector), Value::from(option));
        let index = format!("[...{list}.options].findIndex((one) => one.text === {option})");
        let choose = format!("{list}.selectedIndex = {index}; {list}.dispatchEvent(new Event('change'))");
        self.browser.evaluate(&choose).await;
    }

    pub async fn is_without_complaints(&mut self) {
        assert_eq!(self.browser.complaints().await, [""; 0]);
    }

    /// As Chromium tells of every answer that is an error.
    pub async fn is_without_complaints_but(&mut self, status: &str) {
        let complaints = self.browser.complaints().await;
        let expected = format!("status of {status} ");
        assert!(complaints.iter().all(|complaint| complaint.contains(&expected)), "{complaints:?}");
    }
}

fn found(selector: &str) -> String {
    format!("document.querySelector({})", Value::from(selector))
}
