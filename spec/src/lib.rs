//! The documents of this repository, built in.
//!
//! The machine that reads, corrects and lints any such document is `specfirst-model`.

/// The documents, as text.
pub mod embedded {
    /// The upstream page, as Rocket.Chat publishes it.
    pub const PAGE: &str = include_str!("../upstream/post-api-v1-login.md");
    /// What the page says, cut from it and never edited: `spec/documented.json`.
    pub const DOCUMENTED: &str = include_str!("../documented.json");
    /// Every addition to the page, with its reason and source: `spec/overlay.yaml`.
    pub const OVERLAY: &str = include_str!("../overlay.yaml");
    /// The page with the overlay applied: `spec/openapi.json`.
    pub const OPENAPI: &str = include_str!("../openapi.json");
}
