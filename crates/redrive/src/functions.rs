use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::value::RawValue;
use tablecast_pipes::invoke::Invoke;
use tablecast_protocol::element::BatchResponse;

use crate::error::RedriveError;
use crate::record_result::Element;

/// The functions of a pipe, with its payloads.
#[derive(Debug, Clone)]
pub struct Functions<I> {
    pub invoke: I,
    pub enrich: String,
    pub dispatch: String,
}

impl<I: Invoke> Functions<I> {
    /// Returns one element for each record, in order. Nothing is stored or sent.
    pub async fn enrich(&self, records: &[String]) -> Result<Vec<Element>, RedriveError> {
        let payload = format!("[{}]", records.join(","));
        let response = self.invoke.invoke(&self.enrich, Bytes::from(payload)).await?;
        let failed = |reason: String| RedriveError::Response { function: self.enrich.clone(), reason };
        let elements: Vec<Box<RawValue>> =
            serde_json::from_slice(&response).map_err(|error| failed(error.to_string()))?;
        if elements.len() != records.len() {
            return Err(failed(format!("{} elements for {} records", elements.len(), records.len())));
        }
        elements.into_iter().map(|element| Element::read(element).map_err(failed)).collect()
    }

    /// Delivers the elements. Returns the ids of the records that failed.
    pub async fn dispatch(&self, elements: &[&Element]) -> Result<BTreeSet<String>, RedriveError> {
        if elements.is_empty() {
            return Ok(BTreeSet::new());
        }
        let texts: Vec<_> = elements.iter().map(|element| element.raw.get()).collect();
        let payload = format!("[{}]", texts.join(","));
        let response = self.invoke.invoke(&self.dispatch, Bytes::from(payload)).await?;
        let failed = |reason: String| RedriveError::Response { function: self.dispatch.clone(), reason };
        let response = serde_json::from_slice(&response).map_err(|error| failed(error.to_string()))?;
        Ok(BatchResponse::failed(response))
    }
}
