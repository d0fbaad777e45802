//! Detects a reverse proxy that is missing in `server.trusted_proxies`.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use dropshot::RequestInfo;
use slog::Logger;

use super::X_FORWARDED_FOR;
use crate::config::{TrustedProxies, address_of_hop};

/// The number of clients behind an address from which it is considered a proxy.
const MIN_CLIENTS: usize = 10;
/// The maximum number of addresses to watch. When it is exceeded, all are dropped.
const MAX_PEERS: usize = 64;

/// Logs one warning when an address turns out to be a proxy.
#[derive(Default)]
pub(super) struct ProxyDetector {
    has_warned: AtomicBool,
    /// The clients that each peer has named, fewer than [`MIN_CLIENTS`] per peer.
    clients: Mutex<HashMap<IpAddr, HashSet<IpAddr>>>,
}

impl ProxyDetector {
    /// Records a request, and warns if its peer has become a proxy.
    pub(super) fn observe(&self, request: &RequestInfo, trusted: &TrustedProxies, log: &Logger) {
        if self.has_warned.load(Ordering::Relaxed) {
            return;
        }
        let peer = request.remote_addr().ip().to_canonical();
        let headers = request.headers().get_all(&X_FORWARDED_FOR);
        // The peer itself wrote the last address.
        let client = headers
            .iter()
            .next_back()
            .and_then(|header| header.as_bytes().rsplit(|&byte| byte == b',').next())
            .and_then(|hop| address_of_hop(std::str::from_utf8(hop).ok()?.trim()));
        let Some(client) = client else { return };
        if trusted.trusts(peer) || !self.record(peer, client) {
            return;
        }
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            slog::warn!(
                log,
                "many clients come through one address, by their X-Forwarded-For, and share one \
                 lockout and one rate limit; if it is your reverse proxy, name it in \
                 server.trusted_proxies";
                "address" => peer.to_string()
            );
        }
    }

    /// Records a client of a peer. Returns whether the peer now has many.
    fn record(&self, peer: IpAddr, client: IpAddr) -> bool {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MAX_PEERS && !clients.contains_key(&peer) {
            clients.clear();
        }
        let of_peer = clients.entry(peer).or_default();
        of_peer.insert(client);
        let are_many = of_peer.len() >= MIN_CLIENTS;
        if are_many {
            clients.clear();
        }
        are_many
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn number_of_watched_addresses_is_bounded() {
        let detector = ProxyDetector::default();
        let few = u32::try_from(MIN_CLIENTS - 1).unwrap();
        for n in 0..10_000 {
            let (peer, client) = (Ipv4Addr::from(n / few), Ipv4Addr::from(n));
            assert!(!detector.record(peer.into(), client.into()), "{peer} has few clients");
            assert!(detector.clients.lock().unwrap().len() <= MAX_PEERS);
        }
        let proxy = [192, 0, 2, 1].into();
        let mut named = (0..few + 1).map(|n| detector.record(proxy, Ipv4Addr::from(n).into()));
        assert_eq!(named.position(|are_many| are_many), Some(MIN_CLIENTS - 1));
    }
}
