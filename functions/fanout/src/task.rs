use serde::Deserialize;

/// The task of an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Payload")]
pub enum Task {
    /// Serves a part of a channel: `{"source": "tablecast/orders/acme", "part": 0}`.
    Serve { source: String, part: usize },
    /// Starts workers where none serves: `{"sweep": true}`.
    Sweep,
}

#[derive(Deserialize)]
struct Payload {
    source: Option<String>,
    #[serde(default)]
    part: usize,
    #[serde(default)]
    sweep: bool,
}

impl TryFrom<Payload> for Task {
    type Error = &'static str;

    fn try_from(payload: Payload) -> Result<Self, Self::Error> {
        match payload {
            Payload { sweep: true, .. } => Ok(Self::Sweep),
            Payload { source: Some(source), part, .. } => Ok(Self::Serve { source, part }),
            _ => Err(r#"send {"source": ..., "part": ...} or {"sweep": true}"#),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_a_part_of_a_channel_or_the_sweep() {
        let read = |text: &str| serde_json::from_str::<Task>(text);
        let serve = Task::Serve { source: "tablecast/orders/acme".to_owned(), part: 3 };
        assert_eq!(read(r#"{"source":"tablecast/orders/acme","part":3}"#).unwrap(), serve);
        assert_eq!(read(r#"{"sweep":true}"#).unwrap(), Task::Sweep);
        assert!(read("{}").is_err() && read(r#"{"sweep":false}"#).is_err());
    }
}
