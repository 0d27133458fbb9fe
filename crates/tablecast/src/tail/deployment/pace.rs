/// The channels that are read in one second. With more channels, a round takes longer.
const READS_PER_SECOND: usize = 50;

/// Returns how many seconds a round takes.
pub fn seconds(channels: usize) -> usize {
    channels.div_ceil(READS_PER_SECOND).max(1)
}

/// Returns how often each channel is read, if that is less than once a second.
pub fn note(channels: usize) -> String {
    match seconds(channels) {
        1 => String::new(),
        seconds => {
            format!("; each one is read about every {seconds} seconds. Name fewer subjects to be faster")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_channels_are_read_less_often_and_a_line_names_the_interval() {
        assert_eq!((note(0), note(50)), (String::new(), String::new()));
        assert!(note(51).contains("about every 2 seconds"), "{}", note(51));
        assert!(note(10_000).contains("about every 200 seconds"));
    }
}
