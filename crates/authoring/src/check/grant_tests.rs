use tablecast_definitions::definition::{Definition, GrantTest};
use tablecast_definitions::grant::{self, Granted, Grants};
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

/// Runs the grant tests in pipe files: example claims, and the patterns that they must be granted. Returns their
/// number and the failures. A pipe file with another mistake runs none.
pub fn run(definitions: &[(&DefinitionFile, Definition)]) -> (usize, Vec<Problem>) {
    let (mut count, mut problems) = (0, Vec::new());
    for (file, definition) in definitions {
        let Ok(grants) = Grants::compile(std::slice::from_ref(*file)) else { continue };
        count += definition.grant_tests.len();
        for (index, test) in definition.grant_tests.iter().enumerate() {
            if let Err(reason) = run_test(&grants, test) {
                problems.push(Problem::new(Rule::Test, &file.file, format!("grant_tests[{index}]"), reason));
            }
        }
    }
    (count, problems)
}

fn run_test(grants: &Grants, test: &GrantTest) -> Result<(), String> {
    let claims = serde_json::to_string(&test.claims).map_err(|error| error.to_string())?;
    let Ok(Granted::Within(patterns)) = grants.to(&claims) else {
        return Err("claims: are nested too deeply".to_owned());
    };
    let mut granted: Vec<_> = patterns.iter().map(|pattern| pattern.as_str()).collect();
    let mut expected: Vec<_> = test.grants.iter().map(String::as_str).collect();
    granted.sort_unstable();
    expected.sort_unstable();
    if granted == expected {
        return Ok(());
    }
    let mismatch = format!("grants [{}], but the test expects [{}]", granted.join(", "), expected.join(", "));
    let unfilled = grants.unfilled(&claims);
    Err(if unfilled.is_empty() { mismatch } else { format!("{mismatch}; {}", grant::list(&unfilled)) })
}
