//! Requests and responses as they go over the wire, and the way to a target.

pub mod case;
pub mod extra_header;
pub mod gzip;
pub mod rate;
pub mod response;
pub mod strict_json;
pub mod transport;
pub mod trust;
