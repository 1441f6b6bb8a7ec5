//! What a server needs: reading the header, verifying the signature, rejecting replays.

mod parse;
mod replay;
mod verify;

pub use replay::{MemoryReplayGuard, ReplayError, ReplayGuard};
pub use verify::VerifyError;
