use crate::code::Code;
use crate::facts::{Description, Facts, Pipe};
use crate::finding::Finding;
use crate::metrics::{Metric, PERIOD, Statistic};

/// Both images of an item.
const VIEW: &str = "NEW_AND_OLD_IMAGES";

/// Compares the stream that each pipe reads with the current stream of its table.
pub fn ended(facts: &Facts) -> Vec<Finding> {
    facts.known_pipes().iter().flat_map(|pipe| of_pipe(facts, pipe)).collect()
}

fn of_pipe(facts: &Facts, pipe: &Pipe) -> Vec<Finding> {
    let Some(table) = description(facts, pipe) else { return Vec::new() };
    let finding = |code, evidence: String| Finding::new(code, &pipe.file).evidence(evidence);
    let Some(view) = &table.view else {
        return vec![finding(Code::StreamOff, format!("the table {} has no stream", pipe.table))];
    };
    let mut findings = Vec::new();
    if view != VIEW {
        let evidence = format!("the stream of {} has the view type {view}", pipe.table);
        findings.push(finding(Code::StreamImages, evidence));
    }
    if let Some(current) = table.stream.as_ref().filter(|current| **current != pipe.source) {
        let evidence = format!("{} reads {}, and the current stream is {current}", pipe.name, pipe.source);
        findings.push(finding(Code::StreamEnded, evidence));
    }
    findings
}

fn description<'f>(facts: &'f Facts, pipe: &Pipe) -> Option<&'f Description> {
    facts.tables.iter().find(|table| table.name == pipe.table)?.description.found()
}

/// Finds tables that change while nobody reads their stream. Writes that change nothing are in no stream, so this
/// takes half an hour of them.
pub fn unread(facts: &Facts) -> Vec<Finding> {
    facts.known_pipes().iter().filter_map(|pipe| unread_pipe(facts, pipe)).collect()
}

fn unread_pipe(facts: &Facts, pipe: &Pipe) -> Option<Finding> {
    let written = facts.metrics.points(&writes(pipe)).iter().filter(|(_, value)| *value > 0.0).count();
    let missing = match () {
        () if facts.metrics.sum(&reads(pipe)) < 1.0 => "its stream was not read",
        () if is_idle(facts, pipe) => "the pipe received none of its changes: only others read its stream",
        () => return None,
    };
    // CloudWatch has the metrics at different times.
    let finding = || {
        let evidence = format!(
            "{} was written in {written} periods of {} minutes of the last hour, and {missing}",
            pipe.table,
            PERIOD / 60
        );
        Finding::new(Code::StreamUnread, &pipe.file).evidence(evidence).fill("pipe", &pipe.name)
    };
    (written >= 6).then(finding)
}

/// The reads of a stream are those of all its readers. A pipe without a filter is invoked for every change. With a
/// filter, it may have nothing to do.
fn is_idle(facts: &Facts, pipe: &Pipe) -> bool {
    pipe.filter.is_empty() && work(facts, pipe).iter().all(|metric| facts.metrics.sum(metric) < 1.0)
}

/// Each of them proves that the pipe works.
pub fn work(facts: &Facts, pipe: &Pipe) -> [Metric; 3] {
    let of_pipes = |name| Metric::new("AWS/EventBridge/Pipes", name, &[("PipeName", &pipe.name)]);
    [of_pipes("Invocations"), of_pipes("EventCount"), Metric::of_pipe(&facts.name, "Records", &pipe.file)]
}

pub fn writes(pipe: &Pipe) -> Metric {
    Metric::new("AWS/DynamoDB", "ConsumedWriteCapacityUnits", &[("TableName", &pipe.table)])
}

pub fn reads(pipe: &Pipe) -> Metric {
    let label = pipe.source.rsplit('/').next().unwrap_or_default();
    let dimensions =
        [("TableName", pipe.table.as_str()), ("StreamLabel", label), ("Operation", "GetRecords")];
    Metric::new("AWS/DynamoDB", "ReturnedRecordsCount", &dimensions).with(Statistic::SampleCount)
}
