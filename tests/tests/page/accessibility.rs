//! The page works with a keyboard, on a phone, and in light and dark colors.

use std::fs;

use serde_json::json;
use tablecast_tests::browser::{Browser, Screen};
use tablecast_tests::items::{order, profile};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::project;

use crate::view::View;

/// Minimum contrast of normal text (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;

/// Lists elements that scroll sideways. Only `pre` and `textarea` may.
const TOO_WIDE: &str = "[...document.querySelectorAll('*')]
    .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth)
    .filter((one) => !one.closest('.unseen') && !one.matches('pre, textarea'))
    .map((one) => one.outerHTML.slice(0, 200))";

/// If this variable is set, the test replaces the screenshot of the README.
const SCREENSHOT: &str = "TABLECAST_SCREENSHOT";

impl View {
    /// Presses Tab until the element has the focus. Checks that each focused element has an outline.
    async fn tab_to(&mut self, selector: &str) {
        for _ in 0..60 {
            self.browser.press("Tab").await;
            let script = format!(
                "(() => {{
                    const here = document.activeElement, seen = here.matches('.types input') ? here.parentElement : here;
                    if (getComputedStyle(seen).outlineStyle === 'none') throw new Error(`no focus: ${{here.outerHTML}}`);
                    return here.matches({});
                }})()",
                json!(selector)
            );
            if self.browser.evaluate(&script).await == true {
                return;
            }
        }
        panic!("pressing Tab 60 times does not focus {selector}");
    }

    /// Creates events of several types and a rejected record.
    async fn fill_with_everything(&mut self) {
        let before = self.count("#events > li").await;
        let dynamodb = self.local.dynamodb();
        let mut invalid = profile("grace", "Grace");
        invalid["email"] = json!({"S": "nonsense"});
        dynamodb.put("profiles", invalid).await;
        for (id, status) in [("1001", "PLACED"), ("1002", "PLACED"), ("1001", "PAID"), ("1002", "CANCELLED")]
        {
            dynamodb.put("orders", order(id, status)).await;
        }
        for name in ["Ada", "Ada Lovelace"] {
            dynamodb.put("profiles", profile("ada", name)).await;
        }
        self.wait_for("document.getElementById('rejected-count').textContent === '1'").await;
        self.wait_for(&format!("document.querySelectorAll('#events > li').length === {}", before + 6)).await;
    }
}

#[tokio::test]
async fn a_keyboard_user_can_write_a_change_and_expand_its_event() {
    for screen in [Screen::DESKTOP, Screen::PHONE] {
        let mut view = View::open(&[], screen).await;
        if screen.width < 600 {
            view.tab_to("#write > summary").await;
            view.browser.press("Enter").await;
        }
        view.tab_to("#item").await;
        let item = order("by-hand", "PLACED").to_string();
        view.browser.evaluate("document.activeElement.select()").await;
        view.browser.type_text(&item).await;
        view.tab_to("#put").await;
        view.browser.press("Enter").await;
        view.wait_for_events(&["order.placed.v1 orders/acme/by-hand"]).await;
        view.tab_to("#types input").await;
        view.browser.press(" ").await;
        view.tab_to("#events summary").await;
        view.browser.press("Enter").await;
        view.wait_for("document.querySelector('#events pre')").await;
        view.tab_to("#events pre").await;
        view.assert_no_console_errors().await;
    }
}

#[tokio::test]
async fn the_page_does_not_scroll_sideways_at_any_width() {
    let mut view = View::open(&[], Screen::PHONE).await;
    let long = "x".repeat(200);
    view.local.dynamodb().put("orders", order(&long, "PLACED")).await;
    view.wait_for("document.querySelectorAll('#events > li').length === 1").await;
    view.fill_with_everything().await;
    view.browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })").await;
    view.wait_for("document.querySelectorAll('#events pre').length === 7").await;
    for width in [320, 360, 430, 768, 1024] {
        view.browser.set_screen(Screen { width, ..Screen::PHONE }).await;
        // A scroll bar reduces the width of the document.
        view.wait_for(&format!("[innerWidth, document.documentElement.clientWidth].includes({width})")).await;
        let wide = view.browser.evaluate(TOO_WIDE).await;
        assert_eq!(wide, json!([]), "at a width of {width}");
    }
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn no_column_of_the_catalogue_is_cut_on_a_phone() {
    let local = LocalMode::start().await;
    let url = format!("{}/catalogue/", local.addresses().http);
    let mut browser = Browser::open(&url, Screen::PHONE).await;
    browser.wait_for("document.readyState === 'complete' && document.querySelector('td')").await;
    for width in [320, 390, 600] {
        browser.set_screen(Screen { width, ..Screen::PHONE }).await;
        browser.wait_for(&format!("innerWidth === {width}")).await;
        assert_eq!(browser.evaluate(TOO_WIDE).await, json!([]), "at a width of {width}");
    }
}

#[tokio::test]
async fn every_text_has_enough_contrast_in_light_and_dark_colors() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.fill_with_everything().await;
    view.fill("#patterns", "orders/acme/*\norders/globex/*").await;
    view.click("#subscription form button").await;
    view.wait_for("document.querySelectorAll('#subjects .refused').length === 1").await;
    view.browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })").await;
    for dark in [false, true] {
        view.browser.set_screen(Screen { dark, ..Screen::DESKTOP }).await;
        view.wait_for(&format!("matchMedia('(prefers-color-scheme: dark)').matches === {dark}")).await;
        let found = view.browser.evaluate(include_str!("contrast.js")).await;
        let texts = found.as_array().unwrap();
        assert!(texts.len() > 100, "{} texts", texts.len());
        let low: Vec<_> = texts.iter().filter(|text| text["ratio"].as_f64().unwrap() < CONTRAST).collect();
        assert!(low.is_empty(), "dark: {dark}, {low:#?}");
    }
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn the_screenshot_for_the_readme_can_be_taken() {
    let mut view = View::open(&[], Screen { width: 1200, height: 780, dark: false }).await;
    view.fill_with_everything().await;
    let placed = "[...document.querySelectorAll('#events summary')].findLast((one) => one.innerText.includes('placed'))";
    view.browser.evaluate(&format!("{placed}.click()")).await;
    view.wait_for("document.querySelectorAll('#events pre').length === 1").await;
    let screenshot = view.browser.screenshot().await;
    assert!(screenshot.starts_with(b"\x89PNG"));
    if std::env::var_os(SCREENSHOT).is_some() {
        assert!(
            screenshot.len() < 160_000,
            "the screenshot has {} bytes, which is too large for a README",
            screenshot.len()
        );
        fs::write(project().join("docs/live.png"), screenshot).unwrap();
    }
}
