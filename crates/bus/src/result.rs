use aws_sdk_eventbridge::config::http::HttpResponse;
use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::operation::put_events::{PutEventsError, PutEventsOutput};
use aws_sdk_eventbridge::types::PutEventsResultEntry;

use crate::entry::Entry;
use crate::state::State;

/// EventBridge's codes for temporary failures.
const TRANSIENT: [&str; 4] =
    ["InternalFailure", "ThrottlingException", "InternalException", "ServiceUnavailable"];

/// Returns a state for each entry. A response that contradicts itself confirms nothing: too few or too many
/// results, or a count of failures that is not theirs. Entries that it does not confirm are pending.
pub fn of_entries(entries: &[&Entry<'_>], response: &PutEventsOutput) -> Vec<State> {
    let results = response.entries();
    let failed = results.iter().filter(|result| result.error_code().is_some()).count();
    let counted = usize::try_from(response.failed_entry_count()).ok();
    if results.len() != entries.len() || counted != Some(failed) {
        let (entries, results) = (entries.len(), results.len());
        tracing::warn!(
            entries,
            results,
            failed_entry_count = response.failed_entry_count(),
            failed,
            "a response of the bus contradicts itself: sending the entries again"
        );
        return vec![State::Pending; entries];
    }
    entries.iter().zip(results).map(|(entry, result)| of(entry, result)).collect()
}

fn of(entry: &Entry<'_>, result: &PutEventsResultEntry) -> State {
    let (event_id, trace_id) = (entry.id, entry.trace_id());
    let message = result.error_message();
    let Some(code) = result.error_code() else {
        // EventBridge gives every event that it accepts an id.
        let confirmed = result.event_id().is_some_and(|id| !id.is_empty());
        return if confirmed { State::Published } else { unconfirmed(entry) };
    };
    if TRANSIENT.contains(&code) {
        tracing::warn!(
            event_id,
            trace_id,
            code,
            message,
            "the bus did not accept an event: sending it again"
        );
        return State::Pending;
    }
    tracing::error!(event_id, trace_id, code, message, "the bus rejected an event");
    State::Failed
}

fn unconfirmed(entry: &Entry<'_>) -> State {
    let (event_id, trace_id) = (entry.id, entry.trace_id());
    tracing::warn!(event_id, trace_id, "the bus gave an event neither an id nor an error: sending it again");
    State::Pending
}

/// The state of all entries of a request that failed.
pub fn of_request(error: &SdkError<PutEventsError, HttpResponse>) -> State {
    let transient = match error.raw_response() {
        None => !matches!(error, SdkError::ConstructionFailure(_)),
        Some(response) => {
            let status = response.status().as_u16();
            status == 429 || status >= 500 || error.code().is_some_and(|code| TRANSIENT.contains(&code))
        }
    };
    let reason = tablecast_aws::reason(error);
    match transient {
        true => tracing::warn!(%reason, "a request to the bus failed: retrying"),
        false => {
            tracing::error!(%reason, "the bus refuses the request: check the function's permission and BUS_NAME")
        }
    }
    if transient { State::Pending } else { State::Failed }
}
