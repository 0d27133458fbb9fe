//! The page in a company's repository: its own words, edits, and a reload of the tab.

use std::fs;

use serde_json::json;
use tablecast_tests::binaries;
use tablecast_tests::browser::{Browser, Screen};
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;
use tokio::process::Command;

use crate::view::View;

/// The page of a new repository with the example event of `tickets`.
async fn open_repository() -> View {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(folder.path()).args(["init", "--entity", "ticket"]);
    assert!(command.output().await.unwrap().status.success());
    let local = LocalMode::start_in(folder, &[]).await;
    let browser = Browser::open(&local.addresses().http, Screen::DESKTOP).await;
    let mut view = View { local, browser };
    view.wait_until_live().await;
    view
}

fn edit(view: &View, from: &str, to: &str) {
    edit_file(view, "pipes/tickets.yaml", from, to);
}

fn edit_file(view: &View, file: &str, from: &str, to: &str) {
    let path = view.local.folder().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

async fn reload(view: &mut View) {
    view.browser.evaluate("window.isOld = true; setTimeout(() => location.reload())").await;
    view.wait_for("window.isOld === undefined && document.readyState === 'complete'").await;
    view.wait_until_live().await;
}

#[tokio::test]
async fn after_a_reload_of_the_tab_the_page_shows_the_events_of_the_log() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    for id in ["1001", "1002"] {
        view.local.dynamodb().put("orders", order(id, "PLACED")).await;
    }
    let events = ["order.placed.v1 orders/acme/1002", "order.placed.v1 orders/acme/1001"];
    view.wait_for_events(&events).await;
    reload(&mut view).await;
    view.wait_for_events(&events).await;
    assert_eq!(view.text("#events .latency").await, "replayed");
    view.local.dynamodb().put("orders", order("1003", "PLACED")).await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1003", events[0], events[1]]).await;
    assert_eq!(view.count("#notices li").await, 0);
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn after_a_restart_and_a_reload_the_page_shows_the_events_of_the_kept_log() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--data", data.path().to_str().unwrap()];
    let mut first = LocalMode::start_with_auth(&arguments).await;
    first.dynamodb().put("orders", order("1001", "PLACED")).await;
    first.bus().wait_for_subjects(&["orders/acme/1001".to_owned()].into()).await;
    assert_eq!(first.stop().await, Some(0));
    let mut view = View::open(&arguments, Screen::DESKTOP).await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn after_a_reload_a_subscription_too_wide_to_resume_shows_events_of_the_bus() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    let mut item = order("1001", "PLACED");
    item["lines"]["L"][0]["M"]["quantity"] = json!({"N": "12345678901234567890"});
    view.local.dynamodb().put("orders", item).await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;
    reload(&mut view).await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;
    view.click("#events summary").await;
    view.wait_for("document.querySelector('#events pre').textContent.includes('12345678901234567890')").await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn the_page_uses_the_words_of_the_own_pipes() {
    let mut view = open_repository().await;
    let placeholder = async |view: &mut View, id: &str| {
        view.browser.evaluate(&format!("document.getElementById('{id}').placeholder")).await
    };
    assert_eq!(placeholder(&mut view, "subject-filter").await, "tickets/red/* or any part");
    assert_eq!(placeholder(&mut view, "claims").await, "team=red");
    assert_eq!(view.browser.evaluate("document.body.textContent.includes('orders')").await, false);
    view.click("#put").await;
    view.wait_for_events(&["ticket.created.v1 tickets/red/1"]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn a_broken_edit_is_shown_until_it_is_mended() {
    let mut view = open_repository().await;
    edit(&view, "title: item.title", "title: item.title + ");
    view.wait_for("!document.getElementById('refused').hidden").await;
    view.wait_for("!document.getElementById('problems').hidden").await;
    let problems = view.text("#problem-list").await;
    assert!(
        problems.contains("pipes/tickets.yaml") && problems.contains("events[0].data.title"),
        "{problems}"
    );
    view.click("#put").await;
    view.wait_for_events(&["ticket.created.v1 tickets/red/1"]).await;
    edit(&view, "title: item.title + ", "title: item.title");
    view.wait_for("document.getElementById('problems').hidden").await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn an_open_page_follows_an_edit_of_the_table_and_the_grant() {
    let mut view = open_repository().await;
    view.click("#put").await;
    view.wait_for_events(&["ticket.created.v1 tickets/red/1"]).await;
    for record in ["pipes/fixtures/tickets-insert.json", "pipes/fixtures/tickets-modify.json"] {
        edit_file(&view, record, ":table/tickets/", ":table/requests/");
    }
    edit(&view, "table: tickets", "table: requests");
    edit(&view, "\"tickets/\"", "\"requests/\"");
    view.wait_for("document.getElementById('table').value === 'requests'").await;
    view.wait_for("document.getElementById('subjects').textContent.includes('requests/red/*')").await;
    view.click("#put").await;
    view.wait_for_events(&["ticket.created.v1 requests/red/1", "ticket.created.v1 tickets/red/1"]).await;
    view.assert_no_console_errors().await;
}
