//! Networks of trusted proxies, and the client address in `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, de::Error as _};

/// A network such as `10.0.0.0/8` or `2001:db8::/32`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

/// The trusted proxies in front of this server.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct TrustedProxies(Vec<Network>);

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address.parse().ok()?, Some(prefix.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let max = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let prefix = prefix.unwrap_or(max);
        (prefix <= max).then_some(Self { address, prefix })
    }

    fn contains(&self, other: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 4),
            IpAddr::V6(v6) => (u128::from(v6), 6),
        };
        let ((ours, family), (theirs, other_family)) = (bits(self.address), bits(other));
        let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
        family == other_family && ours & mask == theirs & mask
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not an address or a network"))
    }
}

impl TrustedProxies {
    /// The address of the client. It is the peer's address, unless the peer is a trusted proxy.
    /// Then it is the last address in `X-Forwarded-For` that is not a trusted proxy's.
    ///
    /// Addresses that a client wrote into that header are further left and are not used.
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        forwarded_for: impl DoubleEndedIterator<Item = &'a str>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in forwarded_for.rev().flat_map(|header| header.split(',').rev()) {
            if !self.trusts(client) {
                break;
            }
            match address_of_hop(hop.trim()) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
        }
        client
    }

    /// Whether the address belongs to a trusted proxy.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// Parses an address as proxies write it: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`,
/// `[2001:db8::7]:4711`, `[2001:db8::7]`. If a port made this fail, all clients would count as one.
pub(crate) fn address_of_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, headers: &[&str]) -> String {
        let proxies = proxies.iter().map(|text| Network::parse(text).unwrap()).collect();
        TrustedProxies(proxies).client(peer.parse().unwrap(), headers.iter().copied()).to_string()
    }

    #[test]
    fn header_from_an_untrusted_peer_is_ignored() {
        assert_eq!(client(&[], "192.0.2.1", &["10.0.0.1"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &["10.0.0.1"]), "192.0.2.1");
    }

    #[test]
    fn last_hop_that_is_not_a_proxy_is_the_client() {
        let proxies = &["10.0.0.0/8", "2001:db8::/32", "::1"];
        assert_eq!(client(proxies, "10.0.0.9", &["6.6.6.6, 192.0.2.7, 10.0.0.1"]), "192.0.2.7");
        assert_eq!(client(proxies, "10.0.0.9", &["6.6.6.6", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(client(proxies, "::1", &["2001:db8::1, 10.1.1.1"]), "2001:db8::1");
        assert_eq!(client(proxies, "::ffff:10.0.0.9", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client(proxies, "10.0.0.9", &["192.0.2.7, nonsense"]), "10.0.0.9");
        assert_eq!(client(proxies, "10.0.0.9", &[]), "10.0.0.9");
        for (hop, expected) in [
            ("192.0.2.7:4711", "192.0.2.7"),
            ("[2001:db9::7]:4711", "2001:db9::7"),
            ("[2001:db9::7]", "2001:db9::7"),
            ("[::ffff:192.0.2.7]:1", "192.0.2.7"),
            ("192.0.2.7:", "10.0.0.9"),
            ("[192.0.2.7", "10.0.0.9"),
        ] {
            assert_eq!(client(proxies, "10.0.0.9", &[hop]), expected, "{hop}");
        }
    }

    #[test]
    fn network_contains_its_addresses_and_invalid_text_is_refused() {
        for text in ["", "a", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0/8"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
        for (network, address, inside) in [
            ("192.0.2.64/26", "192.0.2.64", true),
            ("192.0.2.64/26", "192.0.2.127", true),
            ("192.0.2.64/26", "192.0.2.63", false),
            ("192.0.2.64/26", "192.0.2.128", false),
            ("2001:db8::/32", "2001:db8:ffff::", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("192.0.2.1", "192.0.2.0", false),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), inside, "{network:?} {address}");
        }
        assert!(Network::parse("0.0.0.0/0").unwrap().contains("9.9.9.9".parse().unwrap()));
    }
}
