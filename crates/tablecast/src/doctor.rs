//! `doctor` and `status`: what is wrong with a deployment, or with the local mode. `tablecast_doctor` has the checks.
//!
//! # Layout
//! - `arguments`: the options
//! - `deployment`: a deployment on AWS; `local`: the local mode

mod arguments;
mod deployment;
mod local;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use tablecast_doctor::code::Part;
use tablecast_doctor::{Finding, policy, report};
use tokio::time::sleep;
use tracing::Level;

use crate::shutdown::shutdown_signal;
use crate::{exit, logging, output};
use arguments::{Form, Scope};

pub use arguments::{Doctor, Status};
pub use deployment::files as pipe_files;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The findings, and their place.
struct Report {
    /// `deployment tablecast`
    place: String,
    findings: Vec<Finding>,
    /// The parts that were read. Nothing is known about the others.
    read: &'static [Part],
}

pub async fn doctor(arguments: Doctor) -> ExitCode {
    let Doctor { scope, format, permissions } = arguments;
    if permissions {
        let name = scope.place.deployment.as_deref().unwrap_or("tablecast");
        return exit::code(print_policy(name).map(|()| false));
    }
    run(&scope, format.into()).await
}

pub async fn status(arguments: Status) -> ExitCode {
    run(&arguments.scope, Form::Status).await
}

fn print_policy(name: &str) -> Result<()> {
    Ok(output::line(serde_json::to_string_pretty(&policy(name))?)?)
}

async fn run(scope: &Scope, form: Form) -> ExitCode {
    logging::start(Level::WARN);
    match scope.watch {
        None => exit::code(once(scope, form).await),
        Some(seconds) => watch(scope, form, Duration::from_secs(seconds.into())).await,
    }
}

/// Repeats until Ctrl-C. A failure of one round does not end it.
async fn watch(scope: &Scope, form: Form, pause: Duration) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    loop {
        let round = async {
            code = exit::code(once(scope, form).await);
            sleep(pause).await;
            separate(form);
        };
        tokio::select! {
            () = round => {}
            _ = shutdown_signal() => return code,
        }
    }
}

/// Prints an empty line between two rounds. JSON has a line for each.
fn separate(form: Form) {
    if !matches!(form, Form::Json) {
        let _ = output::line("");
    }
}

/// Prints what is found. Returns whether there is a problem.
async fn once(scope: &Scope, form: Form) -> Result<bool> {
    let Report { place, findings, read } = match &scope.place.deployment {
        Some(name) => deployment::examine(name, scope).await?,
        None => local::examine(scope).await?,
    };
    output::text(&match form {
        Form::Text => report::text(&place, &findings),
        Form::Json => report::json(&place, &findings)? + "\n",
        Form::Status => report::status(&findings, read),
    })?;
    Ok(report::has_problem(&findings))
}
