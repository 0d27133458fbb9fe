
/// Returns the number of the mutant to run: the variable `MUTANT`, or 0 for the original code. With
/// `MUTANT_TRACE`, writes to that file which test reaches which function. A function has the number of
/// its first mutant.
pub(crate) fn selected_mutant(function: u32) -> u32 {
    use std::cell::RefCell;
    use std::collections::HashSet;
    use std::io::Write;
    use std::sync::LazyLock;

    static SELECTED: LazyLock<u32> =
        LazyLock::new(|| std::env::var("MUTANT").map_or(0, |number| number.parse().unwrap()));
    static TRACE: LazyLock<Option<std::fs::File>> =
        LazyLock::new(|| Some(std::fs::File::create(std::env::var("MUTANT_TRACE").ok()?).unwrap()));
    thread_local! {
        static SEEN: RefCell<HashSet<u32>> = RefCell::default();
    }
    if let Some(mut trace) = TRACE.as_ref() {
        if SEEN.with_borrow_mut(|seen| seen.insert(function)) {
            let line = format!("{function} {}\n", std::thread::current().name().unwrap_or("?"));
            trace.write_all(line.as_bytes()).unwrap();
        }
    }
    *SELECTED
}
