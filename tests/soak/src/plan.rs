//! The plan of faults: a pure function of the seed.

use std::time::Duration;

use fastrand::Rng;

/// A kind of fault, and how often it is in the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    pub name: &'static str,
    pub copies: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Duration,
    pub name: &'static str,
    /// How long the fault is in force.
    pub length: Duration,
    /// The seed of the fault's own choices.
    pub dice: u64,
}

/// The average time between the starts of two faults is the middle.
const PAUSE: std::ops::Range<u64> = 200..1800;
const LENGTH: std::ops::Range<u64> = 800..4000;

/// Deals shuffled decks until the time is over, so that each kind comes again and again.
pub fn deal(seed: u64, length: Duration, cards: &[Card]) -> Vec<Step> {
    let mut random = Rng::with_seed(seed);
    let (mut steps, mut deck, mut at) = (Vec::new(), Vec::new(), Duration::ZERO);
    while at < length && !cards.is_empty() {
        if deck.is_empty() {
            deck = cards.iter().flat_map(|card| vec![card.name; card.copies.into()]).collect();
            random.shuffle(&mut deck);
        }
        let Some(name) = deck.pop() else { break };
        let length = Duration::from_millis(random.u64(LENGTH));
        steps.push(Step { at, name, length, dice: random.u64(..) });
        at += Duration::from_millis(random.u64(PAUSE));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARDS: [Card; 2] = [Card { name: "often", copies: 3 }, Card { name: "rarely", copies: 1 }];

    #[test]
    fn the_same_seed_makes_the_same_plan() {
        let plan = |seed| deal(seed, Duration::from_secs(60), &CARDS);
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }

    #[test]
    fn each_deck_has_every_kind_as_often_as_its_cards() {
        let steps = deal(1, Duration::from_secs(100), &CARDS);
        assert!(steps.len() > 50, "{}", steps.len());
        for deck in steps.chunks_exact(4) {
            assert_eq!(deck.iter().filter(|step| step.name == "rarely").count(), 1);
        }
    }

    #[test]
    fn steps_are_in_order_and_within_the_time() {
        let steps = deal(3, Duration::from_secs(30), &CARDS);
        assert!(steps.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert!(steps.iter().all(|step| step.at < Duration::from_secs(30)));
        assert_eq!(deal(3, Duration::from_secs(30), &[]), []);
    }
}
