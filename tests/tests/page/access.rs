//! The page subscribes with a token for the chosen claims, and no other page receives a token.

use tablecast_tests::browser::{Browser, Screen};
use tablecast_tests::http::Http;
use tablecast_tests::items::{order_of, profile};
use tablecast_tests::local_mode::LocalMode;

use crate::view::View;

#[tokio::test]
async fn the_page_subscribes_with_the_chosen_claims_and_shows_refusals() {
    let mut view = View::open(&[], Screen::DESKTOP).await;
    assert_eq!(view.text("#subjects").await, "orders/acme/*grantedprofiles/adagranted");
    view.fill("#claims", "tenant=globex").await;
    view.fill("#patterns", "orders/globex/*\norders/acme/*").await;
    view.click("#subscription form button").await;
    view.wait_for("document.querySelectorAll('#subjects .refused').length === 1").await;
    assert_eq!(view.text("#subjects .refused").await, "orders/acme/*not granted to these claims");
    for tenant in ["acme", "globex"] {
        view.local.dynamodb().put("orders", order_of(tenant, "1", "PLACED")).await;
    }
    view.wait_for_events(&["order.placed.v1 orders/globex/1"]).await;
    view.fill("#claims", "tenant=*").await;
    view.fill("#patterns", "").await;
    view.click("#subscription form button").await;
    view.wait_for("document.getElementById('grants').textContent.includes('nothing to these claims')").await;
    view.wait_for("document.getElementById('subjects').textContent === 'profiles/adagranted'").await;
    view.fill("#claims", "exp=1").await;
    view.click("#subscription form button").await;
    view.wait_for(
        "document.getElementById('subscription-message').textContent.includes('claim exp cannot be set')",
    )
    .await;
    view.assert_console_errors_have_status("400").await;
}

#[tokio::test]
async fn without_tokens_the_page_subscribes_to_everything() {
    let mut view = View::open(&["--auth", "none"], Screen::DESKTOP).await;
    assert_eq!(view.text("#subjects").await, "*granted");
    assert_eq!(view.browser.evaluate("document.getElementById('identity').hidden").await, true);
    view.local.dynamodb().put("profiles", profile("eve", "Eve")).await;
    view.wait_for_events(&["profile.created.v1 profiles/eve"]).await;
    view.assert_no_console_errors().await;
}

#[tokio::test]
async fn no_page_of_another_origin_gets_a_token() {
    let local = LocalMode::start_with_auth(&[]).await;
    let own = local.addresses().http.clone();
    let other = own.replace("127.0.0.1", "localhost");
    // This page has no content security policy. `localhost` is another name of its origin.
    let mut browser = Browser::open(&local.addresses().bus, Screen::DESKTOP).await;
    browser.wait_for(&format!("location.origin === '{own}' && document.readyState === 'complete'")).await;
    let request_token = |base: &str| {
        format!(
            "fetch('{base}/@issuer/token', {{method: 'POST', headers: {{'content-type': 'application/json'}},
                body: '{{\"subject\": \"eve\"}}'}}).then(async (response) => (await response.json()).token.length > 99)"
        )
    };
    assert_eq!(browser.evaluate(&request_token(&own)).await, true);
    let refused = browser.evaluate(&format!("{}.catch((error) => error.name)", request_token(&other))).await;
    assert_eq!(refused, "TypeError");
    for (origin, status) in [(own.as_str(), 200), (&other, 403), ("null", 403)] {
        let headers = [("origin", origin), ("content-type", "application/json")];
        let response = Http::default()
            .post(&format!("{own}/@issuer/token"), &headers, r#"{"subject":"eve"}"#.into())
            .await;
        assert_eq!(response.unwrap().0, status, "{origin}");
    }
}

#[tokio::test]
async fn no_response_can_be_loaded_by_a_page_of_another_origin() {
    let local = LocalMode::start_with_auth(&[]).await;
    for path in
        ["/", "/page/machine.json", "/page/pipes.json", "/bus", "/catalogue/", "/asyncapi.json", "/nothing"]
    {
        let response =
            Http::default().get_response(&format!("{}{path}", local.addresses().http)).await.unwrap();
        let header = |name| response.headers()[name].to_str().unwrap();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
}
