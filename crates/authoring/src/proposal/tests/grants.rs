use tablecast_definitions::problem::Rule;

use super::*;

/// A grant is proposed only in a comment, and as narrow as the key allows.
#[test]
fn a_grant_is_proposed_for_the_owner_of_an_item() {
    for (key, items, grant) in [
        ("tenantId,id", r#"{"tenantId":{"S":"a"},"id":{"S":"1"}}"#, r#""things/" + claims.tenant + "/*""#),
        ("id,orgId", r#"{"orgId":{"S":"a"},"id":{"S":"1"}}"#, r#""things/" + claims.org + "/*""#),
        ("userId", r#"{"userId":{"S":"a"}}"#, r#""things/" + claims.sub"#),
        ("pk,sk", r#"{"pk":{"S":"TENANT#a"},"sk":{"S":"1"}}"#, r#""things/TENANT#" + claims.tenant + "/*""#),
        (
            "pk,sk",
            r#"{"pk":{"S":"TENANT#a"},"sk":{"S":"1"}} {"pk":{"S":"x"},"sk":{"S":"1"}}"#,
            r#""things/TENANT#" + claims.tenant + "/*""#,
        ),
        (
            "pk,sk",
            r#"{"pk":{"S":"ORDER#1"},"sk":{"S":"1"}} {"pk":{"S":"USER#a"},"sk":{"S":"1"}}"#,
            r#""things/USER#" + claims.sub + "/*""#,
        ),
        ("pk,sk", r#"{"pk":{"S":"USER#a#ORDER#1"},"sk":{"S":"1"}}"#, r#""things/*""#),
        ("id", r#"{"id":{"S":"a"}}"#, r#""things/*""#),
    ] {
        let proposal = proposed(&sample("things", key, items));
        has_lines(&proposal.pipe.text, &[&format!("# grant: '{grant}'")]);
        assert!(tablecast_definitions::grant::compile(grant).is_ok(), "{grant}");
        assert!(!proposal.pipe.text.lines().any(|line| line.starts_with("grant:")), "{}", proposal.pipe.text);
    }
}

#[test]
fn a_proposed_grant_is_as_wide_as_the_proposed_channel() {
    for (key, items, log) in [
        ("tenantId,id", r#"{"tenantId":{"S":"a"},"id":{"S":"1"}}"#, "log: { keep: 7d, channel: 2 }"),
        ("userId", r#"{"userId":{"S":"a"}}"#, "log: { keep: 7d, channel: 2 }"),
        ("pk,sk", r#"{"pk":{"S":"TENANT#a"},"sk":{"S":"1"}}"#, "log: { keep: 7d, channel: 2 }"),
        ("pk,sk", r#"{"pk":{"S":"a"},"sk":{"S":"1"}}"#, "log: { keep: 7d, channel: 1 }"),
        ("id", r#"{"id":{"S":"a"}}"#, "log: { keep: 7d, channel: 1 }"),
    ] {
        let mut proposal = proposed(&sample("things", key, items));
        has_lines(&proposal.pipe.text, &[log]);
        proposal.pipe.text = proposal.pipe.text.replace("# grant: ", "grant: ");
        let mut report = checked(&proposal);
        // A table with a partition key only has no list that one read returns.
        report.warnings.retain(|warning| key.contains(',') || warning.rule != Rule::StateScan);
        assert_eq!((report.problems, report.warnings), (vec![], vec![]), "{}", proposal.pipe.text);
    }
}
