//! A task: greets the user that it acts for.

use exh_oauth1::task::{self, Context, Error, Event, Value, json};
use serde::Deserialize;

/// The input: `data` of the task.
#[derive(Default, Deserialize)]
struct Input {
    #[serde(default)]
    greeting: Option<String>,
}

fn main() -> std::process::ExitCode {
    task::run(greet)
}

fn greet(event: Event<Option<Input>>, context: &Context) -> Result<Value, Error> {
    let input = event.data.unwrap_or_default();
    let greeting = input.greeting.as_deref().unwrap_or("hello");
    if greeting.is_empty() {
        // `errorsToRetry` in task-config.json lists such names.
        return Err(Error::new("EMPTY_GREETING", "data.greeting is empty"));
    }
    let me = context.client().me()?;
    log::info!("{greeting} {}", me.first_name.unwrap_or_default());
    Ok(json!({ "id": me.id, "greeting": greeting }))
}

#[cfg(test)]
mod tests {
    use exh_oauth1::sandbox::{Options, Sandbox};

    use super::*;

    fn event(greeting: &str) -> Event<Option<Input>> {
        Event::new(Some(Input {
            greeting: Some(greeting.to_owned()),
        }))
    }

    #[test]
    fn greets_the_user() -> Result<(), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start(Options::default())?;
        let context = Context::new(sandbox.client()?);
        let result = greet(event("goedendag"), &context).map_err(|error| error.to_string())?;
        assert_eq!(result["greeting"], "goedendag");
        assert_eq!(result["id"], context.client().me()?.id);
        Ok(())
    }

    #[test]
    fn rejects_an_empty_greeting() -> Result<(), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start(Options::default())?;
        let context = Context::new(sandbox.client()?);
        let error = greet(event(""), &context).unwrap_err();
        assert_eq!(error.name(), "EMPTY_GREETING");
        Ok(())
    }
}
