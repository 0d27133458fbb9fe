use std::io;

use tablecast_protocol::element::Element;

/// Collects elements up to a number of bytes. It defers the first element without space and all later ones,
/// so that the pipe sends their records again, in order.
pub struct Response {
    limit: usize,
    /// The bytes of the elements as JSON.
    bytes: usize,
    elements: Vec<Element>,
    /// The number of elements before the first deferred one.
    kept: usize,
}

impl Response {
    pub fn new(limit: usize) -> Self {
        Self { limit, bytes: "[]".len() - ",".len(), elements: Vec::new(), kept: 0 }
    }

    pub fn len(&self) -> usize {
        self.elements.len()
    }

    pub fn is_full(&self) -> bool {
        self.kept < self.elements.len()
    }

    pub fn add(&mut self, element: Element) {
        let bytes = size(&element);
        if self.is_full() || self.bytes + bytes > self.limit {
            return self.defer(element.event_id);
        }
        self.bytes += bytes;
        self.elements.push(element);
        self.kept += 1;
    }

    pub fn defer(&mut self, event_id: String) {
        let element = Element::deferred(event_id);
        self.bytes += size(&element);
        self.elements.push(element);
    }

    /// Deferred elements need space too: defers more elements until all fit. `None` if the pipe would make no
    /// progress.
    pub fn finish(mut self) -> Option<Vec<Element>> {
        while self.bytes > self.limit {
            self.kept = self.kept.checked_sub(1)?;
            let last = &mut self.elements[self.kept];
            self.bytes -= size(last);
            *last = Element::deferred(std::mem::take(&mut last.event_id));
            self.bytes += size(last);
        }
        (self.kept > 0 || self.elements.is_empty()).then_some(self.elements)
    }
}

/// The bytes of an element as JSON, with a comma.
pub fn size(element: &Element) -> usize {
    let mut bytes = Bytes(",".len());
    // Elements consist of texts and lists, so serialization cannot fail.
    _ = serde_json::to_writer(&mut bytes, element);
    bytes.0
}

struct Bytes(usize);

impl io::Write for Bytes {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0 += text.len();
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
