//! What the public interface promises.

mod overlay;
