//! What the sandbox keeps in memory and on disk.
//!
//! | data | file |
//! |---|---|
//! | the generated users | `users.rs` |
//! | the users who can log in | `accounts.rs` |
//! | the tokens | `tokens.rs` |
//! | uploaded files | `files.rs` |

mod accounts;
mod files;
mod tokens;
mod users;

pub(super) use accounts::Accounts;
pub use accounts::{Account, Factor};
pub(super) use files::{AccessLevel, Description, Files, Stored};
pub(super) use tokens::{Token, Tokens};
pub(super) use users::{Kind, LOGINS, Users, id};
