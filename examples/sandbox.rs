//! Starts a local mock of Extra Horizon's API, prints the variables that a shell needs to call it, and serves.
//!
//! `cargo run --no-default-features --features sandbox --example sandbox [ADDRESS:PORT]`

use std::process::ExitCode;

use exh_oauth1::sandbox::{Options, Sandbox};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options::default();
    if let Some(address) = std::env::args().nth(1) {
        options.address = address.parse()?;
    }
    options.log = Some(Box::new(|line| eprintln!("{line}")));
    let sandbox = Sandbox::start(options)?;
    for (name, value) in sandbox.variables() {
        println!("export {name}={value}");
    }
    sandbox.wait();
    Ok(())
}
