use std::time::Duration;

use tokio::time::timeout;

use super::{World, answers, clocks, deployments, disk, processes, records, sockets};
use crate::plan::{Card, Step};

/// A light fault has three cards in the deck, a heavy one has one.
const LIGHT: u8 = 3;

/// How long a heavy fault waits for another one.
const TURN: Duration = Duration::from_secs(60);

/// All kinds of faults.
pub fn cards() -> Vec<Card> {
    let light = [processes::LIGHT, sockets::KINDS, clocks::KINDS, records::LIGHT].concat();
    let light = light.into_iter().chain(answers::kinds());
    let heavy = [processes::HEAVY, disk::KINDS, deployments::KINDS, records::HEAVY].concat();
    let light = light.map(|name| Card { name, copies: LIGHT });
    light.chain(heavy.into_iter().map(|name| Card { name, copies: 1 })).collect()
}

/// Causes the fault, and ends it. Returns how often it hit: 0 if it had nothing to hit.
pub async fn inject(step: &Step, world: &World) -> u64 {
    let name = &step.name;
    if processes::LIGHT.contains(name) {
        return processes::inject(step, world).await;
    } else if sockets::KINDS.contains(name) {
        return sockets::inject(step, world).await;
    } else if clocks::KINDS.contains(name) {
        return clocks::inject(step, world).await;
    } else if records::LIGHT.contains(name) {
        return records::inject(step, world).await;
    } else if let Some(rule) = answers::rule(name) {
        return answers::inject(rule, step, world).await;
    }
    let Ok(_one) = timeout(TURN, world.heavy.lock()).await else { return 0 };
    if processes::HEAVY.contains(name) {
        processes::inject_heavy(step, world).await
    } else if disk::KINDS.contains(name) {
        disk::inject(step, world).await
    } else if deployments::KINDS.contains(name) {
        deployments::inject(step, world).await
    } else {
        records::inject_heavy(step, world).await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_at_least_25_kinds_with_different_names() {
        let cards = cards();
        let names: HashSet<_> = cards.iter().map(|card| card.name).collect();
        assert_eq!(names.len(), cards.len());
        assert!(names.len() >= 25);
    }
}
