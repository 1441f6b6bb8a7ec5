//! What bad networks, hostile servers and hostile input do to the program: one row for each fault.
//!
//! A row says what the server does, what is run, the exit code, and words that standard error must have. By construction of
//! the run (`run.rs`) every row also holds that the program
//!
//! - ends within its `--timeout` and one second more, or is killed and the row fails;
//! - writes no more than 32 MiB of memory, where the row does not name the 64 MiB that a body may have on top: more is not
//!   to be had (`ulimit -d`), and a program without memory ends with a signal instead of an exit code;
//! - ends with an exit code that is documented, and does not panic;
//! - shows no secret in any form on either output, and no control character on standard error.
//!
//! | subject | file |
//! |---|---|
//! | names, addresses, connections, proxies | `connection.rs` |
//! | certificates, handshakes | `tls.rs` |
//! | files of CA certificates | `ca_certificates.rs` |
//! | response headers | `http.rs` |
//! | bodies of responses | `body.rs` |
//! | redirects | `redirects.rs` |
//! | error responses, Retry-After, failures | `responses.rs` |
//! | arguments | `arguments.rs` |
//! | variables, clock | `input.rs` |
//! | files, standard input | `files.rs` |
//! | what is small and would become large | `sizes.rs` |
//! | terminals, pipes, disks | `terminal.rs` |
//!
//! `cargo test --test faults -- --nocapture` prints the tables: each fault, its exit code, and words of what is said about it.
//! Rows that need names, disks or clocks of their own say `skipped: ` where those are not to be had.
#![cfg(all(feature = "cli", target_os = "linux"))]

mod arguments;
mod body;
mod ca_certificates;
mod connection;
mod files;
mod http;
mod input;
mod redirects;
mod responses;
mod row;
mod run;
mod server;
mod sizes;
mod terminal;
mod tls;

#[path = "../support/mod.rs"]
mod support;
