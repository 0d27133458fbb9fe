//! By keyboard, on a phone, in light and in dark.

use std::fs;

use serde_json::json;
use tablecast_tests::browser::Screen;
use tablecast_tests::items::{order, profile};
use tablecast_tests::project;

use crate::view::View;

/// WCAG 2.2, 1.4.3: of text that is not large.
const CONTRAST: f64 = 4.5;

/// What is wider than its place; data alone may be scrolled to the side.
const TOO_WIDE: &str = "[...document.querySelectorAll('*')]
    .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth)
    .filter((one) => !one.closest('.unseen') && !one.matches('pre, textarea'))
    .map((one) => one.outerHTML.slice(0, 200))";

/// Set, and the picture in the README is made anew.
const SCREENSHOT: &str = "TABLECAST_SCREENSHOT";

impl View {
    /// Tab by Tab, and each place where it stops can be seen.
    async fn tab_to(&mut self, selector: &str) {
        for _ in 0..60 {
            self.browser.press("Tab").await;
            let place = format!(
                "(() => {{
                    const here = document.activeElement, seen = here.matches('.types input') ? here.parentElement : here;
                    if (getComputedStyle(seen).outlineStyle === 'none') throw new Error(`no focus: ${{here.outerHTML}}`);
                    return here.matches({});
                }})()",
                json!(selector)
            );
            if self.browser.evaluate(&place).await == true {
                return;
            }
        }
        panic!("60 times Tab do not lead to {selector}");
    }

    /// A page that has something of everything.
    async fn fill_with_everything(&mut self) {
        let before = self.count("#events > li").await;
        let dynamodb = self.machine.dynamodb();
        let mut bad = profile("grace", "Grace");
        bad["email"] = json!({"S": "nonsense"});
        dynamodb.put("profiles", bad).await;
        for (id, status) in [("1001", "PLACED"), ("1002", "PLACED"), ("1001", "PAID"), ("1002", "CANCELLED")]
        {
            dynamodb.put("orders", order(id, status)).await;
        }
        for name in ["Ada", "Ada Lovelace"] {
            dynamodb.put("profiles", profile("ada", name)).await;
        }
        self.until("document.getElementById('rejected-count').textContent === '1'").await;
        self.until(&format!("document.querySelectorAll('#events > li').length === {}", before + 6)).await;
    }
}

#[tokio::test]
async fn with_the_keyboard_alone_a_change_is_written_and_its_event_unfolded() {
    for screen in [Screen::DESKTOP, Screen::PHONE] {
        let mut view = View::open(&[], screen).await;
        if screen.width < 600 {
            view.tab_to("#write > summary").await;
            view.browser.press("Enter").await;
        }
        view.tab_to("#item").await;
        let item = order("by-hand", "PLACED").to_string();
        view.browser.evaluate("document.activeElement.select()").await;
        view.browser.write(&item).await;
        view.tab_to("#put").await;
        view.browser.press("Enter").await;
        view.shows(&["order.placed.v1 orders/acme/by-hand"]).await;
        view.tab_to("#types input").await;
        view.browser.press(" ").await;
        view.tab_to("#events summary").await;
        view.browser.press("Enter").await;
        view.until("document.querySelector('#events pre')").await;
        view.tab_to("#events pre").await;
        view.is_without_complaints().await;
    }
}

#[tokio::test]
async fn a_phone_scrolls_down_only() {
    let mut view = View::open(&[], Screen::PHONE).await;
    let long = "x".repeat(200);
    view.machine.dynamodb().put("orders", order(&long, "PLACED")).await;
    view.until("document.querySelectorAll('#events > li').length === 1").await;
    view.fill_with_everything().await;
    view.browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })").await;
    view.until("document.querySelectorAll('#events pre').length === 7").await;
    for width in [320, 360, 430, 768, 1024] {
        view.browser.screen(Screen { width, ..Screen::PHONE }).await;
        // A desktop's scroll bar takes some of it.
        view.until(&format!("[innerWidth, document.documentElement.clientWidth].includes({width})")).await;
        let wide = view.browser.evaluate(TOO_WIDE).await;
        assert_eq!(wide, json!([]), "on {width}");
    }
    view.is_without_complaints().await;
}

#[tokio::test]
async fn every_text_can_be_read_in_light_and_in_dark() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.fill_with_everything().await;
    view.fill("#wanted", "orders/acme/*\norders/globex/*").await;
    view.click("#listening form button").await;
    view.until("document.querySelectorAll('#subjects .refused').length === 1").await;
    view.browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })").await;
    for dark in [false, true] {
        view.browser.screen(Screen { dark, ..Screen::DESKTOP }).await;
        view.until(&format!("matchMedia('(prefers-color-scheme: dark)').matches === {dark}")).await;
        let found = view.browser.evaluate(include_str!("contrast.js")).await;
        let texts = found.as_array().unwrap();
        assert!(texts.len() > 100, "{} texts", texts.len());
        let poor: Vec<_> = texts.iter().filter(|text| text["ratio"].as_f64().unwrap() < CONTRAST).collect();
        assert!(poor.is_empty(), "dark: {dark}, {poor:#?}");
    }
    view.is_without_complaints().await;
}

#[tokio::test]
async fn the_picture_in_the_readme_is_of_this_page() {
    let mut view = View::open(&[], Screen { width: 1200, height: 780, dark: false }).await;
    view.fill_with_everything().await;
    let placed = "[...document.querySelectorAll('#events summary')].findLast((one) => one.innerText.includes('placed'))";
    view.browser.evaluate(&format!("{placed}.click()")).await;
    view.until("document.querySelectorAll('#events pre').length === 1").await;
    let picture = view.browser.picture().await;
    assert!(picture.starts_with(b"\x89PNG"));
    if std::env::var_os(SCREENSHOT).is_some() {
        assert!(picture.len() < 160_000, "{} bytes are many for a README", picture.len());
        fs::write(project().join("docs/live.png"), picture).unwrap();
    }
}
