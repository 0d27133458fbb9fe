use tablecast_push::StartError;

use super::{Completion, Worker};

impl Worker<'_> {
    /// Shares the audience with further workers, and starts them.
    pub(super) fn split(&mut self, parts: usize) {
        self.writing.splits = true;
        let (fanout, lease) = (self.fanout, self.lease.clone());
        self.write(async move { lease.split(&fanout.connections, parts).await });
    }

    /// After the parts are known.
    pub(super) fn on_split(&mut self) {
        let (fanout, run, part) = (self.fanout, self.lease.run.clone(), self.lease.part);
        if let Some(block) = &mut self.reading.block {
            block.keep_part(&run, part);
        }
        for other in (0..run.parts.len()).filter(|other| *other != part) {
            let source = run.source.clone();
            let starting = async move { Completion::Started(fanout.workers.start(&source, other).await) };
            self.steps.push(Box::pin(starting));
        }
    }

    pub(super) fn on_started(&mut self, started: Result<(), StartError>) {
        self.served.add_start(started);
    }
}
