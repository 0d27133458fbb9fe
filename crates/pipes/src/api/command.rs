use super::resource::DesiredState;
use crate::aws::spec::PipeSpec;

/// A command for the worker of a pipe. Only the newest command counts.
#[derive(Clone)]
pub enum Command {
    Run(Box<PipeSpec>),
    Stop,
    /// Stop the pipe and remove it.
    End,
}

impl Command {
    pub fn reach(desired: DesiredState, spec: PipeSpec) -> Self {
        match desired {
            DesiredState::Running => Self::Run(Box::new(spec)),
            DesiredState::Stopped => Self::Stop,
        }
    }
}
