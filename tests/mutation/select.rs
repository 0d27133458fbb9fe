
/// Returns the number of the mutant to run: the variable `MUTANT`, or 0 for the original code. With
/// `MUTANT_TRACE`, writes to that file which test reaches which function. A function has the number of
/// its first mutant.
pub(crate) fn selected_mutant(function: u32) -> u32 {
    use std::collections::HashSet;
    use std::io::Write;
    use std::sync::{LazyLock, Mutex};

    static SELECTED: LazyLock<u32> =
        LazyLock::new(|| std::env::var("MUTANT").map_or(0, |number| number.parse().unwrap()));
    static TRACE: LazyLock<Option<Mutex<(std::fs::File, HashSet<String>)>>> = LazyLock::new(|| {
        let path = std::env::var("MUTANT_TRACE").ok()?;
        Some(Mutex::new((std::fs::File::create(path).unwrap(), HashSet::new())))
    });
    if let Some(trace) = &*TRACE {
        let line = format!("{function} {}\n", std::thread::current().name().unwrap_or("?"));
        let (file, seen) = &mut *trace.lock().unwrap();
        if seen.insert(line.clone()) {
            file.write_all(line.as_bytes()).unwrap();
        }
    }
    *SELECTED
}
