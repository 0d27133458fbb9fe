//! Replaces what depends on the definitions after an edit. Connections, data and addresses stay.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::task::spawn_blocking;
use tracing::{error, info};

use super::{Machine, StartError, definitions, embedded_pipes, findings, functions_config, storage, tables};
use crate::definitions::Definitions;
use crate::functions::FunctionsConfig;
use crate::hints::Hints;
use crate::pipe_file::PipeFile;
use crate::pipes;

/// The timeouts of `enrich` and `dispatch`, which limit a batch in flight.
const DRAIN_LIMIT: Duration = Duration::from_secs(180);

impl Machine {
    /// Uses each edit that compiles, until this future is dropped. The definitions from before an edit that does
    /// not compile stay in use.
    pub async fn follow_edits(&mut self) {
        loop {
            self.watch.edited().await;
            let start = Instant::now();
            match self.reload().await {
                Ok(()) => info!("uses the edited files after {:.2} s", start.elapsed().as_secs_f64()),
                Err(reason) => {
                    error!("the edit is not used, and the definitions from before it stay in use: {reason}");
                    self.status.refuse(&reason.to_string(), reason.mistakes());
                }
            }
        }
    }

    async fn reload(&mut self) -> Result<(), StartError> {
        let (definitions, files) = self.read().await?;
        let next = match definitions == self.definitions {
            true => None,
            false => Some(self.prepare(&definitions, &files).await?),
        };
        self.show(&definitions, &files);
        if let Some(functions) = next {
            self.replace(functions, files).await?;
            self.definitions = definitions;
        }
        self.report = findings::find(&self.options, self.report.as_ref()).await;
        self.status.replace(&self.pipes, self.report.as_ref());
        Ok(())
    }

    async fn read(&self) -> Result<(Definitions, Vec<PipeFile>), StartError> {
        let options = self.options.clone();
        let read = spawn_blocking(move || {
            let definitions = definitions::read(&options)?;
            let files = definitions::compile(&definitions, &options)?;
            Ok((definitions, files))
        });
        read.await?
    }

    /// Does what can fail, before anything changes. A refused edit leaves no new table.
    async fn prepare(
        &self,
        definitions: &Definitions,
        files: &[PipeFile],
    ) -> Result<FunctionsConfig, StartError> {
        let functions =
            functions_config(&self.options, &self.addresses, self.issuer.as_deref(), definitions)?;
        storage::create_tables(&self.database, files).await?;
        Ok(functions)
    }

    fn show(&mut self, definitions: &Definitions, files: &[PipeFile]) {
        self.page.replace(&self.options, &self.addresses, files, self.issuer.clone());
        self.catalogue.replace(&self.options, &self.addresses, definitions);
        (self.hints, self.tables) = (Hints::new(files), tables(files));
    }

    /// No batch is in flight while the functions change, so each one meets `enrich` and `dispatch` of the same
    /// definitions.
    async fn replace(&mut self, functions: FunctionsConfig, files: Vec<PipeFile>) -> Result<(), StartError> {
        let pipes = embedded_pipes(&self.options, files)?;
        join_all(self.pipes.drain(..).map(|pipe| pipe.stop_within(DRAIN_LIMIT))).await;
        self.functions.replace(functions);
        self.pipes = pipes::start_again(pipes, &self.database, &self.functions).await?;
        Ok(())
    }
}
