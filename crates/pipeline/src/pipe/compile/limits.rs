use tablecast_definitions::definition::{Definition, Seconds};
use tablecast_definitions::problem::Rule as ProblemRule;

use super::FileCompiler;

impl FileCompiler<'_> {
    /// Reports each setting that breaks its limit.
    pub(super) fn limits(&mut self, definition: &Definition) {
        let stream = &definition.stream;
        let minutes = |count: u32| Seconds(count * 60);
        let limits = [
            ("stream.batch", (1..=10_000).contains(&stream.batch), "must be 1 to 10000 records"),
            ("stream.window", stream.window <= minutes(5), "must be 0s to 5m"),
            (
                "stream.retries",
                stream.retries.is_none_or(|retries| (1..=10_000).contains(&retries)),
                "must be 1 to 10000. Leave it out to retry until stream.max_age",
            ),
            (
                "stream.max_age",
                (minutes(1)..=minutes(23 * 60)).contains(&stream.max_age),
                "must be 1m to 23h",
            ),
            ("stream.max_age", stream.window < stream.max_age, "must be longer than stream.window"),
            ("stream.parallel", (1..=10).contains(&stream.parallel), "must be 1 to 10"),
            (
                "log.keep",
                (minutes(60)..=minutes(365 * 24 * 60)).contains(&definition.log.keep),
                "must be 1h to 365d",
            ),
            (
                "filter",
                definition.filter.len() <= 5,
                "must have at most 5 patterns: a limit of EventBridge Pipes",
            ),
            (
                "events",
                !definition.events.is_empty() || definition.state.is_some(),
                "needs at least one event, or write `state`",
            ),
            ("table", (3..=255).contains(&definition.table.len()), "must be 3 to 255 characters long"),
        ];
        for (path, _, reason) in limits.into_iter().filter(|(_, holds, _)| !holds) {
            self.wrong(ProblemRule::PipeFile, path, reason);
        }
    }

    /// Reports a key of the table that has no attribute, or several, or one twice.
    pub(super) fn keys(&mut self, definition: &Definition) {
        let names = definition.keys.as_ref().and_then(|keys| Some((&keys.partition, keys.sort.as_ref()?)));
        if names.is_some_and(|(partition, sort)| partition.keys().eq(sort.keys())) {
            let reason = "has the same attribute for partition and sort: write the name of the sort key, or remove sort";
            self.wrong(ProblemRule::PipeFile, "keys", reason);
        }
        let keys = definition.keys.iter().flat_map(|keys| [Some(&keys.partition), keys.sort.as_ref()]);
        if keys.flatten().any(|key| key.len() != 1) {
            let reason = "must have one attribute for partition and one for sort: `partition: { userId: S }`";
            self.wrong(ProblemRule::PipeFile, "keys", reason);
        }
    }
}
