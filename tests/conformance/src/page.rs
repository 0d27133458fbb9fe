//! The page docs/reference/client.md: its rules, and its table of scenarios.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::clients::{self, Client};
use crate::project;
use crate::scenario::{self, Scenario};

const START: &str = "<!-- `cargo run --bin tablecast-conformance -- --write` writes this table. -->";
const END: &str = "<!-- End of the table. -->";

/// Returns what is wrong with the page and the scenarios.
pub fn problems() -> Result<Vec<String>, String> {
    let (page, scenarios, clients) = (read()?, scenarios()?, clients::read()?);
    let mut problems = repeated_names(&scenarios);
    problems.extend(rules_without_scenario(&page, &scenarios));
    problems.extend(unknown_skips(&scenarios, &clients));
    if with_table(&page, &scenarios, &clients)? != page {
        problems.push("the table is old: run `cargo run --bin tablecast-conformance -- --write`".to_owned());
    }
    Ok(problems)
}

/// Writes the table again.
pub fn write() -> Result<(), String> {
    let page = with_table(&read()?, &scenarios()?, &clients::read()?)?;
    fs::write(file(), page).map_err(|error| error.to_string())
}

fn file() -> PathBuf {
    project().join("docs/reference/client.md")
}

fn read() -> Result<String, String> {
    fs::read_to_string(file()).map_err(|error| format!("{}: {error}", file().display()))
}

fn scenarios() -> Result<Vec<Scenario>, String> {
    scenario::read_all(&project().join("tests/conformance/scenarios"))
}

fn repeated_names(scenarios: &[Scenario]) -> Vec<String> {
    let mut names = BTreeSet::new();
    let repeated = scenarios.iter().filter(|one| !names.insert(&one.name));
    repeated.map(|one| format!("two scenarios have the name {:?}", one.name)).collect()
}

/// A rule of the page is a line such as `- **resume-3** ...`.
fn rules(page: &str) -> BTreeSet<&str> {
    page.lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("** "))
        .map(|(rule, _)| rule)
        .collect()
}

fn rules_without_scenario(page: &str, scenarios: &[Scenario]) -> Vec<String> {
    let proven: BTreeSet<_> = scenarios.iter().flat_map(|one| one.rules.iter().map(String::as_str)).collect();
    let rules = rules(page);
    let unproven = rules.difference(&proven).map(|rule| format!("no scenario proves the rule {rule}"));
    unproven.chain(proven.difference(&rules).map(|rule| format!("the page has no rule {rule}"))).collect()
}

fn unknown_skips(scenarios: &[Scenario], clients: &[Client]) -> Vec<String> {
    let skipped = clients.iter().flat_map(|client| client.skip.keys().map(move |name| (&client.name, name)));
    let unknown = skipped.filter(|(_, name)| !scenarios.iter().any(|one| one.name == **name));
    unknown.map(|(client, name)| format!("{client} skips {name:?}, which is no scenario")).collect()
}

fn with_table(page: &str, scenarios: &[Scenario], clients: &[Client]) -> Result<String, String> {
    let (before, rest) = page.split_once(START).ok_or(format!("the page has no line {START}"))?;
    let (_, after) = rest.split_once(END).ok_or(format!("the page has no line {END}"))?;
    Ok(format!("{before}{START}\n\n{}\n{END}{after}", table(scenarios, clients)))
}

fn table(scenarios: &[Scenario], clients: &[Client]) -> String {
    let names: Vec<_> = clients.iter().map(|client| client.name.as_str()).collect();
    let mut table = format!("| Scenario | Rules | {} |\n", names.join(" | "));
    table += &format!("|---|---|{}\n", "---|".repeat(names.len()));
    for one in scenarios {
        let marks: Vec<_> = clients.iter().map(|client| mark(one, client)).collect();
        let file = format!("../../tests/conformance/scenarios/{}.yaml", one.chapter());
        table += &format!("| [{}]({file}) | {} | {} |\n", one.name, one.rules.join(", "), marks.join(" | "));
    }
    table
}

/// CI plays every scenario that is not skipped, and each must pass.
fn mark(scenario: &Scenario, client: &Client) -> &'static str {
    if client.plays(scenario) { "passes" } else { "not played" }
}
