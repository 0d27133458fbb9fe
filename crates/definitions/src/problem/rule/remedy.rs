use super::Rule;

const NEXT_VERSION: &str =
    "undo the change, and put the next version in a new file: docs/reference/schema-evolution.md";

impl Rule {
    /// Returns what to do about any problem of this rule.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::PipeFile => "correct the pipe file: docs/reference/pipe-file.md#keys",
            Self::Expression => "correct the expression: docs/reference/pipe-file.md#expressions",
            Self::EventType => "create the schema schemas/<type>.json, or use a type that has a schema",
            Self::Filter => {
                "correct the pattern: docs/reference/pipe-file.md#filter; or move the condition to `when`"
            }
            Self::Yaml11 => "put the text in quotes: Terraform reads YAML 1.1, where it has another meaning",
            Self::SchemaFile => {
                "correct the schema, which has the event type as its file name and in its $id: docs/reference/pipe-file.md#schemas"
            }
            Self::SchemaKeyword => {
                "correct the keyword; the names of your own annotations must begin with x-"
            }
            Self::SchemaExample => "correct the example or the schema",
            Self::SchemaUnused => {
                "emit it from a pipe, delete it, or set \"deprecated\": true if you will delete it later"
            }
            Self::SchemaRegistry => {
                "use other keywords or a shorter schema: docs/reference/catalogue.md#supported-keywords"
            }
            Self::DataMissing => "add it to the rule's data, or remove it from the schema's required",
            Self::DataUnnamed => "add it to the schema's properties, or remove it from the rule's data",
            Self::DataType => {
                "convert the value with string(), int() or double(), or change the type in the schema"
            }
            Self::DataValue => "use a value that the schema allows",
            Self::Test => "correct the rule, the record, or the types that the test expects",
            Self::TestSkipped => "correct the other problems of the pipe file first",
            Self::GrantMissing => {
                "add a grant: docs/reference/pipe-file.md#grant; without one, only the bus gets the events"
            }
            Self::GrantUnmatched => {
                "begin the grant like the subject, and end it with /* or with as many segments as the subject has"
            }
            Self::GrantWide => {
                "lower log.channel, or grant more segments before /*: docs/reference/pipe-file.md#log"
            }
            Self::LogShared => {
                "write the same `log` in both files, or let their subjects begin with different segments"
            }
            Self::StateKeys => "write the table's key: docs/reference/pipe-file.md#state",
            Self::StateSubject => {
                "make the subject of exactly the key attributes, each once and alone in its segment: docs/reference/pipe-file.md#state"
            }
            Self::StateFilter => {
                "remove the filter, and choose items with state.when: docs/reference/pipe-file.md#state"
            }
            Self::StateExpression => {
                "write item or keys in state, and only key attributes in state.removed: docs/reference/pipe-file.md#state"
            }
            Self::StateType => "use another type, or remove the rule from `events`",
            Self::StateTypeLength => "use a shorter type, and rename its schema",
            Self::StateScan => {
                "begin the subject with the partition key, or grant more segments before /*: docs/reference/pipe-file.md#state"
            }
            Self::StateShared => "let the subjects of both files begin with different texts",
            Self::SubjectBinary => {
                "replace / in the base64, or use another attribute: docs/reference/pipe-file.md#subjects-and-patterns"
            }
            Self::IgnoredFile => "rename the file, or move it to another folder",
            Self::PipeRenamed => {
                "restore the file name, or change the consumers first: docs/guides/upgrade.md#rename-a-pipe-file"
            }
            Self::LogChannelChanged => {
                "restore the number, or deploy when many clients can load the state at once: docs/reference/pipe-file.md#log"
            }
            Self::LogKeepChanged => "nothing, if clients are never away for longer than log.keep",
            Self::BusRemoved => "restore it, or make sure first that no rule matches the pipe's events",
            Self::StateRemoved => {
                "restore it, or make sure first that no client loads this state: docs/reference/schema-evolution.md#state"
            }
            Self::ChangeTypeRemoved => {
                "restore the schema, and release it with \"deprecated\": true before you delete it"
            }
            Self::ChangeUnjudged => {
                "make the change in a simpler way, or put the next version in a new file: docs/reference/schema-evolution.md"
            }
            Self::ChangeId
            | Self::ChangePropertyRemoved
            | Self::ChangePropertyAdded
            | Self::ChangeRequired
            | Self::ChangeType
            | Self::ChangeValues
            | Self::ChangeLimit
            | Self::ChangeAlternatives
            | Self::ChangeOthers => NEXT_VERSION,
        }
    }
}
