//! The page of the local mode, used in Chromium.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod accessibility;
mod edits;
mod state;
mod view;

use std::collections::HashSet;

use serde_json::json;
use tablecast_tests::aws;
use tablecast_tests::browser::Screen;
use tablecast_tests::items::{order, profile};

use view::View;

#[tokio::test]
async fn a_change_by_the_aws_cli_shows_an_event_with_all_digits_of_its_data() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let mut item = order("1001", "PLACED");
    item["lines"]["L"][0]["M"]["quantity"] = json!({"N": "12345678901234567890"});
    let item = item.to_string();
    aws::dynamodb(view.local.addresses(), &["put-item", "--table-name", "orders", "--item", &item]).await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;
    assert_eq!(view.count("#events pre").await, 0, "data is collapsed at first");
    view.click("#events summary").await;
    view.wait_for("document.querySelector('#events pre').textContent.includes('12345678901234567890')").await;
    view.wait_for("/^≤ \\d\\.\\d s$/.test(document.querySelector('#events .latency').textContent)").await;
    view.wait_for("/^\\d+ s ago$/.test(document.querySelector('#events .age').textContent)").await;
    view.wait_for("document.getElementById('latency').textContent.includes('whole seconds')").await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn filters_by_subject_and_type_hide_other_events() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let dynamodb = view.local.dynamodb();
    for (id, status) in [("1001", "PLACED"), ("1002", "PLACED"), ("1001", "PAID")] {
        dynamodb.put("orders", order(id, status)).await;
    }
    let all = [
        "order.status-changed.v1 orders/acme/1001",
        "order.placed.v1 orders/acme/1002",
        "order.placed.v1 orders/acme/1001",
    ];
    view.wait_for_events(&all).await;
    view.fill("#subject-filter", "acme/1001").await;
    view.wait_for_events(&[all[0], all[2]]).await;
    view.click("#types input[value='order.placed.v1']").await;
    view.wait_for_events(&[all[2]]).await;
    view.wait_for("document.getElementById('event-count').textContent === '1 of 3'").await;
    view.fill("#subject-filter", "orders/globex/*").await;
    view.wait_for_events(&[]).await;
    view.fill("#subject-filter", "orders/acme/*").await;
    view.wait_for_events(&[all[1], all[2]]).await;
    view.fill("#subject-filter", "acme/*").await;
    view.wait_for_events(&[]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn a_rejected_record_is_shown_with_its_reason() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let mut invalid = profile("ada", "Ada");
    invalid["email"] = json!({"S": "nonsense"});
    view.local.dynamodb().put("profiles", invalid).await;
    view.wait_for("document.getElementById('rejected-count').textContent === '1'").await;
    let rejection = view.text("#rejections li").await;
    for part in ["profile.created.v1/email", "not a \"email\"", "profiles"] {
        assert!(rejection.contains(part), "{part} in {rejection}");
    }
    view.wait_for_events(&[]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn a_filtered_record_is_shown_with_the_field_that_did_not_match() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let dynamodb = view.local.dynamodb();
    dynamodb.put("orders", order("1001", "PLACED")).await;
    let key = json!({"tenant": {"S": "acme"}, "orderId": {"S": "1001"}});
    dynamodb.call("DeleteItem", json!({"TableName": "orders", "Key": key})).await;
    view.wait_for("document.getElementById('filtered-count').textContent === '1'").await;
    let filtered = view.text("#filterings li").await;
    for part in ["filter[0].eventName", "has another value", "orders · REMOVE", "1001"] {
        assert!(filtered.contains(part), "{part} in {filtered}");
    }
    assert_eq!(view.count("#problems[hidden]").await, 1);
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn problems_of_the_pipe_files_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = "table: orders\nkeys: { partition: { id: S } }\nfilter: [{ eventName: [DELETE] }]\n\
        subject: '\"orders/\" + keys.id'\nevents: [{ type: order.seen.v1, data: {} }]\n";
    let schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://a.example/order.seen.v1.json"});
    let (pipes, schemas) = (folder.path().join("pipes"), folder.path().join("schemas"));
    for (path, text) in
        [(pipes.join("orders.yaml"), file), (schemas.join("order.seen.v1.json"), &schema.to_string())]
    {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let (pipes, schemas) = (pipes.display().to_string(), schemas.display().to_string());
    let arguments = ["--auth", "none", "--pipes", &pipes, "--schemas", &schemas];
    let mut view = View::open(&arguments, Screen::DESKTOP).await;
    view.wait_for("document.getElementById('problem-count').textContent === '2'").await;
    let problems = view.text("#problem-list").await;
    for part in
        ["filter[0].eventName[0]: \"DELETE\" never matches", "Warning: ", "no `grant` matches its subject"]
    {
        assert!(problems.contains(part), "{part} in {problems}");
    }
    view.local.wait_for_log(&["\"DELETE\" never matches", "pipe-file.md#filter"]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn the_form_writes_a_change_and_shows_its_event() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.click("#put").await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;
    view.wait_for("document.getElementById('write-message').textContent.startsWith('The event arrived')")
        .await;
    view.choose("#example", "profile.created.v1").await;
    view.click("#put").await;
    view.wait_for_events(&["profile.created.v1 profiles/ada", "order.placed.v1 orders/acme/1001"]).await;
    view.choose("#example", "profile.deleted.v1").await;
    view.click("#put").await;
    view.wait_for("document.querySelector('#events .type').textContent === 'profile.deleted.v1'").await;
    for (text, expected) in [("{", "This is not JSON"), ("{}", "ValidationException")] {
        view.fill("#item", text).await;
        view.click("#put").await;
        view.wait_for(&format!(
            "document.getElementById('write-message').textContent.startsWith('{expected}')"
        ))
        .await;
    }
    view.assert_console_errors_have_status("400").await;
}

#[tokio::test]
async fn markup_in_data_is_shown_as_text() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    let dynamodb = view.local.dynamodb();
    let hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'<\\script>";
    let mut item = profile(hostile, hostile);
    dynamodb.put("profiles", item.clone()).await;
    view.wait_for_events(&[&format!("profile.created.v1 profiles/{hostile}")]).await;
    view.click("#events summary").await;
    view.wait_for("document.querySelector('#events pre').textContent.includes('<img src=x')").await;
    item["displayName"] = json!({"N": "1"});
    dynamodb.put("profiles", item).await;
    view.wait_for("document.getElementById('rejected-count').textContent === '1'").await;
    assert_eq!(view.count("img, script:not([src]), #events script, #rejections script").await, 0);
    assert_eq!(view.browser.evaluate("document.title").await, "tablecast on this machine");
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn a_paused_list_does_not_change_and_counts_waiting_events() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let dynamodb = view.local.dynamodb();
    view.click("#pause").await;
    dynamodb.put("orders", order("1001", "PLACED")).await;
    view.wait_for("document.getElementById('event-count').textContent === '0 · 1 waiting'").await;
    view.wait_for_events(&[]).await;
    view.click("#pause").await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;
    view.assert_no_console_errors().await;
}

/// The content security policy blocks scripts, styles and requests of injected markup.
#[tokio::test]
async fn injected_markup_cannot_run_scripts_or_send_requests() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let attack = "
        const owned = \"document.title = 'owned'\";
        const script = Object.assign(document.createElement('script'), { textContent: owned });
        const holder = document.createElement('div');
        holder.innerHTML = `<img src=x onerror=\"${owned}\"><style>body { display: none }</style>`;
        document.body.append(script, holder);
        try { eval(owned) } catch { }
        fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'kept')";
    assert_eq!(view.browser.evaluate(attack).await, "kept");
    assert_eq!(view.browser.evaluate("document.title").await, "tablecast on this machine");
    assert_eq!(view.browser.evaluate("getComputedStyle(document.body).display").await, "block");
    let console_errors = view.browser.console_errors().await;
    for directive in ["script-src", "style-src", "img-src", "connect-src"] {
        let is_reported = console_errors.iter().any(|error| error.contains(directive));
        assert!(is_reported, "{directive} in {console_errors:#?}");
    }
}

#[tokio::test]
async fn the_page_keeps_the_newest_500_events_and_counts_the_others() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    let ids: Vec<_> = (0..525).map(|number| format!("user-{number}")).collect();
    for batch in ids.chunks(25) {
        view.local.dynamodb().put_all("profiles", batch.iter().map(|id| profile(id, "Ada")).collect()).await;
    }
    view.wait_for("document.getElementById('event-count').textContent === '500 · 25 older dropped'").await;
    assert_eq!(view.count("#events > li").await, 500);
    view.click("#clear").await;
    view.wait_for_events(&[]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn the_page_shows_the_ten_channels_with_the_greatest_lag() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    let profiles = (0..12).map(|number| profile(&format!("user-{number}"), "Ada")).collect();
    view.local.dynamodb().put_all("profiles", profiles).await;
    view.wait_for("document.getElementById('lag-count').textContent === '12'").await;
    assert_eq!(view.count("#lag > li").await, 10);
    let lags = "[...document.querySelectorAll('#lag > li')].map((item) => parseFloat(item.textContent.split('≤ ')[1]))";
    view.wait_for(&format!("{lags}.every((lag, n, all) => n === 0 || lag <= all[n - 1])")).await;
    assert!(view.text("#lag > li").await.starts_with("tablecast/profiles/user-"));
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn after_a_reconnect_the_page_names_a_subscription_that_is_too_wide() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    view.browser.evaluate(include_str!("cut.js")).await;
    view.click("#subscription form button").await;
    view.wait_for("window.sockets.length === 1").await;
    view.wait_until_live().await;
    view.browser.evaluate("window.sockets[0].close()").await;
    view.wait_for("document.getElementById('notices').textContent.includes('is wider than a channel')").await;
}

#[tokio::test]
async fn after_a_reconnect_the_page_shows_missed_events() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.browser.evaluate(include_str!("cut.js")).await;
    view.click("#subscription form button").await;
    view.wait_for("window.sockets.length === 1").await;
    view.wait_until_live().await;
    let dynamodb = view.local.dynamodb();
    dynamodb.put("orders", order("1001", "PLACED")).await;
    view.wait_for_events(&["order.placed.v1 orders/acme/1001"]).await;

    view.browser.evaluate("window.isCut = true; window.sockets[0].close()").await;
    view.wait_for("document.getElementById('state').dataset.state === 'cut'").await;
    dynamodb.put("orders", order("missed", "PLACED")).await;
    view.local.bus().wait_for_subjects(&HashSet::from(["orders/acme/missed".to_owned()])).await;
    view.browser.evaluate("window.isCut = false").await;
    view.wait_for_events(&["order.placed.v1 orders/acme/missed", "order.placed.v1 orders/acme/1001"]).await;
    assert_eq!(view.text("#events .latency").await, "replayed");
    view.wait_until_live().await;

    view.local.stop().await;
    view.wait_for("document.getElementById('state').textContent.includes('tablecast does not answer')").await;
}
