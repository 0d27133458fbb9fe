use crate::code::Code;
use crate::facts::{Deployed, Facts, Package};
use crate::finding::Finding;

/// Compares the definitions that each function serves with the folder: its package has their hash.
pub fn all(facts: &Facts) -> Vec<Finding> {
    let functions = facts.functions.iter();
    let deployed = functions.filter_map(|it| Some((it.name, it.deployed.found()?)));
    match (facts.packages.is_empty(), facts.files.is_some()) {
        (true, true) => {
            let evidence = "the folder has no packages, so the definitions of the functions are unknown";
            vec![Finding::new(Code::PackageUnknown, &facts.name).evidence(evidence)]
        }
        (true, false) => Vec::new(),
        (false, _) => deployed.flat_map(|(name, deployed)| of_function(facts, name, deployed)).collect(),
    }
}

fn of_function(facts: &Facts, name: &str, deployed: &Deployed) -> Vec<Finding> {
    let Some(package) = facts.packages.iter().find(|package| package.function == name) else {
        return vec![Finding::new(Code::PackageUnknown, name).evidence("the folder has no package of it")];
    };
    outdated(package).into_iter().chain(differs(package, deployed)).collect()
}

fn outdated(package: &Package) -> Option<Finding> {
    let evidence = format!("its package differs from the folder in {}", package.differences.join(", "));
    let finding = || Finding::new(Code::PackageOutdated, &package.function).evidence(evidence);
    (!package.differences.is_empty()).then(finding)
}

fn differs(package: &Package, deployed: &Deployed) -> Option<Finding> {
    let evidence = format!(
        "version {} has the package {}, and the folder has {}",
        deployed.version, deployed.package, package.hash
    );
    let finding = || Finding::new(Code::DefinitionsDiffer, &package.function).evidence(evidence);
    (deployed.package != package.hash).then(finding)
}
