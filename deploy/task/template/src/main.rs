//! A task: greets the user that it acts for, and gives back the identifier.

use exh_oauth1::task::{self, Context, Event, json};

fn main() -> std::process::ExitCode {
    task::run(|_: Event, context: &Context| {
        let me = context.client().me()?;
        println!("hello {}", me.first_name.unwrap_or_default());
        Ok(json!({ "id": me.id }))
    })
}
