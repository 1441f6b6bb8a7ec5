//! Bad networks, hostile servers and hostile input: one row for each fault.
//!
//! A row has the server's behavior, the command, the exit code, and words of standard error. `run.rs` also checks for
//! every row that the program
//!
//! - ends within its `--timeout` and one more second; otherwise it is killed, and the row fails;
//! - uses at most 32 MiB of memory, or 64 MiB more if the row has a body (`ulimit -d`);
//! - ends with a documented exit code and does not panic;
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
//! | small input that could become large in memory | `sizes.rs` |
//! | terminals, pipes, disks | `terminal.rs` |
//!
//! `cargo test --test faults -- --nocapture` prints the tables: each fault, its exit code, and words of the message.
//! Rows that need a separate name server, disk or clock are skipped if there is none.
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
