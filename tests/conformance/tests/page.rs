//! docs/reference/client.md and the scenarios agree.

#[test]
fn every_rule_has_a_scenario_and_the_table_has_every_scenario() {
    assert_eq!(tablecast_conformance::page::problems(), Ok(vec![]));
}
