//! What the public interface promises.

mod growth;
mod overlay;
