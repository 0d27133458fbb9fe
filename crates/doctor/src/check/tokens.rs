use crate::code::Code;
use crate::facts::Facts;
use crate::finding::Finding;

/// AWS refuses requests from 300 seconds on. Tokens have a leeway of 60 seconds at most.
const SKEW: i64 = 60;

pub fn all(facts: &Facts) -> Vec<Finding> {
    let unusable = facts.unusable_issuers.iter().map(|(issuer, reason)| {
        let evidence = format!("from this machine: {reason}");
        Finding::new(Code::TokensUnusable, issuer).evidence(evidence)
    });
    unusable.chain(no_authorizer(facts)).chain(clock(facts)).collect()
}

fn no_authorizer(facts: &Facts) -> Option<Finding> {
    let authorize = facts.functions.iter().find(|function| function.name == "authorize")?;
    let auth = facts.deployed("connect")?.environment.get("AUTH");
    let is_open = auth.is_some_and(|auth| auth == "none");
    let evidence = "there is no function authorize, and AUTH of connect is not none";
    (authorize.deployed.is_missing() && !is_open)
        .then(|| Finding::new(Code::AuthorizerMissing, "authorize").evidence(evidence))
}

fn clock(facts: &Facts) -> Option<Finding> {
    let skew = facts.clock_skew.filter(|skew| skew.abs() > SKEW)?;
    let direction = if skew > 0 { "ahead of" } else { "behind" };
    let evidence = format!("it is {} s {direction} the clock of AWS", skew.abs());
    Some(Finding::new(Code::ClockSkew, "this machine").evidence(evidence))
}
