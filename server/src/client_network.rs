//! Which client addresses count as one client.

use std::net::{IpAddr, Ipv6Addr};

/// The network to count an address by, for lockout, rate limits and queues.
///
/// An IPv4 address counts by itself. Anyone with one IPv6 address also has the other 2^64 of its
/// network, so they count as one.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn ipv6_counts_by_network_and_mapped_ipv4_as_ipv4() {
        let network = |text: &str| super::network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
