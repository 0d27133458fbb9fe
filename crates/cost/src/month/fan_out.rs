use super::Lines;
use crate::facts;
use crate::load::PipeLoad;
use crate::prices::Item;

const MONTH_SECONDS: f64 = 30.0 * 24.0 * 3600.0;

/// A worker ends so long after the last event.
const IDLE_SECONDS: f64 = 2.0;

/// Messages that `fanout` posts in a second, at most.
const POSTS_PER_SECOND: f64 = 7000.0;

/// Writes of the run of a channel: its begin, cursor and end. `dispatch` covers each batch by another one.
const WRITES_PER_SECOND: f64 = 3.0;

/// The workers of a pipe whose audiences are large, if its batches are spread over the month.
pub fn lines(lines: &mut Lines<'_>, pipe: &PipeLoad) {
    if !pipe.batch.is_fanned_out() {
        return;
    }
    let requests = pipe.batch.requests();
    let of_batch = IDLE_SECONDS + requests.posts as f64 / pipe.events_per_message.max(1.0) / POSTS_PER_SECOND;
    let seconds = (pipe.batches() * of_batch).min(MONTH_SECONDS);
    let covers = pipe.batches() * pipe.batch.channels as f64;
    lines.add(Item::LambdaRequest, "calls of fanout", pipe.batches());
    lines.add(Item::LambdaCompute, "fanout, while it pushes", seconds * facts::FANOUT_GB);
    lines.add(Item::DynamodbWrite, "runs of fanout", seconds * WRITES_PER_SECOND + covers);
    lines.add(Item::DynamodbRead, "listeners of fanout", pipe.batches() * requests.read_units as f64);
}
