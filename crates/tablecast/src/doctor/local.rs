use serde::Deserialize;
use tablecast_aws::SdkConfig;
use tablecast_doctor::code::{Code, Part};
use tablecast_doctor::facts::Facts;
use tablecast_doctor::{Finding, diagnose, rejected_of_local_mode};

use super::arguments::Scope;
use super::{Report, Result};
use crate::deployment::local;
use crate::local_mode;

/// The counters of the local mode (`/page/pipes.json`).
#[derive(Debug, Deserialize)]
struct Pipes {
    pipes: Vec<Pipe>,
    problems: Vec<Problem>,
    /// True if the problems are those of an edit that is not in use.
    refused: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pipe {
    name: String,
    dead_lettered: u64,
    /// The dead letters that wait, each with some records.
    #[serde(skip)]
    waiting: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Problem {
    text: String,
}

/// The parts that the local mode reports. The others are those of AWS.
const READ: [Part; 4] = [Part::Pipes, Part::DeadLetters, Part::Records, Part::Definitions];

/// The local mode has no alarms, no limits of an account and no metrics. Its pipes stop only with it.
pub async fn examine(scope: &Scope) -> Result<Report> {
    let authority = format!("127.0.0.1:{}", scope.place.port);
    let pipes = local_mode::pipes(&authority).await.map_err(local_mode::unreachable)?;
    let mut pipes: Pipes = serde_json::from_slice(&pipes).map_err(|error| format!("{authority}: {error}"))?;
    for pipe in &mut pipes.pipes {
        pipe.waiting = local_mode::waiting_dead_letters(&authority, &pipe.name).await;
    }
    let mut findings = found(&pipes, &scope.place.options());
    findings.extend(diagnose(&stored(&pipes, scope).await?));
    Ok(Report { place: format!("local mode at {authority}"), findings, read: &READ })
}

fn found(pipes: &Pipes, options: &str) -> Vec<Finding> {
    let refused = pipes.refused.then(|| {
        let finding = Finding::new(Code::EditRefused, "the folder");
        pipes.problems.iter().fold(finding, |finding, problem| finding.evidence(&problem.text))
    });
    let dead = pipes.pipes.iter().filter(|pipe| pipe.waiting.unwrap_or(pipe.dead_lettered) > 0).map(|pipe| {
        let waiting = pipe.waiting.map(|waiting| format!("{}, ", counted(waiting, "waiting dead letter")));
        let evidence = format!(
            "{}{} since the start; dead-letters/ below --data has them",
            waiting.unwrap_or_default(),
            counted(pipe.dead_lettered, "record")
        );
        Finding::new(Code::DeadLetters, &pipe.name).evidence(evidence).fill("deployment", options)
    });
    dead.chain(refused).collect()
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The rejected records, as facts without anything else.
async fn stored(pipes: &Pipes, scope: &Scope) -> Result<Facts> {
    let names: Vec<_> = pipes.pipes.iter().map(|pipe| pipe.name.clone()).collect();
    let url = format!("http://127.0.0.1:{}", scope.place.dynamodb_port);
    let dynamodb = local(&SdkConfig::builder().build(), url);
    let (rejected, unreadable) = rejected_of_local_mode(dynamodb, &names).await?;
    let now = tablecast_aws::now_in_milliseconds() / 1000;
    Ok(Facts { now, rejected, unreadable, options: scope.place.options(), ..Facts::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let findings = found(&serde_json::from_str(text).unwrap(), "");
        findings.iter().map(|finding| format!("{} {}", finding.code.name(), finding.subject)).collect()
    }

    #[test]
    fn dead_letters_and_refused_edits_are_found() {
        let text = r#"{"pipes":[{"name":"orders","read":2,"deadLettered":1},{"name":"music","deadLettered":0}],
            "problems":[{"severity":"problem","text":"pipes/orders.yaml: wrong"}],"definitions":1,"refused":true}"#;
        assert_eq!(codes(text), ["dead-letters orders", "edit-refused the folder"]);
    }

    #[test]
    fn dead_letters_that_were_redriven_are_no_finding() {
        let mut pipes: Pipes = serde_json::from_str(
            r#"{"pipes":[{"name":"orders","deadLettered":2}],"problems":[],"refused":false}"#,
        )
        .unwrap();
        pipes.pipes[0].waiting = Some(0);
        assert!(found(&pipes, "").is_empty());
        pipes.pipes[0].waiting = Some(1);
        assert!(found(&pipes, "")[0].evidence[0].starts_with("1 waiting dead letter, 2 records since"));
    }

    #[test]
    fn warnings_about_definitions_in_use_are_no_finding() {
        let text = r#"{"pipes":[],"problems":[{"severity":"warning","text":"w"}],"refused":false}"#;
        assert_eq!(codes(text), [""; 0]);
    }
}
