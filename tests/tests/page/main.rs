//! The page of the local mode, in Chromium, as somebody sits in front of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod looks;
mod view;

use std::collections::HashSet;

use serde_json::json;
use tablecast_tests::aws;
use tablecast_tests::browser::Screen;
use tablecast_tests::items::{order, profile};

use view::View;

#[tokio::test]
async fn a_change_by_the_aws_cli_is_an_event_whose_data_unfolds_to_the_last_digit() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let mut item = order("1001", "PLACED");
    item["lines"]["L"][0]["M"]["quantity"] = json!({"N": "12345678901234567890"});
    let item = item.to_string();
    aws::dynamodb(view.machine.addresses(), &["put-item", "--table-name", "orders", "--item", &item]).await;
    view.shows(&["order.placed.v1 orders/acme/1001"]).await;
    assert_eq!(view.count("#events pre").await, 0, "data is folded");
    view.click("#events summary").await;
    view.until("document.querySelector('#events pre').textContent.includes('12345678901234567890')").await;
    view.until("/^≤ \\d\\.\\d s$/.test(document.querySelector('#events .late').textContent)").await;
    view.until("/^\\d+ s ago$/.test(document.querySelector('#events .age').textContent)").await;
    view.until("document.getElementById('lateness').textContent.includes('whole seconds')").await;
    view.is_without_complaints().await;
}

#[tokio::test]
async fn filters_by_subject_and_by_type_leave_what_is_wanted() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let dynamodb = view.machine.dynamodb();
    for (id, status) in [("1001", "PLACED"), ("1002", "PLACED"), ("1001", "PAID")] {
        dynamodb.put("orders", order(id, status)).await;
    }
    let all = [
        "order.status-changed.v1 orders/acme/1001",
        "order.placed.v1 orders/acme/1002",
        "order.placed.v1 orders/acme/1001",
    ];
    view.shows(&all).await;
    view.fill("#about", "acme/1001").await;
    view.shows(&[all[0], all[2]]).await;
    view.click("#types input[value='order.placed.v1']").await;
    view.shows(&[all[2]]).await;
    view.until("document.getElementById('counted').textContent === '1 of 3'").await;
    view.fill("#about", "orders/globex/*").await;
    view.shows(&[]).await;
    view.fill("#about", "orders/acme/*").await;
    view.shows(&[all[1], all[2]]).await;
    view.fill("#about", "acme/*").await;
    view.shows(&[]).await;
    view.is_without_complaints().await;
}

#[tokio::test]
async fn what_is_rejected_is_shown_with_its_reason() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let mut bad = profile("ada", "Ada");
    bad["email"] = json!({"S": "nonsense"});
    view.machine.dynamodb().put("profiles", bad).await;
    view.until("document.getElementById('rejected-count').textContent === '1'").await;
    let told = view.text("#rejections li").await;
    for part in ["profile.created.v1/email", "not a \"email\"", "profiles"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    view.shows(&[]).await;
    view.is_without_complaints().await;
}

#[tokio::test]
async fn the_form_writes_a_change_whose_event_appears() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.click("#put").await;
    view.shows(&["order.placed.v1 orders/acme/1001"]).await;
    view.until("document.getElementById('written').textContent.startsWith('Its event was here')").await;
    view.choose("#example", "profile.created.v1").await;
    view.click("#put").await;
    view.shows(&["profile.created.v1 profiles/ada", "order.placed.v1 orders/acme/1001"]).await;
    view.choose("#example", "profile.deleted.v1").await;
    view.click("#put").await;
    view.until("document.querySelector('#events .type').textContent === 'profile.deleted.v1'").await;
    for (text, told) in [("{", "This is no JSON"), ("{}", "ValidationException")] {
        view.fill("#item", text).await;
        view.click("#put").await;
        view.until(&format!("document.getElementById('written').textContent.startsWith('{told}')")).await;
    }
    view.is_without_complaints_but("400").await;
}

#[tokio::test]
async fn what_data_says_is_text_whatever_it_says() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    let dynamodb = view.machine.dynamodb();
    let hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'<\\script>";
    let mut item = profile(hostile, hostile);
    dynamodb.put("profiles", item.clone()).await;
    view.shows(&[&format!("profile.created.v1 profiles/{hostile}")]).await;
    view.click("#events summary").await;
    view.until("document.querySelector('#events pre').textContent.includes('<img src=x')").await;
    item["displayName"] = json!({"N": "1"});
    dynamodb.put("profiles", item).await;
    view.until("document.getElementById('rejected-count').textContent === '1'").await;
    assert_eq!(view.count("img, script:not([src]), #events script, #rejections script").await, 0);
    assert_eq!(view.browser.evaluate("document.title").await, "tablecast on this machine");
    view.is_without_complaints().await;
}

#[tokio::test]
async fn a_list_that_pauses_stands_still_and_tells_how_many_wait() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    let dynamodb = view.machine.dynamodb();
    view.click("#pause").await;
    dynamodb.put("orders", order("1001", "PLACED")).await;
    view.until("document.getElementById('counted').textContent === '0 · 1 waiting'").await;
    view.shows(&[]).await;
    view.click("#pause").await;
    view.shows(&["order.placed.v1 orders/acme/1001"]).await;
    view.is_without_complaints().await;
}

/// Should markup ever get in, its scripts do not run, and nothing can be carried away.
#[tokio::test]
async fn nothing_runs_but_the_page_itself() {
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
    let complaints = view.browser.complaints().await;
    for directive in ["script-src", "style-src", "img-src", "connect-src"] {
        let is_told = complaints.iter().any(|complaint| complaint.contains(directive));
        assert!(is_told, "{directive} in {complaints:#?}");
    }
}

#[tokio::test]
async fn of_many_events_the_newest_are_kept_and_the_others_counted() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    let ids: Vec<_> = (0..525).map(|number| format!("user-{number}")).collect();
    for batch in ids.chunks(25) {
        view.machine
            .dynamodb()
            .put_all("profiles", batch.iter().map(|id| profile(id, "Ada")).collect())
            .await;
    }
    view.until("document.getElementById('counted').textContent === '500 · 25 older dropped'").await;
    assert_eq!(view.count("#events > li").await, 500);
    view.click("#clear").await;
    view.shows(&[]).await;
    view.is_without_complaints().await;
}

#[tokio::test]
async fn after_a_cut_the_page_has_what_it_missed() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    view.browser.evaluate(include_str!("cut.js")).await;
    view.click("#listening form button").await;
    view.until("window.sockets.length === 1").await;
    view.is_live().await;
    let dynamodb = view.machine.dynamodb();
    dynamodb.put("orders", order("1001", "PLACED")).await;
    view.shows(&["order.placed.v1 orders/acme/1001"]).await;

    view.browser.evaluate("window.isCut = true; window.sockets[0].close()").await;
    view.until("document.getElementById('state').dataset.state === 'cut'").await;
    dynamodb.put("orders", order("missed", "PLACED")).await;
    view.machine.bus().has(&HashSet::from(["orders/acme/missed".to_owned()])).await;
    view.browser.evaluate("window.isCut = false").await;
    view.shows(&["order.placed.v1 orders/acme/missed", "order.placed.v1 orders/acme/1001"]).await;
    assert_eq!(view.text("#events .late").await, "replayed");
    view.is_live().await;

    view.machine.stop().await;
    view.until("document.getElementById('state').textContent.includes('tablecast does not answer')").await;
}
