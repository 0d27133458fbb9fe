use tablecast_protocol::{Control, ErrorCode, RefusalReason, SubjectResult, Unrecovered};

use super::{Count, Counts};

impl Counts {
    /// Counts a reply, also if its client is gone: its message had the effect.
    pub fn replied(&self, control: &Control) {
        match control {
            Control::Subscribed { subjects, .. } => subjects.iter().for_each(|it| self.of_subject(it).add()),
            Control::Unsubscribed { subjects } => self.unsubscribed.add_all(subjects.len()),
            Control::Refreshed { .. } => self.refreshed.add(),
            Control::State { subjects, invalid, .. } => self.state.replied(subjects, invalid.count),
            Control::Refused(_) => self.explained.add(),
            Control::Error { code, .. } => self.of_error(*code).into_iter().for_each(Count::add),
            _ => {}
        }
    }

    /// Counts the outcome of a channel that a client resumes. A source that is wider than a channel is never
    /// recovered, so it proves nothing about the log.
    pub fn resumed(&self, outcome: Option<Unrecovered>) {
        let Some(reason) = outcome else { return self.recovered.add() };
        if reason != Unrecovered::TooWide {
            self.unrecovered.add();
        }
        match reason {
            Unrecovered::PositionUnknown => self.position_unknown.add(),
            Unrecovered::EpochChanged => self.epoch_changed.add(),
            Unrecovered::Trimmed => self.trimmed.add(),
            Unrecovered::TooMuch => self.too_much.add(),
            Unrecovered::TooWide => self.too_wide.add(),
            Unrecovered::QuotaExceeded => self.quota_exceeded.add(),
        }
    }

    fn of_subject(&self, result: &SubjectResult) -> &Count {
        match result.reason {
            None => &self.subscribed,
            Some(RefusalReason::NotGranted) => &self.not_granted,
            Some(RefusalReason::TooManySubscriptions) => &self.too_many_subscriptions,
        }
    }

    /// The cause of `unavailable` is counted instead, because clients can cause contention.
    fn of_error(&self, code: ErrorCode) -> Option<&Count> {
        Some(match code {
            ErrorCode::BadMessage => &self.bad_message,
            ErrorCode::UnknownAction => &self.unknown_action,
            ErrorCode::MessageTooLarge => &self.message_too_large,
            ErrorCode::TooManyMessages => &self.too_many_messages,
            ErrorCode::RefreshRefused => &self.refresh_refused,
            ErrorCode::Expired => &self.expired,
            ErrorCode::Unavailable => return None,
        })
    }
}
