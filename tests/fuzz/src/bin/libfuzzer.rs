//! All targets under libFuzzer. `FUZZ_TARGET` names one.
#![no_main]

use std::sync::LazyLock;

use fastrand::Rng;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use tablecast_fuzz::{Inputs, TARGETS, Target, mutated};

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("FUZZ_TARGET={name}"))
});

static INPUTS: LazyLock<Inputs> = LazyLock::new(|| Inputs::new(*TARGET, 1));

fuzz_target!(
    init: {
        // The parser of CEL may panic in its own thread, where the caller turns it into an error.
        let (abort, main) = (std::panic::take_hook(), std::thread::current().id());
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == main { abort(panic) }
        }));
        LazyLock::force(&INPUTS);
    },
    |data: &[u8]| {
        if let Ok(text) = str::from_utf8(data) {
            (TARGET.check)(text);
        }
    }
);

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = Rng::with_seed(seed.into());
    let known = INPUTS.get(rng.u64(..64));
    let changed = match (str::from_utf8(&data[..size]), rng.u8(..16)) {
        // The first input is empty. So no run needs the samples as files.
        (_, 0) => known,
        (Ok(text), 3..) => mutated(&mut rng, *TARGET, text, &known, max_size),
        _ => return fuzzer_mutate(data, size, max_size),
    };
    let length = changed.floor_char_boundary(max_size);
    data[..length].copy_from_slice(&changed.as_bytes()[..length]);
    length
});
