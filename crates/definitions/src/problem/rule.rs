/// Which rule a problem breaks. Its name is stable: tools may branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    PipeFile,
    Expression,
    EventType,
    Filter,
    Yaml11,
    SchemaFile,
    SchemaKeyword,
    SchemaExample,
    SchemaUnused,
    SchemaRegistry,
    DataMissing,
    DataUnnamed,
    DataType,
    DataValue,
    Test,
    ChangeTypeRemoved,
    ChangeId,
    ChangePropertyRemoved,
    ChangePropertyAdded,
    ChangeRequired,
    ChangeType,
    ChangeValues,
    ChangeLimit,
    ChangeAlternatives,
    ChangeOthers,
    ChangeUnjudged,
}

const NEXT: &str =
    "leave this schema as it was, and write the next version beside it: docs/reference/schema-evolution.md";

impl Rule {
    pub const ALL: [Self; 26] = [
        Self::PipeFile,
        Self::Expression,
        Self::EventType,
        Self::Filter,
        Self::Yaml11,
        Self::SchemaFile,
        Self::SchemaKeyword,
        Self::SchemaExample,
        Self::SchemaUnused,
        Self::SchemaRegistry,
        Self::DataMissing,
        Self::DataUnnamed,
        Self::DataType,
        Self::DataValue,
        Self::Test,
        Self::ChangeTypeRemoved,
        Self::ChangeId,
        Self::ChangePropertyRemoved,
        Self::ChangePropertyAdded,
        Self::ChangeRequired,
        Self::ChangeType,
        Self::ChangeValues,
        Self::ChangeLimit,
        Self::ChangeAlternatives,
        Self::ChangeOthers,
        Self::ChangeUnjudged,
    ];

    pub fn name(self) -> &'static str {
        self.told().0
    }

    /// What to do, whatever the place.
    pub fn remedy(self) -> &'static str {
        self.told().1
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::PipeFile => ("pipe-file", "write it as the tables of docs/reference/pipe-file.md say"),
            Self::Expression => (
                "expression",
                "correct the expression: docs/reference/pipe-file.md, \"Expressions\", has what may stand in one",
            ),
            Self::EventType => {
                ("event-type", "write the schema schemas/<type>.json, or name a type that has one")
            }
            Self::Filter => {
                ("filter", "write a pattern that EventBridge Pipes take; what they cannot ask, `when` can")
            }
            Self::Yaml11 => (
                "yaml-1.1",
                "put it in quotes: Terraform reads YAML 1.1, where it is something else without them",
            ),
            Self::SchemaFile => (
                "schema-file",
                "correct the schema: JSON Schema 2020-12, named and identified by its event type",
            ),
            Self::SchemaKeyword => {
                ("schema-keyword", "correct the keyword's spelling; notes of your own begin with x-")
            }
            Self::SchemaExample => (
                "schema-example",
                "make the example one that the schema accepts, or the schema one that accepts it",
            ),
            Self::SchemaUnused => (
                "schema-unused",
                "let a pipe emit it, delete it, or, if it is on its way out, say \"deprecated\": true in it",
            ),
            Self::SchemaRegistry => (
                "schema-registry",
                "say it with other keywords, or in fewer: docs/reference/catalogue.md has what EventBridge's registry can hold",
            ),
            Self::DataMissing => {
                ("data-missing", "add it to the rule's data, or take it out of the schema's required")
            }
            Self::DataUnnamed => {
                ("data-unnamed", "name it in the schema's properties, or take it out of the rule's data")
            }
            Self::DataType => (
                "data-type",
                "make the expression give what the schema says: string(), int() and double() convert",
            ),
            Self::DataValue => ("data-value", "give one of the values that the schema allows"),
            Self::Test => ("test", "correct the rule, the record, or what the test expects"),
            Self::ChangeTypeRemoved => {
                ("change-type-removed", "put it back; what was released with \"deprecated\": true may go")
            }
            Self::ChangeId => ("change-id", NEXT),
            Self::ChangePropertyRemoved => ("change-property-removed", NEXT),
            Self::ChangePropertyAdded => ("change-property-added", NEXT),
            Self::ChangeRequired => ("change-required", NEXT),
            Self::ChangeType => ("change-type", NEXT),
            Self::ChangeValues => ("change-values", NEXT),
            Self::ChangeLimit => ("change-limit", NEXT),
            Self::ChangeAlternatives => ("change-alternatives", NEXT),
            Self::ChangeOthers => ("change-other-properties", NEXT),
            Self::ChangeUnjudged => (
                "change-unjudged",
                "write the change in a simpler way, or treat it as one that breaks readers: a schema of the next version",
            ),
        }
    }
}
