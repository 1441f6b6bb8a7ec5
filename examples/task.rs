//! A task: greets the user of its credentials, in as many languages as its event asks for.
//!
//! Under AWS Lambda it serves events; by hand it runs once:
//!
//!     echo '{"data":{"greetings":["hello","goedendag"]}}' | cargo run --no-default-features --features task --example task -- --event -

use std::process::ExitCode;

use exh_oauth1::task::{self, Context, Error, Event, json};
use serde::Deserialize;

/// The input, which whoever creates the task puts into `data`.
#[derive(Default, Deserialize)]
struct Input {
    #[serde(default)]
    greetings: Vec<String>,
}

fn main() -> ExitCode {
    task::run(|event: Event<Option<Input>>, context: &Context| {
        let me = context.client().me()?;
        let name = me.first_name.unwrap_or_default();
        let greetings = event.data.unwrap_or_default().greetings;
        if greetings.len() > 100 {
            // The name is for `errorsToRetry` in task-config.json.
            return Err(Error::new("TOO_MANY_GREETINGS", "at most 100, please"));
        }
        for greeting in &greetings {
            println!("{greeting} {name}");
        }
        Ok(json!({ "id": me.id, "greeted": greetings.len() }))
    })
}
