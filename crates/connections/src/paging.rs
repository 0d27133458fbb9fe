use std::time::Duration;

/// How a read of a partition divides its items into requests.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Paging {
    /// The most items of a page. Without it, a page has 1 MB, which costs 256 read units.
    pub items: Option<i32>,
    /// The time between two pages, from the fourth page on.
    pub pause: Duration,
}

/// Pages that are read at once.
const BURST: usize = 4;

impl Paging {
    /// Waits before the page of this number, which begins at 0.
    pub async fn wait(&self, page: usize) {
        if page >= BURST && !self.pause.is_zero() {
            tokio::time::sleep(self.pause).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_pages_are_read_at_once_and_later_ones_after_a_pause() {
        let paging = Paging { items: Some(500), pause: Duration::from_millis(20) };
        let start = Instant::now();
        for page in 0..BURST {
            paging.wait(page).await;
        }
        assert!(start.elapsed().is_zero());
        for page in BURST..BURST + 40 {
            paging.wait(page).await;
        }
        assert_eq!(start.elapsed(), Duration::from_millis(800));
    }
}
