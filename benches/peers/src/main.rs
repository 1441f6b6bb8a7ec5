//! Our signer and its peers: `cargo run --release` in this folder prints times and conformance; `time` or
//! `conformance` as an argument prints one of them.

mod conformance;
mod growth;
mod peers;
mod time;

fn main() {
    let what = std::env::args().nth(1);
    if what.as_deref() != Some("conformance") {
        time::run();
        growth::run();
    }
    if what.as_deref() != Some("time") {
        conformance::run();
    }
}
