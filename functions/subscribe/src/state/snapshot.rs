use std::collections::BTreeMap;

use tablecast_connections::Session;
use tablecast_definitions::grant::Granted;
use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_protocol::{Control, Incomplete, InvalidItems, Position};
use tablecast_values::located::Located;

use super::access;
use super::budget::Budget;
use super::item::Item;
use super::progress::{Content, Entry, Progress};
use crate::limits::{STATE_LOGGED_ITEMS, page_events};

/// The state that one message has read and sent so far.
pub struct Snapshot<'r> {
    pub session: Session,
    /// The id of API Gateway's request. The ids of the events begin with it.
    pub request: &'r str,
    pub budget: Budget,
    pub subjects: Vec<Progress>,
    pub sources: BTreeMap<String, Position>,
    /// The entries that were read and not yet sent.
    pub waiting: Vec<Entry>,
    pub invalid: InvalidItems,
    /// Events so far.
    count: usize,
}

impl<'r> Snapshot<'r> {
    /// `subjects` are in the order of the message. Those that are malformed are not granted.
    pub fn new(session: Session, request: &'r str, budget: Budget, subjects: &[String]) -> Self {
        let subjects = subjects.iter().map(|text| Progress::new(text)).collect();
        Self {
            session,
            request,
            budget,
            subjects,
            sources: BTreeMap::new(),
            waiting: Vec::new(),
            invalid: InvalidItems::default(),
            count: 0,
        }
    }

    /// The patterns of the subjects that are not at their end.
    pub fn open_patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.subjects
            .iter()
            .filter(|progress| !progress.is_done())
            .filter_map(|progress| progress.pattern.as_ref())
    }

    /// The id of the next event.
    pub fn next_id(&self) -> String {
        format!("{}:{}", self.request, self.count)
    }

    /// Adds an item of a subject. `cursor` makes the text of the cursor after it.
    pub fn add(
        &mut self,
        subject_index: usize,
        pipe: &Pipe,
        item: Item,
        cursor: impl Fn(&Subject) -> String,
    ) {
        let (cursor, content) = match item {
            Item::Other => return,
            Item::State { subject, event } => {
                self.count += 1;
                (Some(cursor(&subject)), Content::Event(Box::<str>::from(event)))
            }
            Item::Invalid { subject, error } => {
                self.log_invalid(pipe, subject.as_ref(), &error);
                (subject.as_ref().map(cursor), Content::Invalid(subject))
            }
        };
        self.budget.named += usize::from(cursor.is_some());
        self.waiting.push(Entry { subject_index, cursor, content });
    }

    /// A subject was read to its end.
    pub fn complete(&mut self, subject_index: usize) {
        self.subjects[subject_index].result.complete = true;
        self.budget.complete += 1;
    }

    /// Returns whether as many items wait as are sent at once.
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= page_events(self.session.connection.protocol)
    }

    /// Takes the items that wait, without those of subjects that the connection may no longer have.
    pub fn take_granted(&mut self, granted: &Granted) -> Vec<Entry> {
        let mut waiting = std::mem::take(&mut self.waiting);
        for entry in &waiting {
            let progress = &mut self.subjects[entry.subject_index];
            if access::types(&self.session, granted, progress.pattern.as_ref()).is_none() {
                progress.end(Incomplete::NotGranted);
            }
        }
        waiting.retain(|entry| !self.subjects[entry.subject_index].is_refused());
        waiting
    }

    /// Records that items were sent.
    pub fn sent(&mut self, entries: Vec<Entry>) {
        for Entry { subject_index, cursor, content } in entries {
            let progress = &mut self.subjects[subject_index];
            if cursor.is_none() {
                progress.unnamed += 1;
                continue;
            }
            self.invalid.count += std::mem::take(&mut progress.unnamed);
            let result = &mut progress.result;
            result.next = cursor;
            match content {
                Content::Event(text) => {
                    result.items += 1;
                    self.budget.sent_events += 1;
                    self.budget.sent_bytes += text.len();
                }
                Content::Invalid(subject) => self.invalid.add(subject.map(|subject| subject.to_string())),
            }
        }
    }

    /// Ends all subjects that were not sent to their end.
    pub fn end_all(&mut self, reason: Incomplete) {
        for entry in std::mem::take(&mut self.waiting) {
            self.subjects[entry.subject_index].result.complete = false;
        }
        self.subjects.iter_mut().filter(|progress| !progress.is_done()).for_each(|it| it.end(reason));
    }

    pub fn reply(mut self) -> Control {
        let at_end = self.subjects.iter().filter(|progress| progress.is_at_end());
        self.invalid.count += at_end.map(|progress| progress.unnamed).sum::<usize>();
        let subjects = self.subjects.into_iter().map(Progress::finish).collect();
        Control::State { subjects, sources: self.sources, invalid: self.invalid }
    }

    /// The first items of a message have a log line each. The reply counts all.
    fn log_invalid(&self, pipe: &Pipe, subject: Option<&Subject>, error: &Located) {
        let earlier =
            self.waiting.iter().filter(|entry| matches!(entry.content, Content::Invalid(_))).count();
        let unnamed: usize = self.subjects.iter().map(|progress| progress.unnamed).sum();
        if self.invalid.count + unnamed + earlier >= STATE_LOGGED_ITEMS {
            return;
        }
        let (path, reason) = (&error.path, &error.reason);
        let (connection, pipe) = (&self.session.connection.id, &pipe.name);
        let subject = subject.map(Subject::as_str);
        tracing::warn!(
            connection,
            pipe,
            subject,
            path,
            reason,
            "an item cannot become state: clients have it as missing"
        );
    }
}
