//! What Extra Horizon's API offers.
//!
//! | subject | file |
//! |---|---|
//! | login, tokens | `authentication.rs` |
//! | users | `user.rs` |
//! | lists: queries, pages | `rql.rs`, `rql_text.rs`, `pages.rs` |

pub(super) mod authentication;
pub(super) mod pages;
pub(super) mod rql;
pub(super) mod rql_text;
pub(super) mod user;
