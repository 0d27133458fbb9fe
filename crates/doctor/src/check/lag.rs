use crate::code::Code;
use crate::facts::{Facts, Pipe};
use crate::finding::Finding;
use crate::metrics::{Metric, RECENT, Statistic};

/// A channel with many subscribers takes longer, and has an alarm of its own.
pub const FANOUT_LIMIT: f64 = 60_000.0;

pub fn dispatch(facts: &Facts) -> Vec<Finding> {
    facts.known_pipes().iter().filter_map(|pipe| of_pipe(facts, pipe)).collect()
}

fn of_pipe(facts: &Facts, pipe: &Pipe) -> Option<Finding> {
    let lag = facts.metrics.maximum_since(&lag(facts, pipe), facts.now - RECENT)?;
    let limit = facts.lag_limit as f64 * 1000.0;
    let evidence = format!(
        "a batch of the last {} minutes ended {:.0} s after its oldest change; the limit is {} s. A redrive raises it too",
        RECENT / 60,
        lag / 1000.0,
        facts.lag_limit
    );
    (lag > limit).then(|| Finding::new(Code::LagHigh, &pipe.file).evidence(evidence))
}

pub fn lag(facts: &Facts, pipe: &Pipe) -> Metric {
    Metric::of_pipe(&facts.name, "Lag", &pipe.file).with(Statistic::Maximum)
}

pub fn fanout(facts: &Facts) -> Vec<Finding> {
    let late =
        facts.metrics.maximum_since(&fanout_lag(facts), facts.now - RECENT).filter(|lag| *lag > FANOUT_LIMIT);
    let finding = |lag: f64| {
        let evidence = format!(
            "a subscriber received events {:.0} s after dispatch; the lines of its log name the channels",
            lag / 1000.0
        );
        Finding::new(Code::FanoutLag, "fanout").evidence(evidence)
    };
    late.map(finding).into_iter().collect()
}

pub fn fanout_lag(facts: &Facts) -> Metric {
    Metric::of_function(&facts.name, "FanOutLag", "fanout").with(Statistic::Maximum)
}
