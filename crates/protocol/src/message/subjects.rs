use super::limits::MAX_SUBSCRIPTIONS;

pub fn check(subjects: &[String]) -> Result<(), String> {
    match (1..=MAX_SUBSCRIPTIONS).contains(&subjects.len()) {
        true => Ok(()),
        false => Err(format!("subjects: write 1 to {MAX_SUBSCRIPTIONS}")),
    }
}
