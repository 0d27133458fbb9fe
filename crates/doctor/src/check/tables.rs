use crate::code::Code;
use crate::facts::{Facts, Reading, Role, Table};
use crate::finding::Finding;

pub fn all(facts: &Facts) -> Vec<Finding> {
    facts.tables.iter().flat_map(of_table).collect()
}

fn of_table(table: &Table) -> Vec<Finding> {
    let finding = |code, evidence: &str| Finding::new(code, &table.name).evidence(evidence);
    let Reading::Found(description) = &table.description else {
        let missing = table.description.is_missing();
        return missing.then(|| finding(Code::TableMissing, "it does not exist")).into_iter().collect();
    };
    let grows = table.role != Role::Source && table.expires.found() == Some(&false);
    let unprotected = table.role != Role::Connections && !description.is_protected;
    // A restored log would give positions again. Connections live for hours.
    let restores = matches!(table.role, Role::Source | Role::Rejected);
    let unrecoverable = restores && table.recoverable.found() == Some(&false);
    let found = [
        (grows, Code::ExpiryOff, "its items do not expire by expires_at"),
        (unprotected, Code::TableUnprotected, "its deletion protection is off"),
        (unrecoverable, Code::RecoveryOff, "its point-in-time recovery is off"),
    ];
    found.into_iter().filter(|(is_wrong, ..)| *is_wrong).map(|(_, code, text)| finding(code, text)).collect()
}
