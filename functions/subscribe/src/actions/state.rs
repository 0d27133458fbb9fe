use tablecast_protocol::{Control, message};

use crate::error::MessageError;
use crate::message_context::MessageContext;
use crate::state::Request;
use crate::{Subscribe, Verify, plan};

impl<V: Verify> Subscribe<V> {
    pub(crate) async fn state(
        &self,
        context: MessageContext<'_>,
        message: &message::State,
    ) -> Result<Control, MessageError> {
        let subjects: Vec<String> = plan::distinct(&message.subjects).cloned().collect();
        let (types, next) = (&message.types, message.next.as_deref());
        self.collect(Request { context, subjects: &subjects, types, next, sources: None, id: &message.id })
            .await
    }
}
