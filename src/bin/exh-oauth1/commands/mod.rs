//! The commands: the arguments of each, and what it does.

pub(crate) mod call;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod logout;
#[cfg(feature = "packaging")]
pub(crate) mod packaging;
pub(crate) mod profiles;
pub(crate) mod sandbox;
pub(crate) mod sign;
pub(crate) mod task;
