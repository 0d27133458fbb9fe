use std::net::IpAddr;

/// A range of at least two IP addresses, such as `10.0.0.0/24` or `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    length: u32,
}

impl Network {
    pub fn parse(text: &str) -> Option<Self> {
        let (base, length) = text.split_once('/')?;
        let network = Self { base: base.parse().ok()?, length: length.parse().ok()? };
        (network.length < bits(network.base).1).then_some(network)
    }

    pub fn contains(self, address: IpAddr) -> bool {
        let ((base, width), (address, other)) = (bits(self.base), bits(address));
        let ignored = width - self.length;
        // An IPv6 network of length 0 ignores all 128 bits, which is too many for a shift.
        let differs = (base ^ address).checked_shr(ignored).unwrap_or(0);
        width == other && differs == 0
    }
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u32::from(address).into(), u32::BITS),
        IpAddr::V6(address) => (address.into(), u128::BITS),
    }
}
