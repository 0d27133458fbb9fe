mod remedy;

/// A rule of `tablecast check`. Its name does not change, because programs may depend on it.
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
    TestSkipped,
    GrantMissing,
    GrantUnmatched,
    GrantWide,
    SubjectBinary,
    LogShared,
    StateKeys,
    StateSubject,
    StateFilter,
    StateExpression,
    StateType,
    StateTypeLength,
    StateScan,
    StateShared,
    IgnoredFile,
    PipeRenamed,
    LogChannelChanged,
    LogKeepChanged,
    BusRemoved,
    StateRemoved,
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

impl Rule {
    pub const ALL: [Self; 46] = [
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
        Self::TestSkipped,
        Self::GrantMissing,
        Self::GrantUnmatched,
        Self::GrantWide,
        Self::SubjectBinary,
        Self::LogShared,
        Self::StateKeys,
        Self::StateSubject,
        Self::StateFilter,
        Self::StateExpression,
        Self::StateType,
        Self::StateTypeLength,
        Self::StateScan,
        Self::StateShared,
        Self::IgnoredFile,
        Self::PipeRenamed,
        Self::LogChannelChanged,
        Self::LogKeepChanged,
        Self::BusRemoved,
        Self::StateRemoved,
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
        match self {
            Self::PipeFile => "pipe-file",
            Self::Expression => "expression",
            Self::EventType => "event-type",
            Self::Filter => "filter",
            Self::Yaml11 => "yaml-1.1",
            Self::SchemaFile => "schema-file",
            Self::SchemaKeyword => "schema-keyword",
            Self::SchemaExample => "schema-example",
            Self::SchemaUnused => "schema-unused",
            Self::SchemaRegistry => "schema-registry",
            Self::DataMissing => "data-missing",
            Self::DataUnnamed => "data-unnamed",
            Self::DataType => "data-type",
            Self::DataValue => "data-value",
            Self::Test => "test",
            Self::TestSkipped => "test-skipped",
            Self::GrantMissing => "grant-missing",
            Self::GrantUnmatched => "grant-unmatched",
            Self::GrantWide => "grant-wide",
            Self::SubjectBinary => "subject-binary",
            Self::LogShared => "log-shared",
            Self::StateKeys => "state-keys",
            Self::StateSubject => "state-subject",
            Self::StateFilter => "state-filter",
            Self::StateExpression => "state-expression",
            Self::StateType => "state-type",
            Self::StateTypeLength => "state-type-length",
            Self::StateScan => "state-scan",
            Self::StateShared => "state-shared",
            Self::IgnoredFile => "ignored-file",
            Self::PipeRenamed => "pipe-renamed",
            Self::LogChannelChanged => "log-channel-changed",
            Self::LogKeepChanged => "log-keep-changed",
            Self::BusRemoved => "bus-removed",
            Self::StateRemoved => "state-removed",
            Self::ChangeTypeRemoved => "change-type-removed",
            Self::ChangeId => "change-id",
            Self::ChangePropertyRemoved => "change-property-removed",
            Self::ChangePropertyAdded => "change-property-added",
            Self::ChangeRequired => "change-required",
            Self::ChangeType => "change-type",
            Self::ChangeValues => "change-values",
            Self::ChangeLimit => "change-limit",
            Self::ChangeAlternatives => "change-alternatives",
            Self::ChangeOthers => "change-other-properties",
            Self::ChangeUnjudged => "change-unjudged",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rule_has_a_name_of_its_own_and_a_remedy() {
        let names: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
        let is_plain = |letter: char| letter.is_ascii_lowercase() || "-1.".contains(letter);
        for rule in Rule::ALL {
            assert!(rule.name().len() >= 4 && rule.name().chars().all(is_plain), "{rule:?}");
            assert!(rule.remedy().contains(' '), "{rule:?}");
        }
    }
}
