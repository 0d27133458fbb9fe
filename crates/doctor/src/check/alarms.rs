use crate::alarms::{Expected, expected};
use crate::code::Code;
use crate::facts::{Alarm, Facts};
use crate::finding::Finding;

/// Finds the active alarms. Each one has the code of the problem that it means.
pub fn active(facts: &Facts) -> Vec<Finding> {
    let expected = expected(facts);
    let active = facts.alarms.found().into_iter().flatten().filter(|alarm| alarm.state == "ALARM");
    active
        .filter_map(|alarm| Some(finding(facts, expected.iter().find(|it| it.name == alarm.name)?, alarm)))
        .collect()
}

fn finding(facts: &Facts, expected: &Expected, alarm: &Alarm) -> Finding {
    let pipe = facts.known_pipes().iter().find(|pipe| pipe.file == expected.subject);
    let function = if pipe.is_some() { "dispatch" } else { &expected.subject };
    let evidence = format!("the alarm {} is active: {}", alarm.name, alarm.reason);
    let found = Finding::new(expected.code, &expected.subject).evidence(evidence);
    found.fill("pipe", pipe.map_or("", |pipe| &pipe.name)).fill("function", function)
}

/// Terraform leaves the alarm of the bus out for a pipe with `bus: false`. Without its file, nothing is known.
fn is_needed(facts: &Facts, alarm: &Expected) -> bool {
    alarm.code != Code::BusFailing
        || facts.files.iter().flatten().any(|file| file.name == alarm.subject && file.bus)
}

/// Finds alarms that the deployment lacks, and alarms that notify nobody.
pub fn missing(facts: &Facts) -> Vec<Finding> {
    let Some(alarms) = facts.alarms.found() else { return Vec::new() };
    let exists = |name: &str| alarms.iter().any(|alarm| alarm.name == name);
    let missing = expected(facts).into_iter().filter(|alarm| is_needed(facts, alarm) && !exists(&alarm.name));
    let names: Vec<_> = missing.map(|alarm| alarm.name).collect();
    let silent = !alarms.is_empty() && !alarms.iter().any(|alarm| alarm.notifies);
    let silent = silent.then(|| {
        let evidence = format!("{} alarms have no actions", alarms.len());
        Finding::new(Code::AlarmSilent, &facts.name).evidence(evidence)
    });
    let lacks = (!names.is_empty()).then(|| {
        let evidence = format!("{} alarms do not exist: {}", names.len(), names.join(", "));
        Finding::new(Code::AlarmMissing, &facts.name).evidence(evidence)
    });
    lacks.into_iter().chain(silent).collect()
}
