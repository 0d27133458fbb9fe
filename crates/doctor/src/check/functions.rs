use crate::code::{Code, Severity};
use crate::facts::{Deployed, Facts, Function, Reading};
use crate::finding::Finding;
use crate::metrics::{Metric, Statistic};

/// An account that has fewer executions left than this cannot take a burst.
const ENOUGH: u64 = 100;

pub fn all(facts: &Facts) -> Vec<Finding> {
    facts.functions.iter().flat_map(of_function).collect()
}

fn of_function(function: &Function) -> Vec<Finding> {
    match &function.deployed {
        // Without tokens, a deployment has no authorize.
        Reading::Missing if function.name != "authorize" => {
            let evidence = "the function, or its alias live, does not exist";
            vec![Finding::new(Code::FunctionMissing, function.name).evidence(evidence)]
        }
        Reading::Found(deployed) => {
            inactive(function, deployed).into_iter().chain(not_newest(function, deployed)).collect()
        }
        _ => Vec::new(),
    }
}

fn inactive(function: &Function, deployed: &Deployed) -> Option<Finding> {
    let finding = |evidence: String| Finding::new(Code::FunctionInactive, function.name).evidence(evidence);
    if function.reserved.found() == Some(&Some(0)) {
        return Some(finding("its reserved concurrency is 0, so it never runs".to_owned()));
    }
    match (deployed.state.as_str(), deployed.update.as_str()) {
        ("Failed", _) => Some(finding(format!("its state is Failed: {}", deployed.state_reason))),
        (_, "Failed") => {
            let found = finding(format!("its last update failed: {}", deployed.update_reason));
            Some(found.at_most(Severity::Warning))
        }
        // Lambda activates an idle function at the next invocation, which fails.
        ("Inactive" | "Pending", _) => {
            Some(finding(format!("its state is {}", deployed.state)).at_most(Severity::Note))
        }
        _ => None,
    }
}

fn not_newest(function: &Function, deployed: &Deployed) -> Option<Finding> {
    let finding = |evidence: String| Finding::new(Code::NotNewest, function.name).evidence(evidence);
    let version = &deployed.version;
    if function.has_canary {
        return Some(finding(format!("version {version} serves, and another one has a share")));
    }
    let newest = function.newest.as_ref()?;
    (*newest != deployed.package)
        .then(|| finding(format!("version {version} serves, and a newer package exists")))
}

pub fn concurrency(facts: &Facts) -> Vec<Finding> {
    let Some(account) = facts.concurrency.found() else { return Vec::new() };
    let used = facts.metrics.maximum_since(&executions(), 0).unwrap_or_default();
    let finding = |evidence: String| Finding::new(Code::ConcurrencyShort, "the account").evidence(evidence);
    let limits =
        format!("{} of {} concurrent executions are not reserved", account.unreserved, account.limit);
    let is_used = used >= 0.8 * account.limit as f64;
    let few =
        (account.unreserved < ENOUGH).then(|| finding(format!("{limits}; fewer than {ENOUGH} are few")));
    let full = is_used.then(|| finding(format!("{used:.0} were used at once in the last hour; {limits}")));
    few.into_iter().chain(full).collect()
}

/// The most executions of all functions of the account at once.
pub fn executions() -> Metric {
    Metric::new("AWS/Lambda", "ConcurrentExecutions", &[]).with(Statistic::Maximum)
}
