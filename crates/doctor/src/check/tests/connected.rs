use super::healthy::deployed;
use super::with;
use crate::code::Part;
use crate::diagnose;
use crate::facts::{Api, Facts, Reading, Unreadable};

#[test]
fn an_issuer_without_usable_keys_is_critical() {
    let issuer = ("https://login.example.com".to_owned(), "no response".to_owned());
    let found = with(|facts| facts.unusable_issuers.push(issuer));
    assert_eq!(found, ["critical tokens-unusable https://login.example.com"]);
}

#[test]
fn without_authorize_no_client_connects_unless_the_deployment_is_open() {
    let remove = |facts: &mut Facts| facts.functions[0].deployed = Reading::Missing;
    let found = with(|facts| {
        remove(facts);
    });
    assert_eq!(found, ["critical authorizer-missing authorize"]);
    let found = with(|facts| {
        remove(facts);
        deployed(facts, "connect").environment.insert("AUTH".to_owned(), "none".to_owned());
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_clock_that_is_a_minute_wrong_is_a_warning() {
    for skew in [61, -61] {
        assert_eq!(with(|facts| facts.clock_skew = Some(skew)), ["warning clock-skew this machine"]);
    }
    assert_eq!(with(|facts| facts.clock_skew = Some(60)), [""; 0]);
}

#[test]
fn a_missing_api_stage_or_bus_is_critical() {
    assert_eq!(with(|facts| facts.api = Reading::Missing), ["critical api-missing the WebSocket API"]);
    let api = Api { id: "a1".to_owned(), stage: Reading::Missing };
    assert_eq!(with(|facts| facts.api = Reading::Found(api)), ["critical api-missing the WebSocket API"]);
    assert_eq!(with(|facts| facts.bus = Reading::Missing), ["critical bus-missing acme"]);
}

#[test]
fn a_throttle_of_0_closes_the_routes() {
    let api = |rate| Api { id: "a1".to_owned(), stage: Reading::Found(rate) };
    let found = with(|facts| facts.api = Reading::Found(api(Some(0.0))));
    assert_eq!(found, ["critical routes-closed the WebSocket API"]);
    assert_eq!(with(|facts| facts.api = Reading::Found(api(None))), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_a_note_with_the_permission() {
    let mut facts = super::healthy();
    for subject in ["acme-orders", "acme-music"] {
        facts.unreadable.push(Unreadable {
            operation: "DescribePipe",
            permission: "pipes:DescribePipe",
            part: Part::Pipes,
            subject: subject.to_owned(),
            reason: "AccessDeniedException: no".to_owned(),
        });
    }
    facts.pipes = Reading::Unknown;
    let findings = diagnose(&facts);
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code.name(), findings[0].part), ("unreadable", Part::Pipes));
    assert_eq!(findings[0].evidence, ["acme-music, acme-orders: AccessDeniedException: no"]);
    assert!(findings[0].fix.contains("allow pipes:DescribePipe"), "{}", findings[0].fix);
}
