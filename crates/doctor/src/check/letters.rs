use crate::code::Code;
use crate::facts::{BUS, Facts, Queue, Rejected};
use crate::finding::Finding;
use crate::metrics::{Metric, RECENT, Statistic};

pub fn dead(facts: &Facts) -> Vec<Finding> {
    facts.queues.iter().filter_map(|queue| dead_letters(facts, queue)).collect()
}

fn dead_letters(facts: &Facts, queue: &Queue) -> Option<Finding> {
    let (waiting, handled) = *queue.messages.found().filter(|(waiting, handled)| waiting + handled > 0)?;
    let code = match queue.owner.as_str() {
        "fanout" => Code::FanoutDeadLetters,
        BUS => Code::BusUndelivered,
        _ => Code::DeadLetters,
    };
    let count =
        format!("{} has {}, and {handled} that somebody received", queue.name, counted(waiting, "message"));
    let finding = Finding::new(code, &queue.owner).evidence(count);
    Some(match facts.metrics.maximum_since(&age(queue), facts.now - RECENT) {
        Some(seconds) => finding.evidence(format!("the oldest is {} old", duration(seconds))),
        None => finding,
    })
}

/// The age of the oldest message in seconds.
pub fn age(queue: &Queue) -> Metric {
    Metric::new("AWS/SQS", "ApproximateAgeOfOldestMessage", &[("QueueName", &queue.name)])
        .with(Statistic::Maximum)
}

pub fn duration(seconds: f64) -> String {
    match seconds as i64 {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

pub fn rejected(facts: &Facts) -> Vec<Finding> {
    facts.rejected.iter().filter_map(|rejected| stored(facts, rejected)).collect()
}

fn stored(facts: &Facts, rejected: &Rejected) -> Option<Finding> {
    let total: u64 = rejected.reasons.values().sum();
    let more = if rejected.has_more { "at least " } else { "" };
    let age = duration((facts.now - rejected.newest).max(0) as f64);
    let count = format!("{more}{} stored; the newest was rejected {age} ago", counted(total, "record"));
    let mut reasons: Vec<_> = rejected.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let finding = Finding::new(Code::RecordsRejected, &rejected.pipe).evidence(count);
    let worst = reasons.into_iter().take(5);
    (total > 0).then(|| {
        worst.fold(finding, |finding, (reason, count)| finding.evidence(format!("{count}: {reason}")))
    })
}
