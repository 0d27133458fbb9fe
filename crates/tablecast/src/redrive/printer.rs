use std::io::{self, Write, stdout};
use std::time::{Duration, Instant};

use serde_json::json;
use tablecast_redrive::Mode;
use tablecast_redrive::report::{
    Line, Lost, Output, Summary, Unread, line_text, lost_text, summary_text, unread_text,
};

use super::Arguments;
use crate::format::Format;
use crate::output::{is_closed, note};

const PROGRESS: Duration = Duration::from_secs(2);

/// Prints the report on stdout, and everything else on stderr.
pub struct Printer {
    format: Format,
    mode: Mode,
    /// The option that names the deployment.
    deployment: String,
    start: Instant,
    last: Instant,
}

impl Printer {
    pub fn new(arguments: &Arguments) -> Self {
        let (format, mode) = (arguments.format, arguments.mode());
        let name = arguments.place.deployment.as_ref();
        let deployment = name.map(|name| format!(" --deployment {name}")).unwrap_or_default();
        Self { format, mode, deployment, start: Instant::now(), last: Instant::now() }
    }

    /// Prints the summary.
    pub fn end(&self, summary: &Summary) -> io::Result<()> {
        match self.format {
            Format::Text => note(summary_text(summary, self.mode)),
            Format::Json => self.print(&format!("{}\n", json!({ "summary": summary })))?,
        }
        Ok(())
    }
}

impl Output for Printer {
    fn line(&mut self, line: &Line) -> io::Result<()> {
        match self.format {
            Format::Text => self.print(&line_text(line)),
            Format::Json => self.print(&format!("{}\n", json!({ "record": line }))),
        }
    }

    fn lost(&mut self, lost: &Lost) -> io::Result<()> {
        match self.format {
            Format::Text => self.print(&lost_text(lost, &self.deployment)),
            Format::Json => self.print(&format!("{}\n", json!({ "lost": lost }))),
        }
    }

    fn unread(&mut self, unread: &Unread) -> io::Result<()> {
        match self.format {
            Format::Text => self.print(&unread_text(unread, &self.deployment)),
            Format::Json => self.print(&format!("{}\n", json!({ "unread": unread }))),
        }
    }

    fn progress(&mut self, summary: &Summary) {
        let (done, all) = (summary.done(), summary.records);
        if done == 0 || self.last.elapsed() < PROGRESS {
            return;
        }
        self.last = Instant::now();
        let rest = self.start.elapsed().as_secs_f64() / done as f64 * all.saturating_sub(done) as f64;
        note(format_args!("{done} of {all} records, {} stay, about {rest:.0} s left", summary.remaining()));
    }

    fn note(&mut self, text: &str) {
        note(text);
    }
}

impl Printer {
    /// A closed stdout ends what only shows. It does not end what redrives.
    fn print(&self, text: &str) -> io::Result<()> {
        let mut output = stdout().lock();
        let printed = output.write_all(text.as_bytes()).and_then(|()| output.flush());
        if self.mode.redrives() && is_closed(&printed) { Ok(()) } else { printed }
    }
}
