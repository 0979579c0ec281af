//! Watching: telling people in time what matters to them, and losing none of it.

