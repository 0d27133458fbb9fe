use std::sync::OnceLock;

use tablecast_pipeline::pipe::Pipes;

/// The pipes and schemas of the deployment. They are compiled when a client first requests state, because the other
/// messages do not need them.
pub struct Definitions {
    compile: Box<dyn Fn() -> Result<Pipes, String> + Send + Sync>,
    compiled: OnceLock<Pipes>,
}

impl Definitions {
    pub fn new(compile: impl Fn() -> Result<Pipes, String> + Send + Sync + 'static) -> Self {
        Self { compile: Box::new(compile), compiled: OnceLock::new() }
    }

    pub fn pipes(&self) -> Result<&Pipes, String> {
        match self.compiled.get() {
            Some(pipes) => Ok(pipes),
            None => (self.compile)().map(|pipes| self.compiled.get_or_init(|| pipes)),
        }
    }
}
